"""An order's history."""

from __future__ import annotations

from typing import Any

from interflora.lib import statements
from interflora.lib.statements import Given
from orders.models import Order, OrderEvent


def record(order: Order, kind: str, *, actor: str = "", **data: Any) -> OrderEvent:
    """Append one fact in the caller's transaction. `data` holds codes, cents and dates: no address, town or token.

    `actor` is the staff user's name, "" for the sender or the shop itself.
    """
    return OrderEvent.objects.create(order=order, kind=kind, data=data, actor=actor)


def line(kind: str) -> statements.Write:
    """The same for a fact that says nothing more, as a part of `Writes`: of the order `order`, at the moment `now`."""
    row = {"order_id": Given("order"), "kind": kind, "data": {}, "created_at": Given("now")}
    return statements.insert(OrderEvent, row)
