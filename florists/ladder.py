"""Who is asked, in which order: computed while the address is in memory, stored as planned offers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Max

from florists import messages, places
from florists.capacity import Availability
from florists.models import Delivery, DeliveryOffer, Florist
from florists.states import OfferStatus
from interflora.lib import clock, codes, statements
from interflora.lib.statements import Given

LENGTH = 8


def candidates(availability: Availability, postcode: str, day: date) -> list[Florist]:
    """The free ones among the zone's florists, as `calendar.check_slot` found them that day: same postcode, then same
    department, then the least loaded for their size."""
    near = places.departments(postcode)

    def order(florist: Florist) -> tuple[bool, bool, float, int]:
        share = availability.load[(florist.pk, day)] / florist.daily_capacity
        return florist.postcode != postcode, florist.department not in near, share, florist.pk

    return sorted(availability.open_on(day), key=order)[:LENGTH]


def members(delivery: Delivery) -> list[Florist]:
    """The active florists ranked since the address was last sealed, best first: those who serve its place."""
    florists = Florist.objects.filter(offers__delivery=delivery, offers__rank__gte=delivery.ladder_from, is_active=True)
    return list(florists.annotate(best=Max("offers__rank")).order_by("best", "pk"))


def asked_and_next(delivery: Delivery) -> list[DeliveryOffer]:
    """The last rung of each active florist ranked since the address was last sealed, in the order of the ladder."""
    rungs = delivery.offers.filter(rank__gte=delivery.ladder_from, florist__is_active=True)
    last = {rung.florist_id: rung for rung in rungs.select_related("florist").order_by("rank")}
    return sorted(last.values(), key=lambda rung: rung.rank)


def store(delivery: Delivery, florists: Collection[Florist]) -> int:
    """Replace the planned rungs by these florists and return the first rank; rungs already climbed stay.

    Under the delivery's lock.
    """
    delivery.offers.filter(status=OfferStatus.PLANNED).delete()
    first = (delivery.offers.aggregate(last=Max("rank"))["last"] or 0) + 1
    DeliveryOffer.objects.bulk_create(
        DeliveryOffer(delivery=delivery, florist=florist, rank=rank) for rank, florist in enumerate(florists, first)
    )
    return first


def first_rungs(number: int) -> statements.Write:
    """The rungs of a gift that just got its address, as a part of `Writes`: it never had any, so they start at rank 1.

    Takes `named_rungs`.
    """
    ranks = range(1, number + 1)
    rows = [
        {"florist_id": Given(f"florist_{rank}"), "public_id": Given(f"code_{rank}"), "rank": rank} for rank in ranks
    ]
    return statements.insert(DeliveryOffer, *({"delivery_id": Given("delivery"), **row} for row in rows))


def named_rungs(florists: Collection[Florist]) -> dict[str, Any]:
    """What `first_rungs` takes."""
    named: dict[str, Any] = {}
    for rank, florist in enumerate(florists, 1):
        named |= {f"florist_{rank}": florist.pk, f"code_{rank}": codes.random_code()}
    return named


def withdraw(delivery: Delivery, *, canceled: bool = False) -> None:
    """Take back the open or accepted offer, telling a florist who had accepted. Under the delivery's lock."""
    current = delivery.offers.filter(status__in=[OfferStatus.OPEN, OfferStatus.ACCEPTED])
    for offer in current.select_related("florist").select_for_update(of=("self",)):
        if offer.status == OfferStatus.ACCEPTED:
            messages.job_taken_back(offer, canceled=canceled)
        else:
            messages.forget_offer(offer)
        offer.status, offer.answered_at = OfferStatus.WITHDRAWN, clock.now()
        offer.save(update_fields=["status", "answered_at"])
    if canceled:
        delivery.offers.filter(status=OfferStatus.PLANNED).delete()
