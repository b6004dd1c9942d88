"""The delivery step of the checkout: the address form beside « Je ne connais pas l'adresse »."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from addressless import blocks, claims, limits, reach
from addressless.errors import CannotReach
from addressless.forms import GiftForm
from addressless.models import Claim, ClaimChannel
from interflora.lib import clock
from interflora.lib.requests import client_ip, rate_limited
from orders import access, checkout, recipients
from orders import cart as carts
from orders.forms import PostcodeForm
from orders.models import Cart, Order


def _too_many_contacts() -> SafeString:
    sentence = _(
        "Vous avez déjà écrit à cinq nouvelles personnes en vingt-quatre heures, et c’est notre limite, "
        "pour que personne ne soit importuné. Il vous en faut davantage\u00a0?"
    )
    return format_html('{} <a href="{}">{}</a>', sentence, reverse("pages:help"), _("Écrivez-nous ou appelez-nous"))


def _pending(cart: Cart) -> Order | None:
    return cart.orders.select_related("delivery").filter(status=Order.Status.PENDING).first()


def _claim_of(order: Order | None) -> Claim | None:
    return Claim.objects.filter(order=order, order__is_gift=True).first() if order else None


def _is_giftable(cart: Cart) -> bool:
    """Funeral flowers go to a known place."""
    return not cart.lines.filter(variant__product__is_funeral=True).exists()


def _typed_before(claim: Claim | None) -> dict[str, Any]:
    """The sender's own words, for going back."""
    if claim is None:
        return {}
    typed: dict[str, Any] = {
        "channel": claim.channel,
        "invite_on": clock.paris(claim.invite_at).date() if claim.invite_at else None,
        "wanted_on": claim.wanted_on,
        "wanted_rule": claim.wanted_rule or None,
    }
    if claim.contact_sealed is not None:
        typed[{"email": "email", "sms": "phone", "twitter_dm": "handle"}[claim.channel]] = claim.typed_contact
    return {name: value for name, value in typed.items() if value is not None}


def _show(request: HttpRequest, cart: Cart, form: GiftForm | None = None, problem: str = "") -> HttpResponse:
    order = _pending(cart)
    claim = _claim_of(order)
    ctx = {
        "order": order,
        "cart": cart,
        "giftable": _is_giftable(cart),
        "form": form or GiftForm(initial=_typed_before(claim)),
        "postcode_form": PostcodeForm(),
        "gift_chosen": form is not None or claim is not None,
        "problem": problem,
        "account": settings.X_ACCOUNT_HANDLE,
        "summary": recipients.read_summary(order) if order else None,
        "fee_cents": checkout.DELIVERY_FEE_CENTS,
    }
    return render(request, "addressless/delivery_step.html", ctx)


@access.private
@require_GET
def delivery_step(request: HttpRequest) -> HttpResponse:
    """Both doors side by side: an address, or a way to reach the person."""
    cart = carts.current(request.session)
    if cart is None or not cart.lines.exists():
        return redirect("orders:cart")
    return _show(request, cart)


@access.private
@require_POST
def gift(request: HttpRequest) -> HttpResponse:
    """« Je ne connais pas l'adresse »: the pending order becomes a gift, its claim is drafted or rewritten."""
    cart = carts.current(request.session)
    if cart is None:
        return redirect("orders:cart")
    form = GiftForm(request.POST)
    if rate_limited(f"gift-step:{client_ip(request)}", limit=30, seconds=600):
        return _show(request, cart, form, _("Beaucoup d’essais d’affilée\u00a0: attendez quelques minutes."))
    to = _reached(form, _sender_email(request, cart)) if form.is_valid() else ""
    if form.errors:
        return _show(request, cart, form)
    try:
        with transaction.atomic():
            order = checkout.place_order(cart, is_gift=True)
            claims.draft(order, form.gift(to))
    except checkout.NotGiftable:
        return _show(request, cart, form, _("Les fleurs de deuil partent toujours vers une adresse connue."))
    except checkout.CheckoutError:
        return redirect("orders:cart")
    access.remember(request, order)
    return redirect("orders:card")


def _sender_email(request: HttpRequest, cart: Cart) -> str:
    """Whose gift this is, as far as we know before the details step: typed already, or in this browser's last order."""
    orders = (_pending(cart), access.session_order(request))
    return next((order.sender_email for order in orders if order and order.sender_email), "")


def _reached(form: GiftForm, sender_email: str) -> str:
    """Ask the channel before payment; a refusal is written beside the field."""
    channel = form.cleaned_data["channel"]
    if channel == ClaimChannel.PERSONAL_LINK:
        return ""
    contact = form.cleaned_data["contact"]
    if limits.is_over_daily_limit(blocks.sender_digest(sender_email), reach.digest(channel, contact)):
        form.add_error(None, _too_many_contacts())
        return ""
    try:
        return reach.check(channel, contact, sender_email=sender_email)
    except CannotReach as refusal:
        form.refuse(refusal.code)
        return ""
