"""Who would receive a campaign and who would not, and why: the counts shown before anybody agrees to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from notifications.marketing import segments
from notifications.marketing.models import Contact, Segment, StopEntry


@dataclass(frozen=True)
class Checklist:
    """People the segment's rule names: those who would be written to, then the others by reason."""

    matching: int
    eligible: int
    stopped: int
    no_consent: int
    no_number: int


def of(segment: Segment) -> Checklist:
    """Count the people of a segment by what the sending would do with them now; two queries."""
    stopped = Exists(StopEntry.objects.filter(phone_digest=OuterRef("phone_digest")))
    known = segments.matching(segment, Contact.objects.all()).annotate(has_stopped=stopped)
    counted = {
        "matching": Q(),
        "no_number": Q(phone=None),
        "stopped": Q(phone__isnull=False, has_stopped=True),
        "no_consent": Q(phone__isnull=False, has_stopped=False, is_sms_opted_in=False),
    }
    found = {name: known.filter(rule).count() for name, rule in counted.items()}
    return Checklist(eligible=segments.audience(segment).count(), **found)
