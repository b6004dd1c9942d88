"""Handing queued messages to their providers: at most once per row, whatever dies between two lines.

A row is leased (short transaction), checked again, rendered, marked as handed over, and only then does the network
call start, outside any transaction. A worker that dies before the mark loses nothing: the row is queued again. One
that dies after it leaves an unknown outcome, which `unknowns.py` settles.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from interflora.lib import clock, crypto, leases
from interflora.lib.contacts import Channel
from notifications import allowance, rendering, reports, suppressions, transports
from notifications.models import Message, MessageStatus
from notifications.signals import announce
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import body_digest

log = logging.getLogger(__name__)

# Celery's hard limit (120 s) < lease < the broker's visibility timeout (600 s).
LEASE_SECONDS = 180
SWEEP_SECONDS = 20.0
LONGEST_WAIT = timedelta(minutes=30)
# About four days of trying: then somebody is told that it cannot be sent.
MAX_ATTEMPTS = 200
QUIET_AT_NIGHT = frozenset({Channel.SMS.value, Channel.TWITTER_DM.value})


class Held(Exception):
    """Not now: the message may leave at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class Refrained(Exception):
    """Not at all: `reason` says why we decide not to send it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeaseLost(Exception):
    """Another worker, or the provider's own report, took the row over."""


def send_one(pk: int) -> bool:
    """Send this message if it is queued and due; False when there was nothing to do. Safe to call at any time."""
    rows = leases.lease(
        Message.objects.due(clock.now()).filter(pk=pk), to_status=MessageStatus.SENDING, limit=1, seconds=LEASE_SECONDS
    )
    for message in rows:
        _send(message)
    return bool(rows)


def send_due(limit: int = 200) -> int:
    """Give back what dead workers held, then send what is due, for at most 20 seconds; the number of rows tried."""
    recover_expired()
    started, tried = time.monotonic(), 0
    while tried < limit and time.monotonic() - started < SWEEP_SECONDS:
        rows = leases.lease(
            Message.objects.due(clock.now()),
            to_status=MessageStatus.SENDING,
            limit=1,
            seconds=LEASE_SECONDS,
            order_by=("not_before", "pk"),
        )
        if not rows:
            break
        _send(rows[0])
        tried += 1
    return tried


def recover_expired() -> int:
    """Rows whose worker died: not yet handed over ⇒ queued again; handed over ⇒ unknown. Returns how many moved."""
    now = clock.now()
    dead = Message.objects.filter(status=MessageStatus.SENDING, lease_until__lt=now)
    free = {"lease_token": None, "lease_until": None, "not_before": now}
    return dead.filter(handed_at=None).update(status=MessageStatus.QUEUED, **free) + dead.filter(
        handed_at__isnull=False
    ).update(status=MessageStatus.UNKNOWN, **free)


def check_now(message: Message, now: datetime) -> None:
    """What only the moment of sending can tell; raises Held or Refrained.

    Gift contacts who asked for silence, messages too old to make sense, and the night (8:00–21:00 Paris for SMS and
    direct messages).
    """
    if message.expires_at is not None and message.expires_at <= now:
        raise Refrained("expired")
    if message.is_gift and suppressions.has_digest(message.recipient_digest):
        raise Refrained("suppressed")
    if message.channel in QUIET_AT_NIGHT and not clock.in_message_hours(now):
        raise Held(clock.next_message_time(now))


def prepare(message: Message) -> Outgoing:
    """Decrypt the contact and render the body; whatever a template or a key does wrong is raised."""
    if message.erased_at is not None:
        raise Refrained("erased")
    body = rendering.render(message)
    to = message.recipient_plain
    if message.recipient_sealed is not None:
        to = crypto.decrypt(message.recipient_sealed)
    return Outgoing(
        to=to,
        text=body.text,
        reference=message.public_id,
        subject=body.subject,
        html=body.html,
        valid_seconds=_valid_seconds(message),
    )


def mark_handed_over(message: Message, outgoing: Outgoing, **fields: datetime) -> None:
    """Write, before the call, that the provider is about to have it; raises LeaseLost, or Held by X's allowance."""
    now = clock.now()
    with transaction.atomic():
        if message.channel == Channel.TWITTER_DM:
            until = allowance.take(message)
            if until is not None:
                raise Held(until)
        marked = Message.objects.filter(pk=message.pk, lease_token=message.lease_token).update(
            status=MessageStatus.SENDING,
            handed_at=now,
            attempts=F("attempts") + 1,
            body_digest=body_digest(outgoing.text),
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            **fields,
        )
        if not marked:
            raise LeaseLost
    message.attempts += 1


