"""What the page of a campaign shows beside its form."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interflora.lib import clock, tags
from notifications.marketing import compose, forecast, lift, preflight, results, segments, slots
from notifications.marketing.admin import run
from notifications.marketing.forms import people
from notifications.marketing.models import ENDED, RUNNING, Campaign, CampaignStatus, Contact, Segment
from notifications.routing import routes
from notifications.routing.models import StopMode

# Why a row did not leave (`sending.py`, `campaigns.py`, `stops.py`), as staff read it.
SKIP_REASONS = {
    "holdout": gettext_lazy("groupe témoin"),
    "stopped": gettext_lazy("ont dit STOP"),
    "no_consent": gettext_lazy("ont retiré leur accord"),
    "occasion": gettext_lazy("ne veulent pas de SMS pour cette occasion"),
    "canceled": gettext_lazy("campagne annulée"),
    "version_stopped": gettext_lazy("version arrêtée"),
    "no_version": gettext_lazy("aucune version à envoyer"),
    "bad_number": gettext_lazy("numéro hors service"),
    "incident": gettext_lazy("commande en difficulté"),
    "too_soon": gettext_lazy("ont déjà eu une offre cette semaine"),
    "window_closed": gettext_lazy("l’heure légale est passée"),
}
PAUSE_REASONS = {
    "staff": gettext_lazy("En pause à la demande de l’équipe. Rien ne part ; « Reprendre » continue où elle en était."),
    "panic": gettext_lazy("Arrêtée par « Tout arrêter ». Rien ne part ; « Reprendre » continue où elle en était."),
    "budget": gettext_lazy("En pause : le budget est atteint. Rien de plus ne part."),
    "route_errors": gettext_lazy(
        "En pause : trop de SMS échouent chez l’opérateur. Prévenez l’équipe technique, puis « Reprendre »."
    ),
    "filtered": gettext_lazy("En pause : les opérateurs filtrent ce texte. Il vaut mieux l’annuler et le réécrire."),
    "configuration": gettext_lazy(
        "En pause : le prestataire SMS refuse nos envois (compte suspendu, clés ou expéditeur, code %(detail)s). "
        "Prévenez l’équipe technique. Rien n’est perdu : « Reprendre » continue une fois la cause réparée."
    ),
}


def example(segment: Segment | None) -> Contact | None:
    """A real person of the audience, to read the text as they will."""
    contacts = segments.audience(segment) if segment else segments.eligible()
    return contacts.exclude(first_name="").order_by("pk").first() or contacts.order_by("pk").first()


def panel(campaign: Campaign) -> dict[str, Any]:
    """What the form's side shows: each version as one person reads it, who will get it, and where it stands."""
    person = example(campaign.segment)
    variants, route = list(campaign.variants.all()), routes.of(routes.Purpose.MARKETING)
    return {
        **state(campaign),
        "stop_number": route.stop_number if route.stop_mode == StopMode.CODE else "",
        "previews": [
            (
                variant,
                compose.preview(
                    variant.text,
                    first_name=person.first_name if person else "",
                    keeps_accents=variant.keeps_accents,
                    route=route,
                ),
            )
            for variant in variants
        ],
        "audience": people(segments.audience(campaign.segment).count()),
        "is_draft": campaign.status == CampaignStatus.DRAFT,
        "is_approved": campaign.status == CampaignStatus.APPROVED,
        "is_waiting": campaign.status in {CampaignStatus.APPROVED, CampaignStatus.SCHEDULED},
        "is_running": campaign.status in RUNNING,
        "is_paused": campaign.status == CampaignStatus.PAUSED,
        "is_open": campaign.status not in ENDED,
    }


def state(campaign: Campaign) -> dict[str, Any]:
    """Where it stands, for `_campaign_state.html`."""
    return {
        "campaign": campaign,
        **run.shown(campaign),
        "results": results.lines(campaign) if campaign.rolling_at else [],
        "lift_words": _lift_words(lift.of(campaign)),
        "verdict": _verdict(campaign),
        "pause_words": _pause_words(campaign.pause_reason),
        "skipped": _skipped(campaign),
        "choices": [one.letter for one in campaign.variants.all() if one.stopped_at is None],
        "is_deciding": campaign.status == CampaignStatus.DECIDING,
    }


def _pause_words(reason: str) -> str:
    """Why it is paused and what to do, in a sentence; a reason not known here is shown as it is."""
    kind, _colon, detail = reason.partition(":")
    return str(PAUSE_REASONS[kind]) % {"detail": detail} if kind in PAUSE_REASONS else reason


def _lift_words(found: lift.Lift | None) -> str:
    """What the texts added against the holdout, and how sure that is; "" without a holdout."""
    if found is None:
        return ""
    if not found.is_enough:
        return _("Groupe témoin : pas concluant, trop peu d’achats pour comparer.")
    facts = {"amount": tags.euros(abs(found.cents)), "low": _signed(found.low), "high": _signed(found.high)}
    if not found.is_conclusive:
        return (
            _(
                "Groupe témoin : pas concluant. L’effet de la campagne est entre %(low)s et %(high)s, avec 95 chances "
                "sur 100 : il peut être nul."
            )
            % facts
        )
    if found.cents < 0:
        return (
            _(
                "Groupe témoin : la campagne a fait perdre environ %(amount)s d’achats (entre %(low)s et %(high)s, "
                "avec 95 chances sur 100)."
            )
            % facts
        )
    return (
        _(
            "Groupe témoin : la campagne a rapporté environ %(amount)s de plus que sans elle (entre %(low)s et "
            "%(high)s, avec 95 chances sur 100)."
        )
        % facts
    )


def _signed(cents: int) -> str:
    """An amount that may be below zero."""
    return f"−{tags.euros(-cents)}" if cents < 0 else tags.euros(cents)


def _skipped(campaign: Campaign) -> list[tuple[str, int]]:
    """The rows that will not leave, by reason, the most frequent first."""
    rows = campaign.messages.exclude(skip_reason="").values_list("skip_reason").annotate(rows=Count("pk"))
    return [(str(SKIP_REASONS.get(reason, reason)), count) for reason, count in rows.order_by("-rows", "skip_reason")]


def outlook(campaign: Campaign) -> dict[str, Any]:
    """What would happen: who would receive it, what it would cost, when it would end."""
    planned = forecast.of(campaign)
    starts_at = campaign.starts_at or slots.next_legal(clock.now())
    course = forecast.course(campaign, planned.parts, starts_at)
    return {
        "forecast": planned,
        "part_price": tags.euros_exactly(planned.part_price),
        "checklist": preflight.of(campaign.segment, starts_at),
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
