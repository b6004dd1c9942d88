"""What a florist can type or tap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from florists import states
from florists.models import DeliveryOffer, Florist
from interflora.lib.clock import HalfDay
from interflora.lib.forms import FieldsMixin


class SignInForm(FieldsMixin, forms.Form):
    contact = forms.CharField(
        label=_("Votre e-mail ou votre mobile"),
        max_length=100,
        error_messages={"required": _("Indiquez l’e-mail ou le mobile de votre boutique.")},
    )
    autocomplete = {"contact": "username"}


class RefusalForm(FieldsMixin, forms.Form):
    reason = forms.ChoiceField(
        label=_("Pourquoi\u00a0?"),
        choices=states.Refusal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une raison\u00a0: elle nous aide à mieux vous proposer.")},
    )


class ProblemForm(FieldsMixin, forms.Form):
    problem = forms.ChoiceField(
        label=_("Que s’est-il passé\u00a0?"),
        choices=states.Problem.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites-nous ce qui s’est passé.")},
    )


class DemoSignInForm(FieldsMixin, forms.Form):
    florist = forms.ModelChoiceField(
        label=_("Boutique"),
        queryset=Florist.objects.filter(is_active=True),
        to_field_name="public_id",
        empty_label=_("Choisissez une boutique"),
    )


class AddressReasonForm(FieldsMixin, forms.Form):
    reason = forms.CharField(
        label=_("Motif de la lecture"),
        min_length=5,
        max_length=200,
        help_text=_("Le destinataire peut lire ce motif\u00a0: n’y écrivez ni l’adresse, ni un nom."),
        error_messages={
            "required": _("Écrivez pourquoi vous devez lire cette adresse."),
            "min_length": _("Un motif en quelques mots, s’il vous plaît."),
        },
    )


class FindFloristForm(FieldsMixin, forms.Form):
    words = forms.CharField(label=_("Chercher un autre fleuriste"), max_length=60, help_text=_("nom ou commune"))


class OfferToForm(FieldsMixin, forms.Form):
    """The florists of the delivery's ladder first, then those of the same departments, then the others."""

    florist = forms.ModelChoiceField(label=_("Fleuriste"), queryset=Florist.objects.filter(is_active=True))

    def __init__(self, *args: Any, ladder: Sequence[DeliveryOffer], words: str = "", **kwargs: Any) -> None:
        """`words` narrow the others down, never the ladder."""
        super().__init__(*args, **kwargs)
        field = self.fields["florist"]
        assert isinstance(field, forms.ModelChoiceField) and field.queryset is not None
        listed = [rung.florist_id for rung in ladder]
        near = {rung.florist.department for rung in ladder}
        self.others = [florist for florist in field.queryset.exclude(pk__in=listed) if florist.answers_to(words)]
        rungs = [(rung.florist_id, f"{rung.florist} ({rung.get_status_display()})") for rung in ladder]
        neighbors = [(one.pk, str(one)) for one in self.others if one.department in near]
        far = [(one.pk, str(one)) for one in self.others if one.department not in near]
        groups = (
            (_("Sur la liste de cette livraison"), rungs),
            (_("Dans le même département"), neighbors),
            (_("Ailleurs") if ladder else _("Tous"), far),
        )
        field.choices = [("", field.empty_label or ""), *(group for group in groups if group[1])]


class SlotForm(FieldsMixin, forms.Form):
    day = forms.DateField(
        label=_("Nouveau jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choisissez un jour."), "invalid": _("Cette date n’existe pas.")},
    )
    half_day = forms.ChoiceField(label=_("Demi-journée"), choices=HalfDay.choices)
