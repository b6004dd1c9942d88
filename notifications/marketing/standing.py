"""Campaigns that come back by themselves: each day's occurrence is an ordinary campaign, approved with its model.

Truth is in PostgreSQL; any number of beats may tick: the row's lock and its last day make one occurrence a day.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import date

from django.db import transaction

from interflora.lib import clock
from notifications.marketing import campaigns, compose, occasions, segments, slots
from notifications.marketing.models import ENDED, Campaign, CampaignStatus, StandingCampaign, Variant

log = logging.getLogger(__name__)


def approve(pk: int, user_pk: int | None) -> None:
    """Freeze it under its hash and let it run. Raises campaigns.Refused or compose.BadText.

    It will write to more and more people without being looked at again: whoever wrote it last never approves it.
    """
    with transaction.atomic():
        standing = StandingCampaign.objects.select_for_update().filter(pk=pk, is_running=False).first()
        if standing is None:
            raise campaigns.Refused("status")
        compose.check(standing.text)
        if standing.edited_by_id == user_pk:
            raise campaigns.Refused("alone")
        standing.is_running, standing.approved_at, standing.approved_by_id = True, clock.now(), user_pk
        standing.content_sha256 = content_sha256(standing)
        standing.save(update_fields=["is_running", "approved_at", "approved_by", "content_sha256"])


def stop(pk: int) -> bool:
    """No more occurrences, and what has not left of today's never will; False when it was not running."""
    with transaction.atomic():
        changed = StandingCampaign.objects.filter(pk=pk, is_running=True).update(is_running=False)
    if changed:
        for occurrence in Campaign.objects.filter(standing=pk).exclude(status__in=ENDED).values_list("pk", flat=True):
            campaigns.cancel(occurrence)
    return changed == 1


def start_due() -> int:
    """Schedule today's occurrences, from ten in the morning on an open day; how many were made."""
    now = clock.now()
    today = clock.paris(now).date()
    if not slots.is_legal(now) or now < clock.at_paris(today, occasions.HOUR):
        return 0
    waiting = StandingCampaign.objects.filter(is_running=True).exclude(last_day=today)
    return sum(_occur(pk, today) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


def _occur(pk: int, today: date) -> bool:
    """Make today's occurrence, once; False when it is not its day or when there is nobody to write to."""
    with transaction.atomic():
        running = StandingCampaign.objects.select_related("segment").filter(pk=pk, is_running=True)
        standing = running.exclude(last_day=today).select_for_update(of=("self",)).first()
        if standing is None:
            return False
        looked, standing.last_day = standing.last_day, today
        if standing.content_sha256 != content_sha256(standing):
            log.error("standing campaign %s stopped: it is not what was approved any more", pk)
            standing.is_running = False
        standing.save(update_fields=["last_day", "is_running"])
        return standing.is_running and _is_day(standing, today, looked) and _schedule(standing, today)


def _is_day(standing: StandingCampaign, today: date, looked: date | None) -> bool:
    """Whether it leaves today: always, or so many days before its occasion.

    A day that nobody looked at, when all was down, is made up on the next open one, never on the occasion itself.
    """
    if not standing.occasion:
        return True
    on = occasions.next_date(occasions.BY_SLUG[standing.occasion], today)
    day = occasions.leaving_day(on, standing.days_before)
    if day == today:
        return True
    was_running = standing.approved_at is not None and clock.paris(standing.approved_at).date() < day
    next_open = clock.paris(slots.next_legal(clock.at_paris(day, slots.CLOSES.hour))).date()
    return was_running and (looked is None or looked < day) and next_open == today < on


def _schedule(standing: StandingCampaign, today: date) -> bool:
    """An approved and scheduled campaign for today; False, and none, when nobody is to be written to."""
    starts_at, now = clock.at_paris(today, occasions.HOUR), clock.now()
    campaign = Campaign(
        name=f"{standing.name} {today:%d/%m/%Y}",
        segment=standing.segment,
        standing=standing,
        link_path=standing.link_path,
        edited_by_id=standing.edited_by_id,
        created_by_id=standing.edited_by_id,
    )
    if not segments.of_campaign(campaign).exists():
        return False
    campaign.save()
    Variant.objects.create(campaign=campaign, letter="A", text=standing.text, keeps_accents=standing.keeps_accents)
    campaign.refresh_from_db()  # its hash is of what the database holds
    campaign.approved_by_id, campaign.approved_at = standing.approved_by_id, standing.approved_at
    campaign.content_sha256 = campaigns.content_sha256(campaign)
    campaign.status, campaign.scheduled_at = CampaignStatus.SCHEDULED, now
    campaign.starts_at, campaign.ends_at = starts_at, slots.window_end(now)
    campaign.save()
    return True


def content_sha256(standing: StandingCampaign) -> str:
    """What was agreed to be sent, to whom and when: any change shows."""
    agreed = [
        standing.segment_id,
        *standing.segment.rules(),
        standing.text,
        standing.keeps_accents,
        standing.link_path,
        standing.occasion,
        standing.days_before,
        standing.rest_days,
    ]
    return hashlib.sha256(repr(agreed).encode()).hexdigest()
