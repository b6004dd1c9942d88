"""The recipient's tracking, behind the follow-up code or the link sent to their own contact.

The address is shown to nobody here, not even to the person who typed it: the sender may have the code (`safety.md` 2).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from addressless import answers, letters, trackings, web
from addressless.claim_forms import AnswerForm, MomentForm, PostcodeForm
from addressless.errors import NotNow
from addressless.models import Claim, Tracking, WorryKind
from addressless.tracking_forms import EraseForm, NeighborForm, OwnContactForm, ThanksForm, WorryForm
from addressless.views_claim import NO_DAY, days_for, unknown
from addressless.web import private
from florists import deliveries
from florists.addresses import AddressUnavailable, InvalidAddress
from florists.calendar import SlotUnavailable
from interflora.lib import contacts, crypto, reading
from interflora.lib.reading import AnswerTooEarly
from interflora.lib.requests import client_ip, rate_limited

TrackingView = Callable[[HttpRequest, str, Claim], HttpResponse]


def _tracked(view: TrackingView) -> Callable[..., HttpResponse]:
    """A page of one accepted gift: unknown links share one page, a POST must come from here, what is over is said."""

    @private
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        if rate_limited(f"tracking:{client_ip(request)}", limit=300, seconds=600):
            return render(request, "addressless/too_many.html", status=429)
        claim = trackings.by_token(token)
        if claim is None:
            return unknown(request)
        if request.method == "POST" and not web.is_same_origin(request):
            return render(request, "addressless/not_from_here.html", status=403)
        try:
            return view(request, token, claim)
        except NotNow:
            messages.error(request, _("Ce n’est plus possible\u00a0: voici où en sont vos fleurs."))
            return redirect("addressless:tracking", token)

    return wrapper


def _done(request: HttpRequest, token: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("addressless:tracking", token)


def _own_contact(row: Tracking | None) -> str:
    """Hidden but for its first and last signs: a shoulder, or a sender, may look on."""
    if row is None or row.contact_sealed is None:
        return ""
    shown = contacts.display(row.channel, crypto.decrypt(row.contact_sealed))
    name, at, domain = shown.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"… {shown[-2:]}"


@require_safe
@_tracked
def tracking(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """Where the flowers are, in plain words, and what may still be done."""
    row = Tracking.objects.filter(claim=claim).first()
    delivery = claim.order.delivery
    ctx = {
        "token": token,
        "delivery": delivery,
        "bouquet": delivery.items[0],
        "tracking": row,
        "is_erased": row is not None and row.erased_at is not None,
        "own_contact": _own_contact(row),
        "may_change": trackings.may_change(claim),
        "may_choose_day": trackings.may_choose_day(claim),
        "may_thank": trackings.may_thank(claim),
        "may_erase": trackings.may_erase(claim),
        "they": letters.shown_name(claim.order) or _("cette personne"),
    }
    return render(request, "addressless/tracking.html", ctx)


@_tracked
def tracking_slot(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """Another moment at the same place."""
    if not trackings.may_choose_day(claim):
        raise NotNow
    delivery = claim.order.delivery

    def days() -> list[date]:
        return [day for day in deliveries.served_days(delivery) if answers.fits_wish(claim, day)]

    initial = {"day": delivery.day, "half_day": delivery.half_day}
    form = MomentForm(request.POST if request.method == "POST" else None, days=days, initial=initial)
    if form.is_valid():
        try:
            trackings.change_slot(claim.pk, form.cleaned_data["day"], form.cleaned_data["half_day"])
            return _done(request, token, _("Le jour est changé."))
        except SlotUnavailable as refusal:
            form.refuse(refusal)
    return render(request, "addressless/tracking_slot.html", {"form": form, "token": token, "delivery": delivery})


@_tracked
@sensitive_variables()
def tracking_address(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """Another place: the postcode first, then the whole address; the one kept is never shown."""
    if not trackings.may_change(claim):
        raise NotNow
    where = PostcodeForm(request.POST if request.method == "POST" else None)
    if not where.is_valid():
        return render(request, "addressless/tracking_postcode.html", {"form": where, "token": token})
    postcode = where.cleaned_data["postcode"]
    typed = request.POST if "line1" in request.POST else None
    form = AnswerForm(typed, postcode=postcode, days=days_for(claim, postcode), initial={"half_day": ""})
    if not form.proposed():
        where.add_error("postcode", NO_DAY)
        return render(request, "addressless/tracking_postcode.html", {"form": where, "token": token})
    ctx: dict[str, Any] = {"form": form, "token": token, "postcode": postcode}
    if form.is_valid():
        try:
            data = form.cleaned_data
            trackings.change_address(claim.pk, form.address(), data["day"], data["half_day"])
            return _done(request, token, _("L’adresse est changée. L’ancienne est effacée."))
        except SlotUnavailable as refusal:
            form.refuse(refusal)
        except InvalidAddress as refusal:
            form.add_error(refusal.field, _("Vérifiez cette ligne\u00a0: elle est vide, trop longue ou inconnue."))
        except AddressUnavailable:
            return render(request, "addressless/tracking_address.html", {**ctx, "vault_is_closed": True}, status=503)
    return render(request, "addressless/tracking_address.html", ctx)


@_tracked
def tracking_neighbor(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """Whether a neighbor may take the flowers in."""
    delivery = claim.order.delivery
    form = NeighborForm(
        request.POST if request.method == "POST" else None, initial={"allowed": delivery.neighbor_allowed}
    )
    if form.is_valid():
        allowed = form.cleaned_data["allowed"]
        trackings.allow_neighbor(claim.pk, allowed=allowed)
        said = _("C’est noté\u00a0: un voisin peut les recevoir.") if allowed else _("C’est noté\u00a0: pas de voisin.")
        return _done(request, token, said)
    return render(request, "addressless/tracking_neighbor.html", {"form": form, "token": token})


@_tracked
def tracking_contact(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """News on a contact of one's own, or no more news."""
    if trackings.is_erased(claim):
        raise NotNow
    row = Tracking.objects.filter(claim=claim).first()
    subject, is_too_early = f"forget:{claim.pk}", False
    if request.method == "POST" and "forget" in request.POST:
        try:
            reading.check(subject, request.POST.get("shown", ""))
            trackings.forget_contact(claim.pk)
            return _done(request, token, _("Nous ne vous écrirons plus pour ces fleurs."))
        except AnswerTooEarly:
            is_too_early = True
    form = OwnContactForm(request.POST if "contact" in request.POST else None)
    if form.is_valid():
        given = trackings.give_contact(claim.pk, form.cleaned_data["channel"], form.cleaned_data["contact"])
        if given.is_known_to_sender:
            they = letters.shown_name(claim.order) or _("La personne qui vous offre ces fleurs")
            known = _("%(they)s connaît ce contact\u00a0: nous n’y montrerons rien sans votre code de suivi.")
            return _done(request, token, known % {"they": they})
        return _done(request, token, _("C’est noté\u00a0: un message avec votre lien de suivi vient de partir."))
    ctx = {"form": form, "token": token, "own_contact": _own_contact(row)}
    ctx |= {"shown": reading.stamp(subject), "is_too_early": is_too_early}
    return render(request, "addressless/tracking_contact.html", ctx)


