"""When commercial texts may leave, and the florist's year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from interflora.lib import clock
from notifications.marketing import occasions, slots


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.PARIS)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("moment", "legal"),
    [
        (paris(2026, 5, 30, 8, 0), True),
        (paris(2026, 5, 30, 19, 59), True),
        (paris(2026, 5, 30, 20, 0), False),
        (paris(2026, 5, 30, 7, 59), False),
        (paris(2026, 5, 31, 12, 0), False),  # Mother's Day is a Sunday
        (paris(2026, 5, 25, 12, 0), False),  # Whit Monday
        (paris(2026, 7, 14, 12, 0), False),
        (paris(2026, 4, 3, 12, 0), False),  # Good Friday, a holiday in Alsace and Moselle
        (paris(2028, 12, 26, 12, 0), False),  # so is 26 December
        (paris(2026, 11, 23, 12, 0), True),
    ],
)
def test_commercial_texts_keep_to_working_days_from_eight_to_eight(moment: datetime, legal: bool) -> None:
    assert slots.is_legal(moment) is legal


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (paris(2026, 5, 30, 12, 0), paris(2026, 5, 30, 12, 0)),
        (paris(2026, 5, 30, 6, 0), paris(2026, 5, 30, 8, 0)),
        (paris(2026, 5, 30, 20, 0), paris(2026, 6, 1, 8, 0)),
        (paris(2026, 5, 23, 21, 0), paris(2026, 5, 26, 8, 0)),  # Saturday evening, then Sunday and Whit Monday
        (paris(2026, 12, 24, 20, 0), paris(2026, 12, 28, 8, 0)),
    ],
)
def test_the_next_legal_moment_skips_sundays_and_holidays(moment: datetime, expected: datetime) -> None:
    assert slots.next_legal(moment) == expected


def test_the_day_closes_at_eight_in_summer_and_winter() -> None:
    assert slots.window_end(paris(2026, 1, 15, 9, 0)) == datetime(2026, 1, 15, 19, tzinfo=UTC)
    assert slots.window_end(paris(2026, 7, 15, 9, 0)) == datetime(2026, 7, 15, 18, tzinfo=UTC)


def test_only_legal_mornings_are_proposed() -> None:
    days = [clock.paris(moment).date().isoformat() for moment in slots.proposals(paris(2026, 5, 22, 15, 0), 3)]
    assert days == ["2026-05-23", "2026-05-26", "2026-05-27"]


# --- The florist's year
@pytest.mark.parametrize(
    ("slug", "after", "expected"),
    [
        ("saint-valentin", date(2026, 2, 14), date(2027, 2, 14)),
        ("fete-des-grands-meres", date(2026, 1, 1), date(2026, 3, 1)),
        ("fete-des-grands-meres", date(2026, 12, 1), date(2027, 3, 7)),
        ("fete-des-peres", date(2026, 1, 1), date(2026, 6, 21)),
        ("fete-des-meres", date(2026, 5, 31), date(2027, 5, 30)),
    ],
)
def test_an_occasion_comes_back_each_year(slug: str, after: date, expected: date) -> None:
    assert occasions.next_date(occasions.BY_SLUG[slug], after) == expected


def test_an_occasion_is_spoken_of_on_legal_mornings_only() -> None:
    found = [
        proposal for proposal in occasions.proposals(paris(2026, 5, 11, 9, 0)) if "meres" in proposal.occasion.slug
    ]
    # 17 May is a Sunday, 24 May too; the 29th is a Friday.
    days = [(clock.paris(one.starts_at).date().isoformat(), one.days_before) for one in found]
    assert days == [("2026-05-16", 15), ("2026-05-23", 8), ("2026-05-29", 2)]
    assert all(slots.is_legal(one.starts_at) for one in occasions.proposals(paris(2026, 1, 2, 9, 0)))


def test_a_morning_that_has_passed_is_not_proposed() -> None:
    found = occasions.proposals(paris(2026, 5, 29, 10, 0), within_days=3)
    assert found == []
