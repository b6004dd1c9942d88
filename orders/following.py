"""What the florist's side did to a paid order: delivered, failed, or nobody to make it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from florists.models import Delivery
from interflora.lib import clock
from interflora.lib.clock import HalfDay
from orders import cancellation, events, messages, steps
from orders.models import EventKind, Order, OrderProblem, Owner, RefundCause, Step

# Statuses worth waking for: `to_assign` may mean that the ladder is exhausted.
NEWS = (Delivery.Status.DELIVERED, Delivery.Status.FAILED, Delivery.Status.TO_ASSIGN, Delivery.Status.ACCEPTED)
# Somebody is being looked for, asked, or has it: a problem of before is over.
FOUND = (Delivery.Status.TO_ASSIGN, Delivery.Status.OFFERED, Delivery.Status.ACCEPTED)
REFUND_AFTER = timedelta(hours=24)  # nobody found, and staff did nothing: never silence


def half_day_of(moment: datetime) -> tuple[date, str]:
    """The day and half-day in which something happened."""
    local = clock.paris(moment)
    morning_ends = clock.HALF_DAY_HOURS[HalfDay.MORNING.value][1]
    return local.date(), HalfDay.MORNING if local.hour < morning_ends else HalfDay.AFTERNOON


def news_time(order: Order, delivered_at: datetime) -> datetime:
    """When the sender may learn of a delivery: of a gift not before the half-day is over, lest the exact time tell
    where the recipient is (invariant I6)."""
    if not order.is_gift or not settings.GIFT_NEWS_AT_HALF_DAY_END:
        return delivered_at
    return max(delivered_at, clock.half_day_end(*half_day_of(delivered_at)))


def follow(delivery_pk: int) -> bool:
    """Bring the paid order of a delivery up to date. Locks the Order; safe to run twice; False when nothing changed."""
    order_pk = Order.objects.filter(delivery_id=delivery_pk).values_list("pk", flat=True).first()
    if order_pk is None:
        return False
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        if not order.is_paid:
            return False
        delivery = order.delivery
        if delivery.delivered_at is not None:
            return _delivered(order, delivery.delivered_at)
        if delivery.status == Delivery.Status.FAILED:
            return _problem(order, OrderProblem.DELIVERY_FAILED, EventKind.DELIVERY_FAILED)
        if delivery.next_step == Delivery.Step.FIND_FLORIST:
            return _problem(order, OrderProblem.NO_FLORIST, EventKind.NO_FLORIST)
        return _on_its_way(order)


def _delivered(order: Order, delivered_at: datetime) -> bool:
    news_at = news_time(order, delivered_at)
    if news_at > clock.now():
        if order.next_step == Step.TELL_DELIVERED:
            return False
        steps.clear_problem(order)
        steps.set_step(order, Step.TELL_DELIVERED, Owner.SYSTEM, news_at + steps.GRACE)
        return True
    day, half_day = half_day_of(delivered_at)
    steps.clear_problem(order)
    order.status, order.delivered_at = Order.Status.DELIVERED, news_at
    order.next_step, order.next_step_owner, order.next_step_due_at = "", "", None
    order.save(update_fields=["status", "delivered_at", "next_step", "next_step_owner", "next_step_due_at"])
    events.record(order, EventKind.DELIVERED, day=day.isoformat(), half_day=half_day)
    messages.tell_delivered(order, day, half_day)
    return True


def _problem(order: Order, problem: OrderProblem, kind: EventKind) -> bool:
    if order.problem == problem:
        return False
    events.record(order, kind)
    steps.raise_problem(order, problem)
    return True


def _on_its_way(order: Order) -> bool:
    """Under way: « livrer » is due at the end of the half-day promised, which may have changed."""
    solved = order.problem in {OrderProblem.NO_FLORIST, OrderProblem.DELIVERY_FAILED}
    underway = order.delivery.status in FOUND
    if not underway or not (solved or (order.next_step == Step.DELIVER and _date_moved(order))):
        return False
    if solved:
        steps.clear_problem(order)
    steps.await_delivery(order)
    return True


def _date_moved(order: Order) -> bool:
    delivery = order.delivery
    if delivery.day is None or order.next_step_due_at is None:
        return False
    due_at = clock.half_day_end(delivery.day, delivery.half_day) + steps.GRACE
    return due_at > clock.now() and due_at != order.next_step_due_at


def to_follow() -> list[int]:
    """Deliveries whose order has not followed yet: the sweeper's list."""
    delivery = Q(delivery__status__in=[Delivery.Status.DELIVERED, Delivery.Status.FAILED])
    exhausted = Q(delivery__next_step=Delivery.Step.FIND_FLORIST) & ~Q(problem=OrderProblem.NO_FLORIST)
    failed_known = Q(delivery__status=Delivery.Status.FAILED, problem=OrderProblem.DELIVERY_FAILED)
    unsolved = Q(problem__in=[OrderProblem.NO_FLORIST, OrderProblem.DELIVERY_FAILED])
    underway = Q(delivery__status__in=FOUND)
    found = unsolved & underway & ~Q(delivery__next_step=Delivery.Step.FIND_FLORIST)
    orders = Order.objects.filter(status=Order.Status.PAID).filter(delivery | exhausted | found).exclude(failed_known)
    return list(orders.order_by("pk").values_list("delivery_id", flat=True))


def undeliverable() -> list[int]:
    """Orders on the board for want of a florist, or failed, that nobody treated in time: they are refunded."""
    return list(_untreated().values_list("pk", flat=True))


def _untreated() -> QuerySet[Order]:
    return Order.objects.filter(
        status=Order.Status.PAID,
        problem__in=[OrderProblem.NO_FLORIST, OrderProblem.DELIVERY_FAILED],
        problem_at__lte=clock.now() - REFUND_AFTER,
    )


def give_up(order_pk: int) -> bool:
    """Refund an order that cannot be delivered, unless somebody treated it meanwhile. Safe to run twice."""
    with transaction.atomic():
        cancellation.lock(order_pk)
        if not _untreated().filter(pk=order_pk).exists():
            return False
        return cancellation.cancel(order_pk, RefundCause.UNDELIVERABLE)
