"""What this app hears from below. Receivers only enqueue; `tasks.sweep_deliveries` finds the same work in the rows."""

from __future__ import annotations

from typing import Any

from florists.signals import delivery_changed
from interflora.lib.nudge import nudge
from orders import wakeups
from orders.following import NEWS


def connect() -> None:
    """Called once by the app's configuration."""
    delivery_changed.connect(_delivery_changed, dispatch_uid="orders.delivery_changed")


def _delivery_changed(*, delivery_pk: int, status: str, **_kwargs: Any) -> None:
    if status in NEWS:
        nudge(wakeups.follow_delivery, delivery_pk)
