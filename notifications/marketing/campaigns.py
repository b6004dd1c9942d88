"""A campaign from draft to finished. Truth is in PostgreSQL; any number of beats may tick.

    draft → scheduled → rolling → finished      rolling ⇄ paused(reason)      any of these but finished → canceled

Approval and the test states will stand between draft and rolling; nothing else writes `Campaign.status`.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from interflora.lib import clock
from notifications.marketing import compose, segments, slots
from notifications.marketing.models import Campaign, CampaignMessage, CampaignStatus
from notifications.statuses import MessageStatus

log = logging.getLogger(__name__)

SOONEST = timedelta(minutes=2)
FURTHEST = timedelta(days=90)


class Refused(Exception):
    """The move is not possible; `code` is status, past, slot, far or nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def schedule(pk: int, starts_at: datetime) -> None:
    """Freeze text and segment and give the campaign its hour. Raises Refused or compose.BadText."""
    now = clock.now()
    if starts_at < now - SOONEST:
        raise Refused("past")
    if starts_at > now + FURTHEST:
        raise Refused("far")
    if not slots.is_legal(starts_at):
        raise Refused("slot")
    with transaction.atomic():
        campaign = _locked(pk, CampaignStatus.DRAFT)
        compose.check(campaign.text)
        if not segments.audience(campaign.segment).exists():
            raise Refused("nobody")
        campaign.status, campaign.starts_at, campaign.scheduled_at = CampaignStatus.SCHEDULED, starts_at, now
        campaign.text_sha256 = text_sha256(campaign)
        campaign.save(update_fields=["status", "starts_at", "scheduled_at", "text_sha256"])


def start_due() -> int:
    """Start the scheduled campaigns whose hour has come; how many."""
    due = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, starts_at__lte=clock.now())
    return sum(start(pk) for pk in due.values_list("pk", flat=True))


def start(pk: int) -> bool:
    """Freeze the audience into rows and let them leave; False when the campaign is not scheduled any more.

    One transaction: locks the campaign, INSERT … SELECT … ON CONFLICT DO NOTHING. Nobody is in it twice. A campaign
    whose text or segment is not what was scheduled is canceled instead.
    """
    with transaction.atomic():
        try:
            campaign = _locked(pk, CampaignStatus.SCHEDULED)
        except Refused:
            return False
        if campaign.text_sha256 != text_sha256(campaign):
            log.error("campaign %s canceled: its text or segment changed after scheduling", pk)
            return not cancel(pk)
        campaign.status, campaign.rolling_at = CampaignStatus.ROLLING, clock.now()
        campaign.save(update_fields=["status", "rolling_at"])
        _snapshot(campaign)
    return True


def pause(pk: int, reason: str = "staff") -> bool:
    """Stop handing over, at once: rows are checked against the campaign's status one by one before leaving."""
    rows = Campaign.objects.filter(pk=pk, status=CampaignStatus.ROLLING)
    return rows.update(status=CampaignStatus.PAUSED, pause_reason=reason[:40]) == 1


def resume(pk: int) -> bool:
    """Go on where it stopped; what its day no longer allows will be skipped."""
    rows = Campaign.objects.filter(pk=pk, status=CampaignStatus.PAUSED)
    return rows.update(status=CampaignStatus.ROLLING, pause_reason="") == 1


def cancel(pk: int) -> bool:
    """What has not left never will; False when the campaign had already ended."""
    open_statuses = [
        CampaignStatus.DRAFT,
        CampaignStatus.SCHEDULED,
        CampaignStatus.ROLLING,
        CampaignStatus.PAUSED,
    ]
    with transaction.atomic():
        now = clock.now()
        changed = Campaign.objects.filter(pk=pk, status__in=open_statuses).update(
            status=CampaignStatus.CANCELED, pause_reason="", ended_at=now
        )
        if changed:
            CampaignMessage.objects.filter(campaign=pk, status=MessageStatus.QUEUED).update(
                status=MessageStatus.SKIPPED, skip_reason="canceled", settled_at=now
            )
    return changed == 1


def finish_done() -> int:
    """Close the rolling campaigns that have nothing left in flight or of unknown outcome; how many."""
    open_rows = [MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN]
    done = Campaign.objects.filter(status=CampaignStatus.ROLLING).exclude(
        pk__in=CampaignMessage.objects.filter(status__in=open_rows).values("campaign")
    )
    return done.update(status=CampaignStatus.FINISHED, ended_at=clock.now())


def text_sha256(campaign: Campaign) -> str:
    """What was agreed to be sent, and to whom: any change shows."""
    agreed = f"{campaign.text}\0{campaign.keeps_accents}\0{campaign.segment_id}\0{campaign.segment.occasion}"
    return hashlib.sha256(agreed.encode()).hexdigest()


def _locked(pk: int, status: str) -> Campaign:
    campaign = Campaign.objects.select_for_update().filter(pk=pk, status=status).first()
    if campaign is None:
        raise Refused("status")
    return campaign


def _snapshot(campaign: Campaign) -> int:
    """Insert one queued row per eligible contact, set-based; how many are new."""
    chosen, params = segments.audience(campaign.segment).values("id", "phone").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {CampaignMessage._meta.db_table}
                   (public_id, campaign_id, contact_id, phone, status, skip_reason, error_code, provider_id,
                    body_digest, parts, attempts, not_before)
            SELECT gen_random_uuid(), %s, chosen.id, chosen.phone, 'queued', '', '', '', '', 0, 0, %s
              FROM ({chosen}) AS chosen
            ON CONFLICT (campaign_id, phone) DO NOTHING
            """,  # noqa: S608 # nosec B608 - the inner query is Django's own, its values are parameters
            [campaign.pk, campaign.starts_at, *params],
        )
        return int(cursor.rowcount)
