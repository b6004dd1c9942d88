"""How far a campaign is, in figures that always add up to its plan, and when it should end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from interflora.lib import clock
from notifications.marketing import forecast
from notifications.marketing.models import Campaign, CampaignStatus
from notifications.statuses import MessageStatus

# The current rate is that of the last minute.
LATELY = timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """Rows by what became of them: planned = left + in_flight + waiting + delivered + failed + skipped + unknown.

    `waiting` were handed over and have no report yet; `per_minute` counts the last minute; `ends_at` is None while
    nothing leaves.
    """

    planned: int
    left: int
    in_flight: int
    waiting: int
    delivered: int
    failed: int
    skipped: int
    unknown: int
    per_minute: int
    ends_at: datetime | None

    @property
    def done(self) -> int:
        """Rows that wait for nothing of ours any more."""
        return self.planned - self.left - self.in_flight

    @property
    def sent(self) -> int:
        """What the provider took, whatever came of it then."""
        return self.waiting + self.delivered


def of(campaign: Campaign) -> Progress:
    """Count the rows of a campaign as they are now, in one query."""
    now = clock.now()
    lately = Count("pk", filter=Q(handed_at__gt=now - LATELY))
    rows = campaign.messages.values_list("status").annotate(rows=Count("pk"), lately=lately).order_by()
    found = {MessageStatus(status): (count, recent) for status, count, recent in rows}
    count = {status: found.get(status, (0, 0))[0] for status in MessageStatus}
    per_minute = sum(recent for _rows, recent in found.values())
    ends_at = None
    if campaign.status == CampaignStatus.ROLLING and per_minute:
        left = timedelta(minutes=count[MessageStatus.QUEUED] / per_minute)
        ends_at = forecast.after(now, left)
    return Progress(
        planned=sum(count.values()),
        left=count[MessageStatus.QUEUED],
        in_flight=count[MessageStatus.SENDING],
        waiting=count[MessageStatus.ACCEPTED],
        delivered=count[MessageStatus.DELIVERED],
        failed=count[MessageStatus.FAILED] + count[MessageStatus.UNDELIVERED],
        skipped=count[MessageStatus.SKIPPED],
        unknown=count[MessageStatus.UNKNOWN],
        per_minute=per_minute,
        ends_at=ends_at,
    )
