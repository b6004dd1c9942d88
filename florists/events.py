"""The delivery's history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from florists.models import Delivery, DeliveryEvent, Florist
from florists.states import EventKind
from interflora.lib import statements
from interflora.lib.statements import Given


def record(
    delivery: Delivery, kind: EventKind, *, florist: Florist | None = None, user: User | None = None, **data: Any
) -> None:
    """Append one line, in the caller's transaction. `data` holds codes and dates: no address, town, name or token."""
    DeliveryEvent.objects.create(delivery=delivery, kind=kind, florist=florist, user=user, data=data)


def lines(*kinds: EventKind) -> statements.Write:
    """One line for each, in this order, as a part of `Writes`: of the delivery `delivery`, at the moment `now`."""
    rows = [{"delivery_id": Given("delivery"), "kind": kind, "data": {}, "created_at": Given("now")} for kind in kinds]
    return statements.insert(DeliveryEvent, *rows)
