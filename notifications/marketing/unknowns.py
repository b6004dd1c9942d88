"""Campaign texts whose answer was lost: looked up at the provider; absent after ten minutes ⇒ failed, never resent."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db.models import Q

from interflora.lib import clock, leases
from interflora.lib.contacts import Channel
from notifications import transports
from notifications.marketing import recording
from notifications.marketing.claiming import LEASE_SECONDS
from notifications.marketing.models import CampaignMessage
from notifications.statuses import MessageStatus
from notifications.transports.base import TransportError

log = logging.getLogger(__name__)

FAILED_AFTER = timedelta(minutes=10)
LOOK_EVERY = timedelta(minutes=3)
SWEEP_SECONDS = 20.0
BATCH = 25


def resolve_unknown(limit: int = 500) -> int:
    """Look uncertain rows up, for at most 20 seconds; how many were looked at."""
    started, looked_at = time.monotonic(), 0
    while looked_at < limit and time.monotonic() - started < SWEEP_SECONDS:
        now = clock.now()
        due = CampaignMessage.objects.filter(
            Q(lease_until=None) | Q(lease_until__lt=now), status=MessageStatus.UNKNOWN, not_before__lte=now
        )
        rows = leases.lease(
            due, to_status=MessageStatus.UNKNOWN, limit=BATCH, seconds=LEASE_SECONDS, order_by=("not_before", "pk")
        )
        if not rows:
            break
        for row in rows:
            _resolve(row)
        looked_at += len(rows)
    return looked_at


def _resolve(row: CampaignMessage) -> None:
    twins = CampaignMessage.objects.filter(body_digest=row.body_digest).exclude(pk=row.pk).exclude(provider_id="")
    taken = frozenset(twins.values_list("provider_id", flat=True))
    since = row.handed_at or clock.now()
    try:
        provider_id = transports.of(Channel.SMS).find(row.phone, row.body_digest, since, taken)
    except TransportError as error:
        log.warning("campaign message %s cannot be looked up: %s", row.public_id, error.code)
        leases.finish(row, not_before=clock.now() + LOOK_EVERY)
        return
    if provider_id is not None:
        recording.accept(row.pk, provider_id)
    elif clock.now() - since >= FAILED_AFTER:
        leases.finish(row, status=MessageStatus.FAILED, error_code="outcome_unknown", settled_at=clock.now())
    else:
        leases.finish(row, not_before=clock.now() + LOOK_EVERY)
