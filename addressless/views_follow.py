"""« Vérifier un message » and « Est-ce une arnaque ? »."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from addressless.claim_forms import CodeForm
from addressless.models import Claim
from addressless.web import private
from interflora.lib import links
from interflora.lib.requests import client_ip, rate_limited


@private
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A code typed by hand: of an invitation ⇒ opening page, of an accepted gift ⇒ tracking. Answers nothing."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if _guessing(request):
            return render(request, "addressless/too_many.html", status=429)
        if form.is_valid():
            claim = Claim.objects.by_code(form.cleaned_data["code"])
            if claim is not None:
                return redirect("addressless:claim_open", links.token(claim.link()))
            claim = Claim.objects.by_tracking_code(form.cleaned_data["code"])
            if claim is not None:
                return redirect("addressless:tracking", links.token(claim.tracking_link()))
            form.add_error(
                "code", _("Nous n’avons envoyé aucun message avec ce code. Vérifiez-le caractère par caractère.")
            )
    return render(request, "addressless/verify.html", {"form": form})


def _guessing(request: HttpRequest) -> bool:
    """60 codes in ten minutes from one address (a mobile network shares one between many), 2,000 in all."""
    one = rate_limited(f"verify:{client_ip(request)}", limit=60, seconds=600)
    everybody = rate_limited("verify:all", limit=2000, seconds=600)
    return one or everybody


@require_GET
def scam_help(request: HttpRequest) -> HttpResponse:
    """How to tell a message of ours from a forgery; public, and the same for everybody."""
    return render(request, "addressless/scam_help.html")
