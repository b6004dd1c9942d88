"""Purchase facts, so that marketing can choose an audience without ever seeing an order."""

from __future__ import annotations

from datetime import datetime

from notifications.marketing import consents
from notifications.marketing.models import Purchase


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

    `department` must stay empty for a gift to an unknown address: nothing here may tell where a recipient lives.
    """
    contact = consents.of_sale(phone, first_name)
    purchase, _created = Purchase.objects.get_or_create(
        order_public_id=order_public_id,
        defaults={
            "contact": contact,
            "purchased_at": purchased_at,
            "occasion": occasion,
            "total_cents": total_cents,
            "department": department,
        },
    )
    return purchase
