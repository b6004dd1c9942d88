"""Before anything leaves: what each person's text costs, whether the budget holds, whether the day is long enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from interflora.lib import clock as paris_clock
from notifications.marketing import campaigns, consents, forecast, preflight, slots, stops
from notifications.marketing.models import Campaign, StopSource
from notifications.routing import routes
from notifications.routing.models import Route, RoutePrice
from tests.notifications.factories import MORNING, a_phone, make_campaign, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def refusal(pk: int, starts_at: datetime | None = None, days: int = 1) -> tuple[str, str]:
    with pytest.raises(campaigns.Refused) as caught:
        if starts_at:
            campaigns.schedule(pk, starts_at, days=days)
        else:
            campaigns.approve(pk, None)
    return caught.value.code, caught.value.detail


def test_one_first_name_can_double_the_cost_of_one_person() -> None:
    for name in ("Anne", "François", "François", "Zoé", ""):
        make_contact(name)
    campaign = make_campaign("Bonjour {prenom|vous}, les pivoines sont là !", keeps_accents=True)
    (version,) = forecast.of(campaign).versions
    assert version.people_by_parts == ((1, 3), (2, 2))
    assert (version.parts, version.offenders, version.dear_names) == (7, (), (("François", 2),))
    assert version.cents == 53  # 7 × 7.5 cents, rounded up


def test_what_the_text_itself_makes_dear_is_named_and_one_click_repairs_it() -> None:
    make_contact()
    campaign = make_campaign("La fête des mères, c’est dimanche", keeps_accents=True)
    (dear,) = forecast.of(campaign).versions
    assert (dear.people_by_parts, dear.offenders) == (((2, 1),), ("ê", "’"))
    assert campaigns.make_plain(campaign.pk, "A", None)
    (plain,) = forecast.of(campaign).versions
    assert (plain.people_by_parts, plain.offenders, plain.dear_names) == (((1, 1),), (), ())
    campaigns.approve(campaign.pk, None)
    assert not campaigns.make_plain(campaign.pk, "A", None)


def test_the_audience_is_counted_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(20):
        make_contact("Anne" if number % 2 else "Léa")
    campaign = make_campaign("Un", "Deux")
    routes.of("marketing")
    with django_assert_num_queries(4):  # the names, the route and its price, the versions
        assert forecast.of(campaign).people == 20


def test_the_dearest_version_is_held_against_the_budget(settings: Settings) -> None:
    settings.SMS_PART_PRICES = ["2026-01-01:10", "2026-03-19:99"]
    make_contact()
    make_contact()
    campaign = make_campaign("Court", "Long " * 40, budget_cents=39)
    planned = forecast.of(campaign)
    assert (planned.least_cents, planned.most_cents, planned.part_price) == (20, 40, Decimal(10))
    assert refusal(campaign.pk) == ("budget", "0,40\u00a0€")
    Campaign.objects.update(budget_cents=40)
    campaigns.approve(campaign.pk, None)


def speed(parts_per_second: int) -> None:
    routes.of("marketing")
    Route.objects.update(parts_per_second=parts_per_second)


def test_a_price_edited_on_the_route_is_the_price() -> None:
    make_contact()
    route = routes.of("marketing")
    for since, cents in ((MORNING.date() - timedelta(days=1), 4), (MORNING.date() + timedelta(days=1), 99)):
        RoutePrice.objects.create(route=route, since=since, cents=cents)
    planned = forecast.of(make_campaign())
    assert (planned.most_cents, planned.price_since) == (4, MORNING.date() - timedelta(days=1))


def test_a_campaign_that_cannot_end_in_its_days_is_refused_with_what_it_needs() -> None:
    speed(1)
    for _number in range(5):
        make_contact()
    campaign = make_campaign()
    campaigns.approve(campaign.pk, None)
    three_seconds_before = slots.window_end(MORNING) - timedelta(seconds=3)
    assert refusal(campaign.pk, three_seconds_before, days=1) == ("unfinished", "2")
    campaigns.schedule(campaign.pk, three_seconds_before, days=2)


def test_a_campaign_that_would_never_end_is_refused(settings: Settings) -> None:
    settings.CAMPAIGN_ALONE_RECIPIENTS = 100_000
    speed(1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_contact (public_id, phone, phone_digest, first_name, provenance, is_sms_opted_in,
                                               is_email_opted_in, invalid_phone, created_at)
            SELECT n, '+336' || lpad(n::text, 8, '0'), n, 'Anne', 'consent', true, false, '', now()
              FROM generate_series(1, 60000) AS n
            """
        )
    campaign = make_campaign("Quatre SMS " * 45)
    campaigns.approve(campaign.pk, None)
    assert refusal(campaign.pk, MORNING + timedelta(hours=1), days=5)[0] == "never"


def test_the_end_counts_the_test_and_the_nights() -> None:
    speed(1)
    campaign = make_campaign("Un", "Deux", test_percent=20, decision_minutes=120)
    short = forecast.course(campaign, 1000, MORNING)
    assert short.ends_at == MORNING + timedelta(minutes=120, seconds=800)
    assert (short.days, short.left_first_day) == (1, 0)
    # 20 % in 10,000 s; then 8 h less that until 20:00, the rest from 8:00 on.
    long = forecast.course(campaign, 50_000, MORNING)
    assert long.ends_at == paris_clock.at_paris(MORNING.date() + timedelta(days=1), 8) + timedelta(seconds=14_000)
    assert (long.days, long.left_first_day) == (2, 14_000)


def test_the_checklist_says_who_is_left_out_and_why() -> None:
    make_contact()
    refused, stopped = make_contact(), make_contact()
    assert refused.phone
    assert stopped.phone
    consents.record(phone=refused.phone, wording_key="checkout_sms", source="/", ip=None, granted=False)
    stops.stop(stopped.phone, StopSource.SMS)
    consents.of_sale(a_phone())
    consents.record(
        email="anne@example.org", wording_key="checkout_email", source="/", ip=None, granted=True, first_name="Anne"
    )
    found = preflight.of(make_campaign().segment)
    assert (found.matching, found.eligible, found.no_consent, found.stopped, found.no_number) == (5, 1, 2, 1, 1)
