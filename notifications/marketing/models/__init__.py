"""The marketing tables, all of the app `notifications`; no foreign key joins them to its functional half."""

from __future__ import annotations

from notifications.marketing.models.campaigns import (
    ENDED,
    LETTERS,
    RUNNING,
    Campaign,
    CampaignMessage,
    CampaignStatus,
    Group,
    Metric,
    Variant,
)
from notifications.marketing.models.contacts import (
    Consent,
    Contact,
    OccasionRefusal,
    Provenance,
    Purchase,
    StopEntry,
    StopSource,
    Wording,
)
from notifications.marketing.models.segments import Buyers, Segment
from notifications.marketing.models.sign_ups import SignUp
from notifications.marketing.models.standing import StandingCampaign

__all__ = [
    "ENDED",
    "LETTERS",
    "RUNNING",
    "Buyers",
    "Campaign",
    "CampaignMessage",
    "CampaignStatus",
    "Consent",
    "Contact",
    "Group",
    "Metric",
    "OccasionRefusal",
    "Provenance",
    "Purchase",
    "Segment",
    "SignUp",
    "StandingCampaign",
    "StopEntry",
    "StopSource",
    "Variant",
    "Wording",
]
