"""Who owns the next step of a paid order, and until when (invariant I5)."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db import transaction

from florists.models import Delivery
from interflora.lib import clock
from interflora.lib.statements import Given, Writes, update
from orders import events
from orders.models import DECISIONS, EventKind, Order, OrderProblem, Owner, Step

log = logging.getLogger(__name__)
STAFF_DELAY = timedelta(hours=24)
GRACE = timedelta(minutes=30)

_GIFT_ACCEPTED = Writes(
    lambda: [
        update(
            Order.objects.awaiting_delivery().filter(pk=Given("order")),
            next_step=Given("step"),
            next_step_owner=Given("owner"),
            next_step_due_at=Given("due_at"),
        ),
        events.line(EventKind.GIFT_ACCEPTED),
    ]
)


def set_step(order: Order, step: str, owner: str, due_at: datetime) -> None:
    """Write the order's next step. The caller holds the lock on the Order and its transaction."""
    order.next_step, order.next_step_owner, order.next_step_due_at = step, owner, due_at
    order.save(update_fields=["next_step", "next_step_owner", "next_step_due_at"])


def await_delivery(order: Order) -> None:
    """The flowers are placed and dated: the florist delivers before the end of the promised half-day.

    Of flowers kept back the next step stays with staff.
    """
    delivery = order.delivery
    if delivery.day is None:
        raise ValueError("a delivery without a date cannot be awaited")
    set_step(order, *_once_dated(delivery, delivery.day, delivery.half_day))


def accept_gift(order: Order, day: date, half_day: str) -> bool:
    """`await_delivery` of a gift whose recipient accepts, with its line of history, in one statement.

    False when the order is no longer paid, or was returned: asked by the same statement, which starts after the lock
    that the caller holds, since one that waited for it reads what was true before. The caller then undoes everything.
    """
    step, owner, due_at = _once_dated(order.delivery, day, half_day)
    moved, _line = _GIFT_ACCEPTED.run(order=order.pk, step=step, owner=owner, due_at=due_at, now=clock.now())
    return len(moved) == 1


def _once_dated(delivery: Delivery, day: date, half_day: str) -> tuple[Step, Owner, datetime]:
    if delivery.held_at is not None:
        return Step.TREAT, Owner.STAFF, clock.now() + STAFF_DELAY
    return Step.DELIVER, Owner.FLORIST, max(clock.half_day_end(day, half_day), clock.now()) + GRACE


def flag(order: Order, problem: OrderProblem) -> None:
    """Show the order on the staff board while its next step stays whose it is. The caller holds its lock."""
    if order.problem != problem:
        order.problem, order.problem_at = problem, clock.now()
        order.save(update_fields=["problem", "problem_at"])


def raise_problem(order: Order, problem: OrderProblem, due_at: datetime | None = None) -> None:
    """Put a paid order on the staff board. The caller holds the lock on the Order."""
    flag(order, problem)
    set_step(order, Step.TREAT, Owner.STAFF, due_at or clock.now() + STAFF_DELAY)


def clear_problem(order: Order) -> None:
    """Take an order off the board. The caller holds the lock on the Order."""
    if order.problem:
        order.problem, order.problem_at = "", None
        order.save(update_fields=["problem", "problem_at"])


def solve(order_pk: int, *, actor: str) -> bool:
    """Staff say the problem is settled: « livrer » again when there is a date, else a day to follow it up.

    Locks the Order; False when it had no problem, or one that asks for a decision (`orders/decisions.py`).
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        if not order.problem or order.problem in DECISIONS:
            return False
        events.record(order, EventKind.SOLVED, actor=actor, problem=order.problem)
        clear_problem(order)
        if order.is_paid and order.delivery.released_at is not None:
            await_delivery(order)
        elif order.is_paid:
            set_step(order, Step.TREAT, Owner.STAFF, clock.now() + STAFF_DELAY)
    return True


def escalate(order_pk: int) -> bool:
    """A step's due time has passed: the order goes to the staff board. Safe to run twice; False if none was due."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        if not order.is_paid or order.next_step_due_at is None or order.next_step_due_at > clock.now():
            return False
        events.record(order, EventKind.OVERDUE, step=order.next_step, owner=order.next_step_owner)
        problem = OrderProblem(order.problem or (OrderProblem.LATE if order.next_step == Step.DELIVER else "stuck"))
        raise_problem(order, problem)
    return True


def check_going_dark() -> int:
    """Escalate every order past its step; returns how many are still dark afterwards (must be 0)."""
    for pk in Order.objects.going_dark().values_list("pk", flat=True):
        escalate(pk)
    dark = list(Order.objects.going_dark().values_list("public_id", flat=True))
    if dark:
        log.error("orders going dark: %s", " ".join(dark))
    return len(dark)
