"""A campaign from draft to finished. Truth is in PostgreSQL; any number of beats may tick.

    draft → approved → scheduled → snapshotting → testing → deciding → rolling → finished
    (one version alone: snapshotting → rolling)    from snapshotting on ⇄ paused(reason)    any but finished → canceled

This module, `snapshots.py` (the audience) and `deciding.py` (the test) are the only ones that write `Campaign.status`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from interflora.lib import clock, money
from notifications.marketing import compose, forecast, slots
from notifications.marketing.models import ENDED, RUNNING, Campaign, CampaignMessage, CampaignStatus
from notifications.statuses import MessageStatus

SOONEST = timedelta(minutes=2)
FURTHEST = timedelta(days=90)
MOST_DAYS = 5
# What must be left of the day when the test is decided, for the rest to leave.
AFTER_THE_TEST = timedelta(minutes=30)


class Refused(Exception):
    """The move is not possible; `code` is one of `forms.SLOT_ERRORS`, `detail` a figure that helps."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def approve(pk: int, user_pk: int | None) -> None:
    """Freeze texts, segment and test of a draft under their hash. Raises Refused or compose.BadText.

    Above `CAMPAIGN_ALONE_RECIPIENTS` people, whoever wrote it last may not be the one who approves it.
    """
    with transaction.atomic():
        campaign = locked(pk, CampaignStatus.DRAFT)
        variants = list(campaign.variants.all())
        if not variants:
            raise Refused("no_text")
        for variant in variants:
            compose.check(variant.text)
        planned = forecast.of(campaign)
        if not planned.people:
            raise Refused("nobody")
        if planned.is_over_budget:
            raise Refused("budget", money.euros(planned.most_cents))
        if planned.people > settings.CAMPAIGN_ALONE_RECIPIENTS and campaign.edited_by_id == user_pk:
            raise Refused("alone")
        campaign.status, campaign.approved_at, campaign.approved_by_id = CampaignStatus.APPROVED, clock.now(), user_pk
        campaign.content_sha256 = content_sha256(campaign)
        campaign.save(update_fields=["status", "approved_at", "approved_by", "content_sha256"])


def make_plain(pk: int, letter: str, user_pk: int | None) -> bool:
    """Let the dear characters of one version of a draft be replaced; False when it is no draft any more."""
    with transaction.atomic():
        try:
            campaign = locked(pk, CampaignStatus.DRAFT)
        except Refused:
            return False
        campaign.edited_by_id = user_pk
        campaign.save(update_fields=["edited_by"])
        return campaign.variants.filter(letter=letter).update(keeps_accents=False) == 1


def reopen(pk: int) -> bool:
    """Back to draft, to be corrected and approved again; only while nothing has started."""
    waiting = Campaign.objects.filter(pk=pk, status__in=[CampaignStatus.APPROVED, CampaignStatus.SCHEDULED])
    return (
        waiting.update(
            status=CampaignStatus.DRAFT,
            approved_at=None,
            approved_by=None,
            content_sha256="",
            starts_at=None,
            scheduled_at=None,
            ends_at=None,
        )
        == 1
    )


def schedule(pk: int, starts_at: datetime, days: int = 1) -> None:
    """Give an approved campaign its hour; it may leave during so many legal days. Raises Refused."""
    now = clock.now()
    if starts_at < now - SOONEST:
        raise Refused("past")
    if starts_at > now + FURTHEST:
        raise Refused("far")
    if not slots.is_legal(starts_at):
        raise Refused("slot")
    with transaction.atomic():
        campaign = locked(pk, CampaignStatus.APPROVED)
        ends_at = slots.nth_window_end(starts_at, max(1, min(days, MOST_DAYS)))
        if campaign.variants.count() > 1:
            decided_at = starts_at + timedelta(minutes=campaign.decision_minutes)
            if decided_at + AFTER_THE_TEST > slots.window_end(starts_at) and days == 1:
                raise Refused("late_test")
        course = forecast.course(campaign, forecast.of(campaign).parts, starts_at)
        if course.ends_at > ends_at:
            raise Refused("unfinished" if course.days <= MOST_DAYS else "never", str(course.days))
        campaign.status, campaign.scheduled_at = CampaignStatus.SCHEDULED, now
        campaign.starts_at, campaign.ends_at = starts_at, ends_at
        campaign.save(update_fields=["status", "starts_at", "scheduled_at", "ends_at"])


