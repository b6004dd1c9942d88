"""Rules of money and status, each broken on purpose in the database itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from interflora.lib import clock
from orders.models import CartLine, Order, OrderLine, Payment, Refund, StripeEvent
from tests.orders.factories import make_order, make_paid, make_payment

pytestmark = pytest.mark.django_db
NOW = clock.now


def _refund(payment: Payment, **fields: Any) -> Refund:
    return Refund.objects.create(payment=payment, **({"cause": "staff", "amount_cents": 100} | fields))


ORDER: dict[str, dict[str, Any]] = {
    "orders_order_total": {"total_cents": 99},
    "orders_order_problem": {"problem": "late"},
    "orders_order_status_dates": {"status": "delivered"},
    "orders_paid_has_next_step": {"next_step_owner": ""},
    "orders_paid_has_sender": {"sender_email": ""},
    "orders_gift_keeps_no_recipient": {"is_gift": True, "recipient_sealed": b"x"},
}
STATUSES: list[dict[str, Any]] = [
    {"status": "pending"},
    {"paid_at": None},
    {"status": "expired", "expired_at": NOW()},
    {"status": "canceled"},
    {"status": "paid", "delivered_at": NOW()},
    {"status": "paid", "canceled_at": NOW()},
    {"status": "unheard"},
]
LINE: dict[str, dict[str, Any]] = {
    "orders_line_quantity": {"quantity": 0, "total_cents": 0, "vat_cents": 0},
    "orders_line_total": {"total_cents": 4591, "vat_cents": 417},
    "orders_line_vat_rate": {"vat_bp": 1001, "vat_cents": 418},
    "orders_line_vat": {"vat_cents": 418},
    "orders_line_kind": {"variant": None},
}
PAYMENT: dict[str, list[dict[str, Any]]] = {
    "orders_payment_amount": [{"amount_cents": 99, "pays_order": False}, {"currency": "usd"}],
    "orders_payment_status_dates": [
        {"confirmed_at": None},
        {"captured_cents": 0, "pays_order": False},
        {"intent_id": None},
        {"status": "expired", "pays_order": False},
        {"status": "pending", "pays_order": False},
    ],
    "orders_payment_pays_exactly": [{"captured_cents": 5581}],
    "orders_payment_problem": [{"problem": "disputed"}],
}
REFUND: dict[str, list[dict[str, Any]]] = {
    "orders_refund_amount": [{"amount_cents": 0}],
    "orders_refund_status_dates": [
        {"status": "submitted"},
        {"status": "submitted", "submitted_at": NOW()},
        {"status": "succeeded"},
        {"status": "failed"},
        {"status": "requested", "succeeded_at": NOW()},
    ],
    "orders_refund_console": [{"cause": "console"}],
    "orders_refund_problem": [{"problem": "failed"}],
    "orders_refund_lease": [{"lease_token": uuid.uuid4()}],
}


def refused(name: str, change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()
        connection.check_constraints()


@pytest.mark.parametrize("name", ORDER)
def test_order(name: str) -> None:
    order = make_paid()
    refused(name, lambda: Order.objects.filter(pk=order.pk).update(**ORDER[name]))


@pytest.mark.parametrize("fields", STATUSES)
def test_an_orders_status_agrees_with_its_dates(fields: dict[str, Any]) -> None:
    order = make_paid()
    refused("orders_order_status_dates", lambda: Order.objects.filter(pk=order.pk).update(**fields))


@pytest.mark.parametrize("name", LINE)
def test_line(name: str) -> None:
    line = make_order().lines.get(kind="product")
    refused(name, lambda: OrderLine.objects.filter(pk=line.pk).update(**LINE[name]))


@pytest.mark.parametrize(("name", "fields"), [(name, one) for name, many in PAYMENT.items() for one in many])
def test_payment(name: str, fields: dict[str, Any]) -> None:
    payment = make_paid().payments.get()
    refused(name, lambda: Payment.objects.filter(pk=payment.pk).update(**fields))


@pytest.mark.parametrize(("name", "fields"), [(name, one) for name, many in REFUND.items() for one in many])
def test_refund(name: str, fields: dict[str, Any]) -> None:
    payment = make_paid().payments.get()
    refused(name, lambda: _refund(payment, **fields))


def test_an_order_is_paid_by_one_payment() -> None:
    payment = make_paid().payments.get()
    values = {"params": {}, "amount_cents": 5580, "expires_at": NOW(), "order": payment.order}
    paid = {"status": "confirmed", "confirmed_at": NOW(), "captured_cents": 5580, "intent_id": "pi_x"}
    refused("orders_paid_once", lambda: Payment.objects.create(**values, **paid, pays_order=True))


def test_an_order_has_one_open_payment() -> None:
    payment = make_payment(make_order())
    values = {"params": {}, "amount_cents": 5580, "expires_at": NOW(), "order": payment.order}
    refused("orders_one_pending_payment_per_order", lambda: Payment.objects.create(**values))


def test_a_cart_has_one_pending_order() -> None:
    first, second = make_order(), make_order()
    refused("orders_one_pending_per_cart", lambda: Order.objects.filter(pk=second.pk).update(cart=first.cart))


def test_the_total_is_the_sum_of_the_lines() -> None:
    order = make_order()
    refused("lines of", lambda: Order.objects.filter(pk=order.pk).update(total_cents=5581))
    refused("lines of", lambda: order.lines.filter(kind="delivery").delete())


def test_one_delivery_line() -> None:
    line = make_order().lines.get(kind="delivery")
    line.pk = None
    refused("orders_one_delivery_line_per_order", line.save)


def test_a_cart_line_holds_one_to_nine() -> None:
    order = make_order()
    refused("orders_cart_line_quantity", lambda: CartLine.objects.filter(cart=order.cart).update(quantity=10))


def test_an_event_is_kept_once_and_dated_when_handled() -> None:
    StripeEvent.objects.create(event_id="evt_1", kind="k", object_id="o")
    refused("event_id", lambda: StripeEvent.objects.create(event_id="evt_1", kind="k", object_id="o"))
    refused("orders_stripe_event_handled", lambda: StripeEvent.objects.update(status="handled"))


def test_money_rows_are_never_deleted_with_their_order() -> None:
    order = make_paid()
    with pytest.raises(Exception, match="protected"), transaction.atomic():
        order.delete()
