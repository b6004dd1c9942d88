"""Wake-ups: each one does its one thing, and beat names only tasks that exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from interflora.celery import app
from notifications import tasks
from notifications.marketing import snapshots
from notifications.marketing.models import Campaign
from notifications.models import DirectMessageUse, Message
from tests.notifications.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, queue_message, scheduled
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def test_beat_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    ours = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if "notifications" in entry["task"]]
    assert len(ours) == 4
    assert set(ours) <= set(app.tasks)


def test_a_lost_wake_up_loses_nothing(standins: StandIns, clock: Clock) -> None:
    woken, forgotten = queue_message(), queue_message()
    tasks.send_message(woken.pk)
    tasks.send_message(woken.pk)
    assert Message.objects.get(pk=forgotten.pk).status == "queued"
    standins.fault(provider="twilio", operation="messages.create", kind="drop_after_effect")
    tasks.sweep_outbox()
    assert Message.objects.get(pk=forgotten.pk).status == "unknown"
    DirectMessageUse.objects.create(message=woken, used_at=MORNING - timedelta(days=3))
    clock.advance(minutes=1)
    tasks.resolve_unknown_messages()
    assert set(Message.objects.values_list("status", flat=True)) == {"accepted"}
    assert DirectMessageUse.objects.count() == 0
    assert len(standins.outbox()) == 2


def test_a_campaign_that_starts_leaves_with_the_same_wake_up(standins: StandIns) -> None:
    make_contact()
    scheduled(make_campaign(), MORNING)
    tasks.sweep_campaigns()
    assert Campaign.objects.get().status == "finished"
    assert len(standins.outbox()) == 1


def test_a_campaign_ends_with_the_wake_up_that_sent_its_last_text(standins: StandIns) -> None:
    make_contact()
    snapshots.start(scheduled(make_campaign(), MORNING).pk)
    tasks.send_campaigns()
    assert Campaign.objects.get().status == "finished"
    assert len(standins.outbox()) == 1
