"""No paid order goes dark (I5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from interflora.lib import clock
from orders import payments, refunds, steps
from orders.models import Order, Payment, Refund, RefundCause
from tests.orders.factories import make_order, make_paid, make_payment, make_session

pytestmark = pytest.mark.django_db


def overdue(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(next_step_due_at=clock.now() - timedelta(minutes=1))


def test_a_step_past_due_is_dark_until_it_goes_to_staff() -> None:
    order = make_paid()
    overdue(order)
    assert list(Order.objects.going_dark()) == [order]
    assert steps.check_going_dark() == 0
    order.refresh_from_db()
    assert (order.problem, order.next_step_owner) == ("late", "staff")
    assert steps.check_going_dark() == 0
    assert order.events.filter(kind="overdue").count() == 1


def test_a_fully_refunded_order_is_not_dark() -> None:
    order = make_paid()
    overdue(order)
    with transaction.atomic():
        refunds.request(order.payments.get(), RefundCause.STAFF)
    assert Order.objects.going_dark().count() == 0


def test_a_partly_refunded_order_still_is() -> None:
    order = make_paid()
    overdue(order)
    with transaction.atomic():
        refunds.request(order.payments.get(), RefundCause.STAFF, 100)
    assert list(Order.objects.going_dark()) == [order]


def test_the_refund_of_a_second_payment_does_not_hide_the_order() -> None:
    order = make_order()
    first = make_payment(order)
    payments.supersede(order)
    second = make_payment(order)
    payments.confirm(second.pk, make_session(second))
    payments.confirm(first.pk, make_session(first))
    overdue(order)
    assert list(Order.objects.going_dark()) == [order]


def test_staff_settle_a_problem() -> None:
    order = make_paid()
    overdue(order)
    steps.check_going_dark()
    assert steps.solve(order.pk, actor="aline")
    assert not steps.solve(order.pk, actor="aline")
    order.refresh_from_db()
    assert (order.problem, order.next_step) == ("", "deliver")


def test_money_held_for_nothing_is_asked_back() -> None:
    order = make_paid()
    Order.objects.filter(pk=order.pk).update(status="canceled", canceled_at=clock.now())
    assert Payment.objects.owed().count() == 1
    assert payments.check_owed() == 1
    assert payments.check_owed() == 0
    assert Refund.objects.get().amount_cents == 5580
