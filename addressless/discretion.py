"""When the sender may feel what a report led to: at a moment that says nothing of who reported, or when."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from addressless.models import Claim
from interflora.lib import clock

WORKING_DAYS = 5
OPENS, CLOSES = 9, 18


def later(claim: Claim) -> datetime:
    """A moment drawn from the next five working days, 9:00–18:00 in Paris, by the system's own randomness.

    Counted from the end of a window that is still open: before it, the moment would say that somebody read.
    """
    start = clock.now()
    if claim.is_open and claim.expires_at is not None:
        start = max(start, claim.expires_at)
    day = clock.paris(start).date()
    days: list[date] = []
    while len(days) < WORKING_DAYS:
        day += timedelta(days=1)
        if clock.is_working_day(day):
            days.append(day)
    seconds = secrets.randbelow((CLOSES - OPENS) * 3600)
    return clock.at_paris(secrets.choice(days), OPENS) + timedelta(seconds=seconds)
