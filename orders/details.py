"""Who offers: the sender's details on a pending order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from orders.models import Order

SET_ASIDE = "details"
TYPED = ("first_name", "name", "email", "phone")
LONGEST = 254


def set_aside(session: SessionBase, order: Order, typed: Mapping[str, str]) -> None:
    """The sender leaves the form for a moment: what is typed waits, right or wrong, until the form is sent."""
    kept = {name: str(typed.get(name, ""))[:LONGEST] for name in TYPED}
    session[SET_ASIDE] = {"order": order.public_id, "typed": kept}


def forget_typed(session: SessionBase) -> None:
    """The form was sent: the order holds what counts."""
    session.pop(SET_ASIDE, None)


def initial(order: Order, session: SessionBase) -> dict[str, Any]:
    """What the form shows when the sender comes back. The consent box is never ticked in advance."""
    saved = {
        "first_name": order.sender_first_name,
        "name": order.sender_name,
        "email": order.sender_email,
        "phone": order.sender_phone,
        "shown_cents": order.total_cents,
    }
    aside = session.get(SET_ASIDE) or {}
    return saved | aside["typed"] if aside.get("order") == order.public_id else saved


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
