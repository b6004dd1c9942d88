"""An order that ends without delivery: canceled, and everything left of the money goes back, exactly once (I3)."""

from __future__ import annotations

from django.db import transaction

from florists import deliveries
from florists.models import Delivery
from interflora.lib import clock
from orders import checkout, events, messages, refunds, signals, steps
from orders.models import EventKind, Order, OrderProblem, Payment, PaymentProblem, Refund, RefundCause

# The flowers came back or never left: nothing departs any more, whatever the delivery's last state.
_AFTER_DEPARTURE = (RefundCause.UNDELIVERABLE,)
# A cause without refund: the bank contests the payment and decides of the money itself.
WITHOUT_REFUND = "disputed"


class TooLate(Exception):
    """The florist has started: the sender can no longer cancel alone."""


def lock(order_pk: int) -> Order:
    """Order → Payments → Refunds, locked in the order every verb keeps. The caller holds a transaction and may then
    lock its Claim."""
    order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
    payments = list(Payment.objects.select_for_update().filter(order=order).order_by("pk"))
    list(Refund.objects.select_for_update().filter(payment__in=payments).order_by("pk"))
    return order


def can_stop(delivery: Delivery) -> bool:
    """Whether canceling the order now would stop its flowers; `cancel` asks again under the lock."""
    return not delivery.has_departed or delivery.status == Delivery.Status.FAILED


def cancel(order_pk: int, cause: RefundCause | str, *, actor: str = "") -> bool:
    """paid (or pending) → canceled, the delivery canceled, one refund row of the full remaining amount inserted.

    Joins the caller's transaction, or opens one. Locks Order → Payment → Refund → Delivery. False when the order was
    already ended, or when the flowers have left (then nothing is changed). Announces `order_closed` on commit.
    `WITHOUT_REFUND` inserts no refund row, and does nothing unless the bank contests the payment.
    """
    with transaction.atomic():
        order = lock(order_pk)
        if order.is_pending:
            checkout.abandon(order)
            return True
        if not order.is_paid:
            return False
        payment = order.payments.get(pays_order=True)
        if cause == WITHOUT_REFUND and not payment.is_contested:
            return False
        if not deliveries.cancel(order.delivery) and cause not in _AFTER_DEPARTURE:
            return False
        steps.clear_problem(order)
        order.status, order.canceled_at = Order.Status.CANCELED, clock.now()
        order.next_step, order.next_step_owner, order.next_step_due_at = "", "", None
        order.save(update_fields=["status", "canceled_at", "next_step", "next_step_owner", "next_step_due_at"])
        events.record(order, EventKind.CANCELED, actor=actor, cause=str(cause))
        payment.order = order
        cents = 0 if cause == WITHOUT_REFUND else refunds.return_rest(payment, cause, actor=actor)
        messages.tell_canceled(order, str(cause), cents)
        signals.announce(signals.order_closed, order.pk)
    return True


def cancel_as_sender(order_pk: int) -> None:
    """The sender of a known address cancels, until the florist starts preparing. Raises TooLate.

    Locks Order → Payment → Refund → Delivery, since the florist may be starting at this very moment.
    """
    with transaction.atomic():
        order = lock(order_pk)
        order.delivery = deliveries.lock(order.delivery_id)
        if order.is_gift or not order.is_paid or not deliveries.sender_may_change(order.delivery):
            raise TooLate
        if not cancel(order_pk, RefundCause.SENDER_CANCELED):
            raise TooLate


def close_refunded(order_pk: int) -> bool:
    """The whole price went back in Stripe's console: the order ends, unless the florist started; then staff decide.

    Locks Order → Payment → Refund → Delivery, since the florist may be starting at this very moment. Safe to run
    twice; False when nothing changed.
    """
    with transaction.atomic():
        order = lock(order_pk)
        if not Order.objects.returned_but_promised().filter(pk=order_pk).exists():
            return False
        row = deliveries.lock(order.delivery_id)
        if row.may_change or row.status == Delivery.Status.FAILED:
            return cancel(order_pk, RefundCause.CONSOLE)
        if order.problem == OrderProblem.REFUNDED or row.status == Delivery.Status.DELIVERED:
            return False
        steps.raise_problem(order, OrderProblem.REFUNDED)
    return True


def refund_in_full(order_pk: int, *, actor: str) -> bool:
    """Staff give everything left back: the order is canceled when it still can be, else only refunded. False when
    nothing was left to return."""
    with transaction.atomic():
        order = lock(order_pk)
        done = cancel(order_pk, RefundCause.STAFF, actor=actor)
        for payment in order.payments.filter(status=Payment.Status.CONFIRMED):
            payment.order = order
            done = refunds.return_rest(payment, RefundCause.STAFF, actor=actor) > 0 or done
            if payment.problem == PaymentProblem.MISMATCH:
                Payment.objects.filter(pk=payment.pk).update(problem="", problem_at=None)
        order.refresh_from_db()
        if done:
            steps.clear_problem(order)
    return done
