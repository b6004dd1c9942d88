"""X lets one account write 15 direct messages in 15 minutes and 1,440 in a day (X's rate-limit table).

Counted from rows in PostgreSQL, under one advisory lock, so that all workers together keep it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from interflora.lib import clock
from notifications.models import DirectMessageUse, Message

WINDOWS = ((timedelta(minutes=15), 15), (timedelta(hours=24), 1440))
_LOCK = 0x1F_D1_5A


def take(message: Message) -> datetime | None:
    """Count one direct message now, or return the moment when one more will be allowed.

    Must be called in the transaction that marks the message as handed over; takes the account's advisory lock until
    its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    now = clock.now()
    for span, most in WINDOWS:
        used = DirectMessageUse.objects.filter(used_at__gt=now - span).order_by("-used_at")
        oldest_that_counts = used.values_list("used_at", flat=True)[most - 1 : most]
        for moment in oldest_that_counts:
            return moment + span
    DirectMessageUse.objects.create(message=message, used_at=now)
    return None


def forget_old() -> int:
    """Drop the uses that no window counts any more."""
    oldest = clock.now() - timedelta(days=2)
    return DirectMessageUse.objects.filter(used_at__lt=oldest).delete()[0]
