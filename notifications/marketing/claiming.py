"""Taking a batch of a campaign, in one short transaction: everything is checked again under the locks, or not taken.

Locks: the campaign (a pause waits for milliseconds and then nothing more is taken), then its rows with their contacts,
those that somebody else holds being passed over. A STOP locks its contact too: it is either seen here, or comes after.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, Max

from interflora.lib import clock
from notifications.marketing import campaigns, compose, refusals, slots
from notifications.marketing.models import (
    Campaign,
    CampaignMessage,
    Contact,
    Group,
    OccasionRefusal,
    Purchase,
    StopEntry,
    Variant,
)
from notifications.routing import routes
from notifications.routing.models import Route
from notifications.statuses import MessageStatus
from notifications.transports.base import Outgoing
from notifications.transports.http import body_digest

# Celery's hard limit (120 s) < lease < the broker's visibility timeout (600 s).
LEASE_SECONDS = 180
# Nothing is taken up in the last minute of a day: the provider may keep a text for that long.
LAST_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Ready:
    """One text, written and paid for, that the provider is about to have."""

    pk: int
    variant: int
    parts: int
    cost_cents: Decimal
    attempts: int
    outgoing: Outgoing


@dataclass
class Batch:
    """What was taken: texts to hand over under one lease, and how many rows were settled without any."""

    campaign: int
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    ready: list[Ready] = field(default_factory=list)
    passed: int = 0

    @property
    def parts(self) -> int:
        """What the batch costs of the route's speed."""
        return sum(one.parts for one in self.ready)


def claim(pk: int, route: Route, most_rows: int, most_parts: int) -> Batch:
    """Take up to so many rows and parts of one campaign; empty when it is not leaving now.

    When this returns, the rows are `sending` with their lease and the moment of handing over: a death from here on
    leaves an unknown outcome, never a second text.
    """
    now, batch = clock.now(), Batch(pk)
    if not slots.is_legal(now) or now + LAST_MINUTE > slots.window_end(now):
        return batch
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).filter(pk=pk, ends_at__gt=now).first()
        if campaign is None:
            return batch
        due = CampaignMessage.objects.due(now).filter(campaign=pk).exclude(group=Group.HOLDOUT)
        locked = due.select_related("contact").select_for_update(skip_locked=True, of=("self", "contact"), no_key=True)
        rows = list(locked.order_by("pk")[:most_rows])
        if rows:
            _take(campaign, route, rows, most_parts, batch)
    return batch


def _take(campaign: Campaign, route: Route, rows: list[CampaignMessage], most_parts: int, batch: Batch) -> None:
    variants = {variant.pk: variant for variant in campaign.variants.all()}
    allowed = _sift(campaign, route, rows, variants)
    batch.passed = len(rows) - len(allowed)
    _keep_stop_codes([row.contact for row in allowed])
    now, price = clock.now(), routes.price(route)
    valid_seconds = int((slots.window_end(now) - now).total_seconds())
    left = None if campaign.budget_cents is None else campaign.budget_cents - campaign.spent_cents
    for row in allowed:
        variant = variants[row.variant_id or campaign.winner_id or 0]
        shown = compose.for_row(variant, row, row.contact, route)
        cost = price * shown.cost.parts
        if batch.parts + shown.cost.parts > most_parts:
            break
        if left is not None and cost > left:
            campaigns.pause(campaign.pk, "budget")
            break
        left = None if left is None else left - cost
        outgoing = Outgoing(row.phone, shown.text, str(row.public_id), valid_seconds=valid_seconds, sender=route.sender)
        batch.ready.append(Ready(row.pk, variant.pk, shown.cost.parts, cost, row.attempts + 1, outgoing))
    _mark(batch, now)


