"""The basket."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders import access
from orders import cart as carts
from orders.checkout import DELIVERY_FEE_CENTS
from orders.forms import CartAddForm, QuantityForm
from orders.models import Cart
from orders.models.carts import MAX_QUANTITY


@access.private
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """GET /panier/"""
    return render(request, "orders/cart.html", _context(carts.current(request.session)))


def _context(cart: Cart | None) -> dict[str, Any]:
    lines = []
    if cart is not None:
        related = cart.lines.select_related("variant__product").prefetch_related("add_ons")
        lines = list(related)
    goods = sum(line.total_cents for line in lines)
    return {
        "lines": lines,
        "goods_cents": goods,
        "delivery_cents": DELIVERY_FEE_CENTS,
        "total_cents": goods + DELIVERY_FEE_CENTS,
        "quantities": range(1, MAX_QUANTITY + 1),
        "gone": [line for line in lines if not (line.variant.is_active and line.variant.product.is_active)],
    }


@require_POST
def cart_add(request: HttpRequest) -> HttpResponse:
    """POST /panier/ajouter/: `variant`, `add_ons`."""
    form = CartAddForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ce bouquet n’est plus en vente dans cette taille."))
        return redirect("orders:cart")
    cart = carts.current_or_new(request.session)
    try:
        carts.add(cart, form.cleaned_data["variant"], form.cleaned_data["add_ons"], form.cleaned_data["quantity"] or 1)
    except carts.CartFull:
        messages.error(request, _("Votre panier est plein. Pour une grande commande, écrivez-nous."))
    carts.remember_count(request.session, cart)
    return redirect("orders:cart")


@require_POST
def cart_line(request: HttpRequest, line_pk: int) -> HttpResponse:
    """POST /panier/<ligne>/: `quantity`, 0 removes the line."""
    form = QuantityForm(request.POST)
    cart = carts.current(request.session)
    if cart is not None and form.is_valid():
        carts.set_quantity(cart, line_pk, form.cleaned_data["quantity"])
        carts.remember_count(request.session, cart)
    return redirect("orders:cart")
