"""The whole price went back in Stripe's console while flowers were promised: nothing leaves for nothing, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from florists import jobs, offers
from florists.models import Delivery
from interflora.lib import clock, links
from notifications.models import Message
from orders import cancellation, decisions, disputes, payments, refunds, stripe_gateway
from orders.models import Order, Payment, Refund
from tests.florists.factories import in_charge, make_offer
from tests.orders import work
from tests.orders.factories import make_order, make_paid
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
FULL = 5580


def in_console(order: Order, cents: int = FULL, number: int = 1) -> bool:
    """Stripe tells of a refund made by hand."""
    intent = order.payments.get().intent_id or ""
    return refunds.ingest(stripe_gateway.RefundState(f"re_{number}", "succeeded", cents, intent, "", "", 0))


def started(order: Order) -> Delivery:
    assert offers.accept(make_offer(order.delivery).pk)
    row = Delivery.objects.select_related("florist").get()
    jobs.start_preparing(row, in_charge(row))
    return row


def state(order: Order) -> tuple[str, str, str]:
    order = Order.objects.get(pk=order.pk)
    return order.status, order.problem, order.next_step_owner


def test_before_the_florist_starts_the_order_ends_and_no_second_refund_leaves(client: Client) -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert cancellation.close_refunded(order.pk) is False
    assert state(order) == ("canceled", "", "")
    assert Delivery.objects.get().status == "canceled"
    assert work.refunds_at_rest() == [("console", FULL, "succeeded")]
    assert Message.objects.filter(template="order_canceled", context__cause="console").count() == 1
    page = client.get(links.path(order.link())).content.decode()
    assert "Notre service a remboursé cette commande en entier." in page


def test_through_stripe_and_its_webhooks(standins: StandIns, client: Client) -> None:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=order.total_cents))
    payments.reconcile(order.payments.get().pk)
    standins.refund_by_hand(standins.ledger()["charges"][0]["id"])
    work.settle(standins, client)
    work.close_refunded()
    work.settle(standins, client)
    assert state(order) == ("canceled", "", "")
    assert [refund["amount"] for refund in standins.ledger()["refunds"]] == [FULL]


def test_a_part_returned_changes_nothing() -> None:
    order = make_paid()
    assert in_console(order, FULL - 1)
    assert cancellation.close_refunded(order.pk) is False
    assert state(order) == ("paid", "", "florist")
    assert in_console(order, 1, number=2)
    assert cancellation.close_refunded(order.pk)


def test_once_the_florist_has_started_staff_decide_in_one_tap() -> None:
    order = make_paid()
    started(order)
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert cancellation.close_refunded(order.pk) is False
    assert state(order) == ("paid", "refunded", "staff")
    Order.objects.update(next_step_due_at=clock.now() - timedelta(minutes=1))
    assert list(Order.objects.going_dark()) == [order]  # refunded, but nobody said what becomes of the flowers


def test_staff_deliver_all_the_same_and_are_not_asked_again() -> None:
    order = make_paid()
    row = started(order)
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert decisions.deliver_anyway(order.pk, actor="aline")
    assert state(order) == ("paid", "", "florist")
    assert Order.objects.returned_but_promised().count() == 0
    assert cancellation.close_refunded(order.pk) is False
    Order.objects.update(next_step_due_at=clock.now() - timedelta(minutes=1))
    assert list(Order.objects.going_dark()) == [order]  # still promised: still watched
    assert jobs.mark_delivered(row, in_charge(row))
    work.follow_deliveries()
    assert state(order) == ("delivered", "", "")


def test_staff_stop_the_flowers_while_they_can() -> None:
    order = make_paid()
    started(order)
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert decisions.cancel(order.pk, actor="aline")
    assert state(order) == ("canceled", "", "")
    assert Refund.objects.count() == 1


def test_flowers_on_their_way_cannot_be_stopped() -> None:
    order = make_paid()
    row = started(order)
    jobs.out_for_delivery(row, in_charge(row))
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert decisions.may_cancel(Order.objects.select_related("delivery").get()) is False
    assert decisions.cancel(order.pk, actor="aline") is False
    assert state(order) == ("paid", "refunded", "staff")


def test_a_job_given_back_after_the_refund_ends_the_order() -> None:
    order = make_paid()
    row = started(order)
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert offers.give_back(row, in_charge(row), "full")
    assert cancellation.close_refunded(order.pk)
    assert state(order) == ("canceled", "", "")


def test_flowers_that_came_back_end_the_order_too() -> None:
    order = make_paid()
    row = started(order)
    jobs.mark_failed(row, in_charge(row), "absent")
    work.follow_deliveries()
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert state(order) == ("canceled", "", "")


def test_our_own_full_refund_of_flowers_on_their_way_is_no_question() -> None:
    order = make_paid()
    row = started(order)
    jobs.out_for_delivery(row, in_charge(row))
    assert cancellation.refund_in_full(order.pk, actor="aline")
    assert cancellation.close_refunded(order.pk) is False
    assert state(order) == ("paid", "", "florist")


def test_a_decision_about_a_dispute_is_none_about_a_later_refund() -> None:
    order = make_paid()
    assert disputes.apply(Payment.objects.get().pk, "open")
    assert decisions.deliver_anyway(order.pk, actor="aline")
    assert disputes.apply(Payment.objects.get().pk, "won")
    assert in_console(order)
    assert cancellation.close_refunded(order.pk)
    assert state(order) == ("canceled", "", "")
