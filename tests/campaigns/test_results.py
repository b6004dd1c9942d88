"""What a campaign cost and brought: new against returning buyers, and what the holdout says it added."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from notifications.marketing import lift, results, snapshots
from notifications.marketing.admin import panels
from notifications.marketing.models import Campaign, CampaignMessage, Contact, Purchase
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled

pytestmark = pytest.mark.django_db


def started(people: int) -> Campaign:
    """A campaign of one version, frozen for so many people."""
    for _ in range(people):
        make_contact()
    campaign = scheduled(make_campaign("Un"))
    assert snapshots.start(campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(rolling_at=MORNING)
    return Campaign.objects.get(pk=campaign.pk)


def bought(contact: Contact, at: timedelta, cents: int, credited_to: CampaignMessage | None = None) -> None:
    Purchase.objects.create(
        contact=contact,
        order_public_id=f"O{Purchase.objects.count()}",
        purchased_at=MORNING + at,
        total_cents=cents,
        credited_to=credited_to,
    )


def holdout(campaign: Campaign, people: int) -> list[CampaignMessage]:
    """So many rows of the campaign become its holdout; the others are returned."""
    rows = list(campaign.messages.order_by("pk"))
    campaign.messages.filter(pk__in=[row.pk for row in rows[:people]]).update(
        group="holdout", variant=None, status="skipped", skip_reason="holdout", settled_at=MORNING
    )
    return rows


def test_cost_ratio_and_buyers_of_a_version(clock: Clock) -> None:
    campaign = started(3)
    campaign.messages.update(
        variant=campaign.variants.get(), status="delivered", handed_at=MORNING, accepted_at=MORNING,
        settled_at=MORNING, parts=2, cost_cents=Decimal("15.000"),
    )  # fmt: skip
    new, returning, silent = campaign.messages.order_by("pk")
    bought(returning.contact, -timedelta(days=30), 9900)
    bought(new.contact, timedelta(hours=1), 4000, new)
    bought(new.contact, timedelta(hours=2), 1000, new)
    bought(returning.contact, timedelta(hours=1), 4000, returning)
    # Refused before it left: planned, never paid.
    campaign.messages.filter(pk=silent.pk).update(status="failed", handed_at=None)
    version, whole = results.lines(campaign)
    assert (version.orders, version.revenue_cents, version.cost, version.earned_per_euro) == (3, 9000, 30, 30_000)
    assert (version.new_buyers, version.returning_buyers) == (1, 1)
    assert (whole.cost_cents, whole.new_buyers, whole.returning_buyers) == (Decimal(30), 1, 1)


def test_the_holdout_tells_what_the_texts_added(clock: Clock) -> None:
    campaign = started(60)
    rows = holdout(campaign, 20)
    assert lift.of(campaign) == lift.Lift(0, 0, 0, is_enough=False)
    for number, row in enumerate(rows):
        bought(row.contact, timedelta(hours=1), (1000 if number < 20 else 5000) + number % 2 * 100)
        bought(row.contact, -timedelta(hours=1), 70_000)
    found = lift.of(campaign)
    assert found is not None
    assert (found.cents, found.is_conclusive) == (160_000, True)
    # 40 × 1.96 × √(50²·40/39/40 + 50²·20/19/20), by hand.
    assert (found.low, found.high) == (158_903, 161_097)
    assert "1\u00a0600,00\u00a0€ de plus" in panels.panel(campaign)["lift_words"].replace("\u202f", "\u00a0")


def test_an_effect_that_may_be_nil_is_not_conclusive(clock: Clock) -> None:
    campaign = started(30)
    for number, row in enumerate(holdout(campaign, 10)):
        bought(row.contact, timedelta(hours=1), 2000 + number % 3 * 1000)
    found = lift.of(campaign)
    assert found is not None
    assert found.is_enough
    assert not found.is_conclusive
    assert "pas concluant" in panels.panel(campaign)["lift_words"]


def test_without_a_holdout_nothing_is_said(clock: Clock) -> None:
    assert lift.of(started(3)) is None
