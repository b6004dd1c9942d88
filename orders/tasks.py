"""Wake-ups of this app: ids in, one verb called. Sweepers find in the rows what a lost wake-up forgot."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from celery import shared_task

from interflora.lib import clock
from interflora.lib.nudge import nudge
from orders import (
    cancellation,
    checkout,
    disputes,
    facts,
    following,
    lookups,
    payments,
    refunds,
    steps,
    stripe_gateway,
    webhooks,
)
from orders.models import Order, Payment, Refund

log = logging.getLogger(__name__)
RECONCILE_FOR = timedelta(hours=72)
SWEEP_SECONDS = 25.0


@shared_task
def submit_refund(refund_pk: int) -> None:
    refunds.submit(refund_pk)


@shared_task
def close_session(payment_pk: int) -> None:
    _each([payment_pk], payments.close_session)


@shared_task
def record_facts(order_pk: int) -> None:
    facts.record(order_pk)


@shared_task
def handle_stripe_event(event_pk: int) -> None:
    webhooks.handle(event_pk)


@shared_task
def refresh_dispute(payment_pk: int) -> None:
    _each([payment_pk], disputes.refresh)


@shared_task
def close_refunded(order_pk: int) -> None:
    cancellation.close_refunded(order_pk)


@shared_task
def follow_delivery(delivery_pk: int) -> None:
    following.follow(delivery_pk)


@shared_task
def answer_lookup(lookup_pk: int) -> None:
    lookups.answer(lookup_pk)


@shared_task
def sweep_lookups() -> None:
    """Every minute: shoppers who lost their link and whose task was lost; what they typed goes after a day."""
    _each(lookups.due(), lookups.answer)
    lookups.forget()


@shared_task
def sweep_refunds() -> None:
    """Every minute: refunds asked and not yet carried to Stripe."""
    _each(refunds.due().order_by("pk").values_list("pk", flat=True)[:200], refunds.submit)


@shared_task
def sweep_stripe_events() -> None:
    """Every minute: events whose task was lost."""
    _each(webhooks.left_behind(), webhooks.handle)


@shared_task
def sweep_deliveries() -> None:
    """Every minute: orders that have not heard of their delivery; then those nobody could deliver."""
    _each(following.to_follow(), following.follow)
    _each(following.undeliverable(), following.give_up)


@shared_task
def sweep_unpaid() -> None:
    """Every five minutes: sessions to close at Stripe, payments past their time, orders never paid."""
    now = clock.now()
    ended = Payment.objects.filter(status__in=["expired", "failed"], session_closed_at=None, session_id__isnull=False)
    _each(ended.values_list("pk", flat=True)[:200], payments.close_session)
    past = Payment.objects.filter(status="pending", expires_at__lte=now)
    _each(past.values_list("pk", flat=True)[:200], payments.reconcile)
    unpaid = Order.objects.filter(status=Order.Status.PENDING, expires_at__lte=now)
    _each(unpaid.values_list("pk", flat=True)[:200], checkout.expire)


@shared_task
def sweep_facts() -> None:
    """Every five minutes: purchases and consents not yet told to `notifications`, and what came of those that were."""
    _each(facts.unrecorded(), facts.record)
    facts.follow_up()


@shared_task
def reconcile_payments(first: int = 0) -> None:
    """Every fifteen minutes over 72 h: what Stripe knows and no webhook told. Goes on from the payment it came to."""
    since = clock.now() - RECONCILE_FOR
    pending = Payment.objects.filter(status="pending", created_at__gte=since, session_id__isnull=False, pk__gte=first)
    left = _each(pending.order_by("pk").values_list("pk", flat=True), payments.reconcile)
    if left is not None:
        nudge(reconcile_payments, left)
    if not first:
        waiting = Refund.objects.filter(status=Refund.Status.SUBMITTED, requested_at__gte=since)
        _each(waiting.order_by("pk").values_list("pk", flat=True), refunds.reconcile)
        _reconcile_disputes(since)


@shared_task
def reconcile_nightly(first: int = 0) -> None:
    """Once a night, in full: every unsettled refund, and refunds of the last months made in Stripe's console.

    Goes on from the payment it came to.
    """
    if not first:
        waiting = Refund.objects.filter(status=Refund.Status.SUBMITTED)
        _each(waiting.order_by("pk").values_list("pk", flat=True), refunds.reconcile)
    since = clock.now() - timedelta(days=90)
    if not first:
        _reconcile_disputes(since)
    recent = Payment.objects.filter(status="confirmed", confirmed_at__gte=since, pk__gte=first)
    left = _each(recent.order_by("pk").values_list("pk", flat=True), refunds.reconcile_payment)
    if left is not None:
        nudge(reconcile_nightly, left)


@shared_task
def check_promises() -> None:
    """Every five minutes: no paid order without a next step (I5), no flowers promised for money that went back, no
    money held for nothing."""
    _each(Order.objects.returned_but_promised().values_list("pk", flat=True), cancellation.close_refunded)
    steps.check_going_dark()
    payments.check_owed()


def _reconcile_disputes(since: datetime) -> None:
    try:
        disputes.reconcile(since)
    except stripe_gateway.GatewayError as error:
        log.warning("disputes: %s", error)


def _each(pks: Iterable[int], verb: Callable[[int], object]) -> int | None:
    """One failure never stops the others; the row stays due and comes back.

    Ends after a while, so that a slow Stripe neither keeps the worker from other work nor has it killed over a row;
    returns the pk it did not come to.
    """
    started = time.monotonic()
    for place, pk in enumerate(list(pks)):
        if place and time.monotonic() - started > SWEEP_SECONDS:
            return pk
        try:
            verb(pk)
        except (stripe_gateway.GatewayError, refunds.Busy) as error:
            log.warning("%s(%s): %s", verb.__name__, pk, error)
        except Exception:
            log.exception("%s(%s) failed", verb.__name__, pk)
    return None