def call_provider(message: Message, outgoing: Outgoing) -> None:
    """The one network call, and what its answer changes. The row must be marked as handed over."""
    try:
        provider_id = transports.of(message.channel).send(outgoing)
    except TransportError as error:
        _record_failure(message, error)
        return
    accept(message, provider_id)


def accept(message: Message, provider_id: str) -> None:
    """The provider has it. If the lease is gone, the news still counts, like a report of the provider."""
    with transaction.atomic():
        if leases.finish(
            message,
            status=MessageStatus.ACCEPTED,
            provider_id=provider_id,
            error_code="",
            accepted_at=clock.now(),
        ):
            announce(message, MessageStatus.ACCEPTED)
            return
    reports.apply(status=MessageStatus.ACCEPTED, reference=message.public_id, provider_id=provider_id)


def fail(message: Message, code: str) -> None:
    """The provider will never take it, or nobody will ever know."""
    with transaction.atomic():
        if leases.finish(message, status=MessageStatus.FAILED, error_code=code, settled_at=clock.now()):
            announce(message, MessageStatus.FAILED)


def _send(message: Message) -> None:
    """Take one leased row through to an outcome."""
    try:
        check_now(message, clock.now())
        outgoing = prepare(message)
        mark_handed_over(message, outgoing)
    except LeaseLost:
        return
    except Held as held:
        leases.finish(message, status=MessageStatus.QUEUED, not_before=held.until)
    except Refrained as refrained:
        _skip(message, refrained.reason)
    except Exception as error:
        # A broken template or a missing key is ours to repair: the row waits, the others go on.
        # Its type alone is logged: the text of an exception may quote what it stumbled on.
        log.error("message %s (%s) cannot be prepared: %s", message.public_id, message.template, type(error).__name__)
        _retry_or_give_up(message, TransportError(f"prepare:{type(error).__name__}"), attempts=message.attempts + 1)
    else:
        call_provider(message, outgoing)


def _skip(message: Message, reason: str) -> None:
    with transaction.atomic():
        if leases.finish(message, status=MessageStatus.SKIPPED, skip_reason=reason, settled_at=clock.now()):
            announce(message, MessageStatus.SKIPPED)


def _record_failure(message: Message, error: TransportError) -> None:
    if error.permanent:
        if error.opted_out and message.is_gift:
            suppressions.suppress_digest(message.recipient_digest, "stop")
        fail(message, error.code)
    elif error.unknown:
        next_look = clock.now() + timedelta(minutes=1)
        leases.finish(message, status=MessageStatus.UNKNOWN, error_code=error.code, not_before=next_look)
    else:
        if error.configuration:
            log.error("%s cannot send: %s. Check the provider's account and keys.", message.channel, error.code)
        if error.retry_at is not None and message.channel == Channel.TWITTER_DM:
            # The limit is the account's: every direct message waits for it.
            waiting = Message.objects.filter(channel=message.channel, status=MessageStatus.QUEUED)
            waiting.filter(not_before__lt=error.retry_at).update(not_before=error.retry_at)
        _retry_or_give_up(message, error, attempts=message.attempts)


def _retry_or_give_up(message: Message, error: TransportError, *, attempts: int) -> None:
    if attempts >= MAX_ATTEMPTS:
        fail(message, "gave_up")
        return
    wait = min(timedelta(seconds=5 * 2 ** min(attempts, 12)), LONGEST_WAIT)
    leases.finish(
        message,
        status=MessageStatus.QUEUED,
        handed_at=None,
        attempts=attempts,
        error_code=error.code,
        not_before=error.retry_at or clock.now() + wait,
    )


def _valid_seconds(message: Message) -> int | None:
    """How long the SMS provider may keep it: until 21:00 in Paris, or its own expiry if earlier."""
    if message.channel != Channel.SMS:
        return None
    now = clock.now()
    until = clock.at_paris(clock.paris(now).date(), clock.MESSAGES_UNTIL.hour)
    if message.expires_at is not None:
        until = min(until, message.expires_at)
    return int((until - now).total_seconds())
