"""Who offers: the sender's details on a pending order."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from orders.models import Order


def initial(order: Order) -> dict[str, Any]:
    """What the form shows when the sender comes back. The consent box is never ticked in advance."""
    return {
        "first_name": order.sender_first_name,
        "name": order.sender_name,
        "email": order.sender_email,
        "phone": order.sender_phone,
        "shown_cents": order.total_cents,
    }


def save(order_pk: int, data: dict[str, Any], *, ip: str, language: str) -> bool:
    """Keep the cleaned details; False once the order is no longer pending. Locks the Order."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_pk)
        if not order.is_pending:
            return False
        order.sender_first_name, order.sender_name = data["first_name"], data["name"]
        order.sender_email, order.sender_phone = data["email"], data["phone"]
        order.marketing_phone = data["phone"] if data["marketing"] else ""
        order.marketing_ip = ip if data["marketing"] and ip != "unknown" else None
        order.language = language
        order.save(
            update_fields=[
                "sender_first_name",
                "sender_name",
                "sender_email",
                "sender_phone",
                "marketing_phone",
                "marketing_ip",
                "language",
            ]
        )
    return True
