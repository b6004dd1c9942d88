"""The marketing tables, all of the app `notifications`; no foreign key joins them to its functional half."""

from __future__ import annotations

from notifications.marketing.models.campaigns import Campaign, CampaignMessage, CampaignStatus, Segment
from notifications.marketing.models.contacts import (
    Consent,
    Contact,
    Provenance,
    Purchase,
    StopEntry,
    StopSource,
    Wording,
)

__all__ = [
    "Campaign",
    "CampaignMessage",
    "CampaignStatus",
    "Consent",
    "Contact",
    "Provenance",
    "Purchase",
    "Segment",
    "StopEntry",
    "StopSource",
    "Wording",
]
