"""What a member of staff types to come in, or to come in again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _

from interflora.lib.forms import FieldsMixin


class SignInForm(AdminAuthenticationForm):
    """Name and password; the same sentence whether the name exists or not."""

    error_messages = {
        "invalid_login": _("Ce nom et ce mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis réessayez."),
        "inactive": _("Ce compte est fermé. Un administrateur peut le rouvrir."),
    }


def _code(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=40,
        strip=True,
        error_messages={"required": _("Écrivez le code.")},
    )


class CodeForm(FieldsMixin, forms.Form):
    """The code of the telephone."""

    code = _code(
        _("Code à six chiffres"),
        _("Votre application d’authentification l’affiche\u00a0; il change toutes les 30 secondes."),
    )
    autocomplete = {"code": "one-time-code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class RecoveryForm(FieldsMixin, forms.Form):
    """A code on paper."""

    code = _code(
        _("Code de secours"), _("Douze lettres et chiffres, les tirets sont facultatifs. Chaque code sert une fois.")
    )
    autocomplete = {"code": "off"}


class ProofForm(FieldsMixin, forms.Form):
    """Password and code together."""

    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput,
        max_length=200,
        error_messages={"required": _("Écrivez votre mot de passe.")},
    )
    code = _code(_("Code à six chiffres"), _("Ou un code de secours, si le téléphone n’est pas là."))
    autocomplete = {"password": "current-password", "code": "one-time-code"}
