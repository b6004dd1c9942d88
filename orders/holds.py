"""A paid order kept back: its payment is contested, so nothing leaves until the bank or staff decide."""

from __future__ import annotations

from datetime import timedelta

from florists import holds as deliveries
from florists.deliveries import TransitionRefused
from interflora.lib import clock
from orders import events, messages, steps
from orders.models import EventKind, Order, OrderProblem, Owner, Step

INVITE_WITHIN = timedelta(minutes=30)


def hold(order: Order) -> bool:
    """Keep the flowers back, put the order on the board and tell the sender. False when it is too late for that.

    Too late: the florist has started, or the order is over. A gift nobody accepted yet keeps the step it has; nobody
    is written to about it meanwhile. The caller holds Order → Payment; locks the Delivery.
    """
    if not order.is_paid:
        return False
    try:
        if not deliveries.hold(order.delivery):
            return False
    except TransitionRefused:
        return False
    order.delivery.refresh_from_db()
    if order.is_gift and order.delivery.released_at is None:
        steps.flag(order, OrderProblem.DISPUTED)
    else:
        steps.raise_problem(order, OrderProblem.DISPUTED)
    event = events.record(order, EventKind.HELD)
    messages.tell_held(order, event.pk)
    return True


def resume(order: Order, *, actor: str = "") -> bool:
    """Go on where it was held. False when it was not. The caller holds Order → Payment; locks the Delivery."""
    if order.problem != OrderProblem.DISPUTED:
        return False
    if not _is_stopped(order):
        deliveries.resume(order.delivery)
        order.delivery.refresh_from_db()
    steps.clear_problem(order)
    _take_up(order)
    event = events.record(order, EventKind.RESUMED, actor=actor)
    messages.tell_resumed(order, event.pk)
    return True


def _is_looked_at(order: Order) -> bool:
    """Staff look at the gift before anybody is invited: the claim of `addressless` knows, and keeps the step."""
    claim = getattr(order, "claim", None)
    return claim is not None and bool(claim.is_in_review)


def _is_stopped(order: Order) -> bool:
    """Staff keep accepted flowers back for another reason than the bank's: the claim of `addressless` knows."""
    claim = getattr(order, "claim", None)
    return claim is not None and order.delivery.released_at is not None and bool(claim.is_stopped)


def _take_up(order: Order) -> None:
    """The step of before."""
    if order.delivery.released_at is not None:
        steps.await_delivery(order)
    elif not order.is_gift:
        steps.raise_problem(order, OrderProblem.STUCK)  # paid without address: only the sender can give it
    elif order.next_step == Step.TREAT and not _is_looked_at(order):
        steps.set_step(order, Step.INVITE, Owner.SYSTEM, clock.now() + INVITE_WITHIN)
