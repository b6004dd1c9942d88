"""The outbox: what the apps above call to have a person written to. A row with the change, a worker after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from interflora.lib import clock, crypto, nudge, statements
from interflora.lib.contacts import Channel
from interflora.lib.statements import Given, Select, Writes
from notifications import suppressions, tasks
from notifications.models import Message, MessageStatus
from notifications.sending import send_due, send_one
from notifications.signals import announce
from notifications.statuses import SETTLED
from notifications.unknowns import resolve_unknown

__all__ = [
    "days_taken",
    "erase_contact",
    "erase_person",
    "queue",
    "resolve_unknown",
    "retry",
    "send_due",
    "send_one",
    "settled_since",
    "skip_queued",
    "written_to",
]


_MAY_LEAVE = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN)


class NotRetriable(Exception):
    """Only a message that the provider certainly refused may be tried again."""


def queue(  # noqa: PLR0913 - the envelope of a message
    template: str,
    *,
    channel: str,
    to: str,
    context: dict[str, Any],
    dedup_key: str,
    about: str,
    gift: bool = False,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    language: str = "fr",
) -> int:
    """Write a message in the caller's transaction; a worker is woken after the commit. Returns its pk.

    The same `dedup_key` is the same message: the row that is there stays as it is. `to` is a normalized contact (for
    `twitter_dm`: "<numeric id>|<handle>"); with `gift=True` it rests only as ciphertext and keyed digest. `context`
    holds plain facts and link references, never a token or an address. SMS and direct messages also wait for 8:00–21:00
    in Paris.
    """
    if not to:
        raise ValueError("a message needs somebody to go to")
    recipient: dict[str, Any] = {"recipient_plain": to}
    if gift:
        handle = to.split("|", 1)[-1] if channel == Channel.TWITTER_DM else to
        recipient = {
            "recipient_sealed": crypto.encrypt(to),
            "recipient_digest": suppressions.digest(channel, handle),
        }
    message = Message(
        dedup_key=dedup_key,
        template=template,
        channel=channel,
        context=context,
        about=about,
        not_before=not_before or clock.now(),
        expires_at=expires_at,
        language=language,
        **recipient,
    )
    pk = _QUEUED.run(**statements.columns(message))[0][0]
    if message.not_before <= clock.now():
        nudge.nudge(tasks.send_message, pk)
    return pk


# A row that has the key already is only asked for its pk.
_QUEUED = Writes(
    lambda: [
        statements.insert(Message, statements.given(Message), once="dedup_key", overwrites=("dedup_key",)),
    ]
)


_WAITING = Select(
    lambda: Message.objects.filter(about=Given("about"), status__in=_MAY_LEAVE).select_for_update().order_by("pk")
)


def _lock_waiting(about: str, templates: Iterable[str] | None) -> list[Message]:
    if templates is None and not about.endswith(":"):
        return _WAITING.run(about=about)  # the usual question: pages wait for it
    rows = Message.objects.about(about).filter(status__in=_MAY_LEAVE)
    if templates is not None:
        rows = rows.filter(template__in=list(templates))
    return list(rows.select_for_update().order_by("pk"))


def skip_queued(about: str, reason: str, templates: Iterable[str] | None = None) -> int:
    """Decide not to send what is still queued about this thing (an exact `about`, or a prefix ending in « : »).

    A row that a worker is handing over right now goes its way, once: should that try fail or its answer be lost, it is
    too old to be tried again. Waits for a worker that is taking one of the rows, which is never long. Returns how many
    were skipped; their outcome is announced. One query when nothing waits.
    """
    now = clock.now()
    with transaction.atomic(savepoint=False):
        waiting = _lock_waiting(about, templates)
        queued = [message for message in waiting if message.status == MessageStatus.QUEUED]
        under_way = [message.pk for message in waiting if message.status != MessageStatus.QUEUED]
        if under_way:
            Message.objects.filter(pk__in=under_way).update(expires_at=now)
        if queued:
            Message.objects.filter(pk__in=[message.pk for message in queued]).update(
                status=MessageStatus.SKIPPED, skip_reason=reason, settled_at=now
            )
    for message in queued:
        announce(message, MessageStatus.SKIPPED)
    return len(queued)


def days_taken(recipient_digest: str, templates: Iterable[str]) -> Counter[date]:
    """How many messages of these kinds a gift contact gets on each day of Paris, from today on.

    One that was handed over counts on its day, one that waits on the first day it may leave; lost ones do not count.
    """
    today = clock.paris_today()
    waiting = Q(status__in=[MessageStatus.QUEUED, MessageStatus.SENDING])
    rows = Message.objects.filter(
        Q(handed_at__gte=clock.at_paris(today, 0)) | waiting,
        recipient_digest=recipient_digest,
        template__in=list(templates),
    ).exclude(status__in=[MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.SKIPPED])
    moments = (row.handed_at or row.not_before for row in rows.only("handed_at", "not_before"))
    return Counter(max(clock.paris(moment).date(), today) for moment in moments)


def settled_since(about_prefix: str, since: datetime) -> list[Message]:
    """Messages about these things that got an outcome since then, oldest first: the catch-up of `message_settled`."""
    rows = Message.objects.filter(about__startswith=about_prefix)
    settled = rows.filter(status__in=SETTLED, settled_at__gte=since)
    accepted = rows.filter(status=MessageStatus.ACCEPTED, accepted_at__gte=since)
    return sorted([*settled, *accepted], key=lambda row: (row.settled_at or row.accepted_at or since, row.pk))


def retry(pk: int) -> None:
    """Queue again a message the provider refused (staff, after a repair). Raises NotRetriable.

    Never for an unknown outcome or a message that was handed over: the provider gets a message at most once.
    """
    changed = (
        Message.objects.filter(pk=pk, status=MessageStatus.FAILED, accepted_at=None, erased_at=None)
        .exclude(error_code="outcome_unknown")
        .filter(resent_at=None)
        .update(status=MessageStatus.QUEUED, error_code="", handed_at=None, settled_at=None, not_before=clock.now())
    )
    if not changed:
        raise NotRetriable
    nudge.nudge(tasks.send_message, pk)


def erase_contact(about: str) -> int:
    """Forget the gift contact of every message about this thing; what was still queued is never sent.

    For claims that ended 30 days ago and erasure requests. The rows stay, as history without a person.
    """
    with transaction.atomic():
        skip_queued(about, "erased")
        rows = Message.objects.about(about).filter(recipient_plain="", erased_at=None)
        return rows.exclude(status=MessageStatus.SENDING).update(
            recipient_sealed=None, recipient_digest="", erased_at=clock.now()
        )


def erase_person(about: str) -> int:
    """Forget the sender or florist in every message about this thing: who it went to, and what it said.

    For erasure requests. The rows stay, as history without a person; what was still queued is never sent.
    """
    with transaction.atomic():
        skip_queued(about, "erased")
        rows = Message.objects.about(about).filter(erased_at=None).exclude(recipient_plain="")
        return rows.exclude(status=MessageStatus.SENDING).update(
            recipient_plain="", recipient_sealed=None, recipient_digest="", context={}, erased_at=clock.now()
        )


def written_to(about: str) -> list[dict[str, Any]]:
    """Messages a sender got about this thing, for their copy of what is kept: which, how, when; no gift contact.

    What still waits is no news yet, and when it was decided is nobody's business.
    """
    rows = Message.objects.about(about).filter(erased_at=None).exclude(recipient_plain="").order_by("pk")
    return [
        {"message": row.template, "channel": row.channel, "to": row.recipient_plain, "at": row.handed_at.isoformat()}
        for row in rows
        if row.handed_at is not None
    ]
