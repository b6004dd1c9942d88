"""What staff decide, in one tap, of an order that stopped between money and flowers (`models.DECISIONS`)."""

from __future__ import annotations

from django.db import transaction

from interflora.lib import clock
from orders import cancellation, events, holds, steps
from orders.models import EventKind, Order, OrderProblem, RefundCause

_CAUSES = {
    OrderProblem.DISPUTED: cancellation.WITHOUT_REFUND,
    OrderProblem.REFUNDED: RefundCause.CONSOLE,
    OrderProblem.UNCLAIMED: RefundCause.STAFF,
}


def deliver_anyway(order_pk: int, *, actor: str) -> bool:
    """The flowers leave although the payment is contested, or was returned. False when nothing was to decide.

    Locks Order → Payment → Refund → Delivery. The refunds of before are not asked about again.
    """
    with transaction.atomic():
        order = cancellation.lock(order_pk)
        if not order.awaits_decision or not may_deliver(order):
            return False
        order.deliver_anyway_at = clock.now()
        order.save(update_fields=["deliver_anyway_at"])
        events.record(order, EventKind.DELIVER_ANYWAY, actor=actor, problem=order.problem)
        if not holds.resume(order, actor=actor):
            steps.clear_problem(order)
            steps.await_delivery(order)
    return True


def cancel(order_pk: int, *, actor: str) -> bool:
    """The order ends. No money moves when the bank holds it or it went back already; else it goes back.

    Locks Order → Payment → Refund → Delivery. False when nothing was to decide, or when the flowers have left.
    """
    with transaction.atomic():
        order = cancellation.lock(order_pk)
        if not order.awaits_decision:
            return False
        return cancellation.cancel(order_pk, _CAUSES[OrderProblem(order.problem)], actor=actor)


def may_deliver(order: Order) -> bool:
    """Whether the flowers could leave: of a gift that is closed, nobody says where to."""
    return order.problem != OrderProblem.UNCLAIMED


def may_cancel(order: Order) -> bool:
    """Whether the flowers can still be stopped."""
    return order.is_paid and cancellation.can_stop(order.delivery)
