"""What a campaign brought and cost, from its rows: texts, clicks by people, orders, revenue net of refunds, STOPs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from notifications.marketing.experiments import Arm
from notifications.marketing.models import Campaign, CampaignMessage, Group, Purchase
from notifications.statuses import HANDED_OVER

# A text counts as delivered until the operator says that it was not.
DELIVERED = Q(status__in=["accepted", "delivered"])
_SUCCESS = {
    "clicks": Q(clicked_at__isnull=False),
    "orders": Q(orders__isnull=False),
    "stops": Q(stopped_at__isnull=False),
}


@dataclass(frozen=True)
class Line:
    """The figures of one version, or of the whole campaign (`letter` empty). Money in cents."""

    letter: str
    planned: int
    sent: int
    delivered: int
    undelivered: int
    clicks: int
    stops: int
    orders: int
    revenue_cents: int
    parts: int
    cost_cents: Decimal
    # People credited with an order, by whether they had bought before the departure.
    new_buyers: int
    returning_buyers: int

    @property
    def click_rate(self) -> float:
        """Clicks by people per delivered text."""
        return self.clicks / self.delivered if self.delivered else 0.0

    @property
    def stop_rate(self) -> float:
        """STOPs per delivered text."""
        return self.stops / self.delivered if self.delivered else 0.0

    @property
    def stop_percent(self) -> float:
        """The same, of a hundred texts."""
        return 100 * self.stop_rate

    @property
    def cost(self) -> int:
        """Whole cents."""
        return round(self.cost_cents)

    @property
    def earned_per_euro(self) -> int | None:
        """Cents of net revenue for one euro of texts; None while nothing was paid."""
        return round(100 * self.revenue_cents / self.cost_cents) if self.cost_cents else None


def arms(campaign: Campaign, success: str) -> list[Arm]:
    """Each version's deliveries and successes (clicks, orders or stops) in the test share, by letter."""
    rows = (
        CampaignMessage.objects.filter(campaign=campaign, group=Group.TEST)
        .values(letter=F("variant__letter"))
        .annotate(
            delivered=Count("pk", filter=DELIVERED, distinct=True),
            successes=Count("pk", filter=DELIVERED & _SUCCESS[success], distinct=True),
        )
        .order_by("letter")
    )
    return [Arm(row["letter"], row["delivered"], row["successes"]) for row in rows]


def lines(campaign: Campaign) -> list[Line]:
    """The versions by letter, then the whole campaign; rows that have no version yet count in the whole only."""
    rows = (
        CampaignMessage.objects.filter(campaign=campaign)
        .values(letter=F("variant__letter"))
        .annotate(
            planned=Count("pk"),
            sent=Count("pk", filter=Q(status__in=HANDED_OVER)),
            delivered=Count("pk", filter=DELIVERED),
            undelivered=Count("pk", filter=Q(status__in=["undelivered", "failed"])),
            clicks=Count("pk", filter=Q(clicked_at__isnull=False)),
            stops=Count("pk", filter=Q(stopped_at__isnull=False)),
            parts=Sum("parts", default=0),
            cost_cents=Sum("cost_cents", filter=Q(handed_at__isnull=False), default=Decimal(0)),
        )
        .order_by("letter")
    )
    departure = campaign.rolling_at or campaign.created_at
    earlier = Purchase.objects.filter(contact=OuterRef("contact"), purchased_at__lt=departure)
    bought = {
        row["letter"]: row
        for row in Purchase.objects.filter(credited_to__campaign=campaign)
        .annotate(is_returning=Exists(earlier))
        .values(letter=F("credited_to__variant__letter"))
        .annotate(
            orders=Count("pk"),
            revenue_cents=Sum(F("total_cents") - F("refunded_cents")),
            new_buyers=Count("contact", filter=Q(is_returning=False), distinct=True),
            returning_buyers=Count("contact", filter=Q(is_returning=True), distinct=True),
        )
    }
    nothing = {"orders": 0, "revenue_cents": 0, "new_buyers": 0, "returning_buyers": 0}
    found = []
    for row in rows:
        counted: dict[str, Any] = {**row, **bought.get(row["letter"], nothing), "letter": row["letter"] or ""}
        found.append(Line(**counted))
    versions = [line for line in found if line.letter]
    return [*versions, _total(found)]


def _total(found: list[Line]) -> Line:
    names = [name for name in Line.__dataclass_fields__ if name != "letter"]
    return Line("", *(sum(getattr(line, name) for line in found) for name in names))
