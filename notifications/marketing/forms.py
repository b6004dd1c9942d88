"""Forms of the marketing screens."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from interflora.lib import clock, tags
from notifications.marketing import campaigns, compose, occasions, slots
from notifications.marketing.models import LETTERS, Campaign, Variant

if TYPE_CHECKING:
    CampaignModelForm = forms.ModelForm[Campaign]
    VariantModelForm = forms.ModelForm[Variant]
    VariantInlineFormSet = BaseInlineFormSet[Variant, Campaign, "VariantForm"]
else:
    CampaignModelForm = VariantModelForm = forms.ModelForm
    VariantInlineFormSet = BaseInlineFormSet

TEXT_ERRORS = {
    "empty": _("Écrivez le texte du SMS."),
    "tag": _("« %(detail)s » n’est pas un champ connu. Les champs sont {prenom}, {prenom|cher client} et {lien}."),
    "brace": _("Une accolade est seule : écrivez {prenom} ou retirez-la."),
    "too_long": _("Ce texte dépasse 4 SMS par personne : raccourcissez-le."),
}
SLOT_ERRORS = {
    "past": _("Cette heure est passée : choisissez-en une autre."),
    "far": _("Programmez au plus 90 jours à l’avance."),
    "slot": _("Les SMS commerciaux partent du lundi au samedi, de 8 h à 20 h, hors jours fériés."),
    "status": _("Cette campagne a changé d’état entre-temps."),
    "late_test": _(
        "Le test finirait trop tard pour que la suite parte ce jour-là : partez plus tôt ou étalez l’envoi."
    ),
    "alone": _("Une campagne vers autant de personnes doit être approuvée par une autre personne que son auteur."),
    "no_text": _("Écrivez au moins une version."),
    "budget": _(
        "Cette campagne peut coûter %(detail)s : plus que son budget. Raccourcissez un texte ou changez le budget."
    ),
    "unfinished": _("À cette heure-là, la campagne ne finirait pas à temps : étalez l’envoi sur %(detail)s jours."),
    "never": _("La campagne ne finirait pas en 5 jours : choisissez un segment plus petit ou un texte plus court."),
    "variant": _("Cette version ne peut plus être choisie."),
    "nobody": _("Personne dans ce segment n’a accepté de recevoir des SMS."),
}


def checked_path(typed: str) -> str:
    """A path of the shop itself, "" for its first page; raises ValidationError."""
    path = typed.strip()
    if path and (not path.startswith("/") or path.startswith("//") or "\\" in path or " " in path):
        raise forms.ValidationError(_("Écrivez l’adresse d’une page de la boutique, à partir de « / »."))
    return path


def checked_text(text: str) -> str:
    """A text that can be sent; raises ValidationError."""
    try:
        compose.check(text)
    except compose.BadText as bad:
        raise forms.ValidationError(TEXT_ERRORS[bad.code] % {"detail": bad.detail}) from bad
    return text


class CampaignForm(CampaignModelForm):
    """The composer, without its versions (`VariantForm`)."""

    budget = forms.DecimalField(
        label=_("Budget maximal (€)"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        help_text=_("La campagne n’est pas approuvée si elle peut coûter plus. Vide : pas de limite."),
    )

    class Meta:
        model = Campaign
        fields = [
            "name",
            "segment",
            "link_path",
            "test_percent",
            "decision_minutes",
            "metric",
            "asks_when_unclear",
            "holdout_percent",
        ]
        help_texts = {
            "link_path": _("Où mène {lien} : une page de la boutique, par exemple /occasions/fete-des-meres/."),
            "test_percent": _("Avec deux versions ou plus : la part des personnes qui reçoit le test, de 5 à 50 %."),
            "decision_minutes": _("Au bout de combien de minutes la meilleure version part au reste, de 30 à 1 440."),
            "holdout_percent": _(
                "Jusqu’à 10 % de personnes qui ne reçoivent rien : ce qu’elles achètent dit ce que la campagne "
                "rapporte vraiment. 0 : personne."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A campaign past its draft is shown without its fields.
        if self.instance.budget_cents is not None and "budget" in self.fields:
            self.fields["budget"].initial = Decimal(self.instance.budget_cents) / 100

    def clean_budget(self) -> Decimal | None:
        budget: Decimal | None = self.cleaned_data["budget"]
        self.instance.budget_cents = None if budget is None else int(budget * 100)
        return budget

    def clean_link_path(self) -> str:
        return checked_path(str(self.cleaned_data["link_path"]))


class VariantForm(VariantModelForm):
    """One version of the text."""

    class Meta:
        model = Variant
        fields = ["text", "keeps_accents"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "cols": 60, "data-sms-text": ""})}
        help_texts = {
            "text": _(
                "Le prénom s’écrit {prenom}, ou {prenom|cher client} ; le lien de la personne, {lien}. La mention STOP "
                "s’ajoute d’elle-même."
            ),
            "keeps_accents": _("Un seul caractère hors de l’alphabet des SMS (ê, ç, ’…) double le coût du message."),
        }

    def clean_text(self) -> str:
        return checked_text(str(self.cleaned_data["text"]))


class VariantFormSet(VariantInlineFormSet):
    """Letters follow the order on the page."""

    def save_new(self, form: VariantForm, commit: bool = True) -> Variant:
        taken = {one.letter for one in self.instance.variants.all()}
        form.instance.letter = next(letter for letter in LETTERS if letter not in taken)
        return super().save_new(form, commit=commit)


class ScheduleForm(forms.Form):
    """When the campaign leaves: one of the next legal mornings, or another legal moment."""

    slot = forms.ChoiceField(label=_("Départ"), widget=forms.RadioSelect)
    other = forms.DateTimeField(
        label=_("Autre date et heure (Paris)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = clock.now()
        choices: list[tuple[str, Any]] = [("now", _("Maintenant"))] if slots.is_legal(now) else []
        choices += [(moment.isoformat(), tags.moment(moment)) for moment in slots.proposals(now)]
        choices += [(one.starts_at.isoformat(), _before(one)) for one in occasions.proposals(now)]
        choices.append(("other", _("À un autre moment")))
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    days = forms.IntegerField(
        label=_("Nombre de jours d’envoi"),
        min_value=1,
        max_value=campaigns.MOST_DAYS,
        initial=1,
        help_text=_("Ce qui n’est pas parti à 20 h part le jour ouvré suivant, dans cette limite."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("slot") == "other" and not data.get("other"):
            self.add_error("other", _("Indiquez la date et l’heure."))
        return data

    @property
    def starts_at(self) -> datetime:
        """The chosen moment, UTC; the form must be valid."""
        slot = self.cleaned_data["slot"]
        if slot == "now":
            return clock.now()
        other: datetime | None = self.cleaned_data["other"]
        return other if slot == "other" and other is not None else datetime.fromisoformat(slot)


def _before(proposal: occasions.Proposal) -> str:
    """« Fête des mères, J-7 : samedi 23 mai à 10 h »."""
    return _("%(occasion)s, J-%(days)d : %(moment)s") % {
        "occasion": proposal.occasion.label,
        "days": proposal.days_before,
        "moment": tags.moment(proposal.starts_at),
    }


def people(count: int) -> str:
    """« 1 personne », « 12 personnes »."""
    return ngettext("%d personne", "%d personnes", count) % count
