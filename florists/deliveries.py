"""The verbs of the work order, for the apps above. Each locks the Delivery row and re-reads it.

Errors: `TransitionRefused` (wrong state), `SlotUnavailable` (calendar), `InvalidAddress` and `AddressUnavailable`
(vault). A verb whose effect is already there returns False and changes nothing.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from florists import addresses, calendar, events, ladder, messages, placing, signals, states, steps
from florists.addresses import AddressInput
from florists.calendar import SlotUnavailable
from florists.models import Delivery, Florist
from florists.states import DeliveryStatus, EventKind, OfferStatus, Step
from interflora.lib import clock
from interflora.lib.statements import Given, Writes, update


class TransitionRefused(Exception):
    """The delivery is not in a state that allows this. `status` is the state it is in."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class NotReady(Exception):
    """The delivery has no sealed address or no date: it cannot be released."""


def lock(pk: int) -> Delivery:
    """The row, locked until the end of the caller's transaction."""
    return Delivery.objects.select_for_update().get(pk=pk)


# --- Before payment ----------------------------------------------------------------------------------------------
def create_draft(*, what: list[dict[str, Any]], is_gift: bool, florist_pay_cents: int = 0) -> Delivery:
    """A new work order nobody is offered yet. `what`: product, size, quantity, recipe, picture, add_ons."""
    with transaction.atomic():
        delivery = Delivery.objects.create(items=what, is_gift=is_gift, florist_pay_cents=florist_pay_cents)
        events.record(delivery, EventKind.CREATED)
    return delivery


def rewrite_draft(
    delivery: Delivery, *, what: list[dict[str, Any]], is_gift: bool, florist_pay_cents: int | None = None
) -> None:
    """Follow the cart while nothing is paid. Turning an addressed draft into a gift forgets address and date."""
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, DeliveryStatus.DRAFT)
        if is_gift and not row.is_gift:
            addresses.erase(row)
            ladder.store(row, [])
            row.day, row.half_day = None, ""
        row.items, row.is_gift = what, is_gift
        if florist_pay_cents is not None:
            row.florist_pay_cents = florist_pay_cents
        row.save(update_fields=["items", "is_gift", "florist_pay_cents", "day", "half_day"])


# --- Card, place and date ----------------------------------------------------------------------------------------
def set_card(delivery: Delivery, text: str) -> Delivery:
    """Change the card's text (≤ 255 characters, screened by the caller) until the florist starts preparing."""
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, *states.CHANGEABLE)
        if row.card_text != text:
            row.card_text = text
            row.save(update_fields=["card_text"])
            events.record(row, EventKind.CARD_CHANGED)
            for offer in row.offers.filter(status=OfferStatus.ACCEPTED).select_related("florist", "delivery"):
                number = row.events.filter(kind=EventKind.CARD_CHANGED).count()
                messages.card_changed(offer, number)
    return row


def plan(delivery: Delivery, address: AddressInput, day: date, half_day: str) -> Delivery:
    """Seal the address, check the half-day and rank the candidate florists. A paid delivery is offered anew.

    A draft or a delivery awaiting its address keeps its state until `release`.
    """
    addresses.check(address)
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, *states.CHANGEABLE)
        zone = calendar.check_slot(address.postcode, day, half_day)
        ladder.withdraw(row)
        addresses.seal(row, address)
        row.ladder_from = ladder.store(row, ladder.candidates(zone, address.postcode, day))
        _date(row, day, half_day)
        events.record(row, EventKind.PLANNED)
    return row


