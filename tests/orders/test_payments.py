"""Money in: confirmed once, whatever is told first, twice, late or wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interflora.lib import clock
from orders import cancellation, checkout, payments
from orders.models import Order, Payment, Refund, RefundCause
from tests.orders.factories import make_order, make_paid, make_payment, make_session, make_variant

pytestmark = pytest.mark.django_db


def state_of(order: Order) -> tuple[str, str, str]:
    order = Order.objects.select_related("delivery").get(pk=order.pk)
    return order.status, order.delivery.status, order.next_step


def refunds_of(order: Order) -> list[tuple[str, int, str]]:
    return list(Refund.objects.filter(payment__order=order).values_list("cause", "amount_cents", "status"))


def test_a_paid_known_address_goes_to_the_florists() -> None:
    assert state_of(make_paid()) == ("paid", "to_assign", "deliver")


def test_a_paid_gift_awaits_its_address() -> None:
    assert state_of(make_paid(is_gift=True)) == ("paid", "awaiting_address", "invite")


def test_confirming_ten_times_pays_once() -> None:
    order = make_order()
    payment = make_payment(order)
    session = make_session(payment)
    assert [payments.confirm(payment.pk, session) for _ in range(10)] == [True] + 9 * [False]
    assert list(order.events.values_list("kind", flat=True)) == ["placed", "paid"]
    assert refunds_of(order) == []


def test_an_unpaid_session_confirms_nothing() -> None:
    order = make_order()
    payment = make_payment(order)
    assert not payments.confirm(payment.pk, make_session(payment, payment_status="unpaid"))
    assert state_of(order)[0] == "pending"


@pytest.mark.parametrize("wrong", [{"amount_cents": 100}, {"currency": "usd"}])
def test_a_mismatch_goes_to_the_board_and_moves_no_money(wrong: dict[str, object]) -> None:
    order = make_order()
    payment = make_payment(order)
    assert payments.confirm(payment.pk, make_session(payment, **wrong))
    payment.refresh_from_db()
    assert (payment.problem, payment.pays_order, state_of(order)[0]) == ("mismatch", False, "pending")
    assert refunds_of(order) == []


def test_a_payment_of_an_expired_order_is_refunded() -> None:
    order = make_order()
    payment = make_payment(order)
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    Payment.objects.filter(pk=payment.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    assert checkout.expire(order.pk)
    assert payments.confirm(payment.pk, make_session(payment))
    assert state_of(order)[:2] == ("expired", "canceled")
    assert refunds_of(order) == [("late_payment", order.total_cents, "requested")]


def test_a_second_payment_is_refunded_in_full() -> None:
    order = make_order()
    first = make_payment(order)
    payments.supersede(order)
    second = make_payment(order)
    assert payments.confirm(second.pk, make_session(second))
    assert payments.confirm(first.pk, make_session(first))
    assert refunds_of(order) == [("late_payment", order.total_cents, "requested")]
    assert Refund.objects.get().payment == first
    assert state_of(order)[0] == "paid"


def test_a_payment_of_the_old_total_is_refunded_and_the_order_waits() -> None:
    order = make_order()
    old = make_payment(order)
    assert order.cart is not None
    line = order.cart.lines.get()
    line.quantity = 2
    line.save()
    checkout.place_order(order.cart, is_gift=False)
    assert payments.confirm(old.pk, make_session(old))
    assert state_of(order)[0] == "pending"
    assert refunds_of(order) == [("late_payment", 5580, "requested")]


def test_a_payment_for_another_bouquet_of_the_same_price_is_refunded() -> None:
    order = make_order()
    old = make_payment(order)
    assert order.cart is not None
    line = order.cart.lines.get()
    line.variant = make_variant(price_cents=4590)
    line.save()
    checkout.place_order(order.cart, is_gift=False)
    assert payments.confirm(old.pk, make_session(old))
    assert state_of(order)[0] == "pending"
    assert refunds_of(order) == [("late_payment", 5580, "requested")]


def test_an_order_with_a_payment_page_open_does_not_expire() -> None:
    order = make_order()
    make_payment(order)
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    assert not checkout.expire(order.pk)


def test_a_session_expired_at_stripe_frees_the_order_for_another_try() -> None:
    order = make_order()
    payment = make_payment(order)
    assert payments.apply(payment.pk, make_session(payment, status="expired", payment_status="unpaid"))
    payment.refresh_from_db()
    assert payment.status == "expired"
    assert make_payment(order).pk != payment.pk


def test_canceling_a_paid_order_refunds_everything_once() -> None:
    order = make_paid()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    assert not cancellation.cancel(order.pk, RefundCause.STAFF)
    assert state_of(order) == ("canceled", "canceled", "")
    assert refunds_of(order) == [("sender_canceled", 5580, "requested")]


def test_canceling_a_pending_order_moves_no_money() -> None:
    order = make_order()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    assert state_of(order)[0] == "canceled"
    assert refunds_of(order) == []


def test_no_paid_order_is_dark_and_no_money_is_owed() -> None:
    make_paid()
    make_paid(is_gift=True)
    assert Order.objects.going_dark().count() == 0
    assert Payment.objects.owed().count() == 0
