"""An order's history."""

from __future__ import annotations

from typing import Any

from orders.models import Order, OrderEvent


def record(order: Order, kind: str, *, actor: str = "", **data: Any) -> OrderEvent:
    """Append one fact in the caller's transaction. `data` holds codes, cents and dates: no address, town or token.

    `actor` is the staff user's name, "" for the sender or the shop itself.
    """
    return OrderEvent.objects.create(order=order, kind=kind, data=data, actor=actor)
