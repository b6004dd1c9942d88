"""Purchase facts, so that marketing can choose an audience without ever seeing an order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Least

from interflora.lib import clock
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
    is_unmentionable: bool = False,
) -> Purchase:
    """Note that the owner of this phone (E.164, their own) bought something; once per order.

    The campaign text whose link this person followed last, within five days, is credited with it. `department` must
    stay empty for a gift to an unknown address: nothing here may tell where a recipient lives. `is_unmentionable`: no
    text may ever recall it, as of a funeral.
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
            "is_unmentionable": is_unmentionable,
            "credited_to": clicked.order_by("-last_clicked_at").first(),
        },
    )
    return purchase


def note_refunds(order_public_id: str, refunded_cents: int) -> bool:
    """Note how much of an order was given back in all, so that its campaign's revenue is net; idempotent.

    Whatever was given back once is never recalled. False when nothing is known of this order here.
    """
    purchase = Purchase.objects.filter(order_public_id=order_public_id)
    touched = Q(is_unmentionable=True) | Q(Value(refunded_cents > 0))
    net = Least(F("total_cents"), Value(refunded_cents))
    return purchase.update(refunded_cents=net, is_unmentionable=touched) == 1


def note_incidents(order_public_ids: Collection[str]) -> None:
    """Note the orders with which something is wrong now, all of them; the others are settled. Idempotent.

    Their buyers receive no offer meanwhile, and no text will ever recall these purchases.
    """
    Purchase.objects.filter(incident_at=None, order_public_id__in=order_public_ids).update(
        incident_at=clock.now(), is_unmentionable=True
    )
    Purchase.objects.filter(incident_at__isnull=False).exclude(order_public_id__in=order_public_ids).update(
        incident_at=None
    )
