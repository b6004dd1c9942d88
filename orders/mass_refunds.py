"""Canceling and refunding several orders: first what would come of it, then the verbs, one order at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from orders import cancellation
from orders.models import CONTESTED, LEFT_CENTS, Order, Payment

log = logging.getLogger(__name__)
MOST_ORDERS = 200  # one page, answered while the person waits


@dataclass(frozen=True)
class Forecast:
    """What `cancellation.refund_in_full` would do to one order now. Money in cents."""

    order: Order
    ends: bool  # the order is canceled
    why_not: str  # else why: "departed", "delivered", "closed"
    cents: int  # asked back at Stripe
    waiting_cents: int  # asked too, and kept until the bank has answered a dispute


@dataclass(frozen=True)
class DryRun:
    """The forecasts, by order number, and their sums."""

    rows: list[Forecast]

    @property
    def cents(self) -> int:
        return sum(row.cents for row in self.rows)

    @property
    def waiting_cents(self) -> int:
        return sum(row.waiting_cents for row in self.rows)

    @property
    def ending(self) -> int:
        return sum(row.ends for row in self.rows)

    @property
    def unchanged(self) -> list[Forecast]:
        return [row for row in self.rows if not (row.ends or row.cents or row.waiting_cents)]


@dataclass
class Result:
    """What was done, counted."""

    canceled: int = 0
    refunded: int = 0  # without being canceled
    unchanged: int = 0
    failed: int = 0
    cents: int = 0


def dry_run(orders: QuerySet[Order]) -> DryRun:
    """Read everything, change nothing; two queries however many orders."""
    found = list(orders.select_related("delivery").order_by("public_id"))
    left: dict[tuple[int, bool], int] = {}
    for order_pk, dispute, cents in _left_of(found):
        key = order_pk, dispute in CONTESTED
        left[key] = left.get(key, 0) + cents
    return DryRun([_forecast(order, left.get((order.pk, False), 0), left.get((order.pk, True), 0)) for order in found])


def carry_out(order_pks: Sequence[int], *, actor: str) -> Result:
    """Cancel and refund each order in its own transaction; one that fails is logged and stops nobody else's."""
    result = Result()
    for pk in order_pks:
        try:
            _carry_out_one(pk, result, actor=actor)
        except Exception:
            log.exception("order row %s could not be refunded", pk)
            result.failed += 1
    return result


def _forecast(order: Order, cents: int, waiting_cents: int) -> Forecast:
    why_not = _why_not(order)
    return Forecast(order, not why_not, why_not, cents, waiting_cents)


def _why_not(order: Order) -> str:
    """Why this order would not be canceled; "" when it would."""
    if order.is_pending or (order.is_paid and cancellation.can_stop(order.delivery)):
        return ""
    if order.status == Order.Status.DELIVERED:
        return "delivered"
    return "departed" if order.is_paid else "closed"


def _carry_out_one(pk: int, result: Result, *, actor: str) -> None:
    order = Order.objects.get(pk=pk)
    was, before = order.status, _left_of([order])
    done = cancellation.refund_in_full(pk, actor=actor)
    result.cents += sum(cents for *_, cents in before) - sum(cents for *_, cents in _left_of([order]))
    order.refresh_from_db()
    canceled = order.status == Order.Status.CANCELED != was
    result.canceled += done and canceled
    result.refunded += done and not canceled
    result.unchanged += not done


def _left_of(orders: Sequence[Order]) -> list[tuple[int, str, int]]:
    """Order, dispute and what is left of each payment."""
    payments = Payment.objects.filter(order__in=orders, status=Payment.Status.CONFIRMED).with_returned()
    return list(payments.annotate(left_cents=LEFT_CENTS).values_list("order_id", "dispute", "left_cents"))