@_tracked
def tracking_thanks(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """A word of thanks, relayed once, without any contact."""
    if not trackings.may_thank(claim) or trackings.is_erased(claim):
        raise NotNow
    they = letters.shown_name(claim.order) or _("cette personne")
    form = ThanksForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        trackings.say_thanks(claim.pk, form.cleaned_data["text"])
        return _done(request, token, _("Votre mot est transmis, sans aucun contact."))
    return render(request, "addressless/tracking_thanks.html", {"form": form, "token": token, "they": they})


@_tracked
def tracking_worry(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """« Un souci ? »: put before the service."""
    form = WorryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        trackings.tell_worry(claim.pk, form.cleaned_data["kind"], form.cleaned_data["text"])
        ctx = {"token": token, "is_afraid": form.cleaned_data["kind"] == WorryKind.AFRAID}
        return render(request, "addressless/tracking_worry_told.html", ctx)
    return render(request, "addressless/tracking_worry.html", {"form": form, "token": token})


@require_safe
@_tracked
def tracking_data(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """The receipt: who read the address and when, and when it is erased."""
    ctx = {**trackings.receipt(claim), "token": token, "is_erased": trackings.is_erased(claim)}
    ctx |= {"delivery": claim.order.delivery, "may_erase": trackings.may_erase(claim)}
    return render(request, "addressless/tracking_data.html", ctx)


@_tracked
def tracking_erase(request: HttpRequest, token: str, claim: Claim) -> HttpResponse:
    """« Effacer maintenant », after the delivery."""
    if not trackings.may_erase(claim):
        raise NotNow
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        trackings.erase_now(claim.pk)
        return _done(request, token, _("Tout est effacé\u00a0: l’adresse, les contacts et ce que vous aviez écrit."))
    return render(request, "addressless/tracking_erase.html", {"form": form, "token": token})