def _sift(
    campaign: Campaign, route: Route, rows: list[CampaignMessage], variants: dict[int, Variant]
) -> list[CampaignMessage]:
    """The rows that may leave; the others are skipped with their reason or wait for their turn."""
    digests = [row.contact.phone_digest for row in rows]
    stopped = set(StopEntry.objects.filter(phone_digest__in=digests).values_list("phone_digest", flat=True))
    unwanted = OccasionRefusal.objects.filter(phone_digest__in=digests, occasion__in=refusals.spoken_of(campaign))
    refusing = set(unwanted.values_list("phone_digest", flat=True))
    people = [row.contact_id for row in rows]
    troubled = set(
        Purchase.objects.filter(contact__in=people, incident_at__isnull=False).values_list("contact", flat=True)
    )
    later = _too_soon(campaign, route, people)
    allowed, skipped, deferred = [], defaultdict[str, list[int]](list), defaultdict[datetime, list[int]](list)
    for row in rows:
        variant = variants.get(row.variant_id or campaign.winner_id or 0)
        turn = later.get(row.contact_id)
        reason = _reason_to_refrain(row, variant, is_stopped=row.contact.phone_digest in stopped)
        reason = reason or ("occasion" if row.contact.phone_digest in refusing else "")
        reason = reason or ("incident" if row.contact_id in troubled else "")
        if reason:
            skipped[reason].append(row.pk)
        elif turn is None:
            allowed.append(row)
        elif campaign.ends_at is not None and turn < campaign.ends_at:
            deferred[turn].append(row.pk)
        else:
            skipped["too_soon"].append(row.pk)
    for reason, pks in skipped.items():
        CampaignMessage.objects.filter(pk__in=pks).update(
            status=MessageStatus.SKIPPED, skip_reason=reason, settled_at=clock.now()
        )
    for turn, pks in deferred.items():
        CampaignMessage.objects.filter(pk__in=pks).update(not_before=turn)
    return allowed


def _reason_to_refrain(row: CampaignMessage, variant: Variant | None, *, is_stopped: bool) -> str:
    """Why this row must never leave; "" when it may."""
    contact = row.contact
    if variant is None:
        return "no_version"
    if variant.stopped_at is not None:
        return "version_stopped"
    if contact.phone != row.phone or not contact.is_sms_opted_in:
        return "no_consent"
    if is_stopped:
        return "stopped"
    return "bad_number" if contact.invalid_phone == row.phone else ""


def _too_soon(campaign: Campaign, route: Route, people: list[int]) -> dict[int, datetime]:
    """By contact: when the text of another campaign is old enough for the next one. Under the contacts' locks."""
    if not route.days_between:
        return {}
    span = timedelta(days=route.days_between)
    received = CampaignMessage.objects.filter(contact__in=people, handed_at__gt=clock.now() - span).exclude(
        campaign=campaign
    )
    latest = received.exclude(status=MessageStatus.FAILED).values_list("contact").annotate(at=Max("handed_at"))
    return {contact: at + span for contact, at in latest.order_by()}


def _keep_stop_codes(contacts: list[Contact]) -> None:
    """See `compose.ensure_stop_code`; one statement for those that have none yet."""
    fresh = [contact for contact in contacts if contact.stop_code_digest is None]
    for contact in fresh:
        contact.stop_code_digest = compose.stop_code_digest(contact)
    Contact.objects.bulk_update(fresh, ["stop_code_digest"])


def _mark(batch: Batch, now: datetime) -> None:
    """Write, before any call, what the provider is about to have, and what it costs."""
    if not batch.ready:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {CampaignMessage._meta.db_table} AS message
               SET status = 'sending', lease_token = %(token)s, lease_until = %(until)s, handed_at = %(now)s,
                   attempts = taken.attempts, variant_id = taken.variant, parts = taken.parts,
                   cost_cents = taken.cost, body_digest = taken.digest
              FROM unnest(%(pks)s::bigint[], %(variants)s::bigint[], %(parts)s::int[], %(costs)s::numeric[],
                          %(attempts)s::int[], %(digests)s::text[])
                   AS taken (pk, variant, parts, cost, attempts, digest)
             WHERE message.id = taken.pk
            """,  # noqa: S608 # nosec B608 - the name of our own table
            {
                "token": str(batch.token),
                "until": now + timedelta(seconds=LEASE_SECONDS),
                "now": now,
                "pks": [one.pk for one in batch.ready],
                "variants": [one.variant for one in batch.ready],
                "parts": [one.parts for one in batch.ready],
                "costs": [one.cost_cents for one in batch.ready],
                "attempts": [one.attempts for one in batch.ready],
                "digests": [body_digest(one.outgoing.text) for one in batch.ready],
            },
        )
    spent = sum((one.cost_cents for one in batch.ready), Decimal(0))
    Campaign.objects.filter(pk=batch.campaign).update(spent_cents=F("spent_cents") + spent)
