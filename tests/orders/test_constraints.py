"""Rules of money and status, each broken on purpose in the database itself."""

from __future__ import annotations

import uuid
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from interflora.lib import clock
from orders.models import CartLine, Lookup, Order, OrderLine, Payment, Refund, StripeEvent
from tests.constraints import Case, Change, Prepare, declared, refused, repeated, twice, written
from tests.orders.factories import make_cart, make_order, make_paid, make_payment

pytestmark = pytest.mark.django_db
NOW = clock.now
_numbers = count(1)


def product_line() -> OrderLine:
    return make_order().lines.get(kind="product")


def cart_line() -> CartLine:
    return CartLine.objects.get(cart=make_order().cart)


def paid_payment() -> Payment:
    return make_paid().payments.get()


def open_payment() -> Payment:
    return make_payment(make_order())


def refund(payment: Payment | None = None, **fields: Any) -> Refund:
    values = {"cause": "staff", "amount_cents": 100, "stripe_id": f"re_{next(_numbers)}"} | fields
    return Refund.objects.create(payment=payment or paid_payment(), **values)


def inserted_refund(**fields: Any) -> Prepare:
    def prepare() -> Change:
        payment = paid_payment()
        return lambda: refund(payment, **({"stripe_id": None} | fields))

    return prepare


def event() -> StripeEvent:
    return StripeEvent.objects.create(event_id=f"evt_{next(_numbers)}", kind="k", object_id="o")


def two_lookups() -> tuple[Lookup, Lookup]:
    return (
        Lookup.objects.create(email="camille@martin.example", asked_at=NOW()),
        Lookup.objects.create(email="sacha@martin.example", asked_at=NOW()),
    )


def two_payments() -> tuple[Payment, Payment]:
    """Of one order: the one that pays it, and one that expired before."""
    order = make_order()
    old = make_payment(order)
    Payment.objects.filter(pk=old.pk).update(status="expired", ended_at=NOW())
    new = make_payment(order)
    captured = {"confirmed_at": NOW(), "captured_cents": 5580, "intent_id": f"pi_x{next(_numbers)}"}
    Payment.objects.filter(pk=new.pk).update(status="confirmed", pays_order=True, **captured)
    return new, old


def delivery_line_again() -> Change:
    line = make_order().lines.get(kind="delivery")
    line.pk = None
    return line.save


def refund_again() -> Change:
    row = refund(cause="expired")
    return lambda: refund(row.payment, cause="expired")


def paid_again() -> Change:
    _new, old = two_payments()
    captured = {"confirmed_at": NOW(), "captured_cents": 5580, "intent_id": "pi_again"}
    return lambda: Payment.objects.filter(pk=old.pk).update(status="confirmed", pays_order=True, **captured)


def opened_again() -> Change:
    payment = open_payment()
    values = {"params": {}, "amount_cents": 5580, "expires_at": NOW()}
    return lambda: Payment.objects.create(order=payment.order, **values)


