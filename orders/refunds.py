"""Money going back: one row per payment and cause, written first, then carried to Stripe by a worker.

Invariant I1 (refunds not failed never exceed what was captured) is also a trigger of the database.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from interflora.lib import clock
from interflora.lib.leases import finish, lease
from interflora.lib.nudge import nudge
from orders import events, messages, signals, stripe_gateway, wakeups
from orders.models import (
    IN_CONSOLE,
    LEFT_CENTS,
    REPEATED,
    EventKind,
    Order,
    Payment,
    Refund,
    RefundCause,
    RefundProblem,
)
from orders.stripe_gateway import RefundState

log = logging.getLogger(__name__)
LEASE_SECONDS = 180  # longer than a task may live (CELERY_TASK_TIME_LIMIT)
KEY_LIVES = timedelta(hours=23)  # Stripe keeps an idempotency key at least 24 h
STUCK_AFTER = timedelta(hours=24)
Status = Refund.Status


class NothingLeft(Exception):
    """Nothing of this payment is left to give back, or less than asked."""


class Busy(Exception):
    """The row is on its way to Stripe: come back in a moment."""


def remaining_cents(payment: Payment) -> int:
    """What may still go back. Meaningful under the lock on the Payment."""
    payments = Payment.objects.with_returned().annotate(left_cents=LEFT_CENTS)
    left: int = payments.values_list("left_cents", flat=True).get(pk=payment.pk)
    return left


def request(
    payment: Payment, cause: RefundCause | str, amount_cents: int | None = None, *, actor: str = ""
) -> Refund | None:
    """Insert the refund row of everything left (or `amount_cents`); a worker carries it to Stripe after the commit.

    The caller's transaction holds Order → Payment. Same payment and cause ⇒ the existing row, untouched, but for what
    people decide (`REPEATED`); None when nothing is left. Raises NothingLeft when less than `amount_cents` is left. A
    disputed payment's refund is written but waits for staff.
    """
    known = None if cause in REPEATED else payment.refunds.filter(cause=cause).first()
    if known is not None:
        return known
    left = remaining_cents(payment)
    amount = left if amount_cents is None else amount_cents
    if amount > left:
        raise NothingLeft
    if amount <= 0:
        return None
    disputed = payment.is_contested
    refund = Refund.objects.create(
        payment=payment,
        cause=cause,
        amount_cents=amount,
        problem=RefundProblem.DISPUTED if disputed else "",
        problem_at=clock.now() if disputed else None,
    )
    order = payment.order
    events.record(order, EventKind.REFUND_REQUESTED, actor=actor, cents=amount, cause=str(cause))
    if order.status != Order.Status.CANCELED or not payment.pays_order:
        messages.tell_refund_requested(order, payment, refund)
    if order.is_paid and left == amount:
        signals.announce(signals.order_closed, order.pk)
    nudge(wakeups.submit_refund, refund.pk)
    return refund


def return_rest(payment: Payment, cause: RefundCause | str, *, actor: str = "") -> int:
    """Ask everything left back; returns the cents asked now. What staff asked and Stripe refused is asked again first,
    with another key, the rest with a row of its own. The caller's transaction holds Order → Payment → Refund.
    """
    before = remaining_cents(payment)
    if cause == RefundCause.STAFF and not payment.is_contested:
        for failed in payment.refunds.filter(cause=cause, status=Status.FAILED).order_by("pk"):
            retry(failed.pk, actor=actor)
    request(payment, cause, actor=actor)
    return before - remaining_cents(payment)


def due() -> QuerySet[Refund]:
    """Refunds a worker should carry to Stripe now: asked, not waiting for staff, not held by another worker."""
    now = clock.now()
    return Refund.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now),
        Q(lease_until=None) | Q(lease_until__lt=now),
        status=Status.REQUESTED,
        problem__in=["", RefundProblem.STUCK],
    )


def submit(refund_pk: int) -> bool:
    """Carry one refund to Stripe. Safe to call twice and from two workers (lease, idempotency key); False if not due.

    An unknown outcome keeps the row as it is, to be tried again with the same key; past 24 h the refund is first
    looked up by its metadata, because Stripe may have forgotten the key.
    """
    rows = lease(due().filter(pk=refund_pk), to_status=Status.REQUESTED, limit=1, seconds=LEASE_SECONDS)
    if not rows:
        return False
    refund = rows[0]
    moment = clock.now()
    Refund.objects.filter(pk=refund.pk, first_tried_at=None).update(first_tried_at=moment)
    Refund.objects.filter(pk=refund.pk).update(attempts=F("attempts") + 1)
    refund.refresh_from_db(fields=["first_tried_at", "attempts"])
    try:
        state = _find(refund) if _key_may_be_gone(refund) else None
        if state is None:
            state = stripe_gateway.create_refund(
                intent_id=refund.payment.intent_id or "",
                amount_cents=refund.amount_cents,
                refund_key=str(refund.key),
                generation=refund.generation,
                idempotency_key=refund.idempotency_key,
            )
    except stripe_gateway.Unreachable:
        _try_later(refund)
        return False
    except stripe_gateway.Refused as refusal:
        return _refused(refund, refusal)
    settle(refund.pk, state)
    finish(refund)
    return True


def _key_may_be_gone(refund: Refund) -> bool:
    return refund.first_tried_at is not None and refund.first_tried_at < clock.now() - KEY_LIVES


def _find(refund: Refund) -> RefundState | None:
    """This very refund at Stripe, by its metadata."""
    for state in stripe_gateway.list_refunds(refund.payment.intent_id or ""):
        if state.refund_key == str(refund.key) and state.generation == refund.generation:
            return state
    return None


def _try_later(refund: Refund) -> None:
    """Unknown outcome: same row, same key, a little later; after a day staff see it too."""
    delay = timedelta(seconds=min(30 * 2 ** min(refund.attempts, 7), 3600))
    stuck = refund.requested_at < clock.now() - STUCK_AFTER
    problem = {"problem": RefundProblem.STUCK, "problem_at": clock.now()} if stuck else {}
    finish(refund, next_try_at=clock.now() + delay, **problem)


def _refused(refund: Refund, refusal: stripe_gateway.Refused) -> bool:
    """A definitive no. Disputed ⇒ board, still to do; already refunded ⇒ perhaps by us: look; else failed ⇒ board."""
    if refusal.code == "charge_disputed":
        # Stripe keeps the refusal under the key: another one will be needed once the dispute is won.
        changes = {"generation": refund.generation + 1, "first_tried_at": None}
        finish(refund, problem=RefundProblem.DISPUTED, problem_at=clock.now(), **changes)
        nudge(wakeups.refresh_dispute, refund.payment_id)
        return False
    try:
        states = stripe_gateway.list_refunds(refund.payment.intent_id or "")
    except stripe_gateway.GatewayError:
        _try_later(refund)
        return False
    own = [s for s in states if s.refund_key == str(refund.key) and s.generation == refund.generation]
    if own:
        settle(refund.pk, own[0])
        finish(refund)
        return True
    with transaction.atomic():
        order, _payment, row = _locked(refund.pk)
        finish(refund)
        if row.status == Status.REQUESTED:
            _fail(order, row, refusal.code, RefundProblem.FAILED)
    for state in states:
        ingest(state)
    _forgive(refund.pk)
    return False


def _forgive(refund_pk: int) -> None:
    """A failed refund is nobody's problem once all the money went back some other way."""
    with transaction.atomic():
        _order, payment, refund = _locked(refund_pk)
        if refund.status == Status.FAILED and remaining_cents(payment) == 0:
            Refund.objects.filter(pk=refund.pk).update(problem="", problem_at=None)


