"""Stripe's events: a snapshot of the object at the moment, kept for 30 days' listing and sent to the shop."""

from __future__ import annotations

import copy
from typing import Any

from standins.stripe.objects import API_VERSION
from standins.world import World, new_id

JSON = dict[str, Any]

# What the shop's endpoint subscribes to; the others can only be listed.
SENT = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "payment_intent.canceled",
        "payment_intent.amount_capturable_updated",
        "charge.refunded",
        "charge.refund.updated",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    }
)


def emit(world: World, kind: str, subject: JSON, previous: JSON | None = None) -> JSON:
    """Record an event about an object as it is now and send it to the shop."""
    data: JSON = {"object": copy.deepcopy(subject)}
    if previous:
        data["previous_attributes"] = previous
    key = new_id("evt_1")
    event: JSON = {
        "id": key,
        "object": "event",
        "account": None,
        "api_version": API_VERSION,
        "context": None,
        "created": world.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1 if kind in SENT else 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    world.store.put("event", key, event)
    if kind in SENT:
        world.webhooks.stripe(event)
    return event
