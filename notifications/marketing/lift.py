"""What a campaign brought beyond what would have been bought anyway: the people planned against its holdout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from interflora.lib import clock
from notifications.marketing.models import Campaign, CampaignMessage, Group, Purchase

# Two-sided 95 %.
_SPREAD = 1.96
# Fewer buyers than this on either side, and the interval would be narrower than what is known.
FEWEST_BUYERS = 5


@dataclass(frozen=True)
class Lift:
    """Revenue the texts added, in cents, with the ends of its 95 % interval."""

    cents: int
    low: int
    high: int
    is_enough: bool

    @property
    def is_conclusive(self) -> bool:
        """Enough buyers on both sides, and zero is outside the interval."""
        return self.is_enough and not self.low <= 0 <= self.high


def of(campaign: Campaign) -> Lift | None:
    """The difference of the mean spend, times the people planned; None without a holdout or before the departure.

    Everybody drawn counts, also those whose text did not leave, because the holdout was drawn from the same people.
    All they bought counts, net of refunds, clicked or not, from the departure to five days after the end. The interval
    is normal (Welch). Two statements, whatever the size.
    """
    if campaign.rolling_at is None:
        return None
    until = (campaign.ended_at or clock.now()) + CampaignMessage.CREDIT
    spent = (
        Purchase.objects.filter(contact=OuterRef("contact"), purchased_at__gte=campaign.rolling_at)
        .filter(purchased_at__lt=until)
        .order_by()
        .values("contact")
        .annotate(net=Sum(F("total_cents") - F("refunded_cents")))
        .values("net")
    )
    rows = CampaignMessage.objects.filter(campaign=campaign).annotate(spent=Coalesce(Subquery(spent), 0))
    sums = {"people": Count("pk"), "buyers": Count("pk", filter=Q(spent__gt=0)), "total": Sum("spent", default=0)}
    sums["squares"] = Sum(F("spent") * F("spent"), default=0)
    held, written = (
        rows.filter(group__in=groups).aggregate(**sums) for groups in ([Group.HOLDOUT], [Group.TEST, Group.REST])
    )
    if min(held["people"], written["people"]) < 2:
        return None
    people = written["people"]
    middle = people * (_mean(written) - _mean(held))
    reach = people * _SPREAD * math.sqrt(_variance(written) / people + _variance(held) / held["people"])
    is_enough = min(held["buyers"], written["buyers"]) >= FEWEST_BUYERS
    return Lift(round(middle), round(middle - reach), round(middle + reach), is_enough)


def _mean(sums: dict[str, Any]) -> float:
    return float(sums["total"]) / float(sums["people"])


def _variance(sums: dict[str, Any]) -> float:
    """Of the spend of one person, of a sample."""
    count = float(sums["people"])
    return max(0.0, (float(sums["squares"]) - count * _mean(sums) ** 2) / (count - 1))
