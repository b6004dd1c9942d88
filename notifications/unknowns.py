"""Messages whose answer was lost: look them up; still absent after ten minutes ⇒ sent exactly once more (I9)."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from interflora.lib import clock, leases
from notifications import sending, transports
from notifications.models import Message, MessageStatus
from notifications.sending import LEASE_SECONDS, SWEEP_SECONDS, Held, LeaseLost, Refrained
from notifications.transports.base import Outgoing, TransportError

log = logging.getLogger(__name__)

ONCE_MORE_AFTER = timedelta(minutes=10)
# X allows 15 look-ups in 15 minutes.
LOOK_EVERY = timedelta(minutes=3)
# Sent twice and still nowhere to be found: after a day it is called failed, so that somebody is told.
GIVE_UP_AFTER = timedelta(hours=24)


def resolve_unknown(limit: int = 200) -> int:
    """Look every uncertain message up, for at most 20 seconds; the number of rows looked at."""
    sending.recover_expired()
    started, looked_at = time.monotonic(), 0
    while looked_at < limit and time.monotonic() - started < SWEEP_SECONDS:
        rows = leases.lease(
            Message.objects.uncertain(clock.now()),
            to_status=MessageStatus.UNKNOWN,
            limit=1,
            seconds=LEASE_SECONDS,
            order_by=("not_before", "pk"),
        )
        if not rows:
            break
        _resolve(rows[0])
        looked_at += 1
    return looked_at


def _resolve(message: Message) -> None:
    """Settle one leased row, or leave it unknown until the next look."""
    try:
        outgoing = sending.prepare(message)
        provider_id = _find(message, outgoing)
    except TransportError as error:
        log.warning("message %s cannot be looked up: %s", message.public_id, error.code)
        leases.finish(message, not_before=error.retry_at or clock.now() + LOOK_EVERY)
        return
    except Exception as error:
        # Erased meanwhile, or a template broke: it cannot be looked up, so it is never sent again either.
        log.error("message %s of unknown outcome cannot be prepared: %s", message.public_id, type(error).__name__)
        _give_up_or_look_again(message)
        return
    if provider_id is not None:
        sending.accept(message, provider_id)
    elif message.resent_at is not None:
        _give_up_or_look_again(message)
    elif message.handed_at is None or clock.now() - message.handed_at < ONCE_MORE_AFTER:
        _look_again(message)
    else:
        _send_once_more(message, outgoing)


def _find(message: Message, outgoing: Outgoing) -> str | None:
    """The provider's id of this very text, not counting the same text of other rows."""
    twins = Message.objects.filter(body_digest=message.body_digest).exclude(pk=message.pk).exclude(provider_id="")
    taken = frozenset(twins.values_list("provider_id", flat=True))
    find = transports.of(message.channel).find
    return find(outgoing.to, message.body_digest, message.created_at, taken)


def _send_once_more(message: Message, outgoing: Outgoing) -> None:
    """The one second time of I9; `resent_at` is written with the mark, before the call."""
    now = clock.now()
    try:
        sending.check_now(message, now)
        sending.mark_handed_over(message, outgoing, resent_at=now)
    except Held as held:
        leases.finish(message, not_before=held.until)
    except Refrained as refrained:
        sending.fail(message, refrained.reason)
    except LeaseLost:
        return
    else:
        sending.call_provider(message, outgoing)


def _look_again(message: Message) -> None:
    leases.finish(message, not_before=clock.now() + LOOK_EVERY)


def _give_up_or_look_again(message: Message) -> None:
    if message.handed_at is None or clock.now() - message.handed_at >= GIVE_UP_AFTER:
        sending.fail(message, "outcome_unknown")
    else:
        leases.finish(message, not_before=clock.now() + ONCE_MORE_AFTER)
