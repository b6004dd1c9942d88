"""Plain functions that make what the tests of `notifications` speak about."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from interflora.lib.contacts import Channel
from notifications import outbox
from notifications.marketing import campaigns, consents
from notifications.marketing.models import Campaign, Contact, Segment, StandingCampaign, Variant
from notifications.models import Message

_numbers = itertools.count(1)
# A Wednesday, 10:00 in Paris: texts may leave.
MORNING = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 18, 22, 30, tzinfo=UTC)


def a_phone() -> str:
    return f"+3361200{next(_numbers):04d}"


def queue_message(channel: str = Channel.SMS, **fields: Any) -> Message:
    """A queued message of the test template, one dedup_key each."""
    number = next(_numbers)
    to = {"email": f"anne{number}@example.org", "sms": a_phone(), "twitter_dm": f"{1000 + number}|anne{number}"}
    values: dict[str, Any] = {
        "channel": channel,
        "to": to[str(channel)],
        "context": {"first_name": "L’Été", "number": number},
        "dedup_key": f"test-{number}",
        "about": f"order:TEST{number}",
        **fields,
    }
    return Message.objects.get(pk=outbox.queue("test_note", **values))


def make_contact(first_name: str = "Anne", **fields: Any) -> Contact:
    """A contact who ticked the box at checkout."""
    phone = fields.pop("phone", None) or a_phone()
    consent = consents.record(
        phone=phone, first_name=first_name, wording_key="checkout_sms", source="/commande/vous/", ip="192.0.2.1",
        granted=True,
    )  # fmt: skip
    assert consent is not None
    return Contact.objects.get(pk=consent.contact_id)


def make_campaign(text: str = "Bonjour {prenom}, les pivoines sont arrivées", *more: str, **fields: Any) -> Campaign:
    """A draft; each text is a version."""
    keeps_accents = fields.pop("keeps_accents", False)
    segment, _made = Segment.objects.get_or_create(name="Tous")
    campaign = Campaign.objects.create(**{"name": "Pivoines", "segment": segment, **fields})
    for letter, version in zip("ABCD", [text, *more], strict=False):
        Variant.objects.create(campaign=campaign, letter=letter, text=version, keeps_accents=keeps_accents)
    return campaign


def make_standing(text: str = "Bonjour {prenom}, merci", **fields: Any) -> StandingCampaign:
    """A standing campaign not yet in service."""
    segment, _made = Segment.objects.get_or_create(name="Tous")
    return StandingCampaign.objects.create(**{"name": "Merci", "segment": segment, "text": text, **fields})


def scheduled(campaign: Campaign, starts_at: datetime = MORNING, days: int = 1) -> Campaign:
    """The campaign, approved and scheduled."""
    campaigns.approve(campaign.pk, None)
    campaigns.schedule(campaign.pk, starts_at, days)
    return Campaign.objects.get(pk=campaign.pk)
