"""Real worker processes on one outbox: side by side, and killed between two lines."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from interflora.lib.contacts import Channel
from notifications import outbox, sending
from notifications.marketing import campaigns, claiming, snapshots, unknowns
from notifications.marketing import sending as campaign_sending
from notifications.marketing.models import CampaignMessage
from notifications.models import Message
from tests.notifications.conftest import TEMPLATES, Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, queue_message, scheduled
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db(transaction=True)


def worker(die: str = "") -> subprocess.Popen[str]:
    """A started worker that waits for a line on its standard input."""
    pages = settings.TEMPLATES[0]
    given = {
        "database": connection.settings_dict["NAME"],
        "moment": MORNING.isoformat(),
        "die": die,
        "settings": {
            "TWILIO_API_BASE": settings.TWILIO_API_BASE,
            "EMAIL_PORT": settings.EMAIL_PORT,
            "EMAIL_BACKEND": settings.EMAIL_BACKEND,
            "TEMPLATES": [{**pages, "DIRS": [str(TEMPLATES), *(str(folder) for folder in pages["DIRS"])]}],
        },
    }
    command = [sys.executable, "-m", "tests.notifications.worker", json.dumps(given)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=settings.BASE_DIR)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def let_go(*processes: subprocess.Popen[str]) -> list[int]:
    """Start them together and return how they ended."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    codes = [process.wait(60) for process in processes]
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
    return codes


def test_workers_side_by_side_hand_each_message_over_once(standins: StandIns) -> None:
    for number in range(60):
        queue_message(channel=Channel.EMAIL if number % 2 else Channel.SMS)
    for _ in range(20):
        make_contact()
    campaign = make_campaign()
    scheduled(campaign, MORNING)
    snapshots.start_due()
    assert let_go(worker(), worker(), worker()) == [0, 0, 0]
    received = [(message["channel"], message["to"]) for message in standins.outbox()]
    assert len(received) == 80
    assert len(set(received)) == 80
    assert set(Message.objects.values_list("status", "attempts")) == {("accepted", 1)}
    assert set(CampaignMessage.objects.values_list("status", "attempts")) == {("accepted", 1)}


@pytest.mark.parametrize(
    ("die", "after_the_kill", "then"),
    [("lease", "queued", (1, False)), ("mark", "unknown", (2, True)), ("call", "unknown", (1, False))],
)
def test_a_killed_worker_neither_loses_nor_doubles_a_message(
    standins: StandIns, clock: Clock, die: str, after_the_kill: str, then: tuple[int, bool]
) -> None:
    message = queue_message()
    assert let_go(worker(die)) == [-signal.SIGKILL]
    assert Message.objects.get().status == "sending"
    clock.advance(seconds=sending.LEASE_SECONDS + 1)
    sending.recover_expired()
    assert Message.objects.get().status == after_the_kill
    for _minute in range(12):
        outbox.send_due()
        outbox.resolve_unknown()
        clock.advance(minutes=1)
    row = Message.objects.get(pk=message.pk)
    assert (row.status, row.attempts, row.resent_at is not None) == ("accepted", *then)
    assert len(standins.outbox()) == 1


@pytest.mark.parametrize(
    ("die", "status", "texts"), [("lease", "accepted", 1), ("mark", "failed", 0), ("call", "accepted", 1)]
)
def test_a_killed_worker_never_doubles_a_commercial_text(
    standins: StandIns, clock: Clock, die: str, status: str, texts: int
) -> None:
    make_contact()
    scheduled(make_campaign(), MORNING)
    snapshots.start_due()
    assert let_go(worker(die)) == [-signal.SIGKILL]
    clock.advance(seconds=claiming.LEASE_SECONDS + 1)
    for _minute in range(12):
        campaign_sending.send_due()
        unknowns.resolve_unknown()
        clock.advance(minutes=1)
    assert CampaignMessage.objects.get().status == status
    assert len(standins.outbox()) == texts
    assert clock.moment - MORNING > timedelta(minutes=12)
    assert campaigns.finish_done() == 1
