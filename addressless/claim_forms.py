"""What a recipient types: where and when, how to refuse, what to report, a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from addressless.models import SessionAnswer
from catalog.models import ProductVariant
from florists import addresses, calendar, places
from florists.addresses import AddressInput
from florists.calendar import SlotUnavailable
from interflora.lib import codes, phones, tags, wording
from interflora.lib.clock import HalfDay
from interflora.lib.forms import FieldsMixin

REFUSE, QUIETLY, REPORT = SessionAnswer.DECLINED.value, SessionAnswer.QUIET.value, SessionAnswer.REPORTED.value
TOO_LONG = _("C’est un peu long\u00a0: %(limit_value)d caractères au plus.")


class PlaceForm(FieldsMixin, forms.Form):
    """A postcode of mainland France; whether anybody delivers there is another question."""

    autocomplete = {"postcode": "postal-code"}

    postcode = forms.CharField(
        label=_("Code postal"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Indiquez le code postal de l’endroit où recevoir les fleurs."),
            "max_length": _("Un code postal a cinq chiffres, comme 35000."),
        },
    )

    def clean_postcode(self) -> str:
        postcode = places.normalize_postcode(self.cleaned_data["postcode"])
        if not postcode:
            raise forms.ValidationError(_("Un code postal a cinq chiffres, comme 35000."))
        if not places.communes(postcode):
            raise forms.ValidationError(_("Nous ne connaissons pas ce code postal en France métropolitaine."))
        return postcode


class PostcodeForm(PlaceForm):
    """Asked first: only a served postcode opens the rest."""

    def clean_postcode(self) -> str:
        postcode = super().clean_postcode()
        if not calendar.is_served(postcode):
            raise forms.ValidationError(
                _("Aucun fleuriste du réseau ne livre encore ce code postal. Essayez celui d’un proche ou du travail.")
            )
        return postcode


class ProposedDayField(forms.TypedChoiceField):
    """One of the days proposed. Whether it still is one is decided where it is written, and asked only there."""

    def valid_value(self, value: object) -> bool:
        return True


class MomentForm(FieldsMixin, forms.Form):
    """A day among those proposed, and its half. Whoever writes the answer may still `refuse` it."""

    day = ProposedDayField(
        label=_("Jour"),
        coerce=date.fromisoformat,
        error_messages={
            "required": _("Choisissez un jour."),
            "invalid_choice": _("Ce jour n’est plus disponible\u00a0: choisissez-en un autre."),
        },
    )
    half_day = forms.ChoiceField(
        label=_("Moment"),
        choices=HalfDay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez le matin ou l’après-midi."), "invalid_choice": _("Choisissez.")},
    )

    def __init__(self, *args: Any, days: Callable[[], Sequence[date]], **kwargs: Any) -> None:
        """`days` is asked once, and only when the form is shown."""
        super().__init__(*args, **kwargs)
        self.proposed = cache(days)
        day = self.fields["day"]
        assert isinstance(day, forms.ChoiceField)
        day.choices = cache(self._choices)

    def _choices(self) -> list[tuple[str, str]]:
        return [("", str(_("Choisissez"))), *((each.isoformat(), tags.day(each)) for each in self.proposed())]

    def clean(self) -> dict[str, Any]:
        """A form that is shown again for something else says at once that its day is gone too."""
        data = super().clean() or {}
        if self.errors and "day" in data and data["day"] not in self.proposed():
            self.refuse(SlotUnavailable("day"))
        return data

    def refuse(self, refusal: SlotUnavailable) -> None:
        """Say beside its field what the calendar no longer takes."""
        if refusal.code == "half_day":
            self.add_error("half_day", _("Ce moment n’est plus disponible\u00a0: choisissez-en un autre."))
        else:
            self.add_error("day", _("Ce jour n’est plus disponible\u00a0: choisissez-en un autre."))


class AnswerForm(MomentForm):
    """Where and when, once the postcode is known. Nothing typed here is ever shown to the sender."""

    autocomplete = {
        "name": "name",
        "line1": "address-line1",
        "line2": "address-line2",
        "commune": "address-level2",
        "phone": "tel",
        "access_code": "off",
        "note": "off",
    }

    field_order = ["postcode", "name", "line1", "line2", "commune", "access_code", "phone", "day", "half_day"]
    postcode = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Nom sur la sonnette"),
        max_length=addresses.LIMITS["name"],
        error_messages={"required": _("Indiquez le nom que le fleuriste cherchera."), "max_length": TOO_LONG},
    )
    line1 = forms.CharField(
        label=_("Numéro et rue"),
        max_length=addresses.LIMITS["line1"],
        error_messages={"required": _("Indiquez le numéro et la rue."), "max_length": TOO_LONG},
    )
    line2 = forms.CharField(
        label=_("Bâtiment, étage"),
        max_length=addresses.LIMITS["line2"],
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    commune = forms.ChoiceField(
        label=_("Commune"),
        error_messages={
            "required": _("Choisissez la commune."),
            "invalid_choice": _("Choisissez la commune dans la liste."),
        },
    )
    access_code = forms.CharField(
        label=_("Code d’accès"),
        max_length=addresses.LIMITS["access_code"],
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    phone = forms.CharField(
        label=_("Votre téléphone"),
        help_text=_("Pour que le fleuriste vous trouve le jour venu, et pour rien d’autre."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"max_length": _("Ce numéro est trop long.")},
    )

    def __init__(self, *args: Any, postcode: str, days: Callable[[], Sequence[date]], **kwargs: Any) -> None:
        super().__init__(*args, days=days, **kwargs)
        self.fields["postcode"].initial = postcode
        towns = [(town.name, town.name) for town in places.communes(postcode)]
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ChoiceField)
        commune.choices = towns if len(towns) == 1 else [("", str(_("Choisissez"))), *towns]

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        number = phones.parse(typed)
        if number is None:
            raise forms.ValidationError(_("Ce numéro est incomplet\u00a0: il faut dix chiffres, ou laissez vide."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("name", "line1", "line2", "access_code"):
            if name in data:
                data[name] = wording.clean_text(data[name]).replace("\n", " ")
        return data

    def address(self) -> AddressInput:
        """What goes to the vault."""
        data = self.cleaned_data
        kept = ("name", "line1", "line2", "postcode", "commune", "access_code", "phone")
        return AddressInput(**{name: data[name] for name in kept})


class SwapForm(FieldsMixin, forms.Form):
    """The flowers that were bought, or others; none chosen in advance. Each value is a variant's key, "" none."""

    bouquet = forms.TypedChoiceField(
        label=_("Les fleurs que vous préférez"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez d’abord un bouquet."),
            "invalid_choice": _("Ce bouquet n’est plus disponible\u00a0: choisissez-en un autre."),
        },
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, variants: Sequence[ProductVariant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bouquet = self.fields["bouquet"]
        assert isinstance(bouquet, forms.ChoiceField)
        bouquet.choices = [(variant.pk, variant.product.shown_name) for variant in variants]


class DeclineForm(FieldsMixin, forms.Form):
    """Three ways, none chosen in advance."""

    choice = forms.ChoiceField(
        label=_("Comment voulez-vous refuser\u00a0?"),
        choices=[(REFUSE, _("Refuser")), (QUIETLY, _("Refuser sans rien dire")), (REPORT, _("Refuser et signaler"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez d’abord une des trois façons."),
            "invalid_choice": _("Choisissez une des trois façons."),
        },
    )
    text = forms.CharField(
        label=_("Ce que vous voulez nous dire"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)


class ReportForm(FieldsMixin, forms.Form):
    """The card message is not right."""

    text = forms.CharField(
        label=_("Qu’est-ce qui ne va pas\u00a0?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Dites-nous en quelques mots ce qui ne va pas."), "max_length": TOO_LONG},
    )


class PeaceForm(FieldsMixin, forms.Form):
    """« Ne plus être contacté »: by one person or by anybody, none chosen in advance."""

    choice = forms.ChoiceField(
        label=_("Que souhaitez-vous\u00a0?"),
        choices=[
            ("pair", _("Ne plus recevoir de cadeau de cette personne")),
            ("everybody", _("Ne plus jamais recevoir de message de notre part à ce contact")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez d’abord l’un des deux."),
            "invalid_choice": _("Choisissez l’un des deux."),
        },
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, senders: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["choice"]
        if senders > 1 and isinstance(choice, forms.ChoiceField):
            _pair, everybody = self.base_fields["choice"].choices  # type: ignore[attr-defined]
            choice.choices = [("pair", _("Ne plus recevoir de cadeau de ces personnes")), everybody]


class CodeForm(FieldsMixin, forms.Form):
    """A code copied by hand from a message or from a note."""

    autocomplete = {"code": "off"}

    code = forms.CharField(
        label=_("Code du message, ou code de suivi"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={
            "required": _("Tapez le code de douze caractères."),
            "max_length": _("Le code a douze caractères, comme 7KQ2-M9XD-4TRB."),
        },
    )

    def clean_code(self) -> str:
        code = codes.normalize_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("Le code a douze caractères, comme 7KQ2-M9XD-4TRB. Vérifiez-le."))
        return code
