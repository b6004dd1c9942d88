"""Paid orders that could have gone dark: each keeps somebody at work until it is over (I5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from florists import addresses, offers
from florists.models import Delivery
from interflora.lib import clock
from orders import following, payments, recipients, steps
from orders.models import Order
from tests.florists.factories import make_address, make_florist, make_offer, next_served_day
from tests.orders import work
from tests.orders.factories import make_order, make_paid, make_payment, make_session

pytestmark = pytest.mark.django_db


def on_the_board() -> Order:
    """Paid; its only florist refused, a day ago nobody was left."""
    order = make_paid()
    assert offers.refuse(make_offer(order.delivery).pk, "full")
    offers.open_next(order.delivery_id)
    work.follow_deliveries()
    Order.objects.update(problem_at=clock.now() - timedelta(hours=25))
    return Order.objects.select_related("delivery").get()


def paid_without_address() -> Order:
    """Its address was erased while the sender hesitated; then they paid."""
    order = make_order()
    payment = make_payment(order)
    addresses.erase(order.delivery)
    assert payments.confirm(payment.pk, make_session(payment))
    return Order.objects.select_related("delivery").get()


def test_an_order_somebody_is_asked_about_is_not_given_up() -> None:
    order = on_the_board()
    offers.offer_to(order.delivery, make_florist(), User.objects.create_user("reseau"))
    assert order.pk in following.undeliverable()
    work.follow_deliveries()
    order.refresh_from_db()
    assert (order.status, order.problem, order.next_step, order.next_step_owner) == ("paid", "", "deliver", "florist")
    assert following.undeliverable() == []


def test_an_order_treated_while_the_sweep_was_on_its_way_is_not_given_up() -> None:
    order = on_the_board()
    assert following.undeliverable() == [order.pk]
    steps.solve(order.pk, actor="reseau")
    assert following.give_up(order.pk) is False
    assert work.refunds_at_rest() == []


def test_an_address_typed_after_the_payment_leaves_for_the_florists() -> None:
    order = paid_without_address()
    assert (order.problem, order.next_step_owner, order.delivery.status) == ("stuck", "staff", "draft")
    recipients.set_address(order.pk, make_address(), next_served_day(3), "morning")
    order.refresh_from_db()
    assert Delivery.objects.get().status == "to_assign"
    assert (order.problem, order.next_step, order.next_step_owner) == ("", "deliver", "florist")


def test_a_date_or_a_word_of_staff_does_not_replace_the_address() -> None:
    order = paid_without_address()
    recipients.set_slot(order.pk, next_served_day(4), "morning")
    order.refresh_from_db()
    assert (order.problem, order.next_step_owner) == ("stuck", "staff")
    assert steps.solve(order.pk, actor="reseau")
    order.refresh_from_db()
    assert (order.next_step, order.next_step_owner, Delivery.objects.get().status) == ("treat", "staff", "draft")
