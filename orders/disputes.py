"""What the buyer's bank contests: refunds stop, flowers are kept back, and both go on when the bank finds for us."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from interflora.lib import clock
from interflora.lib.nudge import nudge
from orders import cancellation, events, holds, messages, refunds, stripe_gateway, wakeups
from orders.models import (
    TAKEN_BACK,
    DisputeState,
    EventKind,
    Order,
    Payment,
    PaymentProblem,
    Refund,
    RefundCause,
    RefundProblem,
)


def refresh(payment_pk: int) -> bool:
    """Read the disputes of a payment again at Stripe and act on them. False when nothing changed."""
    intent_id = Payment.objects.values_list("intent_id", flat=True).get(pk=payment_pk)
    return bool(intent_id) and apply(payment_pk, state_of(stripe_gateway.list_disputes(intent_id or "")))


def state_of(disputes: list[stripe_gateway.Dispute]) -> str:
    """One answer for all of them: an open one counts first, then a lost one. "" without any."""
    if not disputes:
        return ""
    if any(dispute.is_open for dispute in disputes):
        return DisputeState.OPEN
    return DisputeState.WON if all(dispute.is_won for dispute in disputes) else DisputeState.LOST


def reconcile(since: datetime) -> int:
    """Disputes opened since then that no webhook told, or whose end none told. Returns how many payments changed."""
    intents = {dispute.intent_id for dispute in stripe_gateway.recent_disputes(since)} - {""}
    known = Payment.objects.filter(intent_id__in=intents).order_by("pk").values_list("pk", flat=True)
    return sum(refresh(pk) for pk in known)


def apply(payment_pk: int, state: str) -> bool:
    """Write what the bank contests. Locks Order → Payment → Refund → Delivery. False when it was known."""
    order_pk = Payment.objects.values_list("order_id", flat=True).get(pk=payment_pk)
    with transaction.atomic():
        order = cancellation.lock(order_pk)
        payment = order.payments.get(pk=payment_pk)
        payment.order = order
        if payment.dispute == state:
            return False
        payment.dispute = state
        if state == DisputeState.OPEN:
            _opened(order, payment)
        elif state == DisputeState.LOST:
            _lost(order, payment)
        else:
            _won(order, payment)
    return True


def acknowledge(payment_pk: int, *, actor: str) -> bool:
    """Accounting have taken note of a lost dispute: off the board; the payment stays lost. False for anything else."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=payment_pk)
        if payment.problem != PaymentProblem.DISPUTE_LOST:
            return False
        _write(payment, "")
        events.record(payment.order, EventKind.SOLVED, actor=actor, problem=PaymentProblem.DISPUTE_LOST)
    return True


def _opened(order: Order, payment: Payment) -> None:
    _write(payment, PaymentProblem.DISPUTED)
    waiting = payment.refunds.filter(status=Refund.Status.REQUESTED)
    waiting.update(problem=RefundProblem.DISPUTED, problem_at=clock.now())
    events.record(order, EventKind.PAYMENT_DISPUTED)
    if payment.pays_order:
        holds.hold(order)


def _lost(order: Order, payment: Payment) -> None:
    """The bank gave the money back itself: nothing is left for us to return. A held order waits for staff."""
    _write(payment, PaymentProblem.DISPUTE_LOST)
    refunds.give_way(payment, TAKEN_BACK)
    events.record(order, EventKind.DISPUTE_CLOSED, won=False)


def _won(order: Order, payment: Payment) -> None:
    contested = payment.problem in {PaymentProblem.DISPUTED, PaymentProblem.DISPUTE_LOST}
    _write(payment, "" if contested else payment.problem)
    released = payment.refunds.filter(status=Refund.Status.REQUESTED, problem=RefundProblem.DISPUTED)
    for refund_pk in list(released.values_list("pk", flat=True)):
        nudge(wakeups.submit_refund, refund_pk)
    released.update(problem="", problem_at=None)
    events.record(order, EventKind.DISPUTE_CLOSED, won=True)
    if payment.pays_order:
        holds.resume(order)
    _return_unspent(order, payment)


def _return_unspent(order: Order, payment: Payment) -> None:
    """Canceled without refund while the bank held the money: now that we have it, it goes back."""
    if order.status != Order.Status.CANCELED or payment.refunds.alive().exists():
        return
    refund = refunds.request(payment, RefundCause.STAFF)
    if refund is not None and payment.pays_order:
        messages.tell_refund_requested(order, payment, refund)


def _write(payment: Payment, problem: str) -> None:
    if payment.problem != problem:
        payment.problem, payment.problem_at = problem, clock.now() if problem else None
    payment.save(update_fields=["dispute", "problem", "problem_at"])
