"""What the recipient of an accepted gift may do: another moment or place, news, thanks, a worry, erasure.

The verbs lock Order → Claim → Delivery. Nothing of it is written where the sender's pages look.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from addressless import answers, claims, letters
from addressless.errors import NotNow
from addressless.models import Claim, ClaimStatus, Tracking, Worry, WorryStatus
from florists import addresses, deliveries, erasure
from florists.addresses import AddressInput
from florists.models import AddressRead, Delivery
from florists.states import DeliveryStatus
from interflora.lib import clock, contacts, crypto, links, wording
from notifications import outbox
from orders import steps
from orders.models import Order

# What is told to the recipient's own contact.
NEWS = (DeliveryStatus.ACCEPTED, DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
OVER = (DeliveryStatus.DELIVERED, DeliveryStatus.CANCELED)
CONTACTS_AT_MOST = 5
WORRIES_AT_MOST = 10


def by_token(token: str) -> Claim | None:
    """The accepted gift that this tracking link opens: of the follow-up code, or of the recipient's own contact."""
    digest = links.digest(token)
    accepted = Claim.objects.filter(status=ClaimStatus.ACCEPTED).select_related("order__delivery", "tracking")
    found = accepted.filter(tracking_token_digest=digest).first()
    return found or accepted.filter(tracking__token_digest=digest).first()


def of(claim: Claim) -> Tracking:
    """The tracking row, made when first needed."""
    return Tracking.objects.select_related("claim").get_or_create(claim=claim)[0]


def is_erased(claim: Claim) -> bool:
    """Whether the recipient had everything erased."""
    return Tracking.objects.filter(claim=claim, erased_at__isnull=False).exists()


def may_change(claim: Claim) -> bool:
    """Day and address: until the florist starts preparing."""
    return deliveries.recipient_may_change(claim.order.delivery) and not is_erased(claim)


def may_choose_day(claim: Claim) -> bool:
    """The day also after a delivery that failed: the second try."""
    failed = claim.order.delivery.status == DeliveryStatus.FAILED and bool(claim.order.delivery.next_step)
    return may_change(claim) or (failed and not is_erased(claim))


def _lock(claim_pk: int) -> tuple[Order, Claim]:
    """Order → Claim, for a gift that is accepted and still to be delivered. Raises NotNow."""
    order, claim = claims.lock(claim_pk)
    if claim.status != ClaimStatus.ACCEPTED or not claims.is_live(order) or is_erased(claim):
        raise NotNow
    return order, claim


# --- Where and when --------------------------------------------------------------------------------------------------
def change_slot(claim_pk: int, day: date, half_day: str) -> None:
    """Another moment at the same place. Raises NotNow and `calendar.SlotUnavailable`."""
    with transaction.atomic():
        order, claim = _lock(claim_pk)
        answers.check_wanted(claim, day)
        try:
            deliveries.change_slot(order.delivery, day, half_day)
        except deliveries.TransitionRefused:
            raise NotNow from None
        _await_anew(order)


@sensitive_variables()
def change_address(claim_pk: int, address: AddressInput, day: date, half_day: str) -> None:
    """Another place, sealed and ranked anew; the address before is gone.

    Raises NotNow, `calendar.SlotUnavailable`, `addresses.InvalidAddress` and `addresses.AddressUnavailable`.
    """
    with transaction.atomic():
        order, claim = _lock(claim_pk)
        answers.check_wanted(claim, day)
        try:
            deliveries.plan(order.delivery, address, day, half_day)
        except deliveries.TransitionRefused:
            raise NotNow from None
        _await_anew(order)


def allow_neighbor(claim_pk: int, *, allowed: bool) -> None:
    """Whether the florist may leave the flowers with a neighbor; until they have left. Raises NotNow."""
    with transaction.atomic():
        order, _claim = _lock(claim_pk)
        try:
            deliveries.allow_neighbor(order.delivery, allowed=allowed)
        except deliveries.TransitionRefused:
            raise NotNow from None


def _await_anew(order: Order) -> None:
    """« Livrer » is due at the end of the new half-day; an order on the board stays there until `orders.following`."""
    order.delivery.refresh_from_db()
    if not order.problem:
        steps.await_delivery(order)