DATES = "orders_order_status_dates"
MONEY_DATES = "orders_payment_status_dates"
REFUND_DATES = "orders_refund_status_dates"
CASES: list[Case] = [
    ("orders_cart_line_quantity", written(cart_line, quantity=10)),
    ("orders_cart_line_quantity", written(cart_line, quantity=0)),
    ("Cart.public_id", repeated(twice(make_cart), "public_id")),
    # Orders
    ("orders_one_pending_per_cart", repeated(twice(make_order), "cart")),
    ("orders_order_total", written(make_paid, total_cents=99)),
    ("orders_order_problem", written(make_paid, problem="late")),
    ("orders_order_problem", written(make_paid, problem_at=NOW())),
    (DATES, written(make_paid, status="pending")),
    (DATES, written(make_paid, paid_at=None)),
    (DATES, written(make_paid, status="expired", expired_at=NOW())),
    (DATES, written(make_paid, status="canceled")),
    (DATES, written(make_paid, status="delivered")),
    (DATES, written(make_paid, status="paid", delivered_at=NOW())),
    (DATES, written(make_paid, status="paid", canceled_at=NOW())),
    (DATES, written(make_paid, status="unheard")),
    ("orders_paid_has_next_step", written(make_paid, next_step_owner="")),
    ("orders_paid_has_next_step", written(make_paid, next_step="")),
    ("orders_paid_has_next_step", written(make_paid, next_step_due_at=None)),
    ("orders_paid_has_sender", written(make_paid, sender_email="")),
    ("orders_paid_has_sender", written(make_paid, sender_first_name="")),
    ("orders_erased_keeps_no_sender", written(make_paid, erased_at=NOW())),
    ("orders_gift_keeps_no_recipient", written(make_paid, is_gift=True, recipient_sealed=b"x")),
    ("Order.public_id", repeated(twice(make_order), "public_id")),
    ("Order.token_digest", repeated(twice(make_order), "token_digest")),
    ("Order.delivery", repeated(twice(make_order), "delivery_id")),
    # Lines
    ("orders_one_delivery_line_per_order", delivery_line_again),
    ("orders_line_quantity", written(product_line, quantity=0, total_cents=0, vat_cents=0)),
    ("orders_line_total", written(product_line, total_cents=4591, vat_cents=417)),
    ("orders_line_vat_rate", written(product_line, vat_bp=1001, vat_cents=418)),
    ("orders_line_vat", written(product_line, vat_cents=418)),
    ("orders_line_kind", written(product_line, variant=None)),
    # Payments
    ("orders_paid_once", paid_again),
    ("orders_one_pending_payment_per_order", opened_again),
    ("orders_payment_amount", written(paid_payment, amount_cents=99, pays_order=False)),
    ("orders_payment_amount", written(paid_payment, currency="usd")),
    (MONEY_DATES, written(paid_payment, confirmed_at=None)),
    (MONEY_DATES, written(paid_payment, captured_cents=0, pays_order=False)),
    (MONEY_DATES, written(paid_payment, intent_id=None)),
    (MONEY_DATES, written(paid_payment, status="expired", pays_order=False)),
    (MONEY_DATES, written(paid_payment, status="pending", pays_order=False)),
    (MONEY_DATES, written(open_payment, captured_cents=1)),
    ("orders_payment_pays_exactly", written(paid_payment, captured_cents=5581)),
    ("orders_payment_pays_exactly", written(open_payment, pays_order=True)),
    ("orders_payment_problem", written(paid_payment, problem="disputed")),
    ("orders_payment_disputed_once_confirmed", written(open_payment, dispute="open")),
    ("Lookup.email", repeated(two_lookups, "email")),
    ("Payment.key", repeated(two_payments, "key")),
    ("Payment.session_id", repeated(two_payments, "session_id")),
    ("Payment.intent_id", repeated(two_payments, "intent_id")),
    # Refunds
    ("orders_one_refund_per_cause", refund_again),
    ("orders_refund_amount", inserted_refund(amount_cents=0)),
    (REFUND_DATES, inserted_refund(status="submitted")),
    (REFUND_DATES, inserted_refund(status="submitted", submitted_at=NOW())),
    (REFUND_DATES, inserted_refund(status="succeeded")),
    (REFUND_DATES, inserted_refund(status="failed")),
    (REFUND_DATES, inserted_refund(status="requested", succeeded_at=NOW())),
    ("orders_refund_console", inserted_refund(cause="console")),
    ("orders_refund_problem", inserted_refund(problem="failed")),
    ("orders_refund_lease", inserted_refund(lease_token=uuid.uuid4())),
    ("Refund.key", repeated(twice(refund), "key")),
    ("Refund.stripe_id", repeated(twice(refund), "stripe_id")),
    # What Stripe tells
    ("orders_stripe_event_handled", written(event, status="handled")),
    ("orders_stripe_event_handled", written(event, handled_at=NOW())),
    ("StripeEvent.event_id", repeated(twice(event), "event_id")),
]


@pytest.mark.parametrize(("rule", "prepare"), CASES, ids=[rule for rule, _prepare in CASES])
def test_the_database_refuses(rule: str, prepare: Prepare) -> None:
    refused(rule, prepare())


def test_every_rule_of_the_schema_is_broken_at_least_once() -> None:
    assert {rule for rule, _prepare in CASES} == declared("orders")


def test_the_total_is_the_sum_of_the_lines() -> None:
    order = make_order()
    refused("lines of", lambda: Order.objects.filter(pk=order.pk).update(total_cents=5581))
    refused("lines of", lambda: order.lines.filter(kind="delivery").delete())


def test_money_rows_are_never_deleted_with_their_order() -> None:
    order = make_paid()
    with pytest.raises(Exception, match="protected"), transaction.atomic():
        order.delete()
