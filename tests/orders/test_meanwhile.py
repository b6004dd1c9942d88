"""Two windows of one buyer: what one changes while the other waits for the same rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from florists import jobs, offers
from interflora.lib import clock
from orders import cancellation, checkout, payments
from orders.models import Order, Refund
from tests.florists.factories import in_charge, make_offer
from tests.orders import buying
from tests.orders.factories import make_order, make_paid, make_payment, make_session, make_variant

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def meanwhile(change: Callable[[], object], act: Callable[[], T]) -> T:
    """Start `act` on another connection while `change` holds its locks; commit once `act` waits for one of them."""

    def acting() -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as window:
        with transaction.atomic():
            change()
            future = window.submit(acting)
            with connection.cursor() as cursor:
                for _look in range(100_000):
                    cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
                    if cursor.fetchone() == (True,) or future.done():
                        break
        return future.result(60)


def test_a_cart_being_paid_gets_no_second_order() -> None:
    order = make_order()
    payment = make_payment(order)
    cart = order.cart
    assert cart is not None

    def place() -> str:
        try:
            return checkout.place_order(cart, is_gift=False).public_id
        except checkout.CartAlreadyPaid:
            return "already paid"

    assert meanwhile(lambda: payments.confirm(payment.pk, make_session(payment)), place) == "already paid"
    assert list(Order.objects.values_list("status", flat=True)) == ["paid"]


def test_a_sender_does_not_cancel_what_the_florist_is_starting() -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    order.delivery.refresh_from_db()
    florist = in_charge(order.delivery)

    def cancel() -> str:
        try:
            cancellation.cancel_as_sender(order.pk)
        except cancellation.TooLate:
            return "too late"
        return "canceled"

    assert meanwhile(lambda: jobs.start_preparing(order.delivery, florist), cancel) == "too late"
    order.refresh_from_db()
    assert (order.status, order.delivery.status) == ("paid", "preparing")
    assert Refund.objects.count() == 0


def test_a_card_written_while_the_order_expires_leads_back_to_the_cart(client: Client) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    order = buying.type_address(client)

    def expire() -> None:
        Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
        assert checkout.expire(order.pk)

    card = {"text": "Bravo", "continue": "1"}
    answer = meanwhile(expire, lambda: client.post(reverse("orders:card"), card, follow=True))
    assert answer.redirect_chain[-1] == ("/panier/", 302)
    order.refresh_from_db()
    assert (order.status, order.delivery.card_text) == ("expired", "")
