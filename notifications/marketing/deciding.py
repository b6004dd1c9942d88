"""The end of a test: figures, verdict, winner. Decided once, and never after the last legal day closed."""

from __future__ import annotations

from django.db import transaction

from interflora.lib import clock
from notifications.marketing import experiments, results
from notifications.marketing.campaigns import Refused, locked
from notifications.marketing.experiments import Arm
from notifications.marketing.models import (
    Campaign,
    CampaignMessage,
    CampaignStatus,
    Group,
    Metric,
    Variant,
)
from notifications.statuses import MessageStatus

_UNDER_WAY = [MessageStatus.QUEUED, MessageStatus.SENDING]


def decide_due() -> int:
    """Decide the tests whose time has come and whose texts have all left; how many."""
    due = Campaign.objects.filter(status=CampaignStatus.TESTING, decide_at__lte=clock.now())
    return sum(decide(pk) for pk in list(due.values_list("pk", flat=True)))


def decide(pk: int) -> bool:
    """Judge one test: the winner goes to the rest, or a person is asked. Locks the campaign; False when not now.

    Not conclusive: the best so far goes on all the same, and the verdict says so in plain words; with
    `asks_when_unclear` the campaign waits in `deciding` for somebody's choice.
    """
    with transaction.atomic():
        try:
            campaign = locked(pk, CampaignStatus.TESTING)
        except Refused:
            return False
        test = CampaignMessage.objects.filter(campaign=pk, group=Group.TEST)
        if test.filter(status__in=_UNDER_WAY).exists():
            return False
        stop_worse(campaign)
        arms = [arm for arm in figures(campaign) if arm.letter in _running(campaign)]
        if len(arms) > 1:
            verdict = experiments.judge(arms, seed=_seed(campaign))
            best, is_conclusive = verdict.best, verdict.is_conclusive
            campaign.verdict = {
                "probabilities": verdict.probabilities,
                "losses": verdict.losses,
                "is_conclusive": is_conclusive,
            }
        else:
            # All the others were stopped: what is left goes on, but nothing was compared.
            best, is_conclusive = arms[0].letter if arms else "", bool(arms)
            campaign.verdict = {"probabilities": {}, "losses": {}, "is_conclusive": is_conclusive}
        campaign.status = CampaignStatus.DECIDING
        if best and (is_conclusive or not campaign.asks_when_unclear):
            _roll_out(campaign, campaign.variants.get(letter=best))
        campaign.save(update_fields=["status", "verdict", "winner", "decided_at"])
    return True


def choose(pk: int, letter: str) -> None:
    """Somebody chooses after a test that did not decide. Raises Refused (status, variant)."""
    with transaction.atomic():
        campaign = locked(pk, CampaignStatus.DECIDING)
        variant = campaign.variants.filter(letter=letter, stopped_at=None).first()
        if variant is None:
            raise Refused("variant")
        _roll_out(campaign, variant)
        campaign.save(update_fields=["status", "winner", "decided_at"])


def stop_worse(campaign: Campaign) -> list[str]:
    """Stop the versions whose STOP rate is clearly worse than the others'; their letters."""
    arms = results.arms(campaign, "stops")
    worse = experiments.clearly_worse(arms, seed=_seed(campaign))
    stopped = campaign.variants.filter(letter__in=worse, stopped_at=None)
    letters = list(stopped.values_list("letter", flat=True))
    if letters:
        pks = list(stopped.values_list("pk", flat=True))
        stopped.update(stopped_at=clock.now())
        CampaignMessage.objects.filter(variant__in=pks, status=MessageStatus.QUEUED).update(
            status=MessageStatus.SKIPPED, skip_reason="version_stopped", settled_at=clock.now()
        )
    return letters


def figures(campaign: Campaign) -> list[Arm]:
    """Deliveries and successes of each version in the test, by the metric the campaign chose."""
    return results.arms(campaign, "orders" if campaign.metric == Metric.ORDERS else "clicks")


def _running(campaign: Campaign) -> set[str]:
    return set(campaign.variants.filter(stopped_at=None).values_list("letter", flat=True))


def _roll_out(campaign: Campaign, winner: Variant) -> None:
    campaign.status, campaign.winner, campaign.decided_at = CampaignStatus.ROLLING, winner, clock.now()


def _seed(campaign: Campaign) -> int:
    """The same campaign always gets the same simulation."""
    return int(campaign.salt, 16)
