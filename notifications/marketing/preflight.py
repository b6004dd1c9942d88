"""Who would receive a campaign and who would not, and why: the counts shown before anybody agrees to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from notifications.marketing import segments
from notifications.marketing.models import Contact, Purchase, Segment, StopEntry


@dataclass(frozen=True)
class Checklist:
    """People the segment's rule names: those who would be written to, then the others by reason."""

    matching: int
    eligible: int
    stopped: int
    no_consent: int
    in_trouble: int
    no_number: int


def of(segment: Segment) -> Checklist:
    """Count the people of a segment by what the sending would do with them now."""
    stopped = Exists(StopEntry.objects.filter(phone_digest=OuterRef("phone_digest")))
    in_trouble = Exists(Purchase.objects.filter(contact=OuterRef("pk"), incident_at__isnull=False))
    everyone = segments.matching(segment, Contact.objects.all())
    known = everyone.annotate(has_stopped=stopped, has_trouble=in_trouble)
    counted = {
        "matching": Q(),
        "no_number": Q(phone=None),
        "stopped": Q(phone__isnull=False, has_stopped=True),
        "no_consent": Q(phone__isnull=False, has_stopped=False, is_sms_opted_in=False),
        "in_trouble": Q(phone__isnull=False, has_stopped=False, is_sms_opted_in=True, has_trouble=True),
    }
    found = {name: known.filter(rule).count() for name, rule in counted.items()}
    return Checklist(eligible=segments.audience(segment).count(), **found)
