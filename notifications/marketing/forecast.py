"""What a campaign would cost and whether it would end, counted for each person before anything leaves.

The links of a text are all of the same length: what one person's text costs hangs on their first name alone, and of
that only on its characters' places in the alphabet of text messages. So the count is exact, however many people.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db.models import Count

from interflora.lib import clock
from notifications import gsm7
from notifications.marketing import compose, segments, slots
from notifications.marketing.models import Campaign, Variant
from notifications.routing import routes
from notifications.routing.models import Route

SHOWN_NAMES = 5
_LEAVES_A_MARK = frozenset(" ,.\u00a0")


@dataclass(frozen=True)
class VersionCost:
    """If everybody received this version: people by parts, parts in all, and who or what makes it dear."""

    variant: Variant
    people_by_parts: tuple[tuple[int, int], ...]
    parts: int
    cents: int
    offenders: tuple[str, ...]
    dear_names: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Forecast:
    """What the whole campaign would cost: between its cheapest and its dearest version. Money in cents."""

    people: int
    versions: tuple[VersionCost, ...]
    part_price: Decimal
    price_since: date
    budget_cents: int | None
    parts_per_second: int

    @property
    def parts(self) -> int:
        """Parts if the dearest version goes to everybody."""
        return max((version.parts for version in self.versions), default=0)

    @property
    def most_cents(self) -> int:
        """If the dearest version goes to everybody."""
        return max((version.cents for version in self.versions), default=0)

    @property
    def least_cents(self) -> int:
        """If the cheapest version goes to everybody."""
        return min((version.cents for version in self.versions), default=0)

    @property
    def is_over_budget(self) -> bool:
        """Whether it could cost more than was allowed."""
        return self.budget_cents is not None and self.most_cents > self.budget_cents


@dataclass(frozen=True)
class Course:
    """How the sending would go from a start on: its end, the days it takes, what is left when the first day closes."""

    starts_at: datetime
    ends_at: datetime
    days: int
    parts: int
    left_first_day: int


def of(campaign: Campaign) -> Forecast:
    """Count the audience of this campaign as it is now, in one query; at the speed and price of the route."""
    people_by_name = dict(
        segments.audience(campaign.segment).values_list("first_name").annotate(people=Count("pk")).order_by()
    )
    route = routes.of(routes.Purpose.MARKETING)
    since, price = routes.dated_price(route)
    versions = (_version(variant, people_by_name, price, route) for variant in campaign.variants.all())
    return Forecast(
        sum(people_by_name.values()),
        tuple(versions),
        price,
        since,
        campaign.budget_cents,
        route.parts_per_second,
    )


def course(campaign: Campaign, parts: int, starts_at: datetime) -> Course:
    """How long so many parts would take from a legal moment on, counting only legal hours.

    With several versions, the rest waits until the test is decided.
    """
    per_second = routes.of(routes.Purpose.MARKETING).parts_per_second
    first, rest = 0, parts
    if campaign.variants.count() > 1:
        first = -(-parts * campaign.test_percent // 100)
        rest = parts - first
    end = after(starts_at, _seconds(first, per_second))
    if first:
        decided_at = starts_at + timedelta(minutes=campaign.decision_minutes)
        end = slots.next_legal(max(end, decided_at))
    first_close = slots.window_end(starts_at)
    left = max(0, rest - int(max(0.0, (first_close - end).total_seconds()) * per_second))
    end = after(end, _seconds(rest, per_second))
    return Course(starts_at, end, _open_days(starts_at, end), parts, left)


def _version(variant: Variant, people_by_name: dict[str, int], price_of_part: Decimal, route: Route) -> VersionCost:
    by_parts: Counter[int] = Counter()
    dear: Counter[str] = Counter()
    costs: dict[str, gsm7.Cost] = {}
    anonymous = _cost(variant, "", route)
    for name, people in people_by_name.items():
        shape = _shape(name, variant.keeps_accents)
        cost = costs.get(shape) or costs.setdefault(shape, _cost(variant, name, route))
        by_parts[cost.parts] += people
        if anonymous.is_gsm7 and not cost.is_gsm7:
            dear[name] += people
    parts = sum(number * people for number, people in by_parts.items())
    return VersionCost(
        variant,
        tuple(sorted(by_parts.items())),
        parts,
        _cents(parts, price_of_part),
        anonymous.offenders,
        tuple(dear.most_common(SHOWN_NAMES)),
    )


def _cost(variant: Variant, name: str, route: Route) -> gsm7.Cost:
    return compose.preview(variant.text, first_name=name, keeps_accents=variant.keeps_accents, route=route).cost


def _shape(name: str, keeps_accents: bool) -> str:
    """The name with every character that counts alike written alike: two names of one shape cost the same."""
    written = unicodedata.normalize("NFC", name) if keeps_accents else gsm7.normalize(name)
    return "".join(map(_alike, written))


def _alike(char: str) -> str:
    if char in _LEAVES_A_MARK:
        return char
    if char in gsm7.BASIC:
        return "x"
    return "^" if char in gsm7.EXTENDED else "é" if ord(char) <= 0xFFFF else "😀"


def _cents(parts: int, price_of_part: Decimal) -> int:
    return int((parts * price_of_part).to_integral_value(ROUND_CEILING))


def _seconds(parts: int, per_second: int) -> timedelta:
    return timedelta(seconds=parts / per_second)


def after(moment: datetime, work: timedelta) -> datetime:
    """The moment when so much work is done, worked in legal hours only."""
    moment = slots.next_legal(moment)
    while moment + work > slots.window_end(moment):
        work -= slots.window_end(moment) - moment
        moment = slots.next_legal(slots.window_end(moment))
    return moment + work


def _open_days(start: datetime, end: datetime) -> int:
    """Open days from one moment to the other, both counted."""
    first, last = clock.paris(start).date(), clock.paris(end).date()
    days: Iterable[int] = range((last - first).days + 1)
    return sum(slots.is_open_day(first + timedelta(days=number)) for number in days)
