"""Purchase facts, so that marketing can choose an audience without ever seeing an order."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Least

from notifications.marketing import consents
from notifications.marketing.models import CampaignMessage, Purchase


def record(  # noqa: PLR0913 - the facts themselves
    phone: str,
    *,
    order_public_id: str,
    purchased_at: datetime,
    occasion: str,
    total_cents: int,
    department: str = "",
    first_name: str = "",
) -> Purchase:
    """Note that the owner of this phone (E.164, their own) bought something; once per order.

    The campaign text whose link this person followed last, within five days, is credited with it. `department` must
    stay empty for a gift to an unknown address: nothing here may tell where a recipient lives.
    """
    contact = consents.of_sale(phone, first_name)
    clicked = CampaignMessage.objects.filter(
        contact=contact,
        last_clicked_at__gt=purchased_at - CampaignMessage.CREDIT,
        last_clicked_at__lte=purchased_at,
    )
    purchase, _created = Purchase.objects.get_or_create(
        order_public_id=order_public_id,
        defaults={
            "contact": contact,
            "purchased_at": purchased_at,
            "occasion": occasion,
            "total_cents": total_cents,
            "department": department,
            "credited_to": clicked.order_by("-last_clicked_at").first(),
        },
    )
    return purchase


def note_refunds(order_public_id: str, refunded_cents: int) -> bool:
    """Note how much of an order was given back in all, so that its campaign's revenue is net; idempotent.

    False when nothing is known of this order here.
    """
    purchase = Purchase.objects.filter(order_public_id=order_public_id)
    return purchase.update(refunded_cents=Least(F("total_cents"), Value(refunded_cents))) == 1
