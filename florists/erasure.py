"""Addresses whose time has come are erased, in batches of one transaction each; no key is needed for that.

The verbs of `deliveries` and `jobs` erase at once what is canceled or closed; this finds what only time ends, and
whatever they may have left.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from florists import sweeps
from florists.models import Delivery, DeliveryEvent, SealedAddress
from florists.states import DeliveryStatus, EventKind
from interflora.lib import clock

log = logging.getLogger(__name__)
KEEP_DRAFT = timedelta(days=7)
LATE = timedelta(days=1)
BATCH = 1000
SWEEP_SECONDS = 60.0  # well under the tasks' limit; the next sweep goes on


def keep_after_end() -> timedelta:
    """How long an address outlives its delivery: 14 days, which the pages promise, or fewer (ADDRESS_KEEP_DAYS)."""
    return timedelta(days=settings.ADDRESS_KEEP_DAYS)


def due(at: datetime | None = None) -> QuerySet[SealedAddress]:
    """Past their time after the end, canceled, or of a draft nobody paid for a week; now, or at a moment."""
    now = at or clock.now()
    ended = Q(delivery__delivered_at__lte=now - keep_after_end()) | Q(delivery__failed_at__lte=now - keep_after_end())
    canceled = Q(delivery__status=DeliveryStatus.CANCELED)
    left = Q(delivery__status=DeliveryStatus.DRAFT, sealed_at__lte=now - KEEP_DRAFT)
    return SealedAddress.objects.filter(ended | canceled | left)


def overdue() -> int:
    """How many should have gone a day ago: the sweep does not run, or cannot."""
    return due(clock.now() - LATE).count()


def erase_old(seconds: float = SWEEP_SECONDS, batch: int = BATCH) -> int:
    """Erase what is due, for about `seconds` at most; returns how many.

    Safe to run twice and at once: a row somebody holds is left to the next sweep. One batch is in memory at a time.
    """
    erased, after, started = 0, 0, time.monotonic()
    while time.monotonic() - started < seconds:
        pks = list(due().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch])
        if not pks:
            break
        after = pks[-1]
        try:
            erased += erase(pks)
        except DatabaseError as error:
            # Its type alone; then one by one, so that the row that cannot go keeps nobody else.
            log.error("a batch of addresses was not erased: %s", type(error).__name__)
            erased += sweeps.run(_erase_one, pks)
    return erased


def _erase_one(pk: int) -> bool:
    return erase([pk]) > 0


def erase(pks: list[int]) -> int:
    """One batch, in one transaction, under the deliveries' locks: what was sealed anew meanwhile is due no more."""
    with transaction.atomic():
        locked = Delivery.objects.filter(pk__in=pks).order_by("pk").select_for_update(skip_locked=True)
        rows = due().filter(pk__in=list(locked.values_list("pk", flat=True)))
        gone = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
        SealedAddress.objects.filter(pk__in=gone).delete()
        DeliveryEvent.objects.bulk_create(DeliveryEvent(delivery_id=pk, kind=EventKind.ADDRESS_ERASED) for pk in gone)
    return len(gone)
