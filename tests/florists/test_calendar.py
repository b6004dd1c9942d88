from __future__ import annotations

from datetime import date

import pytest

from florists import calendar
from florists.calendar import SlotUnavailable
from florists.models import ClosingDay
from interflora.lib.clock import HalfDay
from tests.florists.factories import make_accepted, make_address_key, make_florist

pytestmark = pytest.mark.django_db


def test_sixty_days_without_sundays_and_holidays(paris_clock):
    make_florist("35000")
    days = calendar.served_days("35000")
    assert days[0] == date(2026, 2, 10)
    assert days[-1] == date(2026, 4, 11)
    assert date(2026, 2, 15) not in days  # a Sunday
    assert date(2026, 4, 6) not in days  # Easter Monday
    assert len(days) == 52


def test_the_same_day_closes_at_two_in_the_afternoon(paris_clock):
    make_florist("35000")
    paris_clock.set(10, 13, 59)
    assert calendar.half_days("35000", date(2026, 2, 10)) == [HalfDay.AFTERNOON]
    paris_clock.set(10, 14, 0)
    assert calendar.served_days("35000")[0] == date(2026, 2, 11)
    assert calendar.half_days("35000", date(2026, 2, 10)) == []


def test_another_day_has_both_half_days(paris_clock):
    make_florist("35000")
    assert calendar.half_days("35000", date(2026, 2, 11)) == [HalfDay.MORNING, HalfDay.AFTERNOON]


def test_a_place_nobody_serves_has_no_day(paris_clock):
    make_florist("35000", is_active=False)
    assert calendar.served_days("35000") == []
    assert not calendar.is_served("35000")
    with pytest.raises(SlotUnavailable) as error:
        calendar.check_slot("35000", date(2026, 2, 11), "morning")
    assert error.value.code == "not_served"


def test_closing_days_and_pauses_remove_days_unless_another_florist_is_free(paris_clock):
    florist = make_florist("35000", paused_until=date(2026, 2, 12))
    ClosingDay.objects.create(florist=florist, day=date(2026, 2, 14))
    assert calendar.served_days("35000")[:2] == [date(2026, 2, 13), date(2026, 2, 16)]
    make_florist("35000")
    assert calendar.served_days("35000")[:2] == [date(2026, 2, 10), date(2026, 2, 11)]


def test_a_full_day_is_not_served(paris_clock):
    make_address_key()
    make_florist("35000", daily_capacity=1)
    make_accepted(day=date(2026, 2, 12))
    assert date(2026, 2, 12) not in calendar.served_days("35000")
    assert date(2026, 2, 13) in calendar.served_days("35000")


@pytest.mark.parametrize(
    ("day", "half_day", "code"),
    [
        (date(2026, 2, 9), "morning", "day"),
        (date(2026, 2, 15), "morning", "day"),
        (date(2026, 4, 12), "morning", "day"),
        (date(2026, 2, 10), "morning", "half_day"),
        (date(2026, 2, 11), "night", "half_day"),
    ],
)
def test_impossible_slots_say_what_is_wrong(paris_clock, day, half_day, code):
    make_florist("35000")
    with pytest.raises(SlotUnavailable) as error:
        calendar.check_slot("35000", day, half_day)
    assert error.value.code == code


def test_served_days_take_two_queries_whatever_the_number_of_florists(paris_clock, django_assert_num_queries):
    for _ in range(5):
        make_florist("35000")
    with django_assert_num_queries(2):
        calendar.served_days("35000")
