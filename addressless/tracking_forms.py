"""What a recipient types on their tracking page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from addressless.claim_forms import TOO_LONG
from addressless.models import WorryKind
from interflora.lib import contacts, wording
from interflora.lib.contacts import Channel
from interflora.lib.forms import FieldsMixin

CONTACT_ERRORS = {
    (Channel.EMAIL, "empty"): _("Indiquez votre adresse e-mail."),
    (Channel.EMAIL, "syntax"): _(
        "Cette adresse est incomplète\u00a0: il faut un nom, @ et un domaine, comme prenom@exemple.fr."
    ),
    (Channel.EMAIL, "too_long"): _("Cette adresse est trop longue\u00a0: vérifiez qu’il n’y en a qu’une."),
    (Channel.SMS, "empty"): _("Indiquez votre numéro de mobile."),
    (Channel.SMS, "syntax"): _("Ce numéro est incomplet\u00a0: il faut dix chiffres, comme 06 12 34 56 78."),
    (Channel.SMS, "not_mobile"): _("Il faut un numéro de mobile, qui commence par 06 ou 07."),
    (Channel.SMS, "country"): _("Nous n’écrivons qu’aux mobiles de France métropolitaine, en 06 ou 07."),
}
THANKS_ERRORS = {
    "too_long": _("255 caractères au plus."),
    "link": _("Pas d’adresse de site dans ce mot\u00a0: retirez-la, ou mettez une espace après le point."),
    "email": _("Pas d’adresse e-mail dans ce mot\u00a0: retirez-la."),
    "phone": _("Pas de numéro de téléphone dans ce mot\u00a0: retirez-le."),
    "handle": _("Pas de nom de compte dans ce mot\u00a0: retirez-le."),
    "place": _("Ce mot semble dire où vous êtes\u00a0: retirez la rue ou le code postal."),
}


class NeighborForm(forms.Form):
    """One box, showing today's choice."""

    allowed = forms.BooleanField(
        label=_("En mon absence, le fleuriste peut remettre les fleurs à un voisin"), required=False
    )


class OwnContactForm(FieldsMixin, forms.Form):
    """An e-mail or a mobile number of the recipient's own, recognized by its shape."""

    autocomplete = {"contact": "email"}
    contact = forms.CharField(
        label=_("Votre e-mail ou votre mobile"),
        max_length=254,
        error_messages={"required": _("Indiquez une adresse e-mail ou un numéro de mobile."), "max_length": TOO_LONG},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = data.get("contact", "")
        if typed:
            channel = Channel.EMAIL if "@" in typed else Channel.SMS
            try:
                data["contact"], data["channel"] = contacts.normalize(channel, typed), channel
            except contacts.InvalidContact as refusal:
                self.add_error("contact", CONTACT_ERRORS[channel, refusal.code])
        return data


class ThanksForm(FieldsMixin, forms.Form):
    """A word for the sender, relayed without any contact."""

    text = forms.CharField(
        label=_("Votre mot"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": wording.MESSAGE_LIMIT}),
        help_text=_("255 caractères au plus. Il part tel quel\u00a0: n’y dites pas où vous êtes."),
        error_messages={"required": _("Écrivez votre mot, ou revenez au suivi."), "max_length": TOO_LONG},
    )

    def clean_text(self) -> str:
        try:
            text = wording.screen_message(self.cleaned_data["text"])
            wording.refuse_places(text)
        except wording.Refused as refusal:
            raise forms.ValidationError(THANKS_ERRORS[refusal.code], code=refusal.code) from None
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text


class WorryForm(FieldsMixin, forms.Form):
    """What is wrong; none chosen in advance."""

    kind = forms.ChoiceField(
        label=_("Que se passe-t-il\u00a0?"),
        choices=WorryKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce qui se passe."), "invalid_choice": _("Choisissez dans la liste.")},
    )
    text = forms.CharField(
        label=_("Ce que vous voulez nous dire"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": TOO_LONG},
    )


class EraseForm(FieldsMixin, forms.Form):
    """Nothing is erased by a click alone."""

    sure = forms.BooleanField(
        label=_("J’ai noté ce dont j’ai besoin\u00a0: effacez tout maintenant"),
        error_messages={"required": _("Cochez la case pour effacer.")},
    )
