"""A work order kept back while staff decide about its payment: no florist is asked, nothing is made.

Only before a florist has started. Address, date and card may still change meanwhile; the delivery stays kept back.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from florists import deliveries, events, ladder, states
from florists.deliveries import TransitionRefused
from florists.models import Delivery
from florists.states import EventKind, OfferStatus
from interflora.lib import clock


def hold(delivery: Delivery) -> bool:
    """Ask nobody until `resume`; a florist who is asked, or has the job, is told and stays first on the list.

    Locks the Delivery. False when it is held already. Raises `TransitionRefused` once the florist has started, and
    for a delivery that is over.
    """
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        if row.held_at is not None:
            return False
        if row.status not in states.CHANGEABLE:
            raise TransitionRefused(row.status)
        row.held_at = clock.now()
        if row.status in states.UNDERWAY:
            _take_back(row)
            deliveries.to_assign(row)
        row.save(update_fields=["held_at"])
        events.record(row, EventKind.HELD)
    return True


def resume(delivery: Delivery, *, user: User | None = None) -> bool:
    """Go on where it was held: florists are asked again, in the order they had. False when it was not held."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        if row.held_at is None:
            return False
        row.held_at = None
        row.save(update_fields=["held_at"])
        if row.status in states.UNDERWAY:
            deliveries.to_assign(row)
        events.record(row, EventKind.RESUMED, user=user)
    return True


def _take_back(row: Delivery) -> None:
    current = row.offers.filter(status__in=[OfferStatus.OPEN, OfferStatus.ACCEPTED]).select_related("florist").first()
    if current is None:
        return
    planned = row.offers.filter(status=OfferStatus.PLANNED).select_related("florist").order_by("rank")
    waiting = [offer.florist for offer in planned]
    ladder.withdraw(row)
    ladder.store(row, [current.florist, *waiting])
