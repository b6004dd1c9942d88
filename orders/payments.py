"""Money coming in. A Payment row is written before Stripe is called; webhook, return page and sweepers all end in
`apply`, which is idempotent and never moves a state backwards."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from florists import deliveries
from interflora.lib import clock
from interflora.lib.nudge import nudge
from orders import events, messages, refunds, signals, stripe_gateway, wakeups
from orders.models import (
    EventKind,
    Order,
    OrderProblem,
    Owner,
    Payment,
    PaymentProblem,
    RefundCause,
    Step,
)
from orders.steps import GRACE, raise_problem
from orders.stripe_gateway import Session

log = logging.getLogger(__name__)
SESSION_LIVES = timedelta(minutes=60)
SESSION_MUST_LIVE = timedelta(minutes=31)  # Stripe refuses less than 30 minutes from its own clock
INVITATION_DUE = timedelta(minutes=30)
Status = Payment.Status


class PaymentError(Exception):
    """The payment page cannot be opened."""


class NotPayable(PaymentError):
    """The order is no longer waiting for a payment."""


class AlreadyPaid(PaymentError):
    """A payment of this order was captured already."""


class TotalChanged(PaymentError):
    """The total is no longer the one shown."""


class Incomplete(PaymentError):
    """Something is missing: `step` is "delivery" or "details"."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class Unavailable(PaymentError):
    """Stripe did not answer, or refused: nothing was charged, try again."""


class UnderReview(PaymentError):
    """The buyer has paid by a means whose bank answers later: there is nothing to do but wait."""


def start(order: Order, *, shown_cents: int) -> str:
    """The address of Stripe's page for this pending order; opens a session, or finds the open one again.

    Locks the Order, not during the call to Stripe. Raises NotPayable, AlreadyPaid, TotalChanged, Incomplete,
    UnderReview or Unavailable.
    """
    payment = _open_payment(order.pk, shown_cents)
    try:
        if payment.session_id:
            session = stripe_gateway.retrieve_session(payment.session_id)
        else:
            session = stripe_gateway.create_session(payment.params, str(payment.key))
            Payment.objects.filter(pk=payment.pk).update(session_id=session.id, session_url=session.url)
    except stripe_gateway.GatewayError as error:
        raise Unavailable from error
    if session.status == "open" and session.url:
        return session.url
    apply(payment.pk, session)
    if session.is_paid:
        raise AlreadyPaid
    if session.status == "complete":
        raise UnderReview
    raise Unavailable


def _open_payment(order_pk: int, shown_cents: int) -> Payment:
    """The order's one pending payment, made now when there is none that can still be used."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        if order.paid_at is not None:
            raise AlreadyPaid
        if not order.is_pending:
            raise NotPayable
        if order.total_cents != shown_cents:
            raise TotalChanged
        if not order.is_gift and order.delivery.day is None:
            raise Incomplete("delivery")
        if not (order.sender_first_name and order.sender_email):
            raise Incomplete("details")
        pending = order.payments.select_for_update().filter(status=Status.PENDING).first()
        needed = timedelta(minutes=2) if pending and pending.session_id else SESSION_MUST_LIVE
        if pending and pending.params == _params(order, pending) and pending.expires_at > clock.now() + needed:
            return pending
        supersede(order)
        payment = Payment(order=order, amount_cents=order.total_cents, expires_at=clock.now() + SESSION_LIVES)
        payment.params = _params(order, payment)
        payment.save(force_insert=True)
        order.expires_at = max(order.expires_at, payment.expires_at + GRACE)
        order.save(update_fields=["expires_at"])
    return payment


def _params(order: Order, payment: Payment) -> dict[str, Any]:
    """What Stripe is told: amounts, products and the buyer's e-mail. Nothing of the recipient, no link of ours."""
    metadata = {"order": order.public_id, "payment": str(payment.key)}
    return {
        "mode": "payment",
        "client_reference_id": order.public_id,
        "customer_email": order.sender_email,
        "locale": order.language,
        "line_items": _line_items(order, payment.currency),
        "success_url": f"{settings.SITE_URL}{reverse('orders:return')}?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.SITE_URL}{reverse('orders:unpaid')}",
        "expires_at": int(payment.expires_at.timestamp()),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
    }


