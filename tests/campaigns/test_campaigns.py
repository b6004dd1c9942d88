"""A campaign: legal slot, frozen audience, once per number, checked again at each sending, never twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from interflora.lib import clock as paris_clock
from interflora.lib import links
from notifications import reports
from notifications.marketing import campaigns, claiming, compose, consents, segments, snapshots, stops, unknowns
from notifications.marketing import sending as campaign_sending
from notifications.marketing.compose import BadText
from notifications.marketing.models import (
    Campaign,
    CampaignMessage,
    Contact,
    Segment,
    StopEntry,
    StopSource,
    Variant,
)
from notifications.routing import routes
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
SOON = MORNING + timedelta(hours=1)


def rolling(people: int = 1, **fields: Any) -> Campaign:
    """A campaign whose rows are ready to leave now."""
    for _ in range(people):
        make_contact()
    campaign = make_campaign(**fields)
    scheduled(campaign, MORNING)
    assert snapshots.start_due() == 1
    return again(campaign)


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def only_row() -> CampaignMessage:
    return CampaignMessage.objects.get()


def only_rows() -> list[CampaignMessage]:
    return list(CampaignMessage.objects.order_by("pk"))


def statuses() -> list[str]:
    return list(CampaignMessage.objects.order_by("pk").values_list("status", flat=True))


# --- Approval and schedule
def approved(**fields: Any) -> Campaign:
    """A campaign for one person at least, approved."""
    make_contact()
    campaign = make_campaign(**fields)
    campaigns.approve(campaign.pk, None)
    return again(campaign)


def refusal(verb: Callable[..., None], *arguments: Any) -> str:
    with pytest.raises(campaigns.Refused) as caught:
        verb(*arguments)
    return caught.value.code


def test_approval_freezes_what_will_be_sent() -> None:
    campaign = approved()
    assert (campaign.status, campaign.approved_at) == ("approved", MORNING)
    assert campaign.content_sha256 == campaigns.content_sha256(campaign)
    assert refusal(campaigns.approve, campaign.pk, None) == "status"


def test_a_large_campaign_needs_a_second_person(settings: Settings) -> None:
    settings.CAMPAIGN_ALONE_RECIPIENTS = 1
    author, other = (User.objects.create_user(name) for name in ("author", "other"))
    make_contact()
    alone = make_campaign(edited_by=author)
    campaigns.approve(alone.pk, author.pk)
    make_contact()
    campaign = make_campaign(edited_by=author)
    assert refusal(campaigns.approve, campaign.pk, author.pk) == "alone"
    assert again(campaign).status == "draft"
    campaigns.approve(campaign.pk, other.pk)
    assert (again(campaign).status, again(campaign).approved_by) == ("approved", other)


def test_an_approved_campaign_gets_a_legal_hour() -> None:
    campaign = approved()
    campaigns.schedule(campaign.pk, SOON)
    planned = again(campaign)
    assert (planned.status, planned.starts_at, planned.scheduled_at) == ("scheduled", SOON, MORNING)
    assert planned.ends_at == MORNING.replace(hour=19)
    assert refusal(campaigns.schedule, campaign.pk, SOON) == "status"


def test_a_draft_is_not_scheduled_without_approval() -> None:
    make_contact()
    assert refusal(campaigns.schedule, make_campaign().pk, SOON) == "status"


def test_days_of_sending_skip_those_without_offers() -> None:
    campaign = approved()
    friday = datetime(2026, 4, 3 - 1, 10, tzinfo=paris_clock.PARIS)  # Thursday; then Good Friday, Saturday, Easter
    campaigns.schedule(campaign.pk, friday, days=3)
    assert again(campaign).ends_at == paris_clock.at_paris(date(2026, 4, 7), 20)


def test_what_was_approved_may_be_reopened_until_it_starts() -> None:
    campaign = approved()
    campaigns.schedule(campaign.pk, SOON)
    assert campaigns.reopen(campaign.pk)
    draft = again(campaign)
    assert (draft.status, draft.starts_at, draft.content_sha256) == ("draft", None, "")
    snapshots.start(scheduled(draft).pk)
    assert not campaigns.reopen(campaign.pk)


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (MORNING - timedelta(hours=1), "past"),
        (MORNING.replace(hour=20), "slot"),
        (MORNING + timedelta(days=4), "slot"),  # Sunday
        (datetime(2026, 5, 25, 10, tzinfo=paris_clock.PARIS), "slot"),  # Whit Monday
        (MORNING + timedelta(days=91), "far"),
    ],
)
def test_an_hour_that_is_not_legal_is_refused(starts_at: datetime, code: str) -> None:
    campaign = approved()
    assert refusal(campaigns.schedule, campaign.pk, starts_at) == code
    assert again(campaign).status == "approved"


def test_a_test_that_would_end_too_late_is_refused() -> None:
    make_contact()
    campaign = make_campaign("Un", "Deux")
    campaigns.approve(campaign.pk, None)
    late = MORNING.replace(hour=17)  # 18:00 in Paris: decided at 20:00
    assert refusal(campaigns.schedule, campaign.pk, late) == "late_test"
    campaigns.schedule(campaign.pk, late, days=2)
    assert again(campaign).status == "scheduled"


def test_a_campaign_for_nobody_is_refused() -> None:
    assert refusal(campaigns.approve, make_campaign().pk, None) == "nobody"


def test_a_campaign_without_text_is_refused() -> None:
    make_contact()
    campaign = make_campaign()
    campaign.variants.all().delete()
    assert refusal(campaigns.approve, campaign.pk, None) == "no_text"


def test_a_bad_text_is_refused() -> None:
    make_contact()
    with pytest.raises(BadText):
        campaigns.approve(make_campaign(text="Bonjour {nom}").pk, None)


# --- Snapshot
def test_the_audience_is_frozen_into_rows_once() -> None:
    wanted = [make_contact(), make_contact()]
    stopped, refused = make_contact(), make_contact()
    assert stopped.phone
    assert refused.phone
    stops.stop(stopped.phone, StopSource.SMS)
    consents.record(phone=refused.phone, wording_key="checkout_sms", source="/", ip=None, granted=False)
    campaign = make_campaign()
    scheduled(campaign, SOON)
    assert snapshots.start_due() == 0
    Campaign.objects.update(starts_at=MORNING)
    assert snapshots.start_due() == 1
    assert snapshots.start_due() == 0
    late = make_contact()
    rows = CampaignMessage.objects.all()
    assert {row.contact_id for row in rows} == {contact.pk for contact in wanted}
    assert late.pk not in {row.contact_id for row in rows}
    assert all((row.status, row.attempts, row.not_before) == ("queued", 0, MORNING) for row in rows)
    assert again(campaign).status == "rolling"


def test_the_snapshot_is_one_statement_whatever_the_size(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        make_contact()
    campaign = make_campaign()
    scheduled(campaign, MORNING)
    with django_assert_num_queries(12):
        snapshots.start(campaign.pk)
    assert CampaignMessage.objects.count() == 30


def test_one_number_is_in_a_campaign_once() -> None:
    rolling()
    row = only_row()
    with pytest.raises(IntegrityError, match="campaign_once_per_number"), transaction.atomic():
        row.pk, row.public_id = None, uuid.uuid4()
        row.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notifications_campaignmessage")
        assert cursor.fetchone() == (1,)


def test_a_text_or_segment_changed_behind_its_back_cancels_it() -> None:
    make_contact()
    first, second = make_campaign(), make_campaign()
    scheduled(first, MORNING)
    scheduled(second, MORNING)
    Variant.objects.filter(campaign=first).update(text="Autre chose")
    assert snapshots.start_due() == 1
    assert (again(first).status, again(second).status) == ("canceled", "rolling")
    assert CampaignMessage.objects.filter(campaign=first).count() == 0


# --- Sending
def test_each_number_receives_its_own_text_once(standins: StandIns) -> None:
    campaign = rolling(3)
    assert campaign_sending.send_due() == 3
    assert campaign_sending.send_due() == 0
    received = standins.outbox()
    assert len({text["to"] for text in received}) == 3
    for row, text in zip(CampaignMessage.objects.order_by("pk"), received, strict=True):
        code = links.code(compose.stop_link(row.contact))
        assert text["to"] == row.phone
        expected = f"Bonjour Anne, les pivoines sont arrivées\nSTOP : http://testserver/stop/{code}/"
        assert text["text"] == expected
        assert (row.status, row.provider_id, row.parts) == ("accepted", text["provider_id"], 1)
    assert again(campaign).status == "rolling"
    assert campaigns.finish_done() == 1
    assert (again(campaign).status, again(campaign).ended_at) == ("finished", MORNING)


def test_the_link_in_the_text_stops_it(standins: StandIns, client: Any) -> None:
    rolling()
    campaign_sending.send_due()
    address = standins.outbox()[0]["text"].split("STOP : http://testserver")[1]
    assert client.post(address).status_code == 200
    assert not Contact.objects.get().is_sms_opted_in


def test_the_provider_may_keep_it_until_the_window_closes_and_knows_our_id(standins: StandIns) -> None:
    rolling()
    campaign_sending.send_due()
    form = dict(standins.requests("twilio")[0]["form"])
    assert form["StatusCallback"].endswith(f"?m={only_row().public_id}")
    assert form["ValidityPeriod"] == str(10 * 3600)


@pytest.mark.parametrize("how", ["stop", "refusal", "stop_list_only"])
def test_who_withdrew_after_the_snapshot_receives_nothing(standins: StandIns, how: str) -> None:
    rolling()
    phone = only_row().phone
    if how == "stop":
        stops.stop(phone, StopSource.SMS)
    elif how == "refusal":
        consents.record(phone=phone, wording_key="checkout_sms", source="/", ip=None, granted=False)
    else:
        StopEntry.objects.create(phone_digest=Contact.objects.get().phone_digest, source="staff")
    campaign_sending.send_due()
    assert only_row().status == "skipped"
    assert standins.outbox() == []


def test_nothing_leaves_after_the_window_of_its_day(standins: StandIns, clock: Clock) -> None:
    campaign = rolling(2)
    clock.moment = MORNING.replace(hour=18, minute=59, second=30)  # the provider may keep a text for a minute
    assert campaign_sending.send_due() == 0
    clock.moment = MORNING.replace(hour=19)
    assert campaign_sending.send_due() == 0
    assert statuses() == ["queued", "queued"]
    clock.moment = MORNING + timedelta(days=1)
    assert campaign_sending.send_due() == 0
    campaigns.close_late()
    assert set(CampaignMessage.objects.values_list("status", "skip_reason")) == {("skipped", "window_closed")}
    assert campaigns.finish_done() == 1
    assert again(campaign).status == "finished"
    assert standins.outbox() == []


def test_a_pause_holds_every_row_that_has_not_left(standins: StandIns) -> None:
    campaign = rolling(2)
    assert campaigns.pause(campaign.pk)
    assert not campaigns.pause(campaign.pk)
    assert again(campaign).pause_reason == "staff"
    assert campaign_sending.send_due() == 0
    assert standins.outbox() == []
    assert campaigns.finish_done() == 0
    assert campaigns.resume(campaign.pk)
    assert campaign_sending.send_due() == 2
    assert len(standins.outbox()) == 2


def test_a_pause_before_the_batch_is_taken_leaves_every_row(standins: StandIns) -> None:
    campaign = rolling()
    campaigns.pause(campaign.pk)
    assert claiming.claim(campaign.pk, routes.of("marketing"), 10, 10).ready == []
    assert only_row().status == "queued"


@pytest.mark.parametrize("moment", [MORNING.replace(hour=6), MORNING + timedelta(days=4)])
def test_nothing_is_taken_outside_the_legal_hours(clock: Clock, moment: datetime) -> None:
    campaign = rolling()
    Campaign.objects.update(ends_at=MORNING + timedelta(days=9))
    CampaignMessage.objects.update(not_before=MORNING - timedelta(days=9))
    clock.moment = moment
    assert claiming.claim(campaign.pk, routes.of("marketing"), 10, 10).ready == []


def test_a_canceled_campaign_sends_nothing_more(standins: StandIns) -> None:
    campaign = rolling(2)
    assert campaigns.cancel(campaign.pk)
    assert not campaigns.cancel(campaign.pk)
    assert set(CampaignMessage.objects.values_list("status", "skip_reason")) == {("skipped", "canceled")}
    assert campaign_sending.send_due() == 0
    assert not campaigns.resume(campaign.pk)


# --- What goes wrong
def test_a_lost_answer_is_looked_up(standins: StandIns, clock: Clock) -> None:
    campaign = rolling()
    standins.fault(provider="twilio", operation="messages.create", kind="drop_after_effect")
    campaign_sending.send_due()
    assert only_row().status == "unknown"
    assert campaigns.finish_done() == 0
    clock.advance(minutes=1)
    assert unknowns.resolve_unknown() == 1
    assert (only_row().status, only_row().provider_id) == ("accepted", standins.outbox()[0]["provider_id"])
    assert campaigns.finish_done() == 1
    assert again(campaign).status == "finished"


def test_a_commercial_text_of_unknown_outcome_is_never_sent_again(standins: StandIns, clock: Clock) -> None:
    rolling()
    standins.fault(provider="twilio", operation="messages.create", kind="drop_before_effect")
    campaign_sending.send_due()
    for _minute in range(9):
        clock.advance(minutes=1)
        unknowns.resolve_unknown()
    assert only_row().status == "unknown"
    clock.advance(minutes=1)
    unknowns.resolve_unknown()
    campaign_sending.send_due()
    assert (only_row().status, only_row().error_code, only_row().attempts) == ("failed", "outcome_unknown", 1)
    assert standins.outbox() == []


def test_a_provider_that_cannot_say_keeps_it_unknown(standins: StandIns, clock: Clock) -> None:
    rolling()
    standins.fault(provider="twilio", operation="messages.create", kind="drop_before_effect")
    campaign_sending.send_due()
    standins.fault(provider="twilio", operation="messages.list", kind="error", status=503)
    clock.advance(minutes=11)
    unknowns.resolve_unknown()
    assert only_row().status == "unknown"


@pytest.mark.parametrize(("handed_at", "status"), [(None, "queued"), (MORNING, "unknown")])
def test_rows_of_a_dead_worker_come_back_or_stay_unknown(clock: Clock, handed_at: datetime | None, status: str) -> None:
    rolling()
    CampaignMessage.objects.update(
        status="sending",
        lease_token=uuid.uuid4(),
        lease_until=MORNING,
        handed_at=handed_at,
        variant=Variant.objects.get(),
    )
    clock.advance(seconds=1)
    assert campaign_sending.recover_expired() == 1
    assert only_row().status == status


def test_too_fast_is_tried_again(standins: StandIns, clock: Clock) -> None:
    rolling()
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=429)
    campaign_sending.send_due()
    assert (only_row().status, only_row().handed_at) == ("queued", None)
    clock.advance(minutes=1)
    campaign_sending.send_due()
    assert only_row().status == "accepted"
    assert len(standins.outbox()) == 1


def test_a_refused_number_fails_alone(standins: StandIns) -> None:
    make_contact(phone="+33600021614")
    rolling(1)
    campaign_sending.send_due()
    assert sorted(statuses()) == ["accepted", "failed"]


def test_an_opt_out_at_the_provider_reaches_the_stop_list(standins: StandIns) -> None:
    make_contact(phone="+33600021610")
    rolling(0)
    campaign_sending.send_due()
    assert (only_row().status, only_row().error_code) == ("failed", "21610")
    assert StopEntry.objects.get().source == "carrier"
    assert segments.eligible().count() == 0


def test_a_broken_account_pauses_the_campaign(standins: StandIns, settings: Settings) -> None:
    campaign = rolling(12)
    settings.TWILIO_AUTH_TOKEN = "wrong"
    campaign_sending.send_due()
    paused = again(campaign)
    assert (paused.status, paused.pause_reason) == ("paused", "configuration:20003")
    assert set(statuses()) == {"queued"}
    assert standins.outbox() == []


def test_a_report_reaches_the_row_by_our_own_id() -> None:
    rolling()
    CampaignMessage.objects.update(variant=Variant.objects.get())
    row = only_row()
    assert reports.apply(status="delivered", reference=str(row.public_id), provider_id="SM5")
    assert not reports.apply(status="accepted", reference=str(row.public_id), provider_id="SM5")
    assert (only_row().status, only_row().provider_id) == ("delivered", "SM5")
    assert not reports.apply(status="failed", provider_id="SM5", error_code="30003")
    assert only_row().error_code == ""


# --- The database agrees
APPROVED = {"approved_at": SOON, "content_sha256": "0"}
SCHEDULED = {**APPROVED, "starts_at": SOON, "scheduled_at": SOON, "ends_at": SOON + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("status", "fields", "rule"),
    [
        ("approved", {}, "campaign_approved_is_frozen"),
        ("scheduled", APPROVED, "campaign_scheduled_at"),
        ("scheduled", {**SCHEDULED, "ends_at": SOON}, "campaign_scheduled_at"),
        ("rolling", SCHEDULED, "campaign_rolling_at"),
        ("testing", {**SCHEDULED, "rolling_at": SOON}, "campaign_test_has_an_end"),
        ("paused", {**SCHEDULED, "paused_from": "rolling"}, "campaign_pause_reason"),
        ("paused", {**SCHEDULED, "pause_reason": "staff", "paused_from": "draft"}, "campaign_pause_reason"),
        ("draft", {"paused_from": "rolling"}, "campaign_pause_reason"),
        ("canceled", {}, "campaign_ended_at"),
        ("draft", {"ended_at": SOON}, "campaign_ended_at"),
        ("odd", {**SCHEDULED, "rolling_at": SOON}, "campaign_status"),
        ("draft", {"test_percent": 4}, "campaign_test_percent"),
        ("draft", {"test_percent": 51}, "campaign_test_percent"),
        ("draft", {"decision_minutes": 29}, "campaign_decision_minutes"),
        ("draft", {"holdout_percent": 11}, "campaign_holdout_percent"),
    ],
)
def test_the_database_refuses_a_campaign_without_its_facts(status: str, fields: dict[str, Any], rule: str) -> None:
    campaign = make_campaign()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(status=status, **fields)


def test_the_database_refuses_a_winner_that_nobody_decided() -> None:
    campaign = make_campaign()
    with pytest.raises(IntegrityError, match="campaign_winner_was_decided"), transaction.atomic():
        Campaign.objects.update(winner=campaign.variants.get())


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"group": "holdout"}, "campaignmessage_holdout_never_receives"),
        ({"group": "test"}, "campaignmessage_test_has_a_version"),
        ({"status": "unknown", "handed_at": SOON}, "campaignmessage_handed_has_a_version"),
    ],
)
def test_the_database_refuses_a_row_without_its_facts(fields: dict[str, Any], rule: str) -> None:
    rolling()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        CampaignMessage.objects.update(**fields)


@pytest.mark.parametrize(("letter", "rule"), [("A", "variant_once_per_letter"), ("E", "variant_letter")])
def test_the_database_refuses_a_version_twice_or_a_fifth(letter: str, rule: str) -> None:
    campaign = make_campaign()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Variant.objects.create(campaign=campaign, letter=letter, text="x")


def test_a_segment_in_use_cannot_disappear() -> None:
    make_campaign()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM notifications_segment")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Segment.objects.count() == 1
