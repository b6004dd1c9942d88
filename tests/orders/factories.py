"""Plain makers of orders and money. The recurring sender is Camille Martin."""

from __future__ import annotations

from itertools import count
from typing import Any

from catalog.models import AddOn, Occasion, Product, ProductVariant
from florists import deliveries
from orders import checkout, payments
from orders.cart import add
from orders.models import Cart, Order, Payment
from orders.stripe_gateway import Session
from tests.florists.factories import make_address, make_address_key, make_florist, next_served_day

_numbers = count(1)
FEE = checkout.DELIVERY_FEE_CENTS


def make_variant(*, price_cents: int = 4590, size: str = "medium", **fields: Any) -> ProductVariant:
    """One bouquet in one size."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"bouquet-{number}",
        "name": f"Jardin de Bagatelle {number}",
        "headline": "Un bouquet rond",
        "story": "Cueilli le matin.",
        "composition": [
            {"species": "rose", "color": "pink", "label": "roses roses", "stems": [7, 11, 15]},
            {"species": "eucalyptus", "color": "green", "label": "eucalyptus", "stems": [3, 5, 7]},
        ],
        "arrangement": "dome",
        "colors": ["pink"],
        "care": "Changez l’eau.",
    }
    product = Product(**(values | fields))
    product.save()
    return ProductVariant.objects.create(
        product=product, size=size, price_cents=price_cents, height_cm=40, width_cm=30, stems=11
    )


def make_add_on(*, price_cents: int = 1290, **fields: Any) -> AddOn:
    number = next(_numbers)
    values: dict[str, Any] = {"slug": f"vase-{number}", "name": f"Vase {number}", "price_cents": price_cents}
    return AddOn.objects.create(**(values | fields))


def make_occasion(*card_texts: str) -> Occasion:
    number = next(_numbers)
    texts = list(card_texts) or ["Joyeux anniversaire !"]
    return Occasion.objects.create(
        slug=f"occasion-{number}", name=f"Anniversaire {number}", headline="Fêter", card_texts=texts
    )


def make_cart(*variants: ProductVariant, add_ons: list[AddOn] | None = None) -> Cart:
    """A cart holding each variant once (one bouquet at 45,90 € when none is named)."""
    cart = Cart.objects.create()
    for variant in variants or (make_variant(),):
        add(cart, variant, add_ons or [])
    return cart


def make_order(*, is_gift: bool = False, cart: Cart | None = None, half_day: str = "afternoon", **fields: Any) -> Order:
    """A pending order ready to be paid: 45,90 € of flowers and 9,90 € of delivery."""
    make_address_key()
    order = checkout.place_order(cart or make_cart(), is_gift=is_gift)
    if not is_gift:
        make_florist()
        deliveries.plan(order.delivery, make_address(), next_served_day(), half_day)
    values = {"sender_first_name": "Camille", "sender_name": "Martin", "sender_email": "camille@martin.example"}
    Order.objects.filter(pk=order.pk).update(**(values | fields))
    return Order.objects.select_related("delivery").get(pk=order.pk)


def make_payment(order: Order, **fields: Any) -> Payment:
    """An open payment of a pending order, its session known."""
    payment = payments._open_payment(order.pk, order.total_cents)
    values = {"session_id": f"cs_test_{next(_numbers)}"}
    Payment.objects.filter(pk=payment.pk).update(**(values | fields))
    return Payment.objects.get(pk=payment.pk)


def make_session(payment: Payment, **fields: Any) -> Session:
    """What Stripe says of a paid session."""
    values: dict[str, Any] = {
        "id": payment.session_id or f"cs_test_{next(_numbers)}",
        "url": "",
        "status": "complete",
        "payment_status": "paid",
        "amount_cents": payment.amount_cents,
        "currency": "eur",
        "intent_id": f"pi_{next(_numbers)}",
        "payment_key": str(payment.key),
    }
    return Session(**(values | fields))


def make_paid(**fields: Any) -> Order:
    """A paid order, without Stripe."""
    order = make_order(**fields)
    payment = make_payment(order)
    assert payments.confirm(payment.pk, make_session(payment))
    return Order.objects.select_related("delivery").get(pk=order.pk)
