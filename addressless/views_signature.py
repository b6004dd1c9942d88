"""« Se connecter à X » at the checkout: the sender proves an account, sees what will be read, and signs with it or not.

Leaving and coming back are GETs and change nothing but the session (I8); signing and dropping are POSTs.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from addressless import letters, signatures
from addressless.errors import NotSignable
from addressless.models import Claim
from interflora.lib.requests import client_ip, rate_limited
from notifications import identities
from notifications.identities import SignInFailed, Started
from notifications.transports.twitter_dm import Person
from orders import access, details
from orders.models import Order
from orders.views_checkout import pending

STARTED, FOUND = "x_started", "x_found"
FAILURES = {
    "refused": _lazy("Vous n’avez pas donné votre accord sur X. Recommencez, ou signez de votre prénom."),
    "stale": _lazy("Cette connexion à X n’est plus valable\u00a0: recommencez, ou signez de votre prénom."),
    "unavailable": _lazy("X ne répond pas en ce moment. Réessayez dans un instant, ou signez de votre prénom."),
    "too_many": _lazy("Beaucoup d’essais d’affilée\u00a0: attendez quelques minutes."),
}


def _callback() -> str:
    return settings.SITE_URL + reverse("addressless:signature_return")


def _gift(order: Order) -> Claim | None:
    """The unpaid gift that may be signed here."""
    if not order.is_gift or not identities.is_offered():
        return None
    return Claim.objects.select_related("order").filter(order=order).first()


def _kept(request: HttpRequest, name: str, order: Order) -> dict[str, str]:
    """What this session remembers of the sign-in for this very order."""
    kept: dict[str, str] = request.session.get(name) or {}
    return {key: kept[key] for key in kept if key != "order"} if kept.get("order") == order.public_id else {}


def _keep(request: HttpRequest, name: str, order: Order, values: dict[str, Any]) -> None:
    request.session[name] = {"order": order.public_id, **values}


def _departure(request: HttpRequest, order: Order) -> Started:
    """The sign-in under way, or a new one: reloading the page, or a second window, changes nothing."""
    kept = _kept(request, STARTED, order)
    started = Started(**kept) if kept else None
    if started is None or not started.is_fresh():
        started = identities.begin(_callback())
        _keep(request, STARTED, order, asdict(started))
    return started


@require_http_methods(["GET", "HEAD", "POST"])
@pending
def signature(request: HttpRequest, order: Order) -> HttpResponse:
    """/commande/vous/x/: what X will ask, then whom it named. What is typed in the details form waits meanwhile."""
    claim = _gift(order)
    if request.method == "POST":
        details.set_aside(request.session, order, request.POST)
    if claim is None:
        return redirect("orders:details")
    if request.method == "POST":
        return redirect("addressless:signature")
    ctx = {
        "order": order,
        "claim": claim,
        "found": _kept(request, FOUND, order).get("handle", ""),
        "address": _departure(request, order).address,
        "first_name": letters.shown_name(order),
    }
    return render(request, "addressless/signature.html", ctx)


@access.private
@require_safe
def signature_return(request: HttpRequest) -> HttpResponse:
    """/commande/vous/x/retour/: the browser is back from X, which names the person; nothing is signed yet."""
    order = access.session_order(request)
    if order is None:
        return render(request, "addressless/signature_elsewhere.html", status=403)
    try:
        person = _recognized(request, order)
    except SignInFailed as failure:
        messages.info(request, FAILURES[failure.code])
    else:
        _keep(request, FOUND, order, asdict(person))
    return redirect("addressless:signature")


def _recognized(request: HttpRequest, order: Order) -> Person:
    kept = _kept(request, STARTED, order)
    started = Started(**kept) if kept else None
    try:
        code = identities.code_in(started, request.GET.dict())
    except SignInFailed as failure:
        if failure.code != "stale":  # a forged return must not end the real one
            del request.session[STARTED]
        raise
    # Used up before X is asked: the same return, sent again, finds nothing.
    del request.session[STARTED]
    request.session.save()
    if rate_limited(f"x-sign-in:{client_ip(request)}", limit=20, seconds=600):
        raise SignInFailed("too_many")
    assert started is not None
    return identities.recognize(started, code, _callback())


@require_POST
@pending
def signature_sign(request: HttpRequest, order: Order) -> HttpResponse:
    """/commande/vous/x/signer/: yes, this account."""
    claim, found = _gift(order), _kept(request, FOUND, order)
    request.session.pop(FOUND, None)
    if claim is None or not found:
        return redirect("addressless:signature")
    try:
        signatures.sign(claim.pk, Person(**found))
    except NotSignable:
        messages.info(
            request,
            _("Le nom de ce compte se lit comme celui d’un service. Prenez-en un autre, ou signez de votre prénom."),
        )
        return redirect("addressless:signature")
    return redirect("orders:details")


@require_POST
@pending
def signature_drop(request: HttpRequest, order: Order) -> HttpResponse:
    """/commande/vous/x/retirer/: back to the first name. Pressed in the details form, what is typed there waits."""
    if "first_name" in request.POST:
        details.set_aside(request.session, order, request.POST)
    claim = Claim.objects.filter(order=order).first()
    if claim is not None:
        signatures.unsign(claim.pk)
    return redirect("orders:details")
