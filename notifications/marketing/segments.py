"""Audiences: a segment is a rule, its audience is always computed from the contacts as they are now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from notifications.marketing.models import Contact, Purchase, Segment, StopEntry


def eligible() -> QuerySet[Contact]:
    """Whoever agreed to texts, has a number and never said STOP; not while something is wrong with an order."""
    stopped = StopEntry.objects.filter(phone_digest=OuterRef("phone_digest"))
    waiting = Purchase.objects.filter(contact=OuterRef("pk"), incident_at__isnull=False)
    return Contact.objects.filter(~Exists(stopped), ~Exists(waiting), is_sms_opted_in=True, phone__isnull=False)


def audience(segment: Segment) -> QuerySet[Contact]:
    """The contacts of this segment who may receive a text now."""
    contacts = eligible()
    if segment.occasion:
        bought = Purchase.objects.filter(contact=OuterRef("pk"), occasion=segment.occasion)
        contacts = contacts.filter(Exists(bought))
    return contacts


def known_occasions() -> list[str]:
    """The occasions somebody bought for, in order."""
    occasions = Purchase.objects.exclude(occasion="").order_by("occasion")
    return list(occasions.values_list("occasion", flat=True).distinct())