def _locked(refund_pk: int) -> tuple[Order, Payment, Refund]:
    """Order → Payment → Refund, locked in that order. The caller holds a transaction."""
    ids = Refund.objects.values_list("payment__order_id", "payment_id").get(pk=refund_pk)
    order = Order.objects.select_for_update(of=("self",)).get(pk=ids[0])
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=ids[1])
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_pk)
    payment.order, refund.payment = order, payment
    return order, payment, refund


def settle(refund_pk: int, state: RefundState) -> bool:
    """Write what Stripe says of a refund; False when it says nothing new. Locks Order → Payment → Refund.

    States never move backwards; succeeded → failed is the one late move. An older generation's answer is old news.
    """
    with transaction.atomic():
        order, _payment, refund = _locked(refund_pk)
        ended = refund.status == Status.FAILED and refund.stripe_id is not None
        if ended or state.generation != refund.generation:
            return False
        if state.status in {"failed", "canceled"}:
            return _bounce(order, refund, state)
        if state.status == "succeeded":
            return _succeed(order, refund, state)
        return _accept(order, refund, state)


def _accept(order: Order, refund: Refund, state: RefundState) -> bool:
    if refund.status != Status.REQUESTED:
        return False
    refund.status, refund.submitted_at, refund.stripe_id = Status.SUBMITTED, clock.now(), state.id
    refund.save(update_fields=["status", "submitted_at", "stripe_id"])
    events.record(order, EventKind.REFUND_SUBMITTED, cents=refund.amount_cents)
    return True


