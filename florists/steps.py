"""The dated next step of a delivery and who owns it: no work order goes dark."""

from __future__ import annotations

from datetime import datetime, timedelta

from florists.models import Delivery
from florists.states import Owner, Step
from interflora.lib import clock

OFFER_WITHIN = timedelta(minutes=15)
STAFF_WITHIN = timedelta(hours=2)


def promise(delivery: Delivery) -> datetime:
    """The end of the promised half-day, UTC."""
    assert delivery.day is not None
    return clock.half_day_end(delivery.day, delivery.half_day)


def set_step(delivery: Delivery, step: Step, due_at: datetime | None = None) -> None:
    """Write the step on the instance, with its owner and its default moment; the caller saves `FIELDS`."""
    now = clock.now()
    match step:
        case Step.OFFER:
            owner, usual = Owner.SYSTEM, now + OFFER_WITHIN
        case Step.ANSWER | Step.PREPARE | Step.DELIVER:
            owner, usual = Owner.FLORIST, promise(delivery)
        case _:
            owner, usual = Owner.STAFF, now + STAFF_WITHIN
    delivery.next_step, delivery.next_step_owner, delivery.next_step_due_at = step, owner, due_at or usual


def clear(delivery: Delivery) -> None:
    delivery.next_step, delivery.next_step_owner, delivery.next_step_due_at = "", "", None


FIELDS = ("status", "next_step", "next_step_owner", "next_step_due_at")
