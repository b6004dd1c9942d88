"""The basket of one browser session. Every change is followed by the pending order, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Sum

from catalog.models import AddOn, ProductVariant
from orders import checkout
from orders.models import Cart, CartLine
from orders.models.carts import MAX_ITEMS, MAX_LINES, MAX_QUANTITY

SESSION_KEY = "cart"
COUNT_KEY = "cart_count"


class CartFull(Exception):
    """More lines, or more of one bouquet, than one order may hold."""


def current(session: SessionBase) -> Cart | None:
    """The session's open cart, if it has one."""
    public_id = session.get(SESSION_KEY)
    return Cart.objects.open().filter(public_id=public_id).first() if public_id else None


def current_or_new(session: SessionBase) -> Cart:
    """The session's open cart, made now if need be."""
    cart = current(session)
    if cart is None:
        cart = Cart.objects.create()
        session[SESSION_KEY] = cart.public_id
        session[COUNT_KEY] = 0
    return cart


def forget(session: SessionBase) -> None:
    """The cart was paid: the next bouquet starts a new one."""
    session.pop(SESSION_KEY, None)
    session.pop(COUNT_KEY, None)


def remember_count(session: SessionBase, cart: Cart) -> None:
    """Keep the badge's number in the session, so that no page counts."""
    session[COUNT_KEY] = cart.lines.aggregate(count=Sum("quantity"))["count"] or 0


def add(cart: Cart, variant: ProductVariant, add_ons: Iterable[AddOn], quantity: int = 1) -> CartLine:
    """Add a bouquet, or raise the quantity of the same one with the same add-ons. Locks the Cart. Raises CartFull."""
    wanted = sorted({add_on.pk for add_on in add_ons})
    with transaction.atomic():
        cart = _locked(cart)
        lines = list(cart.lines.prefetch_related("add_ons"))
        for line in lines:
            if line.variant_id == variant.pk and sorted(a.pk for a in line.add_ons.all()) == wanted:
                if line.quantity + quantity > MAX_QUANTITY:
                    raise CartFull
                line.quantity += quantity
                line.save(update_fields=["quantity"])
                break
        else:
            items = sum(1 + len(line.add_ons.all()) for line in lines) + 1 + len(wanted)
            if len(lines) >= MAX_LINES or items > MAX_ITEMS or quantity > MAX_QUANTITY:
                raise CartFull
            line = CartLine.objects.create(cart=cart, variant=variant, quantity=quantity)
            line.add_ons.set(wanted)
        checkout.follow_cart(cart)
    return line


def set_quantity(cart: Cart, line_pk: int, quantity: int) -> bool:
    """Change a line's quantity, 0 removes it; False when the line is not of this cart. Locks the Cart."""
    if quantity > MAX_QUANTITY:
        raise CartFull
    with transaction.atomic():
        cart = _locked(cart)
        lines = cart.lines.filter(pk=line_pk)
        changed = lines.update(quantity=quantity) if quantity > 0 else lines.delete()[0]
        if changed:
            checkout.follow_cart(cart)
    return bool(changed)


def _locked(cart: Cart) -> Cart:
    return Cart.objects.select_for_update().get(pk=cart.pk)