def _bounce(order: Order, refund: Refund, state: RefundState) -> bool:
    if refund.status == Status.FAILED:
        return False
    problem = RefundProblem.BOUNCED if refund.status == Status.SUCCEEDED else RefundProblem.FAILED
    refund.stripe_id = state.id
    _fail(order, refund, state.failure or state.status, problem)
    return True


def _succeed(order: Order, refund: Refund, state: RefundState) -> bool:
    if refund.status == Status.SUCCEEDED:
        return False
    now = clock.now()
    refund.status, refund.stripe_id, refund.succeeded_at = Status.SUCCEEDED, state.id, now
    refund.submitted_at = refund.submitted_at or now
    refund.failed_at, refund.failure, refund.problem, refund.problem_at = None, "", "", None
    refund.save(
        update_fields=[
            "status", "stripe_id", "succeeded_at", "submitted_at", "failed_at", "failure", "problem", "problem_at",
        ]
    )  # fmt: skip
    events.record(order, EventKind.REFUND_SUCCEEDED, cents=refund.amount_cents, cause=refund.cause)
    messages.tell_refunded(order, refund)
    return True


def _fail(order: Order, refund: Refund, failure: str, problem: RefundProblem) -> None:
    """The money is still ours: a person must act. The row keeps `succeeded_at` when it bounced."""
    refund.status, refund.failed_at, refund.failure = Status.FAILED, clock.now(), failure[:80]
    refund.problem, refund.problem_at = problem, clock.now()
    refund.save(update_fields=["status", "failed_at", "failure", "problem", "problem_at", "stripe_id"])
    events.record(order, EventKind.REFUND_FAILED, cents=refund.amount_cents, failure=refund.failure)


def retry(refund_pk: int, *, actor: str = "") -> bool:
    """Staff ask again for a failed or waiting refund. A definitive failure raises the generation: a new key at Stripe.

    False when it is neither failed nor waiting, or when nothing is left to return. Locks Order → Payment → Refund.
    """
    with transaction.atomic():
        order, payment, refund = _locked(refund_pk)
        if refund.status == Status.FAILED:
            amount = min(refund.amount_cents, remaining_cents(payment))
            if amount <= 0 or refund.cause == RefundCause.CONSOLE:
                return False
            refund.generation += 1
            refund.amount_cents, refund.status, refund.stripe_id = amount, Status.REQUESTED, None
            refund.submitted_at = refund.succeeded_at = refund.failed_at = refund.first_tried_at = None
            refund.failure = ""
        elif refund.status != Status.REQUESTED or not refund.problem:
            return False
        refund.problem, refund.problem_at, refund.next_try_at = "", None, None
        refund.save()
        events.record(order, EventKind.REFUND_REQUESTED, actor=actor, cents=refund.amount_cents, cause=refund.cause)
        nudge(wakeups.submit_refund, refund.pk)
    return True