# --- News on a contact of one's own ----------------------------------------------------------------------------------
def give_contact(claim_pk: int, channel: str, contact: str) -> Tracking:
    """Write to this normalized contact from now on, starting with its tracking link. Raises NotNow.

    A contact the sender typed gets no link and no state: only « tapez votre code » (`safety.md` 2).
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        row = of(claim)
        if row.erased_at or row.contacts_given >= CONTACTS_AT_MOST:
            raise NotNow
        outbox.skip_queued(row.about, "replaced")
        row.channel, row.contact_sealed = channel, crypto.encrypt(contact)
        row.contacts_given += 1
        row.is_known_to_sender = _is_known(claim, channel, contact)
        row.token_digest = None if row.is_known_to_sender else links.digest(links.token(row.link()))
        row.save()
        letters.tell_recipient(row, "gift_tracking", key=str(row.contacts_given))
    return row


def _is_known(claim: Claim, channel: str, contact: str) -> bool:
    """Whether the sender gave this contact for this gift, now or before a correction, in whatever spelling."""
    digest = crypto.gift_digest(contacts.match_key(channel, contact))
    return digest == claim.contact_digest or claim.invited_contacts.filter(contact_digest=digest).exists()


def forget_contact(claim_pk: int) -> None:
    """No more news; the link sent to that contact opens nothing any more."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        _forget(of(claim))


def _forget(row: Tracking) -> None:
    outbox.skip_queued(row.about, "replaced")
    outbox.erase_contact(row.about)
    row.channel, row.contact_sealed, row.token_digest, row.is_known_to_sender = "", None, None, False
    row.save()


def tell_news(delivery_pk: int) -> bool:
    """Tell the recipient's own contact what the delivery has become; once for each state. False when nothing is new."""
    with transaction.atomic():
        rows = Tracking.objects.select_for_update(of=("self",)).select_related("claim__order__delivery")
        row = rows.filter(claim__order__delivery_id=delivery_pk).exclude(channel="").first()
        if row is None:
            return False
        delivery = row.claim.order.delivery
        if delivery.status not in NEWS or row.told == _state(delivery):
            return False
        row.told = _state(delivery)
        row.save(update_fields=["told"])
        letters.tell_recipient(row, "gift_news", key=row.told, state=delivery.status, **_slot(delivery))
        return True


def _state(delivery: Delivery) -> str:
    """A second try is news again."""
    return f"{delivery.status}:{delivery.day:%m%d}{delivery.half_day[:1]}" if delivery.day else str(delivery.status)


def _slot(delivery: Delivery) -> dict[str, str]:
    return {"day": delivery.day.isoformat() if delivery.day else "", "half_day": delivery.half_day}


def untold() -> list[int]:
    """Deliveries whose state the recipient's contact has not been told: the sweeper's list."""
    rows = Tracking.objects.exclude(channel="").filter(claim__order__delivery__status__in=NEWS)
    found = rows.select_related("claim__order__delivery").order_by("pk")[:500]
    return [row.claim.order.delivery_id for row in found if row.told != _state(row.claim.order.delivery)]


# --- Thanks ----------------------------------------------------------------------------------------------------------
def may_thank(claim: Claim) -> bool:
    """Once, after the delivery."""
    delivered = claim.order.delivery.status == DeliveryStatus.DELIVERED
    return delivered and not Tracking.objects.filter(claim=claim, thanked_at__isnull=False).exists()


def say_thanks(claim_pk: int, text: str) -> None:
    """One screened text (≤ 255 characters) for the sender, without any contact. Raises NotNow and `wording.Refused`.

    It leaves after the news of the delivery, which waits for the end of the half-day.
    """
    text = wording.screen_message(text)
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        row = of(claim)
        if not text or row.erased_at or not may_thank(claim):
            raise NotNow
        row.thanks_text, row.thanked_at = text, clock.now()
        row.save(update_fields=["thanks_text", "thanked_at"])
    send_thanks(row.pk)


def send_thanks(tracking_pk: int) -> bool:
    """Hand the word of thanks to the sender, once they know of the delivery. Safe to run twice."""
    with transaction.atomic():
        row = Tracking.objects.select_for_update(of=("self",)).select_related("claim__order").get(pk=tracking_pk)
        if not row.thanks_text or row.thanks_sent_at is not None:
            return False
        if row.claim.order.status != Order.Status.DELIVERED:
            return False
        letters.tell_sender(row.claim.order, "gift_thanks", text=row.thanks_text)
        row.thanks_sent_at = clock.now()
        row.save(update_fields=["thanks_sent_at"])
        return True


