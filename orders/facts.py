"""Facts for marketing: of each paid order the purchase and the consent given at checkout, then what came of it."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from interflora.lib import clock, crypto, phones
from notifications.marketing import consents, purchases
from orders.models import Order, Refund

CONSENT_WORDING = "checkout_sms"
CONSENT_SOURCE = "checkout"
RETOLD_FOR = timedelta(days=7)  # a worker may have been away


def record(order_pk: int) -> bool:
    """Hand the facts over. Locks the Order; safe to run twice; False when it was done or the order is not paid."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("occasion").get(pk=order_pk)
        if order.paid_at is None or order.facts_recorded_at is not None:
            return False
        if order.marketing_phone:
            consents.record(
                phone=order.marketing_phone,
                first_name=order.sender_first_name,
                wording_key=CONSENT_WORDING,
                source=CONSENT_SOURCE,
                ip=order.marketing_ip,
                granted=True,
                language=order.language,
            )
        phone = order.marketing_phone or order.sender_phone
        if phone and phones.is_mainland_mobile(phone):
            purchases.record(
                phone,
                order_public_id=order.public_id,
                purchased_at=order.paid_at,
                occasion=order.occasion.slug if order.occasion else "",
                total_cents=order.total_cents,
                department=_department(order),
                first_name=order.sender_first_name,
                is_unmentionable=order.lines.filter(variant__product__is_funeral=True).exists(),
            )
        order.facts_recorded_at = clock.now()
        order.save(update_fields=["facts_recorded_at"])
    return True


def unrecorded() -> list[int]:
    """Paid orders whose facts are not told yet."""
    due = Q(paid_at__isnull=False, facts_recorded_at=None)
    return list(Order.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:200])


def follow_up() -> None:
    """Tell what came of the orders told before: money given back lately, and which are in trouble now. Idempotent."""
    lately = Q(succeeded_at__gte=clock.now() - RETOLD_FOR) | Q(problem_at__gte=clock.now() - RETOLD_FOR)
    moved = Refund.objects.filter(lately).values("payment__order")
    returned = Q(payments__pays_order=True, payments__refunds__status=Refund.Status.SUCCEEDED)
    orders = Order.objects.filter(pk__in=moved, facts_recorded_at__isnull=False).annotate(
        refunded_cents=Coalesce(Sum("payments__refunds__amount_cents", filter=returned), 0)
    )
    for public_id, cents in orders.order_by().values_list("public_id", "refunded_cents"):
        purchases.note_refunds(public_id, cents)
    purchases.note_incidents(list(Order.objects.with_problem().order_by().values_list("public_id", flat=True)))


def _department(order: Order) -> str:
    """Where a known address is, to the department; of a gift nothing (invariant I6)."""
    if order.is_gift or order.recipient_sealed is None:
        return ""
    postcode: str = json.loads(crypto.decrypt(order.recipient_sealed))["postcode"]
    return postcode[:2]
