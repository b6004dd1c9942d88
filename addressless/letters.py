"""What leaves for either person. Every function queues inside the caller's transaction; keys make it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from addressless.models import OPEN, Announcement, Claim, ClaimStatus, Tracking
from interflora.lib import crypto, links, wording
from interflora.lib.contacts import Channel
from notifications import outbox
from notifications.models import Message
from orders.models import Order

INVITATION, TOGETHER = "gift_invitation", "gifts_invitation"
INVITATIONS = (INVITATION, TOGETHER)
# What is counted as a message to the contact that a sender gave; news to a contact of the recipient's own are not.
TO_CONTACT = (*INVITATIONS, "gift_reminder", "gift_canceled")
# Reasons under which we drop our own queued messages: none of them says that the contact failed.
DROPPED = frozenset({"answered", "ended", "replaced"})


def shown_name(order: Order) -> str:
    """The sender's first name when it is fit for a first contact, else "" (« Quelqu’un »)."""
    try:
        return wording.screen_first_name(order.sender_first_name)
    except wording.Refused:
        return ""


def invitation_key(claim: Claim) -> str:
    """`dedup_key` of the invitation that counts now: a corrected contact or a resend makes another."""
    if claim.announcement_id is not None:
        return f"{TOGETHER}:{claim.announcement_id}"
    return f"{INVITATION}:{claim.public_id}:{claim.generation}:{claim.invitations}"


def invited_by(message: Message) -> list[int]:
    """The claims that this invitation is about."""
    kind, _colon, which = message.about.partition(":")
    told = {"announcement_id": int(which)} if kind == "gifts" else {"public_id": which}
    return list(Claim.objects.filter(**told).order_by("pk").values_list("pk", flat=True))


def _shown(order: Order, claim: Claim) -> dict[str, Any]:
    """What a message says of a gift: who offers it, its link and the code that may be typed instead."""
    link = claim.link()
    return {"sender": shown_name(order), "link": links.reference(link), "code": links.code_reference(link)}


def _to_recipient(
    template: str, order: Order, claim: Claim, key: str, *, not_before: datetime | None = None, **more: Any
) -> None:
    if claim.contact_sealed is None:
        return
    outbox.queue(
        template,
        channel=claim.channel,
        to=crypto.decrypt(claim.contact_sealed),
        context={**_shown(order, claim), "stop": links.reference(claim.stop_link()), **more},
        dedup_key=key,
        about=claim.about,
        gift=True,
        not_before=not_before,
        expires_at=None if claim.status == ClaimStatus.ACCEPTED else claim.expires_at,
    )


def announce(together: Announcement, gifts: Sequence[tuple[Order, Claim]]) -> None:
    """The first contact for several gifts at once: each its own link and code, one way to be left alone."""
    claim = gifts[0][1]
    if claim.contact_sealed is None:
        return
    told = [_shown(order, each) for order, each in gifts]
    ends = [each.expires_at for _order, each in gifts if each.expires_at]
    outbox.queue(
        TOGETHER,
        channel=claim.channel,
        to=crypto.decrypt(claim.contact_sealed),
        context={"gifts": told, "count": len(told), "stop": links.reference(claim.stop_link())},
        dedup_key=invitation_key(claim),
        about=together.about,
        gift=True,
        expires_at=max(ends) if len(ends) == len(gifts) else None,
    )


def invite(order: Order, claim: Claim) -> None:
    """The first contact, or its resend with the same link."""
    _to_recipient(INVITATION, order, claim, invitation_key(claim))


def remind(order: Order, claim: Claim, number: int) -> None:
    """Reminder 1 or 2; not sent once the window is over."""
    deadline = claim.expires_at.isoformat() if claim.expires_at else ""
    _to_recipient(
        "gift_reminder", order, claim, f"gift_reminder:{claim.public_id}:{number}", deadline=deadline, number=number
    )


def withdraw(order: Order, claim: Claim, *, not_before: datetime | None = None) -> None:
    """« Rien à faire, rien à payer »: in the same words whether or not it was answered, for whoever reads there."""
    _to_recipient("gift_canceled", order, claim, f"gift_canceled:{claim.public_id}", not_before=not_before)


def tell_recipient(row: Tracking, template: str, *, key: str, **context: Any) -> None:
    """News to the contact the recipient chose; to one the sender knows, neither link nor state, only « your code »."""
    if row.contact_sealed is None:
        return
    shown = {} if row.is_known_to_sender else {"link": links.reference(row.link()), **context}
    outbox.queue(
        template,
        channel=row.channel,
        to=crypto.decrypt(row.contact_sealed),
        context=shown,
        dedup_key=f"{template}:{row.claim.public_id}:{row.contacts_given}:{key}",
        about=row.about,
        gift=True,
    )


def drop_queued(claim: Claim, reason: str) -> None:
    """Whatever still waits to leave for the recipient; a message for several gifts only with the last of them."""
    outbox.skip_queued(claim.about, reason)
    together = claim.announcement
    if together is not None and not _others(claim).filter(status__in=OPEN).exists():
        outbox.skip_queued(together.about, reason)


def erase_contact(claim: Claim) -> None:
    """Forget the contact in this claim's messages; in one for several gifts once all of them have forgotten it."""
    outbox.erase_contact(claim.about)
    together = claim.announcement
    if together is not None and not _others(claim).filter(contact_erased_at=None).exists():
        outbox.erase_contact(together.about)


def _others(claim: Claim) -> QuerySet[Claim]:
    return Claim.objects.filter(announcement=claim.announcement).exclude(pk=claim.pk)


def tell_sender(order: Order, template: str, *, key: str = "", **context: Any) -> None:
    """One e-mail to the sender about their gift; `key` tells repeats apart."""
    if not order.sender_email:
        return
    outbox.queue(
        template,
        channel=Channel.EMAIL,
        to=order.sender_email,
        context={"first_name": order.sender_first_name, "link": links.reference(order.link()), **context},
        dedup_key=f"{template}:{order.public_id}:{key}",
        about=f"order:{order.public_id}",
        language=order.language,
    )


def warn_sender(order: Order, not_before: datetime) -> None:
    """Once for an order, whatever number of reports; names neither gift nor day, and leaves when it says nothing."""
    if not order.sender_email:
        return
    outbox.queue(
        "gift_warning",
        channel=Channel.EMAIL,
        to=order.sender_email,
        context={"first_name": order.sender_first_name},
        dedup_key=f"gift_warning:{order.public_id}",
        about=f"order:{order.public_id}",
        not_before=not_before,
        language=order.language,
    )


def contact_failed(order: Order, failed_at: datetime, deadline: datetime, *, again: bool) -> None:
    """Told at once and once more after a day; the sentence is the same whatever the cause."""
    key = f"{failed_at:%Y%m%d%H%M%S}:{int(again)}"
    tell_sender(order, "gift_contact_failed", key=key, deadline=deadline.isoformat())
