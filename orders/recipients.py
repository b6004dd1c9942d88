"""The known address: sealed the moment it is typed; only name, postcode and town stay readable for the sender."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from florists import calendar, deliveries
from florists.addresses import AddressInput
from interflora.lib import crypto
from orders import events, steps
from orders.models import EventKind, Order, Step


class TooLate(Exception):
    """The order is closed, or the florist has started: nothing changes any more."""


@dataclass(frozen=True, repr=False)
class Summary:
    """What the sender's pages may show of an address they typed."""

    name: str
    postcode: str
    commune: str

    def __repr__(self) -> str:
        return "Summary(…)"


def read_summary(order: Order) -> Summary | None:
    """The summary of a known address; None for a gift, or when nothing was typed yet."""
    if order.recipient_sealed is None:
        return None
    return Summary(**json.loads(crypto.decrypt(order.recipient_sealed)))


@sensitive_variables()
def set_address(order_pk: int, address: AddressInput, day: date, half_day: str) -> None:
    """Seal the address into the order's delivery with its date, before payment or until the florist starts.

    Locks Order → Delivery. Raises TooLate, `calendar.SlotUnavailable`, `addresses.InvalidAddress` and
    `addresses.AddressUnavailable`.
    """
    summary = Summary(address.name, address.postcode, address.commune)
    with transaction.atomic():
        order = _changeable(order_pk)
        deliveries.plan(order.delivery, address, day, half_day)
        order.recipient_sealed = crypto.encrypt(json.dumps(asdict(summary)))
        order.save(update_fields=["recipient_sealed"])
        _follow(order, "address")


def set_slot(order_pk: int, day: date, half_day: str) -> None:
    """Another day or half-day at the same place. Locks Order → Delivery. Raises TooLate, `calendar.SlotUnavailable`."""
    with transaction.atomic():
        order = _changeable(order_pk)
        deliveries.change_slot(order.delivery, day, half_day)
        _follow(order, "slot")


def set_card(order_pk: int, text: str, occasion_pk: int | None = None) -> None:
    """The screened card text, before payment or until the florist starts. Locks Order → Delivery. Raises TooLate."""
    with transaction.atomic():
        order = _changeable(order_pk, gifts_too=True)
        deliveries.set_card(order.delivery, text)
        if order.is_pending:
            order.occasion_id = occasion_pk or order.occasion_id
            order.save(update_fields=["occasion"])
        else:
            events.record(order, EventKind.CHANGED, what="card")


def check_slot(order: Order) -> None:
    """Raise `calendar.SlotUnavailable` when the promised half-day can no longer be kept. A gift has none yet."""
    summary = read_summary(order)
    if summary is not None and order.delivery.day is not None:
        calendar.check_slot(summary.postcode, order.delivery.day, order.delivery.half_day)


def _changeable(order_pk: int, *, gifts_too: bool = False) -> Order:
    order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
    if order.is_gift and not (gifts_too and order.is_pending):
        raise TooLate
    if not (order.is_pending or (order.is_paid and deliveries.sender_may_change(order.delivery))):
        raise TooLate
    return order


def _follow(order: Order, what: str) -> None:
    if order.is_paid:
        events.record(order, EventKind.CHANGED, what=what)
        try:
            deliveries.release(order.delivery)  # paid when its address had been erased: only now can it leave
        except deliveries.NotReady:
            return
        order.delivery.refresh_from_db()
        if order.delivery.held_at is not None:
            return  # whatever changed, staff or the bank decide first
        if order.next_step == Step.DELIVER or order.problem:
            steps.clear_problem(order)
            steps.await_delivery(order)
