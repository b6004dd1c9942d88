"""What the page of a campaign shows beside its form."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from interflora.lib import clock, tags
from notifications.marketing import compose, forecast, preflight, results, segments, slots
from notifications.marketing.forms import people
from notifications.marketing.models import ENDED, RUNNING, Campaign, CampaignStatus, Contact, Segment
from notifications.statuses import MessageStatus


def example(segment: Segment | None) -> Contact | None:
    """A real person of the audience, to read the text as they will."""
    contacts = segments.audience(segment) if segment else segments.eligible()
    return contacts.exclude(first_name="").order_by("pk").first() or contacts.order_by("pk").first()


def _counts(campaign: Campaign) -> dict[str, int]:
    rows = campaign.messages.values_list("status").annotate(rows=Count("pk")).order_by()
    return {str(status): int(count) for status, count in rows}


def panel(campaign: Campaign) -> dict[str, Any]:
    """What the form's side shows: each version as one person reads it, who will get it, and where it stands."""
    person = example(campaign.segment)
    counts = _counts(campaign)
    variants = list(campaign.variants.all())
    return {
        "campaign": campaign,
        "previews": [
            (
                variant,
                compose.preview(
                    variant.text,
                    first_name=person.first_name if person else "",
                    keeps_accents=variant.keeps_accents,
                ),
            )
            for variant in variants
        ],
        "audience": people(segments.audience(campaign.segment).count()),
        "counts": [(MessageStatus(status).label, count) for status, count in sorted(counts.items())],
        "results": results.lines(campaign) if campaign.rolling_at else [],
        "verdict": _verdict(campaign),
        "choices": [one.letter for one in variants if one.stopped_at is None],
        "unknown": counts.get(MessageStatus.UNKNOWN.value, 0),
        "is_draft": campaign.status == CampaignStatus.DRAFT,
        "is_approved": campaign.status == CampaignStatus.APPROVED,
        "is_waiting": campaign.status in {CampaignStatus.APPROVED, CampaignStatus.SCHEDULED},
        "is_deciding": campaign.status == CampaignStatus.DECIDING,
        "is_running": campaign.status in RUNNING,
        "is_paused": campaign.status == CampaignStatus.PAUSED,
        "is_open": campaign.status not in ENDED,
    }


def outlook(campaign: Campaign) -> dict[str, Any]:
    """What would happen: who would receive it, what it would cost, when it would end."""
    planned = forecast.of(campaign)
    starts_at = campaign.starts_at or slots.next_legal(clock.now())
    course = forecast.course(campaign, planned.parts, starts_at)
    return {
        "forecast": planned,
        "part_price": tags.euros_exactly(planned.part_price),
        "checklist": preflight.of(campaign.segment),
        "course": course,
        "course_days": range(2, course.days + 1),
    }


def _verdict(campaign: Campaign) -> str:
    """What the test says, in plain words; "" when there is none."""
    if not campaign.verdict:
        return ""
    probabilities = campaign.verdict["probabilities"]
    if not probabilities:
        return _("Une seule version restait : elle part au reste.")
    best = max(probabilities, key=lambda letter: probabilities[letter])
    facts = {"letter": best, "percent": round(100 * probabilities[best])}
    if campaign.verdict["is_conclusive"]:
        return _("La version %(letter)s est la meilleure : %(percent)d chances sur 100.") % facts
    if campaign.winner_id is None:
        return (
            _("Pas concluant : la version %(letter)s est devant, avec %(percent)d chances sur 100 seulement.") % facts
        )
    return (
        _(
            "Pas concluant : la version %(letter)s était devant, avec %(percent)d chances sur 100 seulement. L’écart "
            "peut venir du hasard."
        )
        % facts
    )
