"""The one place where Europe/Paris is decided: half-days, working days, message hours, claim windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PARIS = ZoneInfo("Europe/Paris")
MESSAGES_FROM = time(8)
MESSAGES_UNTIL = time(21)
CLAIM_WINDOW_DAYS = 7
CLAIM_WINDOW_HOUR = 20


class HalfDay(TextChoices):
    """The two promises a florist can keep: never an exact hour."""

    MORNING = "morning", _("matin (8\u00a0h à 13\u00a0h)")
    AFTERNOON = "afternoon", _("après-midi (13\u00a0h à 19\u00a0h)")


HALF_DAY_HOURS = {HalfDay.MORNING.value: (8, 13), HalfDay.AFTERNOON.value: (13, 19)}


def now() -> datetime:
    """The present moment, aware, UTC."""
    return timezone.now()


def paris(moment: datetime) -> datetime:
    """The same moment on a Paris clock."""
    return moment.astimezone(PARIS)


def paris_today() -> date:
    """The date it is in Paris."""
    return paris(now()).date()


def at_paris(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC moment at which a Paris clock shows this day and hour."""
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)


@lru_cache(maxsize=64)
def holidays(year: int) -> dict[date, str]:
    """The eleven public holidays of mainland France (Code du travail, art. L3133-1)."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "Jour de l’an",
        sunday + timedelta(days=1): "Lundi de Pâques",
        date(year, 5, 1): "Fête du travail",
        date(year, 5, 8): "Victoire 1945",
        sunday + timedelta(days=39): "Ascension",
        sunday + timedelta(days=50): "Lundi de Pentecôte",
        date(year, 7, 14): "Fête nationale",
        date(year, 8, 15): "Assomption",
        date(year, 11, 1): "Toussaint",
        date(year, 11, 11): "Armistice 1918",
        date(year, 12, 25): "Noël",
    }


def is_working_day(day: date) -> bool:
    """Monday to Saturday outside public holidays (« jour ouvrable »)."""
    return day.weekday() != 6 and day not in holidays(day.year)


def mothers_day(year: int) -> date:
    """Last Sunday of May, or first Sunday of June when that is Pentecost (Code de l'action sociale, art. D215-1)."""
    last_of_may = date(year, 5, 31)
    sunday = last_of_may - timedelta(days=(last_of_may.weekday() + 1) % 7)
    if sunday == easter(year) + timedelta(days=49):
        return sunday + timedelta(days=7)
    return sunday


def in_message_hours(moment: datetime) -> bool:
    """Whether a text or a direct message may leave: 8:00–21:00 Paris."""
    return MESSAGES_FROM <= paris(moment).time() < MESSAGES_UNTIL


def next_message_time(moment: datetime) -> datetime:
    """`moment` itself when messages may leave, else the next 8:00 in Paris."""
    if in_message_hours(moment):
        return moment
    local = paris(moment)
    day = local.date() if local.time() < MESSAGES_FROM else local.date() + timedelta(days=1)
    return at_paris(day, MESSAGES_FROM.hour)


def claim_window_end(start: datetime) -> datetime:
    """A claim window ends at 20:00 Paris on the seventh day after the first invitation was handed over."""
    return at_paris(paris(start).date() + timedelta(days=CLAIM_WINDOW_DAYS), CLAIM_WINDOW_HOUR)


def half_day_start(day: date, half_day: str) -> datetime:
    return at_paris(day, HALF_DAY_HOURS[half_day][0])


def half_day_end(day: date, half_day: str) -> datetime:
    """When the promised half-day is over, UTC."""
    return at_paris(day, HALF_DAY_HOURS[half_day][1])


def add_working_hours(moment: datetime, hours: int, *, opens: int = 8, closes: int = 19) -> datetime:
    """`moment` plus `hours` counted only on working days between `opens` and `closes` (Paris)."""
    left = timedelta(hours=hours)
    current = moment
    while True:
        local = paris(current)
        start, end = at_paris(local.date(), opens), at_paris(local.date(), closes)
        if is_working_day(local.date()) and current < end:
            current = max(current, start)
            if end - current >= left:
                return current + left
            left -= end - current
        current = at_paris(local.date() + timedelta(days=1), opens)