def pause(pk: int, reason: str = "staff") -> bool:
    """Stop handing over, at once: rows are checked against the campaign's status before leaving."""
    return _pause(reason, pk=pk) == 1


def pause_all(reason: str = "panic") -> int:
    """Panic: pause every campaign that is running; how many."""
    return _pause(reason)


def _pause(reason: str, **which: int) -> int:
    return Campaign.objects.filter(status__in=RUNNING, **which).update(
        paused_from=F("status"), status=CampaignStatus.PAUSED, pause_reason=reason[:40]
    )


def resume(pk: int) -> bool:
    """Go on where it stopped; what its window no longer allows will be skipped."""
    rows = Campaign.objects.filter(pk=pk, status=CampaignStatus.PAUSED)
    return rows.update(status=F("paused_from"), pause_reason="", paused_from="") == 1


def cancel(pk: int) -> bool:
    """What has not left never will; False when the campaign had already ended."""
    with transaction.atomic():
        now = clock.now()
        changed = (
            Campaign.objects.filter(pk=pk)
            .exclude(status__in=ENDED)
            .update(status=CampaignStatus.CANCELED, pause_reason="", paused_from="", ended_at=now)
        )
        if changed:
            skip_queued(pk, "canceled")
    return changed == 1


def close_late() -> int:
    """End what could not leave before its last legal day closed, paused campaigns too; how many."""
    now = clock.now()
    late = Campaign.objects.filter(status__in=[*RUNNING, CampaignStatus.PAUSED], ends_at__lte=now)
    closed = 0
    for pk in late.exclude(status=CampaignStatus.ROLLING).values_list("pk", flat=True):
        with transaction.atomic():
            closed += late.filter(pk=pk).update(
                status=CampaignStatus.ROLLING, rolling_at=now, pause_reason="", paused_from=""
            )
    for pk in late.values_list("pk", flat=True):
        skip_queued(pk, "window_closed")
    return closed


def finish_done() -> int:
    """Close the rolling campaigns that have nothing left in flight or of unknown outcome; how many."""
    open_rows = [MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN]
    done = Campaign.objects.filter(status=CampaignStatus.ROLLING).exclude(
        pk__in=CampaignMessage.objects.filter(status__in=open_rows).values("campaign")
    )
    return done.update(status=CampaignStatus.FINISHED, ended_at=clock.now())


def skip_queued(pk: int, reason: str) -> int:
    """What has not left of this campaign never will; how many rows."""
    queued = CampaignMessage.objects.filter(campaign=pk, status=MessageStatus.QUEUED)
    return queued.update(status=MessageStatus.SKIPPED, skip_reason=reason, settled_at=clock.now())


def content_sha256(campaign: Campaign) -> str:
    """What was agreed to be sent, to whom and how it is tested: any change shows."""
    agreed = [
        campaign.segment_id,
        *campaign.segment.rules(),
        campaign.link_path,
        campaign.test_percent,
        campaign.decision_minutes,
        campaign.metric,
        campaign.holdout_percent,
        campaign.budget_cents,
        *((variant.letter, variant.text, variant.keeps_accents) for variant in campaign.variants.all()),
    ]
    return hashlib.sha256(repr(agreed).encode()).hexdigest()


def locked(pk: int, status: str) -> Campaign:
    """The campaign, locked; raises Refused when it is not in this state any more. In a transaction."""
    campaign = Campaign.objects.select_for_update().filter(pk=pk, status=status).first()
    if campaign is None:
        raise Refused("status")
    return campaign