def unsent_thanks() -> list[int]:
    """Words of thanks that may leave now: the sweeper's list."""
    rows = Tracking.objects.filter(thanked_at__isnull=False, thanks_sent_at=None).exclude(thanks_text="")
    return list(rows.filter(claim__order__status=Order.Status.DELIVERED).values_list("pk", flat=True)[:500])


# --- A worry ---------------------------------------------------------------------------------------------------------
def tell_worry(claim_pk: int, kind: str, text: str) -> Worry:
    """Put it before the service; the same open worry is not filed twice. Raises NotNow after ten."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        same = claim.worries.filter(kind=kind, status=WorryStatus.OPEN).first()
        text = wording.clean_text(text)[:500]
        if same is not None:
            if text and text not in same.text:
                same.text = f"{same.text}\n{text}".strip()[:500]
                same.save(update_fields=["text"])
            return same
        if claim.worries.count() >= WORRIES_AT_MOST:
            raise NotNow
        return Worry.objects.create(claim=claim, kind=kind, text=text)


def handle_worry(worry_pk: int, user: User) -> bool:
    """Somebody took care of it; False when it already was. One conditional update."""
    changed = Worry.objects.filter(pk=worry_pk, status=WorryStatus.OPEN).update(
        status=WorryStatus.HANDLED, handled_at=clock.now(), handled_by=user
    )
    return changed == 1


# --- What we keep ----------------------------------------------------------------------------------------------------
def receipt(claim: Claim) -> dict[str, Any]:
    """Who read the address and when, and until when it is kept; no name of anybody."""
    delivery = claim.order.delivery
    reads = AddressRead.objects.filter(delivery=delivery).order_by("read_at")
    ended_at = delivery.delivered_at or delivery.failed_at
    return {
        "reads": [{"purpose": read.purpose, "at": read.read_at, "reason": read.reason} for read in reads],
        "is_kept": hasattr(delivery, "sealed_address"),
        "erased_on": ended_at + erasure.keep_after_end() if ended_at else None,
        "contact_erased_on": _contact_erased_on(claim),
    }


def _contact_erased_on(claim: Claim) -> datetime | None:
    if claim.contact_erased_at or claim.contact_sealed is None or claim.ended_at is None:
        return None
    return claim.ended_at + claims.ERASE_CONTACTS_AFTER


def past_keeping() -> list[int]:
    """Claims whose recipient gave a contact or words, 30 days after the end: the nightly sweeper's list."""
    limit = clock.now() - claims.ERASE_CONTACTS_AFTER
    over = Q(order__delivery__delivered_at__lt=limit) | Q(order__canceled_at__lt=limit)
    spoken = Q(thanks_sent_at__isnull=False) & ~Q(thanks_text="")
    ended = Claim.objects.filter(over, status=ClaimStatus.ACCEPTED)
    rows = Tracking.objects.filter(~Q(channel="") | spoken, claim__in=ended)
    worries = Worry.objects.filter(claim__in=ended, status=WorryStatus.HANDLED).exclude(text="")
    return sorted({*rows.values_list("claim_id", flat=True)[:500], *worries.values_list("claim_id", flat=True)[:500]})


def forget_old(claim_pk: int) -> bool:
    """Forget the recipient's own contact, their word of thanks and what a handled worry said. Safe to run twice."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        row = of(claim)
        _forget(row)
        if row.thanks_sent_at is not None:
            row.thanks_text = ""
            row.save(update_fields=["thanks_text"])
        Worry.objects.filter(claim=claim, status=WorryStatus.HANDLED).update(text="")
        return True


def may_erase(claim: Claim) -> bool:
    """At once, when nothing is to be delivered any more."""
    return claim.order.delivery.status in OVER and not is_erased(claim)


def erase_now(claim_pk: int) -> bool:
    """Erase everything the recipient gave: address, contacts, words. False when already done. Raises NotNow earlier.

    What stays: that a gift was delivered on a day, and the keyed digest that keeps a block in force.
    """
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        row = of(claim)
        if row.erased_at:
            return False
        if not may_erase(claim):
            raise NotNow
        addresses.erase(order.delivery)
        letters.erase_contact(claim)
        _forget(row)
        claim.contact_sealed, claim.contact_erased_at = None, claim.contact_erased_at or clock.now()
        claim.save(update_fields=["contact_sealed", "contact_erased_at"])
        Worry.objects.filter(claim=claim).update(text="")
        row.thanks_text, row.erased_at = "", clock.now()
        row.save(update_fields=["thanks_text", "erased_at"])
        return True
