"""Plain makers of gifts. The recurring recipient is Lou, reachable as lou@belle-adresse.example."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addressless import claims, invitations, sessions
from addressless.claims import Gift
from addressless.models import Claim, ClaimSession
from interflora.lib import clock, contacts
from notifications.models import Message
from orders.models import Order
from tests.florists.factories import make_florist
from tests.orders.factories import make_order, make_payment, make_session

CONTACTS = {
    "email": "lou@belle-adresse.example",
    "sms": "+33612345678",
    "twitter_dm": "4242|lou_fleurs",
    "personal_link": "",
}


def make_gift(channel: str = "email", contact: str | None = None, **fields: Any) -> Gift:
    """What the delivery step makes of a form."""
    contact = CONTACTS[channel] if contact is None else contact
    key = contacts.match_key(channel, contact.rpartition("|")[2]) if contact else ""
    return Gift(channel=channel, contact=contact, contact_key=key, **fields)


def make_draft(channel: str = "email", *, sender: dict[str, Any] | None = None, **fields: Any) -> Claim:
    """A pending gift order with its claim; nothing is paid."""
    order = make_order(is_gift=True, **(sender or {}))
    return claims.draft(order, make_gift(channel, **fields))


def pay(order: Order) -> Order:
    """Pay a pending order, without Stripe and without a worker."""
    from orders import payments

    payment = make_payment(order)
    assert payments.confirm(payment.pk, make_session(payment))
    return Order.objects.select_related("delivery").get(pk=order.pk)


def make_started(channel: str = "email", **fields: Any) -> Claim:
    """Paid, invitation queued (personal link: open already)."""
    claim = make_draft(channel, **fields)
    pay(claim.order)
    assert invitations.start(claim.pk)
    return Claim.objects.get(pk=claim.pk)


def invitation_of(claim: Claim) -> Message:
    """The newest invitation of a claim."""
    return Message.objects.filter(about=claim.about, template="gift_invitation").latest("pk")


def settle_message(message: Message, status: str, **fields: Any) -> None:
    """Write a message's outcome as the outbox would, in silence (no news is sent)."""
    now = clock.now()
    values: dict[str, Any] = {"status": status, "handed_at": now}
    if status in ("accepted", "delivered", "undelivered"):
        values["accepted_at"] = now
    if status != "accepted":
        values["settled_at"] = now
    if status == "skipped":
        values |= {"handed_at": None, "skip_reason": "suppressed"}
    Message.objects.filter(pk=message.pk).update(**(values | fields))


def make_invited(channel: str = "email", **fields: Any) -> Claim:
    """Paid, invitation handed over, waiting for its answer; one florist serves 35000 Rennes."""
    make_florist()
    claim = make_started(channel, **fields)
    if channel != "personal_link":
        settle_message(invitation_of(claim), "accepted")
        assert invitations.hear(invitation_of(claim).pk)
    return Claim.objects.get(pk=claim.pk)


def make_failed(channel: str = "email", **fields: Any) -> Claim:
    """Paid, and the first invitation came back."""
    claim = make_started(channel, **fields)
    settle_message(invitation_of(claim), "failed", error_code="550")
    assert invitations.hear(invitation_of(claim).pk)
    return Claim.objects.get(pk=claim.pk)


def open_session(claim: Claim) -> ClaimSession:
    """A browser that pressed « Découvrir »."""
    session = sessions.find(sessions.open_session(claim))
    assert session is not None
    return session


def age(claim: Claim, **columns: timedelta) -> None:
    """Move columns of the claim into the past by so much."""
    row = Claim.objects.get(pk=claim.pk)
    Claim.objects.filter(pk=claim.pk).update(**{name: getattr(row, name) - by for name, by in columns.items()})


def age_messages(claim: Claim, by: timedelta = timedelta(days=1)) -> None:
    """What was written to the recipient so far was handed over so long ago: the day has room again."""
    for message in Message.objects.filter(about=claim.about):
        settle_message(message, "accepted")
    Message.objects.filter(about=claim.about).update(handed_at=clock.now() - by)


def let_window_end(claim: Claim) -> None:
    """The answer was due a minute ago."""
    now = clock.now()
    Claim.objects.filter(pk=claim.pk).update(invited_at=now - timedelta(days=7), expires_at=now - timedelta(minutes=1))
