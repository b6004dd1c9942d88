"""The checkout of the buyer's browser: address, card, details, Stripe, and back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from florists import addresses, calendar
from interflora.lib import links
from interflora.lib.requests import client_ip, rate_limited
from notifications import identities
from notifications.marketing import consents
from orders import access, checkout, details, payments, recipients, stripe_gateway
from orders import cart as carts
from orders.facts import CONSENT_WORDING
from orders.forms import AddressForm, CardForm, DetailsForm, PostcodeForm
from orders.models import Cart, Order, Payment

log = logging.getLogger(__name__)
PAY_TRIES, PAY_SECONDS = 20, 3600
View = Callable[..., HttpResponse]


def pending(view: Callable[[HttpRequest, Order], HttpResponse]) -> View:
    """A step that needs the session's pending order; without one, back to the basket."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        order = access.session_order(request)
        if order is not None and order.paid_at is not None:
            return redirect("orders:return")
        if order is None or not order.is_pending:
            access.forget(request)
            messages.info(request, _("Votre commande n’est plus en cours. Votre panier est toujours là."))
            return redirect("orders:cart")
        return view(request, order)

    return access.private(wrapper)


@access.private
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """/commande/adresse/: a postcode first, then its towns and days with the rest of the address."""
    cart = carts.current(request.session)
    if cart is None or not cart.lines.exists():
        return redirect("orders:cart")
    if "line1" in request.POST:
        return _whole_address(request, cart)
    form = PostcodeForm(request.POST or None)
    if form.is_valid():
        return _address_page(request, AddressForm(postcode=form.cleaned_data["postcode"]))
    return _address_page(request, form)


def _whole_address(request: HttpRequest, cart: Cart) -> HttpResponse:
    full = AddressForm(request.POST)
    if not full.is_valid():
        return _address_page(request, full if not full.has_error("postcode") else PostcodeForm(request.POST))
    try:
        with transaction.atomic():  # an address that cannot be kept leaves no order behind, and a gift as it was
            order = checkout.place_order(cart, is_gift=False)
            recipients.set_address(order.pk, full.address(), full.cleaned_data["day"], full.cleaned_data["half_day"])
    except checkout.CheckoutError as error:
        return _refused(request, error)
    except (calendar.SlotUnavailable, addresses.InvalidAddress):
        full.add_error("day", _("Ce moment vient d’être pris\u00a0: choisissez-en un autre."))
        return _address_page(request, full)
    except addresses.AddressUnavailable:
        return _address_page(request, full, status=503)
    except recipients.TooLate:
        pass  # paid or closed in another window meanwhile: the next step says which
    access.remember(request, order)
    return redirect("orders:card")


def _address_page(request: HttpRequest, form: PostcodeForm | AddressForm, status: int = 200) -> HttpResponse:
    order = access.session_order(request)
    saved = recipients.read_summary(order) if order is not None and order.is_pending else None
    ctx = {"form": form, "saved": saved, "order": order, "is_postcode_step": isinstance(form, PostcodeForm)}
    return render(request, "orders/address_step.html", ctx | {"vault_is_closed": status == 503}, status=status)


def _refused(request: HttpRequest, error: checkout.CheckoutError) -> HttpResponse:
    if isinstance(error, checkout.NoLongerSold):
        names = ", ".join(error.names)
        messages.error(
            request, _("Ceci n’est plus en vente\u00a0: %(names)s. Retirez-le du panier.") % {"names": names}
        )
    elif isinstance(error, checkout.CartAlreadyPaid):
        carts.forget(request.session)
        messages.info(request, _("Cette commande est déjà payée. Voici un panier neuf."))
    return redirect("orders:cart")


@require_http_methods(["GET", "HEAD", "POST"])
@pending
def card(request: HttpRequest, order: Order) -> HttpResponse:
    """/commande/carte/: the text, ready texts of an occasion, a preview; works without JavaScript."""
    if not order.is_gift and order.delivery.day is None:
        return redirect("orders:address")
    form, is_final = card_form(request, order)
    if is_final and form.is_valid():
        occasion = form.cleaned_data["occasion"]
        with suppress(recipients.TooLate):  # paid or closed in another window meanwhile: the next step says which
            recipients.set_card(order.pk, form.cleaned_data["text"], occasion.pk if occasion else None)
        return redirect("orders:details")
    return render(request, "orders/card_step.html", {"form": form, "order": order, **card_context(form, order)})


def card_form(request: HttpRequest, order: Order) -> tuple[CardForm, bool]:
    """The form, and whether « Continuer » was pressed rather than a ready text or the preview."""
    if request.method != "POST":
        return CardForm(initial={"text": order.delivery.card_text, "occasion": order.occasion_id}), False
    typed = request.POST.copy()
    if "ready" in typed:
        typed["text"] = str(typed["ready"])
    return CardForm(typed), "continue" in typed


