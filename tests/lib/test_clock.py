from datetime import UTC, date, datetime

import pytest

from interflora.lib import clock

# The last Sunday of May, but for 2020, 2023 and 2034, when that is Pentecost.
MOTHERS_DAYS = [
    "2020-06-07", "2021-05-30", "2022-05-29", "2023-06-04", "2024-05-26", "2025-05-25", "2026-05-31", "2027-05-30",
    "2028-05-28", "2029-05-27", "2030-05-26", "2031-05-25", "2032-05-30", "2033-05-29", "2034-06-04", "2035-05-27",
]  # fmt: skip


@pytest.mark.parametrize("expected", map(date.fromisoformat, MOTHERS_DAYS))
def test_mothers_day_leaves_pentecost_alone(expected: date) -> None:
    assert clock.mothers_day(expected.year) == expected


def test_there_are_eleven_holidays_and_easter_monday_moves() -> None:
    assert len(clock.holidays(2026)) == 11
    assert clock.holidays(2026)[date(2026, 4, 6)] == "Lundi de Pâques"
    assert clock.holidays(2026)[date(2026, 5, 14)] == "Ascension"


def test_sundays_and_holidays_are_not_working_days() -> None:
    assert not clock.is_working_day(date(2026, 11, 22))  # Sunday
    assert not clock.is_working_day(date(2026, 11, 11))
    assert clock.is_working_day(date(2026, 11, 21))  # Saturday


def test_claim_window_ends_at_20_paris_on_day_7_across_the_change_of_hour() -> None:
    start = datetime(2026, 10, 22, 22, 30, tzinfo=UTC)  # 00:30 on the 23rd in Paris, summer time
    assert clock.claim_window_end(start) == datetime(2026, 10, 30, 19, 0, tzinfo=UTC)  # 20:00, winter time


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 7, 1, 5, 59, tzinfo=UTC), datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 18, 59, tzinfo=UTC), datetime(2026, 7, 1, 18, 59, tzinfo=UTC)),
        (datetime(2026, 7, 1, 19, 0, tzinfo=UTC), datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
    ],
)
def test_texts_wait_for_eight_in_the_morning(moment: datetime, expected: datetime) -> None:
    assert clock.next_message_time(moment) == expected


def test_working_hours_skip_the_night_and_sunday() -> None:
    saturday_evening = clock.at_paris(date(2026, 11, 21), 18)
    assert clock.add_working_hours(saturday_evening, 2) == clock.at_paris(date(2026, 11, 23), 9)


def test_half_day_ends_on_a_paris_clock() -> None:
    assert clock.half_day_end(date(2026, 7, 1), "morning") == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
    assert clock.half_day_end(date(2026, 12, 1), "afternoon") == datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
