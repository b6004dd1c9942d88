"""The delivery's history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from florists.models import Delivery, DeliveryEvent, Florist
from florists.states import EventKind


def record(
    delivery: Delivery, kind: EventKind, *, florist: Florist | None = None, user: User | None = None, **data: Any
) -> None:
    """Append one line, in the caller's transaction. `data` holds codes and dates: no address, town, name or token."""
    DeliveryEvent.objects.create(delivery=delivery, kind=kind, florist=florist, user=user, data=data)


def record_together(delivery: Delivery, *kinds: EventKind) -> None:
    """Append one line for each, in this order, in one statement."""
    DeliveryEvent.objects.bulk_create(DeliveryEvent(delivery=delivery, kind=kind) for kind in kinds)
