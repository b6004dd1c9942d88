"""The florist's year, and the legal mornings to speak of it: « Fête des mères : J-14, J-7, J-2 »."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from interflora.lib import clock
from notifications.marketing import slots

DAYS_BEFORE = (14, 7, 2)
HOUR = 10


def _nth_sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


@dataclass(frozen=True)
class Occasion:
    """A day of the florist's year; `slug` is also the catalog's and that of purchase facts where it sells for it."""

    slug: str
    label: Any
    falls_on: Callable[[int], date]
    words: tuple[str, ...]  # plain words by which a text speaks of it


# Usages of the trade; only Mothers' Day has a legal rule (clock.mothers_day), the others a custom.
OCCASIONS = (
    Occasion("saint-valentin", _("Saint-Valentin"), _fixed(2, 14), ("valentin", "valentine s")),
    Occasion(
        "fete-des-grands-meres",
        _("Fête des grands-mères"),
        lambda year: _nth_sunday(year, 3, 1),
        ("grand mere", "grands meres", "grand meres", "mamie", "mamies", "mamy"),
    ),
    Occasion("premier-mai", _("1er mai"), _fixed(5, 1), ("1er mai", "premier mai", "muguet")),
    Occasion(
        "fete-des-meres",
        _("Fête des mères"),
        clock.mothers_day,
        ("fete des meres", "fete des mamans", "maman", "mamans", "mother s day", "mothers day"),
    ),
    Occasion(
        "fete-des-peres",
        _("Fête des pères"),
        lambda year: _nth_sunday(year, 6, 3),
        ("fete des peres", "fete des papas", "papa", "papas", "father s day", "fathers day"),
    ),
    Occasion("toussaint", _("Toussaint"), _fixed(11, 1), ("toussaint",)),
    Occasion("noel", _("Noël"), _fixed(12, 25), ("noel", "christmas")),
)
BY_SLUG = {occasion.slug: occasion for occasion in OCCASIONS}


def label(slug: str) -> str:
    """An occasion of purchase facts in words; one that is not of the florist's year, as its slug reads."""
    return str(BY_SLUG[slug].label) if slug in BY_SLUG else slug.replace("-", " ")


def spoken_of(*texts: str) -> set[str]:
    """The occasions these texts name, in any case, with or without accents; also in the path of a page."""
    bare = unicodedata.normalize("NFKD", " | ".join(texts).casefold())
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    spaced = f" {' '.join(''.join(char if char.isalnum() else ' ' for char in letters).split())} "
    return {occasion.slug for occasion in OCCASIONS if any(f" {word} " in spaced for word in occasion.words)}


@dataclass(frozen=True)
class Proposal:
    """A legal moment some days before an occasion; `days_before` is what remains really, counted from that day."""

    occasion: Occasion
    on: date
    days_before: int
    starts_at: datetime


def next_date(occasion: Occasion, after: date) -> date:
    """The first day of this occasion after `after`, that day excluded."""
    this_year = occasion.falls_on(after.year)
    return this_year if this_year > after else occasion.falls_on(after.year + 1)


def leaving_day(on: date, before: int) -> date:
    """So many days before a day; one on which texts may not leave gives way to the open day before it."""
    day = on - timedelta(days=before)
    while not slots.is_open_day(day):
        day -= timedelta(days=1)
    return day


def proposals(moment: datetime, within_days: int = 90) -> list[Proposal]:
    """Legal mornings 14, 7 and 2 days before each occasion of the coming days, soonest first."""
    today = clock.paris(moment).date()
    found = []
    for occasion in OCCASIONS:
        on = next_date(occasion, today)
        for before in DAYS_BEFORE:
            day = leaving_day(on, before)
            starts_at = clock.at_paris(day, HOUR)
            if moment < starts_at <= moment + timedelta(days=within_days):
                found.append(Proposal(occasion, on, (on - day).days, starts_at))
    return sorted(found, key=lambda proposal: (proposal.starts_at, proposal.occasion.slug))