def ingest(state: RefundState) -> bool:
    """A refund as Stripe has it: ours is settled; one made in Stripe's console becomes a row of its own.

    Locks Order → Payment. A request of ours for money the console already returned gives way: it shrinks to what is
    left, or fails. Raises Busy when that request is on its way to Stripe right now.
    """
    ours = _ours(state)
    known = ours or Refund.objects.filter(stripe_id=state.id).first()
    if known is not None:
        return settle(known.pk, state)
    payment_pk = Payment.objects.filter(intent_id=state.intent_id).values_list("pk", flat=True).first()
    if payment_pk is None or state.status in {"failed", "canceled"}:
        return False
    with transaction.atomic():
        order_pk = Payment.objects.values_list("order_id", flat=True).get(pk=payment_pk)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_pk)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_pk)
        payment.order = order
        if Refund.objects.filter(stripe_id=state.id).exists():
            return False
        _make_room(order, payment, state.amount_cents)
        now = clock.now()
        done = state.status == "succeeded"
        Refund.objects.create(
            payment=payment,
            cause=RefundCause.CONSOLE,
            amount_cents=state.amount_cents,
            status=Status.SUCCEEDED if done else Status.SUBMITTED,
            stripe_id=state.id,
            submitted_at=now,
            succeeded_at=now if done else None,
        )
        events.record(order, EventKind.REFUND_REQUESTED, cents=state.amount_cents, cause=RefundCause.CONSOLE)
        if done:
            events.record(order, EventKind.REFUND_SUCCEEDED, cents=state.amount_cents, cause=RefundCause.CONSOLE)
        if remaining_cents(payment) == 0:
            signals.announce(signals.order_closed, order.pk)
            nudge(wakeups.close_refunded, order.pk)
    return True


def _ours(state: RefundState) -> Refund | None:
    """The row a refund's metadata name."""
    try:
        return Refund.objects.filter(key=UUID(state.refund_key)).first()
    except ValueError:
        return None


def ingest_all(intent_id: str) -> bool:
    """Every refund Stripe knows of a payment; False when none was news."""
    news = [ingest(state) for state in stripe_gateway.list_refunds(intent_id)]
    return any(news)


def _make_room(order: Order, payment: Payment, cents: int) -> None:
    """Shrink or fail our own unsent requests so that money returned elsewhere fits under what was captured."""
    for refund in payment.refunds.select_for_update().filter(status=Status.REQUESTED).order_by("pk"):
        missing = cents - remaining_cents(payment)
        if missing <= 0:
            return
        if refund.lease_until is not None and refund.lease_until > clock.now():
            raise Busy
        if refund.amount_cents <= missing:
            refund.status, refund.failed_at, refund.failure = Status.FAILED, clock.now(), IN_CONSOLE
        else:
            refund.amount_cents -= missing
            refund.generation += 1  # other parameters, another key
            refund.first_tried_at = None
        refund.save(update_fields=["status", "failed_at", "failure", "amount_cents", "generation", "first_tried_at"])


def give_way(payment: Payment, reason: str) -> None:
    """Requests not sent yet come to nothing, and nobody has to look. The caller holds Order → Payment → Refund."""
    waiting = payment.refunds.filter(status=Status.REQUESTED)
    waiting.update(status=Status.FAILED, failed_at=clock.now(), failure=reason, problem="", problem_at=None)


def reconcile(refund_pk: int) -> bool:
    """Read one submitted refund again at Stripe; False when nothing changed."""
    stripe_id = Refund.objects.values_list("stripe_id", flat=True).get(pk=refund_pk)
    return stripe_id is not None and settle(refund_pk, stripe_gateway.retrieve_refund(stripe_id))


def reconcile_payment(payment_pk: int) -> bool:
    """Read every refund of a payment at Stripe, those of its console included."""
    intent_id = Payment.objects.values_list("intent_id", flat=True).get(pk=payment_pk)
    return bool(intent_id) and ingest_all(intent_id or "")
