"""The pages of « Nos offres par SMS »: ask, wait, confirm. A GET never answers anything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from interflora.lib import phones, wording
from interflora.lib.forms import FieldsMixin
from interflora.lib.requests import client_ip, rate_limited
from notifications import sign_ups
from notifications.marketing import consents, views


class SignUpForm(FieldsMixin, forms.Form):
    """A mobile of mainland France, where the question will go."""

    autocomplete = {"phone": "tel", "first_name": "given-name"}
    phone = forms.CharField(
        label=_("Votre mobile"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "type": "tel"}),
        error_messages={"required": _("Indiquez votre numéro de mobile.")},
    )
    first_name = forms.CharField(label=_("Votre prénom"), max_length=60, required=False)

    def clean_phone(self) -> str:
        """E.164; offers go to mobiles of mainland France only."""
        e164 = phones.parse(self.cleaned_data["phone"])
        if e164 is None or not phones.is_mainland_mobile(e164):
            raise forms.ValidationError(_("Indiquez un numéro de mobile français\u00a0: 06 ou 07."))
        return e164

    def clean_first_name(self) -> str:
        """A first name that may stand in a text; any other is left out, since it changes nothing for the person."""
        try:
            return wording.screen_first_name(self.cleaned_data["first_name"])
        except wording.Refused:
            return ""


class AgreeForm(FieldsMixin, forms.Form):
    """A box that nobody ticked in advance: a machine that presses buttons agrees to nothing."""

    agrees = forms.BooleanField(
        error_messages={"required": _("Cochez la case si vous êtes d’accord\u00a0: sans elle, nous n’écrivons pas.")}
    )


def _language() -> str:
    return (get_language() or "fr")[:2]


@never_cache
@sensitive_post_parameters("phone", "first_name")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """/offres/: the form; answers the same whatever we know of the number."""
    form = SignUpForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and _asks_too_often(request):
        form.add_error(None, _("Beaucoup de demandes sont venues d’ici. Patientez dix minutes, ou écrivez-nous."))
        status = 429
    elif form.is_valid():
        sign_ups.ask(form.cleaned_data["phone"], form.cleaned_data["first_name"], _language())
        return redirect("notifications:sign_up_asked")
    return render(request, "notifications/sign_up.html", {"form": form}, status=status)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """/offres/demande/: what happens next, in the same words for everybody."""
    return render(request, "notifications/sign_up_asked.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the text: a box to tick and a button. Unknown and old links share one page."""
    ip = client_ip(request)
    row = None if rate_limited(f"sign_up:{ip}", limit=60, seconds=600) else sign_ups.find(token)
    if row is None:
        return render(request, "notifications/sign_up_unknown.html", status=404)
    refusing = views.refuse_occasions(request, row.phone, page=sign_ups.SOURCE)
    form = AgreeForm(request.POST if request.method == "POST" and "only" not in request.POST else None)
    if row.confirmed_at is None and form.is_valid():
        sign_ups.confirm(row, language=_language(), ip=ip if ip != "unknown" else None)
        row.refresh_from_db()
    words = consents.text(sign_ups.WORDING, _language())
    ctx: dict[str, Any] = {"form": form, "is_done": row.confirmed_at is not None, "consent_text": words}
    ctx["occasions_form"] = refusing
    response = render(request, "notifications/sign_up_confirm.html", ctx)
    response["X-Robots-Tag"] = "noindex"
    # Not « no-referrer »: with it browsers post with « Origin: null », which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def _asks_too_often(request: HttpRequest) -> bool:
    """10 numbers in ten minutes from one address, 1,000 in all: each may cost a text to a stranger."""
    one = rate_limited(f"sign_up_ask:{client_ip(request)}", limit=10, seconds=600)
    everybody = rate_limited("sign_up_ask:all", limit=1000, seconds=600)
    return one or everybody
