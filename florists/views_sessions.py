"""Signing in by a link sent to the shop's e-mail or mobile, and out."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from florists import sessions
from florists.forms import DemoSignInForm, SignInForm
from florists.pages import private
from interflora.lib import reading
from interflora.lib.reading import AnswerTooEarly
from interflora.lib.requests import client_ip, rate_limited

MINUTE = 60


@require_http_methods(["GET", "HEAD", "POST"])
@private
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether the contact is known or not."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if rate_limited(f"florist-sign-in:{client_ip(request)}", limit=5, seconds=10 * MINUTE):
            form.add_error("contact", _("Trop d’essais\u00a0: patientez dix minutes ou appelez le service."))
        else:
            sessions.send_link(form.cleaned_data["contact"])
            return render(request, "florists/sign_in_sent.html")
    ctx = {"form": form, "demo_form": DemoSignInForm() if settings.DEBUG else None}
    return render(request, "florists/sign_in.html", ctx, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST spends the link and signs in; faster than a person reads, it does neither."""
    link = sessions.usable_link(token)
    is_too_early = False
    if link is not None and request.method == "POST":
        try:
            reading.check(f"sign-in:{link.pk}", request.POST.get("shown", ""))
            if sessions.use(link):
                sessions.sign_in(request, link.florist)
                return redirect("florists:today")
            link = None
        except AnswerTooEarly:
            is_too_early = True
    if link is None:
        return render(request, "florists/unknown_link.html", status=404)
    shown = reading.stamp(f"sign-in:{link.pk}")
    ctx = {"florist": link.florist, "token": token, "shown": shown, "is_too_early": is_too_early}
    return render(request, "florists/use_link.html", ctx)


@require_POST
@private
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Choose a florist without a link: only in a demonstration (DEBUG)."""
    form = DemoSignInForm(request.POST)
    if not settings.DEBUG or not form.is_valid():
        raise Http404
    sessions.sign_in(request, form.cleaned_data["florist"])
    return redirect("florists:today")


@require_POST
@private
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.sign_out(request)
    return redirect("florists:sign_in")
