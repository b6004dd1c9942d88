"""Which florists can take one more delivery on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from florists import states
from florists.models import ClosingDay, Delivery, DeliveryOffer, Florist
from florists.states import OfferStatus

Load = Counter[tuple[int, date]]


def loads(florist_pks: Collection[int], first: date, last: date) -> Load:
    """Deliveries held or being asked, by (florist, day), both days included. Two queries."""
    load: Load = Counter()
    held = Delivery.objects.filter(
        florist__in=florist_pks, day__range=(first, last), status__in=(*states.WITH_FLORIST, "delivered")
    )
    for pk, day, number in held.values_list("florist", "day").annotate(Count("pk")):
        load[(pk, day)] += number
    asked = DeliveryOffer.objects.filter(
        florist__in=florist_pks, delivery__day__range=(first, last), status=OfferStatus.OPEN
    )
    for pk, day, number in asked.values_list("florist", "delivery__day").annotate(Count("pk")):
        load[(pk, day)] += number
    return load


@dataclass(frozen=True)
class Availability:
    """Florists with their closing days and load over a period: three queries, then pure look-ups."""

    florists: list[Florist]
    closed: frozenset[tuple[int, date]]
    load: Load

    @classmethod
    def of(cls, florists: Collection[Florist], first: date, last: date) -> Availability:
        pks = [florist.pk for florist in florists]
        closed = ClosingDay.objects.filter(florist__in=pks, day__range=(first, last)).values_list("florist", "day")
        return cls(list(florists), frozenset(closed), loads(pks, first, last))

    def open_on(self, day: date) -> list[Florist]:
        """Those who can take one more that day."""
        return [florist for florist in self.florists if self.is_open(florist, day)]

    def is_open(self, florist: Florist, day: date) -> bool:
        return (
            florist.is_active
            and not florist.is_paused_on(day)
            and (florist.pk, day) not in self.closed
            and self.load[(florist.pk, day)] < florist.daily_capacity
        )
