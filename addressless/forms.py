"""What people type at the delivery step and on the sender's gift page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from addressless.claims import Gift
from addressless.models import ClaimChannel, WantedRule
from interflora.lib import clock, contacts
from interflora.lib.forms import FieldsMixin

DAYS_AHEAD = 60
INVITE_HOUR = 10
WANTED_NOTICE = timedelta(hours=48)

FIELD_OF = {ClaimChannel.EMAIL: "email", ClaimChannel.SMS: "phone", ClaimChannel.TWITTER_DM: "handle"}
SENTENCES = {
    ("email", "empty"): _("Indiquez l’adresse e-mail de la personne."),
    ("email", "syntax"): _(
        "Cette adresse est incomplète\u00a0: il faut un nom, @ et un domaine, comme prenom@exemple.fr."
    ),
    ("email", "too_long"): _("Cette adresse est trop longue\u00a0: vérifiez qu’il n’y en a qu’une."),
    ("phone", "empty"): _("Indiquez le numéro de mobile de la personne."),
    ("phone", "syntax"): _("Ce numéro est incomplet\u00a0: il faut dix chiffres, comme 06 12 34 56 78."),
    ("phone", "not_mobile"): _("Il faut un numéro de mobile, qui commence par 06 ou 07."),
    ("phone", "country"): _("Nous n’écrivons qu’aux mobiles de France métropolitaine, en 06 ou 07."),
    ("handle", "empty"): _("Indiquez le nom de compte Twitter / X, comme @camille."),
    ("handle", "syntax"): _(
        "Un nom de compte n’a que des lettres sans accent, des chiffres et «\u00a0_\u00a0», comme @camille."
    ),
    ("handle", "too_long"): _("Un nom de compte a quinze caractères au plus."),
    ("handle", "unknown_handle"): _("Ce compte n’existe pas sur Twitter / X\u00a0: vérifiez son orthographe."),
    ("handle", "unavailable"): _(
        "Twitter / X ne répond pas en ce moment\u00a0: réessayez, ou choisissez une autre voie."
    ),
}
NEUTRAL = _("Ce contact ne peut pas être joint par ce canal. Choisissez-en un autre, ou transmettez le lien vous-même.")


class ContactForm(FieldsMixin, forms.Form):
    """One channel out of four; only the field of the chosen one is read, the others keep what was typed."""

    autocomplete = {"email": "off", "phone": "off", "handle": "off"}

    channel = forms.ChoiceField(
        label=_("Comment prévenir la personne\u00a0?"),
        choices=[
            (ClaimChannel.EMAIL, _("E-mail")),
            (ClaimChannel.SMS, _("SMS")),
            (ClaimChannel.TWITTER_DM, _("Twitter")),
            (ClaimChannel.PERSONAL_LINK, _("Lien à transmettre")),
        ],
        widget=forms.RadioSelect,
        initial=ClaimChannel.EMAIL,
        error_messages={"required": _("Choisissez comment prévenir la personne.")},
    )
    email = forms.CharField(
        label=_("Son adresse e-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    phone = forms.CharField(
        label=_("Son numéro de mobile"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    handle = forms.CharField(
        label=_("Son nom de compte Twitter / X"),
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        channel = data.get("channel")
        name = FIELD_OF.get(ClaimChannel(channel)) if channel else None
        if name:
            try:
                data["contact"] = contacts.normalize(str(channel), data.get(name, ""))
            except contacts.InvalidContact as refusal:
                self.add_error(name, str(SENTENCES[name, refusal.code]))
        return data

    def refuse(self, code: str) -> None:
        """Say beside the chosen field why the contact cannot be used (codes of `CannotReach`)."""
        name = FIELD_OF[ClaimChannel(self.cleaned_data["channel"])]
        self.add_error(name, str(SENTENCES.get((name, code), NEUTRAL)))

    def gift(self, to: str) -> Gift:
        """What the claim keeps; `to` comes from `reach.check`."""
        data = self.cleaned_data
        channel = data["channel"]
        if channel == ClaimChannel.PERSONAL_LINK:
            return Gift(channel=channel)
        return Gift(channel=channel, contact=to, contact_key=contacts.match_key(channel, data["contact"]))


class GiftForm(ContactForm):
    """« Je ne connais pas l'adresse »: the contact, and optionally when to invite and which day is wished."""

    invite_on = forms.DateField(
        label=_("Envoyer l’invitation le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écrivez la date comme 14/02/2027.")},
    )
    wanted_on = forms.DateField(
        label=_("Jour souhaité pour les fleurs"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écrivez la date comme 14/02/2027.")},
    )
    wanted_rule = forms.ChoiceField(
        label=_("Ce jour est"),
        required=False,
        choices=[(rule.value, rule.label) for rule in WantedRule],
        initial=WantedRule.ON_OR_AFTER,
        widget=forms.RadioSelect,
    )

    def clean_invite_on(self) -> date | None:
        day: date | None = self.cleaned_data["invite_on"]
        if day is None:
            return None
        today = clock.paris_today()
        if not today <= day <= today + timedelta(days=DAYS_AHEAD):
            raise forms.ValidationError(_("Choisissez un jour entre aujourd’hui et dans 60 jours."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        wanted = data.get("wanted_on")
        if wanted:
            self._check_wanted(wanted, data.get("wanted_rule") or WantedRule.ON_OR_AFTER)
        return data

    def _check_wanted(self, wanted: date, rule: str) -> None:
        invited = self.invite_at() or clock.now()
        if clock.at_paris(wanted, 8) < invited + WANTED_NOTICE:
            self.add_error(
                "wanted_on", _("Laissez au moins deux jours entre l’invitation et ce jour, le temps de répondre.")
            )
        elif wanted > clock.paris_today() + timedelta(days=DAYS_AHEAD):
            self.add_error("wanted_on", _("Choisissez un jour dans les 60 jours qui viennent."))
        elif rule == WantedRule.ONLY and not clock.is_working_day(wanted):
            self.add_error("wanted_on", _("Nos fleuristes ne livrent ni le dimanche ni les jours fériés."))

    def invite_at(self) -> datetime | None:
        """10:00 Paris on the chosen day; None for at once."""
        day = self.cleaned_data.get("invite_on")
        if day is None or clock.at_paris(day, INVITE_HOUR) <= clock.now():
            return None
        return clock.at_paris(day, INVITE_HOUR)

    def gift(self, to: str) -> Gift:
        contact = super().gift(to)
        wanted = self.cleaned_data.get("wanted_on")
        rule = (self.cleaned_data.get("wanted_rule") or WantedRule.ON_OR_AFTER) if wanted else ""
        return Gift(
            channel=contact.channel,
            contact=contact.contact,
            contact_key=contact.contact_key,
            invite_at=self.invite_at(),
            wanted_on=wanted,
            wanted_rule=str(rule),
        )
