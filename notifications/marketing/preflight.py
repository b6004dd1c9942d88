"""Who would receive a campaign and who would not, and why: the counts shown before anybody agrees to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from interflora.lib import clock
from notifications.marketing import segments
from notifications.marketing.models import CampaignMessage, Contact, Purchase, Segment, StopEntry
from notifications.routing import routes
from notifications.statuses import MessageStatus


@dataclass(frozen=True)
class Checklist:
    """People the segment's rule names: those who would be written to, then the others by reason.

    `capped` are among the eligible: they had an offer too lately, and wait for their turn or receive nothing.
    """

    matching: int
    eligible: int
    stopped: int
    no_consent: int
    in_trouble: int
    no_number: int
    bad_number: int
    capped: int
    days_between: int


def of(segment: Segment, moment: datetime | None = None) -> Checklist:
    """Count the people of a segment by what the sending would do with them at `moment` (now)."""
    stopped = Exists(StopEntry.objects.filter(phone_digest=OuterRef("phone_digest")))
    in_trouble = Exists(Purchase.objects.filter(contact=OuterRef("pk"), incident_at__isnull=False))
    everyone = segments.matching(segment, Contact.objects.all())
    known = everyone.annotate(has_stopped=stopped, has_trouble=in_trouble)
    reachable = Q(phone__isnull=False, has_stopped=False, is_sms_opted_in=True)
    counted = {
        "matching": Q(),
        "no_number": Q(phone=None),
        "stopped": Q(phone__isnull=False, has_stopped=True),
        "no_consent": Q(phone__isnull=False, has_stopped=False, is_sms_opted_in=False),
        "bad_number": reachable & Q(invalid_phone=F("phone")),
        "in_trouble": reachable & ~Q(invalid_phone=F("phone")) & Q(has_trouble=True),
    }
    found = {name: known.filter(rule).count() for name, rule in counted.items()}
    days, audience = routes.of(routes.Purpose.MARKETING).days_between, segments.audience(segment)
    since = (moment or clock.now()) - timedelta(days=days)
    received = CampaignMessage.objects.filter(contact=OuterRef("pk"), handed_at__gt=since)
    capped = audience.filter(Exists(received.exclude(status=MessageStatus.FAILED))).count() if days else 0
    return Checklist(eligible=audience.count(), capped=capped, days_between=days, **found)
