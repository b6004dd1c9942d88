"""The run of a campaign on screen: figures that add up, an end in words, and a button that stops within a second."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from notifications.marketing import campaigns, preflight, progress, segments, sending, snapshots
from notifications.marketing.admin import run
from notifications.marketing.models import Campaign, CampaignMessage, Contact, Segment
from notifications.routing.models import Route
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.notifications.test_workers import worker
from tests.staff_access import sign_in
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def rolling(people: int) -> Campaign:
    for _ in range(people):
        make_contact()
    campaign = scheduled(make_campaign(), MORNING)
    assert snapshots.start(campaign.pk)
    return Campaign.objects.get(pk=campaign.pk)


def marketer() -> User:
    user = User.objects.create_user("marie", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    return user


def one_of_each(campaign: Campaign) -> None:
    """Ten rows: three left, and one or two of every other outcome; six were handed over in the last minute."""
    pks = iter(campaign.messages.order_by("pk").values_list("pk", flat=True))
    handed = {"handed_at": MORNING - timedelta(seconds=30), "variant": campaign.winner}
    taken = {**handed, "accepted_at": MORNING}
    for fields in (
        {**taken, "status": "accepted"},
        {**taken, "status": "delivered", "settled_at": MORNING},
        {**taken, "status": "undelivered", "settled_at": MORNING},
        {**handed, "status": "failed", "settled_at": MORNING},
        {**handed, "status": "unknown"},
        {**handed, "status": "unknown"},
        {"status": "skipped", "skip_reason": "stopped", "settled_at": MORNING},
    ):
        CampaignMessage.objects.filter(pk=next(pks)).update(**fields)


def test_the_figures_of_the_run_add_up_and_say_when_it_ends(
    client: Client, staff_groups: None, backoffice: None
) -> None:
    campaign = rolling(10)
    one_of_each(campaign)
    found = progress.of(campaign)
    assert (found.planned, found.left, found.sent, found.delivered) == (10, 3, 2, 1)
    assert (found.failed, found.skipped, found.unknown, found.per_minute) == (2, 1, 2, 6)
    outcomes = (found.left, found.in_flight, found.waiting, found.delivered)
    assert sum(outcomes) + found.failed + found.skipped + found.unknown == found.planned
    assert found.ends_at == MORNING + timedelta(seconds=30)
    reader = sign_in(client, marketer())
    page = reader.get(reverse("admin:notifications_campaign_change", args=[campaign.pk])).content.decode()
    piece = reader.get(reverse("admin:campaign_progress", args=[campaign.pk])).content.decode()
    for shown in (page, piece):
        assert "2 messages à l’issue inconnue, en cours de vérification." in shown
        assert "L’envoi est en cours\u00a0; fin prévue mercredi 18 mars à 10\u00a0h" in shown
        assert "data-run-followed" in shown
        assert "http-equiv" not in shown
    assert "<html" not in piece


def test_the_results_are_renewed_with_the_run_and_its_plain_piece_stays_light(
    client: Client, staff_groups: None, backoffice: None
) -> None:
    campaign = rolling(10)
    one_of_each(campaign)
    reader = sign_in(client, marketer())
    address = reverse("admin:campaign_progress", args=[campaign.pk])
    whole, piece = (reader.get(address + query).content.decode() for query in ("?tout", ""))
    for part in ('data-run-part="skipped"', "ont dit STOP", 'data-run-part="results"', "Chiffre net"):
        assert part in whole
        assert part not in piece
    assert "data-run-followed" in whole
    assert "<html" not in whole


@pytest.mark.parametrize(("cents", "shown"), [(40_000, "400,00\u00a0€"), (None, "sans limite")])
def test_a_budget_that_can_no_longer_change_is_still_read(
    client: Client, staff_groups: None, backoffice: None, cents: int | None, shown: str
) -> None:
    make_contact()
    campaign = scheduled(make_campaign(budget_cents=cents), MORNING)
    address = reverse("admin:notifications_campaign_change", args=[campaign.pk])
    page = sign_in(client, marketer()).get(address).content.decode()
    assert "Budget maximal" in page
    assert f'<div class="readonly">{shown}</div>' in page


def test_the_routes_of_france_can_be_corrected_before_anything_left(
    client: Client, staff_groups: None, backoffice: None
) -> None:
    Route.objects.all().delete()
    page = sign_in(client, marketer()).get(reverse("admin:notifications_route_changelist")).content.decode()
    assert page.count('<th class="field-country">') == 2


def test_the_search_of_a_list_has_a_name_that_is_seen(client: Client, staff_groups: None, backoffice: None) -> None:
    page = sign_in(client, marketer()).get(reverse("admin:notifications_contact_changelist")).content.decode()
    assert '<label for="searchbar">Rechercher</label>' in page


def test_the_state_comes_first_and_its_buttons_are_not_inside_the_form_of_django(
    client: Client, staff_groups: None, backoffice: None
) -> None:
    """A form within a form is dropped by browsers: « Version A » would have posted the page's own form."""
    make_contact()
    campaign = scheduled(make_campaign("Les pivoines", "Les roses"), MORNING)
    snapshots.start(campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(status="deciding")
    address = reverse("admin:notifications_campaign_change", args=[campaign.pk])
    page = sign_in(client, marketer()).get(address).content.decode()
    form = page.index('id="campaign_form"')
    for letter in "AB":
        assert 0 < page.index(reverse("admin:campaign_choose", args=[campaign.pk, letter])) < form


def test_an_unknown_field_of_a_text_is_named_with_those_that_exist(
    client: Client, staff_groups: None, backoffice: None
) -> None:
    answer = sign_in(client, marketer()).post(reverse("admin:campaign_counter"), {"text": "Bonjour {nom}"}).json()
    assert "{nom}" in answer["error"]
    assert "{prenom}, {prenom|cher client} et {lien}" in answer["error"]


def test_each_state_of_the_run_has_a_sentence(clock: Clock) -> None:
    make_contact()
    campaign = scheduled(make_campaign(), MORNING)
    words = [run.shown(campaign)["run_words"]]
    snapshots.start(campaign.pk)
    for moment in (MORNING, datetime.fromisoformat("2026-03-18T20:30:00+01:00")):
        clock.moment = moment
        words.append(run.shown(Campaign.objects.get(pk=campaign.pk))["run_words"])
    for change in (campaigns.pause, campaigns.cancel):
        change(campaign.pk)
        words.append(run.shown(Campaign.objects.get(pk=campaign.pk))["run_words"])
    assert words == [
        "Programmée\u00a0: le premier SMS part mercredi 18 mars à 10\u00a0h.",
        "L’envoi commence ou attend son tour\u00a0; il finira au plus tard mercredi 18 mars à 20\u00a0h.",
        "Hors des heures légales\u00a0: l’envoi reprend jeudi 19 mars à 8\u00a0h.",
        "En pause\u00a0: plus rien ne part.",
        "Annulée\u00a0: ce qui n’était pas parti ne partira pas.",
    ]


@pytest.mark.parametrize("texts", [["Les pivoines"], ["Les pivoines", "Les roses"]])
def test_a_segment_that_emptied_before_the_start_ends_the_campaign_with_a_sentence(
    standins: StandIns, caplog: pytest.LogCaptureFixture, texts: list[str]
) -> None:
    make_contact()
    campaign = scheduled(make_campaign(*texts), MORNING)
    Contact.objects.update(is_sms_opted_in=False)
    snapshots.start_due()
    sending.send_due()
    assert campaigns.finish_done() == 1
    campaign.refresh_from_db()
    assert run.shown(campaign)["run_words"].startswith("Personne n’était plus dans le segment")
    assert "nobody was left in its segment" in caplog.text
    assert (campaign.status, standins.outbox()) == ("finished", [])


def test_the_checklist_tells_dead_numbers_and_those_who_had_an_offer_this_week() -> None:
    campaign = rolling(3)
    dead, capped, _free = Contact.objects.order_by("pk")
    Contact.objects.filter(pk=dead.pk).update(invalid_phone=dead.phone)
    received = CampaignMessage.objects.filter(contact=capped.pk)
    received.update(status="accepted", handed_at=MORNING, accepted_at=MORNING, variant=campaign.winner)
    segment = Segment.objects.get()
    found = preflight.of(segment, MORNING + timedelta(days=6))
    assert (found.matching, found.eligible, found.bad_number, found.capped) == (3, 2, 1, 1)
    assert found.eligible == segments.audience(segment).count()
    assert preflight.of(segment, MORNING + timedelta(days=8)).capped == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_reaches_the_provider_a_second_after_the_button(
    client: Client, staff_groups: None, backoffice: None, standins: StandIns
) -> None:
    """Measured from the post of « Tout arrêter » to the last text that the provider received."""
    campaign = rolling(1)
    Route.objects.update(parts_per_second=200)
    first = Contact.objects.get()
    fields = {"provenance": first.provenance, "is_sms_opted_in": True}
    Contact.objects.bulk_create(
        Contact(phone=f"+336130{n:05d}", phone_digest=f"{n:064x}", **fields) for n in range(1500)
    )
    campaigns.cancel(campaign.pk)
    user, campaign = marketer(), make_campaign()
    campaigns.approve(campaign.pk, user.pk)
    campaigns.schedule(campaign.pk, MORNING)
    snapshots.start(campaign.pk)
    reader = sign_in(client, user)
    sweep = worker()
    assert sweep.stdin is not None
    sweep.stdin.write("go\n")
    sweep.stdin.flush()
    deadline = time.monotonic() + 10
    while len(standins.requests("twilio")) < 100:
        assert time.monotonic() < deadline
    pressed = time.time()
    assert reader.post(reverse("admin:campaign_panic")).status_code == 302
    assert sweep.wait(20) == 0
    last = max(float(one["at"]) for one in standins.requests("twilio"))
    assert last - pressed < 1
    assert campaign.messages.filter(status="queued").exists()
    campaign.refresh_from_db()
    assert (campaign.status, campaign.pause_reason) == ("paused", "panic")
