"""A worker killed between each two steps of a batch: nothing twice, nothing lost, every row counted in the end."""

from __future__ import annotations

import signal
from collections import Counter

import pytest

from notifications.marketing import campaigns, claiming, sending, snapshots, stops, unknowns
from notifications.marketing.models import Campaign, CampaignMessage, StopSource
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.notifications.test_workers import let_go, worker
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12


def rolling(holdout: int = 0) -> Campaign:
    for _ in range(PEOPLE):
        make_contact()
    campaign = scheduled(make_campaign(holdout_percent=holdout), MORNING)
    snapshots.start_due()
    return campaign


def later(clock: Clock) -> None:
    """The lease of the dead worker ends, and the sweeps of the next quarter of an hour pass."""
    clock.advance(seconds=claiming.LEASE_SECONDS + 1)
    for _minute in range(15):
        sending.send_due()
        unknowns.resolve_unknown()
        clock.advance(minutes=1)


@pytest.mark.parametrize(
    ("die", "accepted", "failed"),
    [
        ("lease", PEOPLE, 0),
        ("mark", 0, PEOPLE),
        ("half", PEOPLE // 2, PEOPLE // 2),
        ("call", PEOPLE, 0),
        ("write", PEOPLE, 0),
        ("record", PEOPLE, 0),
    ],
)
def test_a_worker_killed_between_two_steps(
    standins: StandIns, clock: Clock, die: str, accepted: int, failed: int
) -> None:
    campaign = rolling(holdout=0)
    assert let_go(worker(die)) == [-signal.SIGKILL]
    first = CampaignMessage.objects.order_by("pk").first()
    assert first is not None
    stops.stop(first.phone, StopSource.SMS)
    told_before = [text["to"] for text in standins.outbox()].count(first.phone)
    later(clock)
    received = Counter(text["to"] for text in standins.outbox())
    assert max(received.values(), default=1) == 1
    assert received[first.phone] == told_before  # nothing after a STOP
    is_stopped = die == "lease"
    by_status = Counter(CampaignMessage.objects.values_list("status", flat=True))
    assert by_status["accepted"] == accepted - is_stopped
    assert by_status["failed"] == failed
    assert by_status["skipped"] == is_stopped
    assert sum(by_status.values()) == PEOPLE
    assert by_status["unknown"] == 0
    assert campaigns.finish_done() == 1
    assert Campaign.objects.get(pk=campaign.pk).status == "finished"


def test_three_workers_killed_one_after_the_other(standins: StandIns, clock: Clock) -> None:
    rolling(holdout=10)
    left_out = set(CampaignMessage.objects.filter(group="holdout").values_list("phone", flat=True))
    for die in ("lease", "half", "call"):
        let_go(worker(die))
    later(clock)
    received = Counter(text["to"] for text in standins.outbox())
    assert max(received.values()) == 1
    assert not left_out & set(received)
    assert CampaignMessage.objects.filter(status__in=["queued", "sending", "unknown"]).count() == 0
    assert CampaignMessage.objects.filter(status="accepted").count() == len(received)