def card_context(form: CardForm, order: Order) -> dict[str, Any]:
    """The ready texts of the chosen occasion and the text to preview."""
    value = form["occasion"].value()
    occasion = form.fields["occasion"].queryset.filter(pk=value).first() if str(value or "").isdecimal() else None  # type: ignore[attr-defined]
    return {"ready_texts": occasion.shown_card_texts if occasion else [], "preview": form["text"].value() or ""}


@require_http_methods(["GET", "HEAD", "POST"])
@pending
def details_step(request: HttpRequest, order: Order) -> HttpResponse:
    """/commande/vous/: who offers, the recap with the total, and the button that commits to pay."""
    if not order.is_gift and order.delivery.day is None:
        return redirect("orders:address")
    if request.method != "POST":
        return _details_page(request, order, DetailsForm(initial=details.initial(order, request.session)))
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _details_page(request, order, form)
    details.save(order.pk, form.cleaned_data, ip=client_ip(request), language=(get_language() or "fr")[:2])
    details.forget_typed(request.session)
    if rate_limited(f"pay:{client_ip(request)}", limit=PAY_TRIES, seconds=PAY_SECONDS):
        messages.error(request, _("Trop d’essais de paiement. Patientez une heure, ou écrivez-nous."))
        return _details_page(request, order, form, status=429)
    return _pay(request, order, form)


def _pay(request: HttpRequest, order: Order, form: DetailsForm) -> HttpResponse:
    try:
        recipients.check_slot(order)
        return HttpResponseRedirect(payments.start(order, shown_cents=form.cleaned_data["shown_cents"]))
    except calendar.SlotUnavailable:
        messages.error(request, _("Le jour choisi n’est plus disponible\u00a0: choisissez-en un autre."))
        return redirect("orders:address")
    except (payments.AlreadyPaid, payments.UnderReview, payments.NotPayable) as ended:
        return redirect("orders:cart" if isinstance(ended, payments.NotPayable) else "orders:return")
    except payments.Incomplete as missing:
        return redirect("orders:address" if missing.step == "delivery" else "orders:details")
    except payments.TotalChanged:
        messages.error(request, _("Le total a changé depuis l’affichage de la page. Vérifiez-le avant de payer."))
    except payments.Unavailable:
        return render(request, "orders/payment_unavailable.html", {"order": order}, status=503)
    order.refresh_from_db()
    return _details_page(request, order, form, status=409)


def _details_page(request: HttpRequest, order: Order, form: DetailsForm, status: int = 200) -> HttpResponse:
    lines = list(order.lines.select_related("add_on"))
    ctx = {
        "form": form,
        "order": order,
        "lines": lines,
        "has_alcohol": any(line.add_on is not None and line.add_on.is_alcohol for line in lines),
        "summary": recipients.read_summary(order),
        "may_sign": order.is_gift and identities.is_offered(),
        "consent_text": consents.text(CONSENT_WORDING, (get_language() or "fr")[:2]),
    }
    return render(request, "orders/details_step.html", ctx, status=status)


@access.private
@require_safe
def return_page(request: HttpRequest) -> HttpResponse:
    """/commande/retour/: the browser is back from Stripe. It proves nothing: Stripe is asked, and may confirm."""
    order = access.session_order(request)
    payment = _payment_of_return(request, order)
    if payment is not None and not payment.is_confirmed and payment.session_id:
        try:
            payments.reconcile(payment.pk)
        except stripe_gateway.GatewayError as error:
            log.warning("return page: %s", error)
        payment.refresh_from_db()
    if order is not None:
        order.refresh_from_db()
    if order is not None and order.paid_at is not None:
        if carts.current(request.session) is None:  # else another bouquet was chosen since
            carts.forget(request.session)
        access.forget(request)
        messages.success(request, _("Merci. Votre paiement est reçu et votre commande est confirmée."))
        return HttpResponseRedirect(links.path(order.link()))
    return render(request, "orders/return.html", {"payment": payment, "order": order})


def _payment_of_return(request: HttpRequest, order: Order | None) -> Payment | None:
    session_id = request.GET.get("session", "")
    is_one = session_id.isascii() and session_id.isprintable()
    known = Payment.objects.filter(session_id=session_id).first() if session_id and is_one else None
    if known is not None or order is None:
        return known
    return order.payments.filter(session_id__isnull=False).first()


@access.private
@require_safe
def unpaid(request: HttpRequest) -> HttpResponse:
    """/commande/paiement-interrompu/: the buyer left Stripe's page without paying."""
    return render(request, "orders/unpaid.html", {"order": access.session_order(request)})
