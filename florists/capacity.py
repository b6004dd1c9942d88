"""Which florists can take one more delivery on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, Value

from florists import states
from florists.models import ClosingDay, Delivery, DeliveryOffer, Florist
from florists.states import OfferStatus

Load = Counter[tuple[int, date]]


def _taken(florist_pks: Collection[int], first: date, last: date) -> Iterable[tuple[int, date, int | None]]:
    """(florist, day, deliveries held or being asked; None when closed), both days included. One query."""
    held = Delivery.objects.filter(
        florist__in=florist_pks, day__range=(first, last), status__in=(*states.WITH_FLORIST, "delivered")
    )
    asked = DeliveryOffer.objects.filter(
        florist__in=florist_pks, delivery__day__range=(first, last), status=OfferStatus.OPEN
    )
    closed = ClosingDay.objects.filter(florist__in=florist_pks, day__range=(first, last))
    number = Count("pk")
    return (
        held.order_by()
        .values_list("florist", "day")
        .annotate(number=number)
        .union(
            asked.order_by().values_list("florist", "delivery__day").annotate(number=number),
            closed.order_by().values_list("florist", "day").annotate(number=Value(None, IntegerField())),
            all=True,
        )
    )


@dataclass(frozen=True)
class Availability:
    """Florists with their closing days and load over a period: one query, then pure look-ups."""

    florists: list[Florist]
    closed: frozenset[tuple[int, date]]
    load: Load

    @classmethod
    def of(cls, florists: Collection[Florist], first: date, last: date) -> Availability:
        closed, load = set(), Load()
        for pk, day, number in _taken([florist.pk for florist in florists], first, last):
            if number is None:
                closed.add((pk, day))
            else:
                load[(pk, day)] += number
        return cls(list(florists), frozenset(closed), load)

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
