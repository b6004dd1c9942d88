"""Money at the same instant, in real processes on PostgreSQL: paid once, returned once, never more than captured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from orders import cancellation, checkout, payments, refunds, stripe_gateway, webhooks
from orders.models import Cart, Order, Payment, Refund, RefundCause, StripeEvent
from tests.concurrency.racing import racers
from tests.orders.factories import make_cart, make_order, make_paid, make_payment, make_session
from tests.standin_client import StandIns

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROCESSES, ROUNDS = 16, 10
FULL = 5580


def confirm(payment_pk: int, _place: int) -> bool:
    payment = Payment.objects.get(pk=payment_pk)
    return payments.confirm(payment.pk, make_session(payment, intent_id=f"pi_of_{payment.pk}"))


def confirm_any(order_pk: int, place: int) -> bool:
    """Half the processes confirm the order's first payment, half its second."""
    payment = Payment.objects.filter(order_id=order_pk).order_by("pk")[place % 2]
    return payments.confirm(payment.pk, make_session(payment, intent_id=f"pi_of_{payment.pk}"))


def canceled_for(cause: RefundCause) -> Callable[[int, int], bool]:
    return lambda order_pk, _place: cancellation.cancel(order_pk, cause)


def refund_by_staff(order_pk: int, _place: int) -> bool:
    return cancellation.refund_in_full(order_pk, actor="aline")


def insert_refund(payment_pk: int, place: int) -> bool:
    """Past every verb: the database alone stands in the way."""
    cause = RefundCause.values[place % 7]
    try:
        with transaction.atomic():
            Refund.objects.create(payment_id=payment_pk, cause=cause, amount_cents=2000)
    except IntegrityError:
        return False
    return True


def submit(refund_pk: int, _place: int) -> bool:
    return refunds.submit(refund_pk)


def receive(number: int, _place: int) -> bool:
    return webhooks.receive(stripe_gateway.Event(f"evt_{number}", "charge.refunded", "ch_1"))


def place(cart_pk: int, place_number: int) -> bool:
    cart = Cart.objects.get(pk=cart_pk)
    return checkout.place_order(cart, is_gift=place_number % 2 == 0).is_pending


def test_one_payment_told_by_everybody_at_once_pays_once() -> None:
    with racers([confirm] * PROCESSES) as race:
        for _ in range(ROUNDS):
            order = make_order()
            assert sum(race(make_payment(order).pk, 0)) == 1
            assert list(order.events.values_list("kind", flat=True)) == ["placed", "paid"]
    assert Refund.objects.count() == 0


def test_of_two_payments_at_once_one_pays_and_one_returns() -> None:
    with racers([confirm_any] * PROCESSES) as race:
        for _ in range(ROUNDS):
            order = make_order()
            make_payment(order)
            with transaction.atomic():
                payments.supersede(order)
            make_payment(order)
            assert sum(race(order.pk, 0)) == 2
            assert order.payments.filter(pays_order=True).count() == 1
            returned = Refund.objects.filter(payment__order=order)
            assert [(r.cause, r.amount_cents, r.payment.pays_order) for r in returned] == [
                ("late_payment", FULL, False)
            ]


def test_every_way_to_end_an_order_at_once_refunds_it_once() -> None:
    ways = [*(canceled_for(cause) for cause in list(RefundCause)[:6]), refund_by_staff, refund_by_staff]
    with racers(ways * 2) as race:
        for _ in range(ROUNDS):
            order = make_paid()
            assert sum(race(order.pk, 0)) == 1
            order.refresh_from_db()
            assert (order.status, order.delivery.status) == ("canceled", "canceled")
            assert [r.amount_cents for r in Refund.objects.filter(payment__order=order)] == [FULL]


def test_paid_while_canceled_is_canceled_or_refunded_never_lost() -> None:
    def pay_or_cancel(order_pk: int, place_number: int) -> bool:
        if place_number % 2:
            return cancellation.cancel(order_pk, RefundCause.SENDER_CANCELED)
        return confirm_any(order_pk, 0)

    with racers([pay_or_cancel] * 8) as race:
        for _ in range(ROUNDS):
            order = make_order()
            make_payment(order)
            race(order.pk, 0)
            order.refresh_from_db()
            assert order.status == "canceled"
            assert [r.amount_cents for r in Refund.objects.filter(payment__order=order)] == [FULL]
    assert Payment.objects.owed().count() == 0


def test_the_database_alone_keeps_refunds_below_what_was_captured() -> None:
    with racers([insert_refund] * 7) as race:
        for _ in range(ROUNDS):
            payment = make_paid().payments.get()
            assert sum(race(payment.pk, 0)) == 2  # 2 × 20 € fit under 55,80 €


def test_many_workers_carry_a_refund_to_stripe_once(standins: StandIns) -> None:
    with racers([submit] * 8) as race:
        for number in range(3):
            order = make_order()
            standins.pay(payments.start(order, shown_cents=FULL))
            payments.reconcile(order.payments.get().pk)
            assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
            refund = Refund.objects.get(payment__order=order)
            assert sum(race(refund.pk, 0)) == 1
            refund.refresh_from_db()
            assert (refund.status, refund.attempts) == ("succeeded", 1)
            assert len(standins.ledger()["refunds"]) == number + 1


def test_one_event_delivered_by_everybody_is_kept_once() -> None:
    with racers([receive] * PROCESSES) as race:
        for number in range(1, ROUNDS + 1):
            assert sum(race(number, 0)) == 1
    assert StripeEvent.objects.count() == ROUNDS


def test_one_cart_placed_by_many_tabs_has_one_pending_order() -> None:
    with racers([place] * 8) as race:
        for _ in range(ROUNDS):
            cart = make_cart()
            assert sum(race(cart.pk, 0)) == 8
            assert Order.objects.filter(cart=cart, status="pending").count() == 1
            order = Order.objects.get(cart=cart)
            assert order.is_gift == order.delivery.is_gift
