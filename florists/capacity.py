"""Which florists can take one more delivery on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, QuerySet, Value

from florists import states
from florists.models import ClosingDay, Delivery, DeliveryOffer, Florist
from florists.states import OfferStatus

Load = Counter[tuple[int, date]]


def deliveries_held() -> QuerySet[Delivery, Delivery]:
    """What a florist has, or had, to make."""
    return Delivery.objects.filter(status__in=(*states.WITH_FLORIST, "delivered")).order_by()


def offers_open() -> QuerySet[DeliveryOffer, DeliveryOffer]:
    """What a florist is being asked to make."""
    return DeliveryOffer.objects.filter(status=OfferStatus.OPEN).order_by()


def _taken(florist_pks: Collection[int], first: date, last: date) -> Iterable[tuple[int, date, int | None]]:
    """(florist, day, deliveries held or being asked; None when closed), both days included. One query."""
    period = {"day__range": (first, last)}
    held = deliveries_held().filter(florist__in=florist_pks, **period)
    asked = offers_open().filter(florist__in=florist_pks, delivery__day__range=(first, last))
    closed = ClosingDay.objects.filter(florist__in=florist_pks, **period)
    number = Count("pk")
    return (
        held.values_list("florist", "day")
        .annotate(number=number)
        .union(
            asked.values_list("florist", "delivery__day").annotate(number=number),
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
