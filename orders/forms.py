"""Forms of the checkout. Errors say what to do, beside the field; what was typed stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import AddOn, Occasion, ProductVariant
from florists import calendar, places
from florists.addresses import LIMITS, AddressInput
from interflora.lib import contacts, phones, wording
from interflora.lib.clock import HalfDay
from interflora.lib.forms import FieldsMixin
from interflora.lib.tags import day as day_in_words
from orders.models.carts import MAX_QUANTITY

NAME_ERRORS = {
    "empty": _("Indiquez votre prénom."),
    "too_long": _("20 caractères au plus."),
    "characters": _("Lettres, trait d’union et apostrophe seulement."),
    "reserved": _("Ce mot est réservé\u00a0: indiquez votre prénom."),
}
MESSAGE_ERRORS = {
    "too_long": _("La carte porte 255 caractères au plus."),
    "link": _("Pas d’adresse de site sur la carte\u00a0: retirez-la, ou mettez une espace après le point."),
    "email": _("Pas d’adresse e-mail sur la carte\u00a0: retirez-la."),
    "phone": _("Pas de numéro de téléphone sur la carte\u00a0: retirez-le."),
    "handle": _("Pas d’identifiant commençant par @ sur la carte\u00a0: retirez-le."),
}
EMAIL_ERRORS = {
    "empty": _("Indiquez votre adresse e-mail\u00a0: nous y envoyons la confirmation."),
    "syntax": _("Cette adresse ne semble pas complète. Exemple\u00a0: camille@exemple.fr"),
    "too_long": _("Cette adresse est trop longue."),
}
PHONE_ERROR = _("Ce numéro ne semble pas complet. Exemple\u00a0: 06 12 34 56 78")


class CartAddForm(forms.Form):
    """What the product page posts: `variant`, `add_ons`."""

    variant = forms.ModelChoiceField(
        ProductVariant.objects.filter(is_active=True, product__is_active=True).select_related("product")
    )
    add_ons = forms.ModelMultipleChoiceField(AddOn.objects.filter(is_active=True), required=False)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(min_value=0, max_value=MAX_QUANTITY)


class PostcodeForm(FieldsMixin, forms.Form):
    """The first question of a known address."""

    autocomplete = {"postcode": "off"}
    postcode = forms.CharField(
        label=_("Code postal de la livraison"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Indiquez un code postal à cinq chiffres.")},
    )

    def clean_postcode(self) -> str:
        return clean_postcode(self.cleaned_data["postcode"])


class SlotFieldsMixin(forms.Form):
    """A served day and a half-day."""

    day = forms.TypedChoiceField(
        label=_("Jour de livraison"),
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
        error_messages={"required": _("Choisissez le matin ou l’après-midi.")},
    )

    def offer_days(self, days: list[date]) -> None:
        """Set the days to choose from."""
        field = self.fields["day"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choisissez un jour")), *((d.isoformat(), day_in_words(d)) for d in days)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, half_day = data.get("day"), data.get("half_day")
        if day and half_day and half_day not in calendar.half_days_of(day):
            self.add_error("half_day", _("Pour ce jour, seule l’après-midi est encore possible."))
        return data


class SlotForm(FieldsMixin, SlotFieldsMixin):
    """Another day at the same place."""

    def __init__(self, *args: Any, days: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_days(days)


class AddressForm(FieldsMixin, SlotFieldsMixin):
    """The whole known address with its day; built for a postcode, whose towns and served days it proposes."""

    autocomplete = {"name": "off", "line1": "off", "line2": "off", "access_code": "off", "phone": "off"}
    field_order = ["postcode", "commune", "name", "line1", "line2", "access_code", "phone", "note", "day", "half_day"]
    postcode = forms.CharField(widget=forms.HiddenInput, max_length=10)
    commune = forms.ChoiceField(label=_("Ville"), error_messages={"required": _("Choisissez la ville.")})
    name = forms.CharField(
        label=_("Nom du destinataire"),
        max_length=LIMITS["name"],
        help_text=_("Tel qu’il figure sur la sonnette ou la boîte aux lettres."),
        error_messages={"required": _("Indiquez le nom de la personne à fleurir.")},
    )
    line1 = forms.CharField(
        label=_("Numéro et rue"),
        max_length=LIMITS["line1"],
        error_messages={"required": _("Indiquez le numéro et la rue.")},
    )
    line2 = forms.CharField(label=_("Bâtiment, étage, entreprise"), max_length=LIMITS["line2"], required=False)
    access_code = forms.CharField(label=_("Code d’accès"), max_length=LIMITS["access_code"], required=False)
    phone = forms.CharField(
        label=_("Téléphone du destinataire"),
        max_length=LIMITS["phone"],
        required=False,
        help_text=_("Le fleuriste n’appelle qu’en cas de difficulté."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    note = forms.CharField(
        label=_("Précision pour le fleuriste"),
        max_length=LIMITS["note"],
        required=False,
        help_text=_("Lieu, cérémonie, texte du ruban, voisin de confiance…"),
    )

    def __init__(self, *args: Any, postcode: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = places.normalize_postcode(self.data.get("postcode", "") if self.is_bound else postcode)
        towns = places.communes(typed)
        self.initial.setdefault("postcode", typed)
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(town.name, town.label) for town in towns]
        if len(towns) > 1:
            field.choices = [("", _("Choisissez la ville")), *field.choices]
        self.offer_days(calendar.served_days(typed) if towns else [])

    def clean_postcode(self) -> str:
        return clean_postcode(self.cleaned_data["postcode"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("name", "line1", "line2", "access_code", "note"):
            if data.get(name):
                data[name] = wording.clean_text(data[name]).replace("\n", " ")
        return data

    def address(self) -> AddressInput:
        """The typed address; meaningful once the form is valid."""
        data = self.cleaned_data
        return AddressInput(**{name: data[name] for name in LIMITS})


class CardForm(FieldsMixin, forms.Form):
    """One text, printed on the card."""

    occasion = forms.ModelChoiceField(
        Occasion.objects.filter(is_active=True), required=False, label=_("Occasion"), empty_label=_("Sans occasion")
    )
    text = forms.CharField(
        label=_("Votre message"),
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "maxlength": wording.MESSAGE_LIMIT,
                "data-preview": "card-preview",
                "data-counter": "card-count",
            }
        ),
        help_text=_("255 caractères au plus. Signez-le\u00a0: la carte ne porte rien d’autre."),
    )

    def clean_text(self) -> str:
        try:
            return wording.screen_message(self.cleaned_data["text"])
        except wording.Refused as refusal:
            raise forms.ValidationError(MESSAGE_ERRORS[refusal.code], code=refusal.code) from None


class CancelForm(FieldsMixin, forms.Form):
    """A robot that presses every button of every page behind a link must cancel nothing."""

    sure = forms.BooleanField(
        label=_("Oui, annulez et remboursez-moi"),
        error_messages={"required": _("Cochez la case pour annuler\u00a0: rien n’est annulé pour le moment.")},
    )


class EraseForm(FieldsMixin, forms.Form):
    """Nothing is erased by a click alone."""

    sure = forms.BooleanField(
        label=_("J’ai noté ce dont j’ai besoin\u00a0: effacez mes données"),
        error_messages={"required": _("Cochez la case pour effacer.")},
    )


class DetailsForm(FieldsMixin, forms.Form):
    """The sender; then the button « Commander avec obligation de paiement » with the total it was shown."""

    autocomplete = {"first_name": "given-name", "name": "family-name", "email": "email", "phone": "tel"}
    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=60,
        help_text=_("C’est le nom que lira la personne à qui vous offrez ces fleurs."),
        error_messages={"required": NAME_ERRORS["empty"]},
    )
    name = forms.CharField(label=_("Nom"), max_length=80, error_messages={"required": _("Indiquez votre nom.")})
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput,
        help_text=_("Pour la confirmation et les nouvelles de la livraison."),
        error_messages={"required": EMAIL_ERRORS["empty"]},
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=40,
        required=False,
        help_text=_("Pour que notre service vous joigne en cas de difficulté. Le fleuriste ne le reçoit pas."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "type": "tel"}),
    )
    marketing = forms.BooleanField(required=False)
    shown_cents = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_first_name(self) -> str:
        try:
            return wording.screen_first_name(self.cleaned_data["first_name"])
        except wording.Refused as refusal:
            raise forms.ValidationError(NAME_ERRORS[refusal.code], code=refusal.code) from None

    def clean_name(self) -> str:
        return wording.clean_text(self.cleaned_data["name"]).replace("\n", " ")

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("marketing") and "phone" in data and not phones.is_mainland_mobile(data["phone"]):
            self.add_error("phone", _("Pour recevoir nos SMS, indiquez un numéro de mobile français\u00a0: 06 ou 07."))
        return data


class LookupForm(FieldsMixin, forms.Form):
    """Which orders somebody lost the link of."""

    autocomplete = {"email": "email"}
    email = forms.CharField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput,
        help_text=_("Celle que vous avez donnée en commandant."),
        error_messages={"required": _("Indiquez l’adresse e-mail de votre commande.")},
    )

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])


def clean_email(typed: str) -> str:
    """A normalized e-mail, or a sentence that says what to do."""
    try:
        return contacts.normalize_email(typed)
    except contacts.InvalidContact as error:
        raise forms.ValidationError(EMAIL_ERRORS[error.code], code=error.code) from None


def clean_postcode(typed: str) -> str:
    """A postcode this network serves, or a sentence that says what to do."""
    postcode = places.normalize_postcode(typed)
    if not postcode:
        raise forms.ValidationError(_("Un code postal compte cinq chiffres. Exemple\u00a0: 75011"))
    if not places.communes(postcode):
        raise forms.ValidationError(_("Nous ne connaissons pas ce code postal en France métropolitaine."))
    if not calendar.is_served(postcode):
        raise forms.ValidationError(_("Aucun de nos fleuristes ne livre encore à ce code postal."))
    return postcode


def clean_phone(typed: str) -> str:
    """E.164, or "" when nothing was typed."""
    if not typed.strip():
        return ""
    e164 = phones.parse(typed)
    if e164 is None:
        raise forms.ValidationError(PHONE_ERROR)
    return e164
