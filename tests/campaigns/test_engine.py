"""What the engine holds to: speed, budget, frequency, errors of operators, and reports in any order."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications import reports
from notifications.marketing import campaigns, claiming, compose, recording, segments, sending, snapshots
from notifications.marketing.models import Campaign, CampaignMessage, Contact, Variant
from notifications.routing import buckets, routes
from notifications.routing.models import ProviderFault, Route, RoutePrice
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def rolling(people: int = 0, *texts: str, days: int = 1, **fields: Any) -> Campaign:
    for _ in range(people):
        make_contact()
    campaign = scheduled(make_campaign(*texts, **fields), MORNING, days)
    assert snapshots.start(campaign.pk)
    return Campaign.objects.get(pk=campaign.pk)


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def marketing_route(**fields: Any) -> Route:
    route = routes.of("marketing")
    Route.objects.filter(pk=route.pk).update(**fields)
    return routes.of("marketing")


def reasons(campaign: Campaign) -> list[tuple[str, str]]:
    return list(campaign.messages.order_by("pk").values_list("status", "skip_reason"))


# --- A batch
def test_a_batch_is_a_fixed_number_of_statements(standins: StandIns) -> None:
    campaign, route, counts = rolling(40, "Bonjour {prenom} {lien}"), marketing_route(), list[int]()
    for size in (5, 30):
        with CaptureQueriesContext(connections["default"]) as seen:
            assert len(claiming.claim(campaign.pk, route, size, 1000).ready) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_each_text_of_a_batch_is_the_person_s_own(standins: StandIns) -> None:
    make_contact("Anne")
    make_contact("Bob")
    rolling(0, "Bonjour {prenom}, voyez {lien}")
    sending.send_due()
    for row in CampaignMessage.objects.select_related("contact", "variant"):
        (sent,) = [text["text"] for text in standins.outbox() if text["to"] == row.phone]
        assert sent == compose.for_row(row.variant, row, row.contact, routes.of("marketing")).text  # type: ignore[arg-type]
        assert row.contact.first_name in sent
    assert len({text["text"] for text in standins.outbox()}) == 2


def test_a_stop_to_a_short_code_is_the_route_s(standins: StandIns) -> None:
    marketing_route(stop_mode="code", stop_number="36111", sender="INTERFLORA")
    rolling(1, "Les pivoines")
    sending.send_due()
    assert standins.outbox()[0]["text"] == "Les pivoines\nSTOP au 36111"
    assert dict(standins.requests("twilio")[0]["form"])["From"] == "INTERFLORA"


def test_an_answer_counts_even_when_the_lease_is_gone(standins: StandIns) -> None:
    campaign = rolling(1)
    batch = claiming.claim(campaign.pk, routes.of("marketing"), 10, 10)
    CampaignMessage.objects.update(status="unknown", lease_token=None, lease_until=None)
    recording.record(batch, ["SM1"], routes.of("marketing"))
    assert CampaignMessage.objects.values_list("status", "provider_id").get() == ("accepted", "SM1")


def test_an_answer_never_lowers_what_a_report_said_first() -> None:
    campaign = rolling(1)
    batch = claiming.claim(campaign.pk, routes.of("marketing"), 10, 10)
    row = CampaignMessage.objects.get()
    reports.apply(status="delivered", reference=str(row.public_id), provider_id="SM1")
    recording.record(batch, ["SM1"], routes.of("marketing"))
    assert CampaignMessage.objects.get().status == "delivered"


# --- Speed
@pytest.mark.parametrize("is_redis_gone", [False, True])
def test_all_workers_together_hold_the_speed(settings: Settings, is_redis_gone: bool) -> None:
    route = marketing_route(parts_per_second=4)
    if is_redis_gone:
        caches = settings.CACHES
        settings.CACHES = {**caches, "default": {**caches["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert buckets.take(route, 1000) == 0  # a lost bucket starts empty
    buckets.give_back(route, 10_000)
    full = buckets.burst(route) // (2 if is_redis_gone else 1)
    assert buckets.take(route, 1000) == full
    assert buckets.take(route, 1000) == 0


def test_what_was_not_used_is_given_back_and_what_is_owed_waits() -> None:
    route = marketing_route(parts_per_second=40)
    buckets.give_back(route, 20)
    taken = buckets.take(route, 12)
    assert taken == 12
    buckets.slow_down(route)
    assert buckets.take(route, 4) == 0


def test_a_batch_takes_no_more_parts_than_it_was_given() -> None:
    campaign = rolling(5, "x" * 200)
    batch = claiming.claim(campaign.pk, routes.of("marketing"), 10, 5)
    assert (len(batch.ready), batch.parts) == (2, 4)
    assert campaign.messages.filter(status="queued").count() == 3


# --- Budget
def test_the_budget_is_never_exceeded(standins: StandIns) -> None:
    RoutePrice.objects.create(route=routes.of("marketing"), since="2026-01-01", cents=Decimal("7.5"))
    campaign = rolling(5)
    Campaign.objects.update(budget_cents=25)
    sending.send_due()
    paused = again(campaign)
    assert (paused.status, paused.pause_reason, paused.spent_cents) == ("paused", "budget", Decimal("22.500"))
    assert len(standins.outbox()) == 3


def test_a_refused_text_costs_nothing(standins: StandIns) -> None:
    make_contact(phone="+33600021614")
    campaign = rolling(0)
    sending.send_due()
    assert again(campaign).spent_cents == 0
    assert campaign.messages.get().cost_cents == 0


def test_a_price_counts_from_its_day() -> None:
    route = routes.of("marketing")
    for since, cents in (("2026-01-01", "7"), ("2026-03-01", "8"), ("2026-04-01", "9")):
        RoutePrice.objects.create(route=route, since=since, cents=Decimal(cents))
    assert routes.price(route) == 8


# --- Frequency
def test_a_person_gets_one_offer_a_week_over_all_campaigns(standins: StandIns, clock: Clock) -> None:
    first, second = rolling(2), rolling(0, "Autre")
    sending.send_due()
    assert len(standins.outbox()) == 2
    assert reasons(first) == [("accepted", ""), ("accepted", "")]
    assert reasons(second) == [("skipped", "too_soon"), ("skipped", "too_soon")]


def test_an_offer_that_comes_too_soon_waits_while_its_days_last(standins: StandIns, clock: Clock) -> None:
    marketing_route(days_between=1)
    rolling(1)
    second = rolling(0, "Autre", days=3)
    sending.send_due()
    row = second.messages.get()
    assert (row.status, row.not_before) == ("queued", MORNING + timedelta(days=1))
    clock.advance(days=1, minutes=1)
    sending.send_due()
    assert second.messages.get().status == "accepted"


def test_a_text_that_was_refused_does_not_count(standins: StandIns) -> None:
    rolling(1)
    CampaignMessage.objects.update(
        status="failed", handed_at=MORNING, settled_at=MORNING, variant=Variant.objects.get()
    )
    second = rolling(0, "Autre")
    sending.send_due()
    assert reasons(second) == [("accepted", "")]


# --- Errors
def test_a_dead_number_is_never_tried_again_until_it_changes(standins: StandIns) -> None:
    contact = make_contact(phone="+33600021614")
    rolling(0)
    sending.send_due()
    assert segments.eligible().count() == 0
    Contact.objects.filter(pk=contact.pk).update(phone="+33612009999")
    assert segments.eligible().count() == 1


def test_a_dead_number_known_since_the_audience_was_frozen_is_left_out(standins: StandIns) -> None:
    campaign = rolling(1)
    contact = Contact.objects.get()
    Contact.objects.update(invalid_phone=contact.phone)
    sending.send_due()
    assert reasons(campaign) == [("skipped", "bad_number")]


def test_staff_decide_what_a_code_means(standins: StandIns) -> None:
    make_contact(phone="+33600021614")
    campaign = rolling(0)
    ProviderFault.objects.filter(code="21614").update(kind="configuration")
    sending.send_due()
    assert again(campaign).pause_reason == "configuration:21614"
    assert campaign.messages.get().status == "queued"


def test_an_unknown_code_fails_its_own_text_and_nothing_else(standins: StandIns) -> None:
    contact = make_contact(phone="+33600029999")
    campaign = rolling(2)
    sending.send_due()
    assert sorted(campaign.messages.values_list("status", flat=True)) == ["accepted", "accepted", "failed"]
    assert Contact.objects.get(pk=contact.pk).invalid_phone == ""
    assert again(campaign).status == "rolling"


def reported(campaign: Campaign, code: str, count: int) -> None:
    for row in campaign.messages.order_by("pk")[:count]:
        reports.apply(status="undelivered", reference=str(row.public_id), provider_id=f"SM{row.pk}", error_code=code)


def test_a_report_of_a_dead_number_counts_too(standins: StandIns) -> None:
    campaign = rolling(1)
    sending.send_due()
    reported(campaign, "30005", 1)
    assert segments.eligible().count() == 0


def test_a_version_that_operators_filter_pauses_its_campaign(standins: StandIns) -> None:
    campaign = rolling(10)
    sending.send_due()
    reported(campaign, "30007", 2)
    assert again(campaign).status == "rolling"
    reported(campaign, "30007", 3)
    assert (again(campaign).status, again(campaign).pause_reason) == ("paused", "filtered")


def test_a_route_with_too_many_errors_pauses_its_campaigns(standins: StandIns) -> None:
    marketing_route(error_percent=20)
    ProviderFault.objects.create(code="29998", kind="pumping")
    for number in range(15):
        make_contact(phone=f"+336000299{number:02d}")
    make_contact(phone="+33600029998")
    ProviderFault.objects.bulk_create(ProviderFault(code=f"299{n:02d}", kind="pumping") for n in range(15))
    campaign = rolling(30)
    sending.send_due()
    assert (again(campaign).status, again(campaign).pause_reason) == ("paused", "route_errors")


# --- Reports
def test_shuffled_and_repeated_reports_end_in_the_same_state(standins: StandIns) -> None:
    campaign = rolling(6)
    sending.send_due()
    said = [(row, status) for row in campaign.messages.all() for status in ("accepted", "delivered", "accepted")] * 2
    random.Random(7).shuffle(said)
    for row, status in said:
        reports.apply(status=status, reference=str(row.public_id), provider_id=f"SM{row.pk}")
    assert set(campaign.messages.values_list("status", flat=True)) == {"delivered"}


def test_pausing_everything_holds_every_campaign(standins: StandIns) -> None:
    rolling(1)
    rolling(0, "Autre")
    assert campaigns.pause_all() == 2
    assert sending.send_due() == 0
    assert standins.outbox() == []