def place(
    row: Delivery, address: AddressInput, day: date, half_day: str, *, what: list[dict[str, Any]] | None = None
) -> None:
    """The recipient of a paid gift answers: `plan` and `release` in one. The caller holds the row's lock.

    `what`: the flowers the recipient preferred, for the same pay; the sender may not know before the delivery.
    """
    _require(row, DeliveryStatus.AWAITING_ADDRESS)
    addresses.check(address)
    zone, key = placing.ask(address.postcode, day)
    if not zone.florists:
        raise SlotUnavailable("not_served")
    calendar.check_free(zone, day, half_day)
    sealed = addresses.sealed(row, address, key)
    florists = ladder.candidates(zone, address.postcode, day)
    row.day, row.half_day, row.released_at = day, half_day, clock.now()
    if what is not None:
        row.items, row.is_swapped = what, True
    _search(row)
    values = {name: getattr(row, name) for name in (*_PLACED, *_SWAPPED)}
    _placement(len(florists), is_swapped=what is not None).run(
        delivery=row.pk, now=row.released_at, **sealed, **ladder.named_rungs(florists), **values
    )
    signals.announce(row.pk, row.status)


_PLACED = (*steps.FIELDS, "day", "half_day", "released_at")
_SWAPPED = ("items", "is_swapped")


@cache
def _placement(rungs: int, *, is_swapped: bool) -> Writes:
    """Address, ladder, work order and history, in one statement."""
    changed = {name: Given(name) for name in (*_PLACED, *(_SWAPPED if is_swapped else ()))}
    told = [*([EventKind.SWAPPED] if is_swapped else []), EventKind.PLANNED, EventKind.RELEASED]
    return Writes(
        lambda: [
            update(Delivery.objects.filter(pk=Given("delivery")), **_CLEARED, **changed),
            addresses.sealing(),
            ladder.first_rungs(rungs),
            events.lines(*told),
        ]
    )


def forget_card(delivery: Delivery) -> None:
    """Erase the card's text once the work order is over, at its author's request."""
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED, DeliveryStatus.CANCELED, DeliveryStatus.DRAFT)
        if row.card_text:
            row.card_text = ""
            row.save(update_fields=["card_text"])


def allow_neighbor(delivery: Delivery, *, allowed: bool) -> Delivery:
    """Whether a neighbor may take the flowers in when nobody answers; until they have left."""
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, *states.CHANGEABLE, DeliveryStatus.PREPARING)
        if row.neighbor_allowed != allowed:
            row.neighbor_allowed = allowed
            row.save(update_fields=["neighbor_allowed"])
            events.record(row, EventKind.NEIGHBOR, allowed=allowed)
    return row


def change_slot(delivery: Delivery, day: date, half_day: str, *, user: User | None = None) -> Delivery:
    """Another half-day at the same place: the same florists' calendars decide, since nobody here reads the place.

    Also the second try of a failed delivery.
    """
    with transaction.atomic():
        row = lock(delivery.pk)
        _require(row, *states.CHANGEABLE, DeliveryStatus.FAILED)
        florists = ladder.members(row)
        if row.status != DeliveryStatus.FAILED and (row.day, row.half_day) == (day, half_day):
            return row
        calendar.check_slot_for(florists, day, half_day)
        ladder.withdraw(row)
        ladder.store(row, florists)
        _date(row, day, half_day)
        events.record(row, EventKind.RESCHEDULED, user=user, day=day.isoformat(), half_day=half_day)
    return row


def served_days(delivery: Delivery) -> list[date]:
    """The days to propose for `change_slot`."""
    return calendar.days_of(ladder.members(delivery))


def sender_may_change(delivery: Delivery) -> bool:
    """Known address only, until the florist starts preparing; of a gift the sender may change nothing but the card."""
    return not delivery.is_gift and delivery.may_change


def recipient_may_change(delivery: Delivery) -> bool:
    """The recipient of a gift, until the florist starts preparing."""
    return delivery.is_gift and delivery.may_change


# --- Payment and cancellation ------------------------------------------------------------------------------------
def await_address(delivery: Delivery) -> bool:
    """A gift is paid: wait for the recipient. False when it already was so, or further."""
    with transaction.atomic():
        row = lock(delivery.pk)
        if row.status != DeliveryStatus.DRAFT:
            return False
        if not row.is_gift:
            raise TransitionRefused(row.status)
        row.status = DeliveryStatus.AWAITING_ADDRESS
        row.save(update_fields=["status"])
        events.record(row, EventKind.AWAITING_ADDRESS)
        signals.announce(row.pk, row.status)
    return True


