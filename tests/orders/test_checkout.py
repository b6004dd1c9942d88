"""From a cart to a pending order: prices frozen, delivery its own line, one pending order per cart."""

from __future__ import annotations

import pytest

from catalog.models import Product, ProductVariant
from florists import deliveries
from florists.models import Delivery
from orders import cart as carts
from orders import checkout
from orders.models import Order
from tests.florists.factories import make_address, make_address_key, make_florist, next_served_day
from tests.orders.factories import FEE, make_add_on, make_cart, make_order, make_payment, make_variant

pytestmark = pytest.mark.django_db


def lines_of(order: Order) -> list[tuple[object, ...]]:
    return list(order.lines.values_list("kind", "quantity", "unit_cents", "total_cents", "vat_bp", "vat_cents"))


def test_prices_are_frozen_with_vat_by_line_and_delivery_apart() -> None:
    cart = make_cart(make_variant(price_cents=4590), add_ons=[make_add_on(price_cents=1290)])
    order = checkout.place_order(cart, is_gift=False)
    assert lines_of(order) == [
        ("product", 1, 4590, 4590, 1000, 417),
        ("add_on", 1, 1290, 1290, 2000, 215),
        ("delivery", 1, 990, 990, 2000, 165),
    ]
    assert order.total_cents == 4590 + 1290 + 990
    ProductVariant.objects.update(price_cents=9900)
    order.refresh_from_db()
    assert order.total_cents == 6870


def test_the_fee_is_the_same_on_both_routes() -> None:
    for is_gift in (False, True):
        order = checkout.place_order(make_cart(), is_gift=is_gift)
        assert order.lines.get(kind="delivery").total_cents == FEE == 990


def test_placing_again_changes_nothing() -> None:
    cart = make_cart()
    first = checkout.place_order(cart, is_gift=False)
    before = lines_of(first)
    again = checkout.place_order(cart, is_gift=False)
    assert (again.pk, again.delivery_id, lines_of(again)) == (first.pk, first.delivery_id, before)
    assert Order.objects.count() == Delivery.objects.count() == 1


def test_the_pending_order_follows_the_cart() -> None:
    cart = make_cart(make_variant(price_cents=3000))
    order = checkout.place_order(cart, is_gift=False)
    carts.add(cart, make_variant(price_cents=5000), [])
    order.refresh_from_db()
    assert order.total_cents == 3000 + 5000 + FEE
    assert len(Delivery.objects.get(pk=order.delivery_id).items) == 2


def test_a_changed_cart_closes_the_open_payment() -> None:
    order = make_order()
    payment = make_payment(order)
    assert order.cart is not None
    carts.add(order.cart, make_variant(), [])
    payment.refresh_from_db()
    assert payment.status == "expired"


def test_an_emptied_cart_cancels_its_pending_order() -> None:
    cart = make_cart()
    order = checkout.place_order(cart, is_gift=False)
    line = cart.lines.get()
    assert carts.set_quantity(cart, line.pk, 0)
    order.refresh_from_db()
    assert (order.status, order.delivery.status) == ("canceled", "canceled")


def test_going_back_to_a_gift_forgets_the_typed_address() -> None:
    make_address_key()
    make_florist()
    cart = make_cart()
    order = checkout.place_order(cart, is_gift=False)
    deliveries.plan(order.delivery, make_address(), next_served_day(), "morning")
    Order.objects.filter(pk=order.pk).update(recipient_sealed=b"summary")
    again = checkout.place_order(cart, is_gift=True)
    again.refresh_from_db()
    delivery = Delivery.objects.get(pk=order.delivery_id)
    assert again.pk == order.pk
    assert (again.is_gift, again.recipient_sealed) == (True, None)
    assert (delivery.is_gift, delivery.day, hasattr(delivery, "sealed_address")) == (True, None, False)


def test_funeral_flowers_cannot_be_offered_without_an_address() -> None:
    cart = make_cart(make_variant(is_funeral=True))
    with pytest.raises(checkout.NotGiftable):
        checkout.place_order(cart, is_gift=True)
    assert checkout.place_order(cart, is_gift=False).is_gift is False


def test_an_empty_cart_is_refused() -> None:
    cart = make_cart()
    cart.lines.all().delete()
    with pytest.raises(checkout.EmptyCart):
        checkout.place_order(cart, is_gift=False)


def test_what_left_the_catalogue_is_named() -> None:
    variant = make_variant()
    cart = make_cart(variant)
    Product.objects.filter(pk=variant.product_id).update(is_active=False)
    with pytest.raises(checkout.NoLongerSold) as refusal:
        checkout.place_order(cart, is_gift=False)
    assert refusal.value.names == [variant.label]
