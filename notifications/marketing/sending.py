"""Rows of running campaigns on their way to the provider, batch by batch: once per number, whatever dies.

Take a batch (`claiming`, one short transaction), hand it over concurrently outside any transaction, write down the
answers (`recording`). A commercial text of unknown outcome is looked up (`unknowns`) and never sent again.
"""

from __future__ import annotations

import asyncio
import time

from interflora.lib import clock
from notifications.marketing import claiming, recording, slots
from notifications.marketing.models import Campaign, CampaignMessage, CampaignStatus
from notifications.routing import buckets, routes
from notifications.routing.models import Purpose, Route
from notifications.statuses import MessageStatus
from notifications.transports import sms

# At most so many texts are in flight after a pause, per worker.
BATCH = 250
SWEEP_SECONDS = 20.0
IDLE_SECONDS = 0.05


def send_due(seconds: float = SWEEP_SECONDS) -> int:
    """Hand over what is due, for a few seconds (another wake-up goes on); how many rows were settled or handed over.

    The campaigns that are leaving take turns, batch by batch. Outside the legal hours nothing is taken up.
    """
    recover_expired()
    stop, moved = time.monotonic() + seconds, 0
    with asyncio.Runner() as runner, sms.Batches(runner) as provider:
        while time.monotonic() < stop and slots.is_legal(clock.now()):
            turn = [_send_batch(pk, provider) for pk in _leaving()]
            if not any(turn):
                break
            moved += sum(turn)
    return moved


def recover_expired() -> int:
    """Rows whose worker died: not yet handed over ⇒ queued again; handed over ⇒ unknown. Returns how many moved."""
    now = clock.now()
    dead = CampaignMessage.objects.filter(status=MessageStatus.SENDING, lease_until__lt=now)
    free = {"lease_token": None, "lease_until": None, "not_before": now}
    return dead.filter(handed_at=None).update(status=MessageStatus.QUEUED, **free) + dead.filter(
        handed_at__isnull=False
    ).update(status=MessageStatus.UNKNOWN, **free)


def _leaving() -> list[int]:
    """The campaigns that have a row to send now."""
    due = CampaignMessage.objects.due(clock.now())
    running = Campaign.objects.filter(status__in=[CampaignStatus.TESTING, CampaignStatus.ROLLING])
    return [pk for pk in running.order_by("pk").values_list("pk", flat=True) if due.filter(campaign=pk).exists()]


def _send_batch(pk: int, provider: sms.Batches) -> int:
    """One batch of one campaign, as large as the route's speed allows at this moment; how many rows moved."""
    route = routes.of(Purpose.MARKETING)
    parts = _parts(route)
    batch = claiming.claim(pk, route, min(BATCH, parts), parts)
    buckets.give_back(route, parts - batch.parts)
    if batch.ready:
        answers = provider.send([one.outgoing for one in batch.ready])
        recording.record(batch, answers, route)
    return len(batch.ready) + batch.passed


def _parts(route: Route) -> int:
    """Wait until the route allows a batch worth the trouble."""
    while not (parts := buckets.take(route, BATCH * 2)):
        time.sleep(IDLE_SECONDS)
    return parts
