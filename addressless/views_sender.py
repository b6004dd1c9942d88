"""The sender's side of a gift: how far it is, what may still be done, and never what the recipient did unseen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from addressless import claims, invitations, reach
from addressless.errors import CannotReach, NotNow
from addressless.forms import ContactForm
from addressless.models import Claim, ClaimChannel, ClaimStatus
from addressless.web import private
from interflora.lib import clock, links
from interflora.lib.requests import rate_limited
from orders import access
from orders.forms import CancelForm
from orders.models import Order, Refund


def _gift_or_404(token: str) -> tuple[Order, Claim]:
    order = access.order_or_404(token)
    claim = Claim.objects.filter(order=order, order__is_gift=True).first()
    if claim is None:
        raise Http404
    return order, claim


def _story(claim: Claim) -> str:
    """One word for the page's sentence. An open gift reads alike whatever was answered in silence."""
    if claim.is_open and claim.is_openly_in_review:
        return "in_review"
    if claim.status == ClaimStatus.DRAFT and claim.contact_failed_at is None:
        waits = claim.invite_at is not None and claim.invite_at > clock.now()
        return "planned" if waits else "leaving"
    if claim.is_open:
        return "failed" if claim.contact_failed_at else "waiting"
    if claim.status == ClaimStatus.ACCEPTED and claim.order.status == Order.Status.CANCELED:
        return "undelivered"  # reads like any gift that could not be handed over
    return str(claim.status)


def _ctx(order: Order, claim: Claim, form: ContactForm | None = None) -> dict[str, Any]:
    failed = claim.is_open and claim.contact_failed_at is not None
    link = links.url(claim.link()) if claim.is_personal_link and claim.status == ClaimStatus.INVITED else ""
    return {
        "order": order,
        "token": links.token(order.link()),
        "claim": claim,
        "story": _story(claim),
        "contact": claim.typed_contact,
        "may_correct": failed,
        "may_cancel": claim.is_open and order.is_paid,
        "form": form or ContactForm(initial={"channel": claim.channel}),
        "cancel_form": CancelForm(),
        "personal_link": link,
        "refund": Refund.objects.filter(payment__order=order).order_by("-pk").first(),
        "review_until": claim.review_until,
        "gives_up_at": claims.gives_up_at(claim) if failed else None,
        "account": settings.X_ACCOUNT_HANDLE,
    }


@private
@require_GET
def gift_status(request: HttpRequest, token: str) -> HttpResponse:
    """The gift's page for its sender."""
    return render(request, "addressless/sender_gift.html", _ctx(*_gift_or_404(token)))


@private
@require_POST
def gift_correct(request: HttpRequest, token: str) -> HttpResponse:
    """Another contact or another channel, after the first one failed."""
    order, claim = _gift_or_404(token)
    form = ContactForm(request.POST)
    if rate_limited(f"gift-correct:{claim.pk}", limit=20, seconds=3600):
        return render(request, "addressless/too_many.html", status=429)
    if not claim.is_open or claim.contact_failed_at is None:
        return _not_now(request, token)  # asked before the channel is: no tool to try contacts with
    to = _reached(form, order, claim) if form.is_valid() else ""
    if form.errors:
        return render(request, "addressless/sender_gift.html", _ctx(order, claim, form))
    try:
        if form.cleaned_data["channel"] == ClaimChannel.PERSONAL_LINK:
            invitations.take_link(claim.pk)
        else:
            invitations.correct(claim.pk, form.gift(to))
    except NotNow:
        return _not_now(request, token)
    return redirect("addressless:gift_status", token)


def _reached(form: ContactForm, order: Order, claim: Claim) -> str:
    if form.cleaned_data["channel"] == ClaimChannel.PERSONAL_LINK:
        return ""
    contact, channel = form.cleaned_data["contact"], form.cleaned_data["channel"]
    try:
        return reach.check(channel, contact, sender_email=order.sender_email, besides=claim.pk)
    except CannotReach as refusal:
        form.refuse(refusal.code)
        return ""


@private
@require_POST
def gift_resend(request: HttpRequest, token: str) -> HttpResponse:
    """The same invitation to the same contact, after a failure."""
    _order, claim = _gift_or_404(token)
    try:
        invitations.resend(claim.pk)
    except NotNow:
        return _not_now(request, token)
    return redirect("addressless:gift_status", token)


@private
@require_POST
def gift_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Take the gift back until it is accepted; refunded at once."""
    order, claim = _gift_or_404(token)
    form = CancelForm(request.POST)
    if not form.is_valid() and claim.is_open and order.is_paid:
        return render(request, "addressless/sender_gift.html", {**_ctx(order, claim), "cancel_form": form})
    if not form.is_valid() or not claims.cancel_by_sender(claim.pk):
        return _not_now(request, token)
    return redirect("addressless:gift_status", token)


def _not_now(request: HttpRequest, token: str) -> HttpResponse:
    sentence = _("Entre-temps, la situation a changé\u00a0: rien n’a été modifié. Voici où en est votre cadeau.")
    order, claim = _gift_or_404(token)
    return render(request, "addressless/sender_gift.html", {**_ctx(order, claim), "problem": sentence}, status=409)
