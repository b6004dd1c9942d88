"""News from below. Each receiver only wakes a worker; `sweeps.py` finds the same work in the rows."""

from __future__ import annotations

from typing import Any

from addressless import tasks, trackings
from addressless.letters import INVITATIONS
from florists.signals import delivery_changed
from interflora.lib.nudge import nudge
from notifications.signals import message_settled
from orders.signals import order_closed, order_paid


def _paid(order_pk: int, **_: Any) -> None:
    nudge(tasks.start_claim, order_pk)


def _closed(order_pk: int, **_: Any) -> None:
    nudge(tasks.close_claim, order_pk)


def _settled(message_pk: int, template: str, **_: Any) -> None:
    if template in INVITATIONS:
        nudge(tasks.hear_message, message_pk)


def _delivery(delivery_pk: int, status: str, **_: Any) -> None:
    if status in trackings.NEWS:
        nudge(tasks.tell_news, delivery_pk)


def listen() -> None:
    """Connect once, when the app is ready."""
    order_paid.connect(_paid, dispatch_uid="addressless.paid")
    order_closed.connect(_closed, dispatch_uid="addressless.closed")
    message_settled.connect(_settled, dispatch_uid="addressless.settled")
    delivery_changed.connect(_delivery, dispatch_uid="addressless.delivery")
