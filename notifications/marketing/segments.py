"""Audiences: a segment is a rule, its audience is always computed from the contacts as they are now."""

from __future__ import annotations

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interflora.lib import clock
from notifications.marketing import occasions, refusals, slots
from notifications.marketing.models import (
    Buyers,
    Campaign,
    CampaignMessage,
    Contact,
    OccasionRefusal,
    Purchase,
    Segment,
    StopEntry,
)


def eligible() -> QuerySet[Contact]:
    """Whoever agreed to texts, has a number that lives and never said STOP; not while something is wrong."""
    stopped = StopEntry.objects.filter(phone_digest=OuterRef("phone_digest"))
    waiting = Purchase.objects.filter(contact=OuterRef("pk"), incident_at__isnull=False)
    living = Contact.objects.filter(phone__isnull=False).exclude(invalid_phone=F("phone"))
    return living.filter(~Exists(stopped), ~Exists(waiting), is_sms_opted_in=True)


def audience(segment: Segment) -> QuerySet[Contact]:
    """The contacts of this segment who may receive a text now."""
    return matching(segment, eligible())


def matching(segment: Segment, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Those of these contacts whom all the rules name, whether or not they may be written to; set-based."""
    kept = Purchase.objects.filter(refunded_cents__lt=F("total_cents"))
    if segment.buyers == Buyers.NEVER:
        return contacts.filter(~Exists(kept.filter(contact=OuterRef("pk"))))
    if segment.occasion:
        contacts = contacts.filter(Exists(kept.filter(contact=OuterRef("pk"), occasion=segment.occasion)))
    if segment.departments:
        there = kept.filter(contact=OuterRef("pk"), department__in=segment.department_codes)
        contacts = contacts.filter(Exists(there))
    if segment.anniversary_in_days:
        recalled = kept.filter(_bought_a_year_before(segment.anniversary_in_days), is_unmentionable=False)
        contacts = contacts.filter(Exists(recalled.filter(contact=OuterRef("pk"))))
    wanted = _of_their_purchases(segment)
    if wanted is not None:
        totals = kept.values("contact").annotate(
            orders=Count("pk"), spent=Sum(F("total_cents") - F("refunded_cents")), last=Max("purchased_at")
        )
        contacts = contacts.filter(pk__in=totals.filter(wanted).values("contact"))
    return contacts


def of_campaign(campaign: Campaign) -> QuerySet[Contact]:
    """Its segment's audience without those who refused its occasion; of a standing campaign, who had it lately."""
    contacts = audience(campaign.segment)
    if about := refusals.spoken_of(campaign):
        refused = OccasionRefusal.objects.filter(phone_digest=OuterRef("phone_digest"), occasion__in=about)
        contacts = contacts.filter(~Exists(refused))
    if campaign.standing is None:
        return contacts
    since = clock.now() - timedelta(days=campaign.standing.rest_days)
    had = CampaignMessage.objects.filter(contact=OuterRef("pk"), campaign__standing=campaign.standing_id)
    return contacts.filter(~Exists(had.filter(handed_at__gt=since)))


def _bought_a_year_before(days: int) -> Q:
    """Purchases whose anniversary is so many days after today, or after the closed days just before today.

    The ranges of two open days that follow each other meet: no purchase is left between them, not even on 29 February.
    """
    today = first = clock.paris_today()
    while not slots.is_open_day(first - timedelta(days=1)):
        first -= timedelta(days=1)
    start, end = (day + timedelta(days=days) + relativedelta(years=-1) for day in (first - timedelta(days=1), today))
    after, until = clock.at_paris(start + timedelta(days=1), 0), clock.at_paris(end + timedelta(days=1), 0)
    return Q(purchased_at__gte=after, purchased_at__lt=until)


def _of_their_purchases(segment: Segment) -> Q | None:
    """What must hold of all that somebody bought; None when nothing is asked of it."""
    now = clock.now()
    rules = {
        "orders__gte": segment.orders_min or (1 if segment.buyers == Buyers.BOUGHT else None),
        "orders__lte": segment.orders_max,
        "spent__gte": segment.spent_min_euros and segment.spent_min_euros * 100,
        "last__gte": segment.bought_within_days and now - timedelta(days=segment.bought_within_days),
        "last__lt": segment.silent_for_days and now - timedelta(days=segment.silent_for_days),
    }
    asked = {rule: value for rule, value in rules.items() if value is not None}
    return Q(**asked) if asked else None


def in_words(segment: Segment) -> str:
    """The rules as staff read them, one after the other."""
    parts = [
        Buyers(segment.buyers).label if segment.buyers else "",
        segment.occasion and _("ont acheté pour\u00a0: %s") % occasions.label(segment.occasion),
        segment.orders_min and _at_least(segment.orders_min),
        segment.orders_max and _at_most(segment.orders_max),
        segment.bought_within_days and _within(segment.bought_within_days),
        segment.silent_for_days and _silent(segment.silent_for_days),
        segment.spent_min_euros and _("au moins %d\u00a0€ dépensés") % segment.spent_min_euros,
        segment.anniversary_in_days and _anniversary(segment.anniversary_in_days),
        segment.departments and _("livré dans\u00a0: %s") % ", ".join(segment.department_codes),
    ]
    return "\u00a0; ".join(str(part) for part in parts if part) or _("tout le monde, client ou non")


def _at_least(orders: int) -> str:
    return ngettext("au moins %d achat", "au moins %d achats", orders) % orders


def _at_most(orders: int) -> str:
    return ngettext("au plus %d achat", "au plus %d achats", orders) % orders


def _within(days: int) -> str:
    return ngettext("dernier achat il y a moins de %d jour", "dernier achat il y a moins de %d jours", days) % days


def _silent(days: int) -> str:
    return ngettext("aucun achat depuis %d jour", "aucun achat depuis %d jours", days) % days


def _anniversary(days: int) -> str:
    return ngettext("un an après un achat, dans %d jour", "un an après un achat, dans %d jours", days) % days


def known_occasions() -> list[str]:
    """The occasions somebody bought for, in order."""
    occasions = Purchase.objects.exclude(occasion="").order_by("occasion")
    return list(occasions.values_list("occasion", flat=True).distinct())
