"""« Tout arrêter »: one button pauses everything that runs, and the page says why nothing leaves."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from notifications.marketing import campaigns, snapshots
from notifications.marketing.admin import panels
from notifications.marketing.models import Campaign
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def running() -> Campaign:
    make_contact()
    campaign = scheduled(make_campaign(), MORNING)
    assert snapshots.start(campaign.pk)
    return campaign


def test_an_account_that_is_suspended_has_a_sentence_and_loses_nothing() -> None:
    campaign = running()
    campaigns.pause(campaign.pk, "configuration:20003")
    shown = panels.panel(Campaign.objects.get(pk=campaign.pk))
    assert "code 20003" in shown["pause_words"]
    assert "Rien n’est perdu" in shown["pause_words"]
    assert campaigns.resume(campaign.pk)
    assert campaign.messages.get().status == "queued"


def test_what_does_not_leave_is_told_by_reason() -> None:
    campaign = running()
    campaigns.cancel(campaign.pk)
    assert panels.panel(Campaign.objects.get(pk=campaign.pk))["skipped"] == [("campagne annulée", 1)]


def test_one_button_stops_everything_and_says_who_did(client: Client, staff_groups: None, backoffice: None) -> None:
    first, second = running(), running()
    user = User.objects.create_user("marie", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    page = sign_in(client, user).post(reverse("admin:campaign_panic"), follow=True)
    assert "C’est arrêté\u00a0: 2 campagnes sont en pause" in page.content.decode()
    states = Campaign.objects.order_by("pk").values_list("status", "pause_reason")
    assert list(states) == [("paused", "panic"), ("paused", "panic")]
    logged = LogEntry.objects.filter(user=user).values_list("object_id", flat=True)
    assert set(logged) == {str(first.pk), str(second.pk)}
    assert "Arrêtée par" in client.get(reverse("admin:notifications_campaign_change", args=[first.pk])).content.decode()


def test_cost_people_and_end_are_read_before_the_approval(client: Client, staff_groups: None, backoffice: None) -> None:
    make_contact("François")
    campaign = make_campaign("Bonjour {prenom|vous}, les pivoines sont là !", keeps_accents=True)
    user = User.objects.create_user("marie", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    page = sign_in(client, user).get(reverse("admin:campaign_approve", args=[campaign.pk])).content.decode()
    for words in ("Recevront le SMS", "François (1)", "0,15\u00a0€", "Est-ce que cela finira", "Tout arrêter"):
        assert words in page
    assert Campaign.objects.get().status == "draft"
