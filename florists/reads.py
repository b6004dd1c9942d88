"""Who opened the vault, and whether somebody should be asked why. The audit rows are written by `addresses` alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.db.models.functions import TruncDate

from florists.models import AddressRead
from interflora.lib import clock
from interflora.lib.clock import PARIS

MANY_A_DAY = 20


class OwnReads(Exception):
    """Nobody finds their own reads usual."""


@dataclass(frozen=True)
class BusyDay:
    """More reads by one member of staff on one day (Paris) than the work usually asks for."""

    username: str
    day: date
    number: int
    last_at: datetime


def busy_days() -> list[BusyDay]:
    """Days above 20 reads by one person that nobody else has looked into, oldest first."""
    unseen = AddressRead.objects.filter(purpose=AddressRead.Purpose.STAFF, reviewed_at=None)
    days = (
        unseen.annotate(day=TruncDate("read_at", tzinfo=PARIS))
        .order_by()
        .values("user__username", "day")
        .annotate(number=Count("pk"), last_at=Max("read_at"))
        .filter(number__gt=MANY_A_DAY)
    )
    return [
        BusyDay(row["user__username"], row["day"], row["number"], row["last_at"]) for row in days.order_by("last_at")
    ]


def review(read: AddressRead, reviewer: User) -> int:
    """Note that `reviewer` looked into the day this read belongs to; returns how many reads that settles.

    Reads of the same day that come later wait for another look. Raises `OwnReads`.
    """
    if read.user_id is None:  # a florist's
        return 0
    if read.user_id == reviewer.pk:
        raise OwnReads
    day = clock.paris(read.read_at).date()
    same_day = AddressRead.objects.annotate(day=TruncDate("read_at", tzinfo=PARIS)).filter(
        purpose=AddressRead.Purpose.STAFF, user_id=read.user_id, day=day, reviewed_at=None
    )
    return same_day.update(reviewed_at=clock.now(), reviewed_by=reviewer)
