"""Stripe's webhooks: signature → one row per event id → 200; a task then reads the object again and acts.

Events repeat, arrive in any order and may never come: a handler only looks at the object's present state.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interflora.lib import clock
from interflora.lib.nudge import nudge
from orders import disputes, events, payments, refunds, stripe_gateway, wakeups
from orders.models import EventKind, Payment, StripeEvent

log = logging.getLogger(__name__)
LEFT_BEHIND = timedelta(minutes=1)
Status = StripeEvent.Status


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """POST /webhooks/stripe/: 400 without a valid signature, 200 for everything else, known, old or unknown."""
    try:
        event = stripe_gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe_gateway.BadSignature:
        return HttpResponse(status=400)
    receive(event)
    return HttpResponse(status=200)


def receive(event: stripe_gateway.Event) -> bool:
    """Keep the event, once; False when it was known."""
    with transaction.atomic():
        row, created = StripeEvent.objects.get_or_create(
            event_id=event.id, defaults={"kind": event.kind[:80], "object_id": event.object_id}
        )
        if created:
            nudge(wakeups.handle_stripe_event, row.pk)
    return created


def handle(event_pk: int) -> bool:
    """Act on one received event. Safe to run twice and at once. Unknown outcome at Stripe ⇒ left for the sweeper."""
    event = StripeEvent.objects.get(pk=event_pk)
    if event.status != Status.RECEIVED:
        return False
    StripeEvent.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
    handler = HANDLERS.get(event.kind)
    status = Status.IGNORED
    if handler is not None:
        try:
            status = Status.HANDLED if handler(event) else Status.IGNORED
        except (stripe_gateway.Unreachable, refunds.Busy):
            return False
        except stripe_gateway.Refused as refusal:
            # The object is not ours to read (another account, deleted): nothing will change that.
            log.warning("stripe event %s: %s", event.kind, refusal.code)
    changed = StripeEvent.objects.filter(pk=event.pk, status=Status.RECEIVED)
    return bool(changed.update(status=status, handled_at=clock.now()))


def left_behind() -> list[int]:
    """Events whose task was lost or could not reach Stripe, oldest first."""
    rows = StripeEvent.objects.filter(status=Status.RECEIVED, received_at__lte=clock.now() - LEFT_BEHIND)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:200])


def _session(event: StripeEvent) -> bool:
    session = stripe_gateway.retrieve_session(event.object_id)
    payment = payments.find(session)
    return payment is not None and payments.apply(payment.pk, session)


def _async_failed(event: StripeEvent) -> bool:
    session = stripe_gateway.retrieve_session(event.object_id)
    payment = payments.find(session)
    if payment is None:
        return False
    return payments.apply(payment.pk, session) if session.is_paid else payments.fail(payment.pk)


def _intent(event: StripeEvent) -> bool:
    """Back-up signal: the session of the intent tells whether the order is paid."""
    payment = payments.by_key(stripe_gateway.retrieve_intent(event.object_id).payment_key)
    return payment is not None and payments.reconcile(payment.pk)


def _declined(event: StripeEvent) -> bool:
    """One try was declined; the session stays open and the buyer may try again: a line of history."""
    intent = stripe_gateway.retrieve_intent(event.object_id)
    payment = payments.by_key(intent.payment_key)
    if payment is None or payment.status != Payment.Status.PENDING:
        return False
    events.record(payment.order, EventKind.PAYMENT_DECLINED)
    return True


def _charge_refunded(event: StripeEvent) -> bool:
    intent_id = stripe_gateway.charge_intent(event.object_id)
    return bool(intent_id) and refunds.ingest_all(intent_id)


def _refund(event: StripeEvent) -> bool:
    return refunds.ingest(stripe_gateway.retrieve_refund(event.object_id))


def _dispute(event: StripeEvent) -> bool:
    intent_id = stripe_gateway.retrieve_dispute(event.object_id).intent_id
    payment = payments.of_intent(intent_id)
    return payment is not None and disputes.refresh(payment.pk)


HANDLERS: dict[str, Callable[[StripeEvent], bool]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _async_failed,
    "checkout.session.expired": _session,
    "payment_intent.payment_failed": _declined,
    "payment_intent.succeeded": _intent,
    "payment_intent.canceled": _intent,
    "payment_intent.amount_capturable_updated": _intent,
    "charge.refunded": _charge_refunded,
    "charge.refund.updated": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
}
