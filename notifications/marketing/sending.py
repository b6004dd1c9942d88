"""Rows of rolling campaigns on their way to the provider: once per number, never twice, whatever dies.

Same steps as `sending.py` with the other rule for a lost answer: looked up, and when absent after ten minutes, failed.
A commercial text of unknown outcome is never sent again.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db.models import F, Q

from interflora.lib import clock, leases
from interflora.lib.contacts import Channel
from notifications import reports, transports
from notifications.marketing import campaigns, compose, slots, stops
from notifications.marketing.models import (
    Campaign,
    CampaignMessage,
    CampaignStatus,
    Contact,
    Group,
    StopSource,
    Variant,
)
from notifications.statuses import MessageStatus
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import body_digest

log = logging.getLogger(__name__)

BATCH = 10
LEASE_SECONDS = 180
SWEEP_SECONDS = 8.0
MAX_ATTEMPTS = 20
FAILED_AFTER = timedelta(minutes=10)
FIRST_LOOK_AFTER = timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=3)


def send_due() -> int:
    """Hand over what is due, in small batches for a few seconds (the worker is shared); how many rows.

    Outside the legal hours nothing is taken up: what may still leave waits for the next legal day.
    """
    recover_expired()
    if not slots.is_legal(clock.now()):
        return 0
    started, tried = time.monotonic(), 0
    while time.monotonic() - started < SWEEP_SECONDS:
        rows = leases.lease(
            CampaignMessage.objects.due(clock.now()).select_related("campaign"),
            to_status=MessageStatus.SENDING,
            limit=BATCH,
            seconds=LEASE_SECONDS,
            order_by=("campaign_id", "pk"),
        )
        if not rows:
            break
        for row in rows:
            _send(row)
        tried += len(rows)
    return tried


def recover_expired() -> int:
    """Rows whose worker died: not yet handed over ⇒ queued again; handed over ⇒ unknown. Returns how many moved."""
    now = clock.now()
    dead = CampaignMessage.objects.filter(status=MessageStatus.SENDING, lease_until__lt=now)
    free = {"lease_token": None, "lease_until": None, "not_before": now}
    return dead.filter(handed_at=None).update(status=MessageStatus.QUEUED, **free) + dead.filter(
        handed_at__isnull=False
    ).update(status=MessageStatus.UNKNOWN, **free)


def resolve_unknown(limit: int = 100) -> int:
    """Look uncertain rows up; absent after ten minutes ⇒ failed, never sent again. How many were looked at."""
    now = clock.now()
    due = CampaignMessage.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now), status=MessageStatus.UNKNOWN, not_before__lte=now
    )
    rows = leases.lease(
        due, to_status=MessageStatus.UNKNOWN, limit=limit, seconds=LEASE_SECONDS, order_by=("not_before", "pk")
    )
    for row in rows:
        _resolve(row)
    return len(rows)


def _send(row: CampaignMessage) -> None:
    """Take one leased row through to an outcome; everything is checked again at this very moment (I10)."""
    now = clock.now()
    campaign = Campaign.objects.select_related("winner").get(pk=row.campaign_id)
    contact = Contact.objects.get(pk=row.contact_id)
    variant = row.variant or campaign.winner
    if campaign.status == CampaignStatus.PAUSED or not slots.is_legal(now):
        leases.finish(row, status=MessageStatus.QUEUED)
        return
    reason = _reason_to_refrain(row, contact, campaign)
    if reason or variant is None:
        leases.finish(row, status=MessageStatus.SKIPPED, skip_reason=reason or "no_version", settled_at=now)
        return
    compose.ensure_stop_code(contact)
    shown = compose.for_row(variant, row, contact)
    end = slots.window_end(now)
    outgoing = Outgoing(
        to=row.phone,
        text=shown.text,
        reference=str(row.public_id),
        valid_seconds=int((end - now).total_seconds()),
    )
    if _mark_handed_over(row, outgoing, variant, shown.cost.parts):
        _call_provider(row, outgoing)


def _reason_to_refrain(row: CampaignMessage, contact: Contact, campaign: Campaign) -> str:
    """Why this row must not leave now; "" when it may."""
    now = clock.now()
    leaving = campaign.status == CampaignStatus.ROLLING
    leaving |= campaign.status == CampaignStatus.TESTING and row.group == Group.TEST
    if not leaving:
        return "canceled"
    if row.variant is not None and row.variant.stopped_at is not None:
        return "version_stopped"
    if contact.phone != row.phone or not contact.is_sms_opted_in:
        return "no_consent"
    if stops.is_stopped(contact.phone_digest):
        return "stopped"
    if campaign.ends_at is None or now >= campaign.ends_at:
        return "window_closed"
    return ""


def _mark_handed_over(row: CampaignMessage, outgoing: Outgoing, variant: Variant, parts: int) -> bool:
    """Write, before the call, that the provider is about to have it; False when the lease was lost."""
    now = clock.now()
    marked = CampaignMessage.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
        handed_at=now,
        attempts=F("attempts") + 1,
        variant=variant,
        parts=parts,
        body_digest=body_digest(outgoing.text),
        lease_until=now + timedelta(seconds=LEASE_SECONDS),
    )
    row.attempts += 1
    return marked == 1


def _call_provider(row: CampaignMessage, outgoing: Outgoing) -> None:
    try:
        provider_id = transports.of(Channel.SMS).send(outgoing)
    except TransportError as error:
        _record_failure(row, error)
        return
    _accept(row, provider_id)


def _accept(row: CampaignMessage, provider_id: str) -> None:
    """The provider has it; if the lease is gone the news still counts, like a report of the provider."""
    if not leases.finish(
        row, status=MessageStatus.ACCEPTED, provider_id=provider_id, error_code="", accepted_at=clock.now()
    ):
        reports.apply(status=MessageStatus.ACCEPTED, reference=str(row.public_id), provider_id=provider_id)


def _record_failure(row: CampaignMessage, error: TransportError) -> None:
    now = clock.now()
    if error.unknown:
        leases.finish(row, status=MessageStatus.UNKNOWN, error_code=error.code, not_before=now + FIRST_LOOK_AFTER)
        return
    if error.permanent or row.attempts >= MAX_ATTEMPTS:
        if error.opted_out:
            stops.stop(row.phone, StopSource.CARRIER)
        leases.finish(row, status=MessageStatus.FAILED, error_code=error.code, settled_at=now)
        return
    if error.configuration:
        log.error("campaign %s paused: Twilio says %s. Check the account and keys.", row.campaign_id, error.code)
        campaigns.pause(row.campaign_id, f"configuration:{error.code}")
    wait = error.retry_at or now + timedelta(seconds=min(600, 5 * 2**row.attempts))
    leases.finish(row, status=MessageStatus.QUEUED, handed_at=None, error_code=error.code, not_before=wait)


def _resolve(row: CampaignMessage) -> None:
    twins = CampaignMessage.objects.filter(body_digest=row.body_digest).exclude(pk=row.pk).exclude(provider_id="")
    taken = frozenset(twins.values_list("provider_id", flat=True))
    since = row.handed_at or clock.now()
    try:
        provider_id = transports.of(Channel.SMS).find(row.phone, row.body_digest, since, taken)
    except TransportError as error:
        log.warning("campaign message %s cannot be looked up: %s", row.public_id, error.code)
        leases.finish(row, not_before=clock.now() + LOOK_EVERY)
        return
    if provider_id is not None:
        _accept(row, provider_id)
    elif clock.now() - since >= FAILED_AFTER:
        leases.finish(row, status=MessageStatus.FAILED, error_code="outcome_unknown", settled_at=clock.now())
    else:
        leases.finish(row, not_before=clock.now() + LOOK_EVERY)
