"""The run of a campaign as staff follow it: one sentence on what is happening, then the figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from interflora.lib import clock, tags
from notifications.marketing import progress, slots
from notifications.marketing.models import RUNNING, Campaign, CampaignStatus
from notifications.marketing.progress import Progress


def shown(campaign: Campaign) -> dict[str, Any]:
    """For `_campaign_run.html`."""
    found = progress.of(campaign)
    return {
        "run": found,
        "run_words": _words(campaign, found),
        "is_followed": campaign.status in {*RUNNING, CampaignStatus.SCHEDULED},
    }


def _words(campaign: Campaign, found: Progress) -> str:
    """What is happening now and when it should end, in one or two sentences; "" before it is scheduled."""
    if campaign.status in {*RUNNING, CampaignStatus.FINISHED} and campaign.rolling_at and not found.planned:
        return _("Personne n’était plus dans le segment au moment du départ\u00a0: rien n’est parti.")
    settled = {
        CampaignStatus.SCHEDULED: _("Programmée\u00a0: le premier SMS part %s.") % tags.moment(campaign.starts_at),
        CampaignStatus.SNAPSHOTTING: _("La liste des personnes se constitue. Rien n’est encore parti."),
        CampaignStatus.PAUSED: _("En pause\u00a0: plus rien ne part."),
        CampaignStatus.CANCELED: _("Annulée\u00a0: ce qui n’était pas parti ne partira pas."),
        CampaignStatus.FINISHED: _("Terminée."),
        CampaignStatus.DECIDING: _("Le test est fini\u00a0: une décision est à prendre avant que le reste parte."),
    }
    if campaign.status in {CampaignStatus.TESTING, CampaignStatus.ROLLING}:
        return _leaving(campaign, found)
    return settled.get(CampaignStatus(campaign.status), "")


def _leaving(campaign: Campaign, found: Progress) -> str:
    now = clock.now()
    if found.left and not slots.is_legal(now):
        return _("Hors des heures légales\u00a0: l’envoi reprend %s.") % tags.moment(slots.next_legal(now))
    if campaign.status == CampaignStatus.TESTING:
        return _("Le test est en cours\u00a0; décision prévue %s.") % tags.moment(campaign.decide_at)
    if not found.left:
        return _("Tout est parti\u00a0; les dernières réponses des opérateurs arrivent.")
    if found.ends_at is None:
        return _("L’envoi commence ou attend son tour\u00a0; il finira au plus tard %s.") % tags.moment(
            campaign.ends_at
        )
    return _("L’envoi est en cours\u00a0; fin prévue %s.") % tags.moment(found.ends_at)