def _line_items(order: Order, currency: str) -> list[dict[str, Any]]:
    """What the buyer reads on Stripe's page, line by line."""
    items = []
    for line in order.lines.all():
        whole = line.discount_cents == 0
        with override(order.language):  # as the rest of that page, whatever this window speaks
            label = line.shown_label
        items.append(
            {
                "quantity": line.quantity if whole else 1,
                "price_data": {
                    "currency": currency,
                    "unit_amount": line.unit_cents if whole else line.total_cents,
                    "product_data": {"name": label if whole else f"{line.quantity} × {label}"},
                },
            }
        )
    return items


def _listed(items: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Quantity, cents and name of each line: what makes two pages of Stripe the same purchase."""
    return [
        (item["quantity"], item["price_data"]["unit_amount"], item["price_data"]["product_data"]["name"])
        for item in items
    ]


def supersede(order: Order) -> None:
    """Close the order's open payment: its total or its order is no longer the right one. The caller locks the Order.

    Stripe's page is closed after the commit; should it be paid all the same, `confirm` gives the money back.
    """
    for payment in order.payments.select_for_update().filter(status=Status.PENDING).order_by("pk"):
        payment.status, payment.ended_at = Status.EXPIRED, clock.now()
        payment.save(update_fields=["status", "ended_at"])
        if payment.session_id:
            nudge(wakeups.close_session, payment.pk)


def find(session: Session) -> Payment | None:
    """The payment of a session: by its id, else by the key in its metadata (the answer to our call was lost)."""
    known = Payment.objects.filter(session_id=session.id).first()
    return known or by_key(session.payment_key, session_id=None)


def by_key(text: str, **fields: Any) -> Payment | None:
    """The payment whose key some metadata name; None for a foreign or malformed one."""
    try:
        return Payment.objects.select_related("order").filter(key=UUID(text), **fields).first()
    except ValueError:
        return None


def of_intent(intent_id: str) -> Payment | None:
    """The payment of an intent, confirmed first when its own news has not come yet; None for a foreign one."""
    payment = Payment.objects.filter(intent_id=intent_id).first() if intent_id else None
    if payment is None and intent_id:
        payment = by_key(stripe_gateway.retrieve_intent(intent_id).payment_key)
        if payment is not None:
            reconcile(payment.pk)
            payment.refresh_from_db()
    return payment if payment is not None and payment.intent_id == intent_id else None


def apply(payment_pk: int, session: Session) -> bool:
    """Write what Stripe says of a session; False when it says nothing new."""
    if session.is_paid:
        return confirm(payment_pk, session)
    if session.status == "expired":
        return _end(payment_pk, Status.EXPIRED)
    if session.status == "complete":
        waiting = Payment.objects.filter(pk=payment_pk, status=Status.PENDING, reviewed_since=None)
        return bool(waiting.update(reviewed_since=clock.now()))
    return False


def fail(payment_pk: int) -> bool:
    """A delayed payment did not arrive: pending → failed, and the buyer, who was told to wait, is told. False when
    it was known, or ended another way."""
    with transaction.atomic():
        if not _end(payment_pk, Status.FAILED):
            return False
        payment = Payment.objects.select_related("order").get(pk=payment_pk)
        messages.tell_payment_failed(payment.order, payment)
    return True


def _end(payment_pk: int, status: Status) -> bool:
    now = clock.now()
    Payment.objects.filter(pk=payment_pk, session_closed_at=None).update(session_closed_at=now)
    return bool(Payment.objects.filter(pk=payment_pk, status=Status.PENDING).update(status=status, ended_at=now))


def confirm(payment_pk: int, session: Session) -> bool:
    """The session is paid: the payment is confirmed and its order paid, once. False when it was known.

    Locks Order → Payment. A wrong amount or currency goes to the board. Money for an order that is canceled, expired,
    paid by another payment, or no longer what Stripe's page listed, is returned automatically (invariants I4 and I14).
    """
    if not session.is_paid or not session.intent_id:
        return False
    order_pk = Payment.objects.values_list("order_id", flat=True).get(pk=payment_pk)
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_pk)
        if payment.is_confirmed:
            return False
        payment.order = order
        mismatch = (session.amount_cents, session.currency) != (payment.amount_cents, payment.currency)
        unchanged = _listed(payment.params["line_items"]) == _listed(_line_items(order, payment.currency))
        pays = not mismatch and order.is_pending and unchanged
        _write_captured(payment, session, pays=pays, mismatch=mismatch)
        if pays:
            _pay_order(order)
        elif mismatch:
            events.record(order, EventKind.PAYMENT_MISMATCH, cents=session.amount_cents, currency=session.currency)
        else:
            events.record(order, EventKind.PAYMENT_LATE, cents=payment.captured_cents)
            refunds.request(payment, RefundCause.LATE_PAYMENT)
    return True


def _write_captured(payment: Payment, session: Session, *, pays: bool, mismatch: bool) -> None:
    now = clock.now()
    payment.status, payment.confirmed_at, payment.ended_at = Status.CONFIRMED, now, None
    payment.session_id, payment.intent_id = session.id, session.intent_id
    payment.session_closed_at = payment.session_closed_at or now
    payment.captured_cents, payment.pays_order = session.amount_cents, pays
    if mismatch:
        payment.problem, payment.problem_at = PaymentProblem.MISMATCH, now
    payment.save()


def _pay_order(order: Order) -> None:
    """pending → paid, the flowers released, everyone told. The caller holds Order → Payment."""
    order.status, order.paid_at = Order.Status.PAID, clock.now()
    order.next_step, order.next_step_owner, order.next_step_due_at = _first_step(order)
    order.save(update_fields=["status", "paid_at", "next_step", "next_step_owner", "next_step_due_at"])
    events.record(order, EventKind.PAID, cents=order.total_cents)
    if order.is_gift:
        deliveries.await_address(order.delivery)
    else:
        _release(order)
    messages.tell_confirmed(order)
    signals.announce(signals.order_paid, order.pk)
    nudge(wakeups.record_facts, order.pk)


def _release(order: Order) -> None:
    """A known address goes to the florists; without one (erased meanwhile) a person must call the sender."""
    try:
        with transaction.atomic():
            deliveries.release(order.delivery)
    except deliveries.NotReady:
        raise_problem(order, OrderProblem.STUCK)


def _first_step(order: Order) -> tuple[str, str, datetime]:
    delivery = order.delivery
    if order.is_gift or delivery.day is None:
        return Step.INVITE, Owner.SYSTEM, clock.now() + INVITATION_DUE
    end = max(clock.half_day_end(delivery.day, delivery.half_day), clock.now())
    return Step.DELIVER, Owner.FLORIST, end + GRACE


def close_session(payment_pk: int) -> bool:
    """Close at Stripe the page of a payment that ended here; what Stripe knows better is applied. Safe to run twice."""
    payment = Payment.objects.get(pk=payment_pk)
    if not payment.session_id or payment.session_closed_at or payment.status == Status.PENDING:
        return False
    try:
        session = stripe_gateway.expire_session(payment.session_id)
    except stripe_gateway.Refused:
        session = stripe_gateway.retrieve_session(payment.session_id)  # complete already: look again
    apply(payment.pk, session)
    if session.status == "expired" or session.is_paid:
        Payment.objects.filter(pk=payment.pk, session_closed_at=None).update(session_closed_at=clock.now())
    return True


def reconcile(payment_pk: int) -> bool:
    """Read one payment's session again at Stripe and apply it, since the webhook may never come. False if no news."""
    payment = Payment.objects.get(pk=payment_pk)
    if not payment.session_id:
        return payment.expires_at < clock.now() and _end(payment.pk, Status.EXPIRED)
    return apply(payment.pk, stripe_gateway.retrieve_session(payment.session_id))


def check_owed() -> int:
    """Money held for no live order with nothing under way: ask its refund. Returns how many (must be 0)."""
    pks = list(Payment.objects.owed().values_list("pk", flat=True))
    for pk in pks:
        log.error("payment %s is owed to its buyer", pk)
        with transaction.atomic():
            order_pk = Payment.objects.values_list("order_id", flat=True).get(pk=pk)
            order = Order.objects.select_for_update(of=("self",)).get(pk=order_pk)
            payment = Payment.objects.select_for_update(of=("self",)).get(pk=pk)
            payment.order = order
            refunds.request(payment, RefundCause.LATE_PAYMENT)
    return len(pks)