def release(delivery: Delivery) -> bool:
    """Paid, placed and dated: look for a florist. False when it already was so, or further, or canceled.

    Raises `NotReady` without address or date (a draft whose address was erased after a week).
    """
    with transaction.atomic():
        row = lock(delivery.pk)
        if row.status != (DeliveryStatus.AWAITING_ADDRESS if row.is_gift else DeliveryStatus.DRAFT):
            return False
        if row.day is None or not hasattr(row, "sealed_address"):
            raise NotReady
        row.released_at = clock.now()
        _to_assign(row, "released_at")
        events.record(row, EventKind.RELEASED)
    return True


def cancel(delivery: Delivery) -> bool:
    """Stop everything and erase the address at once. False when the flowers have already left.

    True again when called twice. Closing a delivery that failed keeps its state and clears its next step.
    """
    with transaction.atomic():
        row = lock(delivery.pk)
        if row.status == DeliveryStatus.CANCELED:
            return True
        if row.status == DeliveryStatus.FAILED:
            _close_failed(row)
            return True
        if row.has_departed:
            return False
        ladder.withdraw(row, canceled=True)
        addresses.erase(row)
        row.status, row.canceled_at, row.held_at = DeliveryStatus.CANCELED, clock.now(), None
        steps.clear(row)
        row.save(update_fields=[*steps.FIELDS, "canceled_at", "held_at"])
        events.record(row, EventKind.CANCELED)
        signals.announce(row.pk, row.status)
    return True


# --- Under the lock of the caller --------------------------------------------------------------------------------
def to_assign(row: Delivery) -> None:
    """Back to the search of a florist, whoever had it. The caller holds the row's lock."""
    _to_assign(row)


def mark_offered(row: Delivery, due_at: Any) -> None:
    """A florist is being asked until `due_at`. The caller holds the row's lock."""
    row.status = DeliveryStatus.OFFERED
    steps.set_step(row, Step.ANSWER, due_at)
    row.save(update_fields=steps.FIELDS)
    signals.announce(row.pk, row.status)


def assign(row: Delivery, florist: Florist) -> None:
    """This florist does it. The caller holds the row's lock."""
    row.status, row.florist, row.accepted_at = DeliveryStatus.ACCEPTED, florist, clock.now()
    steps.set_step(row, Step.PREPARE)
    row.save(update_fields=[*steps.FIELDS, "florist", "accepted_at"])
    signals.announce(row.pk, row.status)


def _to_assign(row: Delivery, *more: str) -> None:
    _search(row)
    row.save(update_fields=[*steps.FIELDS, *_CLEARED, *more])
    signals.announce(row.pk, row.status)


_CLEARED = {
    "florist": None,
    "problem": "",
    "accepted_at": None,
    "preparing_at": None,
    "departed_at": None,
    "failed_at": None,
}


def _search(row: Delivery) -> None:
    row.status = DeliveryStatus.TO_ASSIGN
    for name, value in _CLEARED.items():
        setattr(row, name, value)
    steps.set_step(row, Step.HELD if row.held_at else Step.OFFER)


def _date(row: Delivery, day: date, half_day: str) -> None:
    row.day, row.half_day = day, half_day
    if row.status in {DeliveryStatus.DRAFT, DeliveryStatus.AWAITING_ADDRESS}:
        row.save(update_fields=["day", "half_day", "ladder_from"])
    else:
        _to_assign(row, "day", "half_day", "ladder_from")


def _close_failed(row: Delivery) -> None:
    if row.next_step:
        steps.clear(row)
        row.save(update_fields=steps.FIELDS)
        events.record(row, EventKind.CLOSED)
    addresses.erase(row)


def _require(row: Delivery, *statuses: DeliveryStatus) -> None:
    if row.status not in statuses:
        raise TransitionRefused(row.status)
