"""When a commercial text may leave: 08:00–20:00 Paris, Monday to Saturday, outside public holidays.

Stricter than the operators' charter (AF2M, in force since 1 September 2024: working days, 08:00–22:00). A number does
not tell the region: the two holidays that Alsace and Moselle have more (Code du travail, art. L3134-13) are nobody's
day for offers. Overseas numbers, which have clocks and holidays of their own, are never marketing contacts here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.easter import easter

from interflora.lib import clock

OPENS = time(8)
CLOSES = time(20)


def is_open_day(day: date) -> bool:
    """Whether commercial texts may leave on this day at all."""
    good_friday, second_of_christmas = easter(day.year) - timedelta(days=2), date(day.year, 12, 26)
    return clock.is_working_day(day) and day not in {good_friday, second_of_christmas}


def is_legal(moment: datetime) -> bool:
    """Whether a commercial text may leave at this moment."""
    local = clock.paris(moment)
    return is_open_day(local.date()) and OPENS <= local.time() < CLOSES


def next_legal(moment: datetime) -> datetime:
    """`moment` itself when it is legal, else the next opening."""
    if is_legal(moment):
        return moment
    local = clock.paris(moment)
    day = local.date()
    if local.time() >= OPENS:
        day += timedelta(days=1)
    while not is_open_day(day):
        day += timedelta(days=1)
    return clock.at_paris(day, OPENS.hour)


def window_end(moment: datetime) -> datetime:
    """When the legal day of `moment` closes, UTC."""
    return clock.at_paris(clock.paris(moment).date(), CLOSES.hour)


def nth_window_end(moment: datetime, days: int) -> datetime:
    """When the last of so many open days closes, that of `moment` counted first, UTC."""
    day = clock.paris(moment).date()
    while days > 1:
        day += timedelta(days=1)
        days -= is_open_day(day)
    return clock.at_paris(day, CLOSES.hour)


def proposals(moment: datetime, days: int = 6) -> list[datetime]:
    """The next legal mornings at 10:00, to choose from."""
    found: list[datetime] = []
    day = clock.paris(moment).date()
    while len(found) < days:
        day += timedelta(days=1)
        if is_open_day(day):
            found.append(clock.at_paris(day, 10))
    return found
