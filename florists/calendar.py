"""The days and half-days this network can really serve.

Rules: 60 days ahead; no Sunday and no public holiday; a day is closed to new orders at 14:00 Paris on that day, and
what is ordered for the same day arrives in the afternoon; at least one florist of the zone must be free that day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from florists.capacity import Availability
from florists.models import Florist
from interflora.lib import clock
from interflora.lib.clock import HalfDay
from interflora.lib.statements import Given, Select

DAYS_AHEAD = 60
CUT_OFF_HOUR = 14

_SERVING = Select(lambda: Florist.objects.serving(Given("postcode")))


class SlotUnavailable(Exception):
    """This postcode cannot be served on that half-day. `code`: not_served, day or half_day."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_served(postcode: str) -> bool:
    """Whether at least one active florist delivers there at all."""
    return Florist.objects.serving(postcode).exists()


def served_days(postcode: str, *, start: date | None = None) -> list[date]:
    """Days at least one florist of the zone can serve, from `start` (or today) to 60 days from today."""
    return _open_days(_SERVING.run(postcode=postcode), start)


def half_days(postcode: str, day: date) -> list[HalfDay]:
    """What can be promised that day; empty when nothing can."""
    return _half_days(day) if day in served_days(postcode, start=day) else []


def check_slot(postcode: str, day: date, half_day: str) -> Availability:
    """Who of this postcode's florists is free that day, in two queries. Raises `SlotUnavailable` when it cannot be."""
    florists = _SERVING.run(postcode=postcode)
    if not florists:
        raise SlotUnavailable("not_served")
    return check_slot_for(florists, day, half_day)


def check_slot_for(florists: Collection[Florist], day: date, half_day: str) -> Availability:
    """The same when the florists are known and the place is not."""
    availability = Availability.of(florists, day, day)
    check_free(availability, day, half_day)
    return availability


def check_free(availability: Availability, day: date, half_day: str) -> None:
    """Raise `SlotUnavailable` when none of these florists, or nobody at all, can be booked for that half-day."""
    if not _is_open(day) or not availability.open_on(day):
        raise SlotUnavailable("day")
    if half_day not in _half_days(day):
        raise SlotUnavailable("half_day")


def days_of(florists: Collection[Florist]) -> list[date]:
    """Days at least one of these florists can serve: for a new date when nobody may read the place."""
    return _open_days(florists, None)


def half_days_of(day: date) -> list[HalfDay]:
    """Half-days of a served day, whoever serves it."""
    return _half_days(day)


def _first_day() -> date:
    local = clock.paris(clock.now())
    return local.date() if local.hour < CUT_OFF_HOUR else local.date() + timedelta(days=1)


def _half_days(day: date) -> list[HalfDay]:
    if day < _first_day():
        return []
    return [HalfDay.AFTERNOON] if day == clock.paris_today() else [HalfDay.MORNING, HalfDay.AFTERNOON]


def _last_day() -> date:
    return clock.paris_today() + timedelta(days=DAYS_AHEAD)


def _is_open(day: date) -> bool:
    """Whether the network as a whole may still be booked for that day."""
    return _first_day() <= day <= _last_day() and clock.is_working_day(day)


def _open_days(florists: Collection[Florist], start: date | None) -> list[date]:
    first, last = _first_day(), _last_day()
    if start is not None:
        first = max(first, start)
    if not florists or first > last:
        return []
    availability = Availability.of(florists, first, last)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if clock.is_working_day(day) and availability.open_on(day)]
