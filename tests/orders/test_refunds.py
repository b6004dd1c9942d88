"""Money back: one row per cause, carried to Stripe once, whatever is lost, late or done elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from interflora.lib import clock
from notifications.models import Message
from orders import cancellation, disputes, payments, refunds
from orders.models import Order, Payment, Refund, RefundCause
from tests.orders import work
from tests.orders.factories import make_order, make_paid
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
FULL = 5580


def pay_at_stripe(standins: StandIns, **fields: object) -> Order:
    """An order really paid at the stand-in."""
    order = make_order(**fields)  # type: ignore[arg-type]
    page = payments.start(order, shown_cents=order.total_cents)
    standins.pay(page)
    payments.reconcile(order.payments.get().pk)
    return Order.objects.select_related("delivery").get(pk=order.pk)


def canceled_at_stripe(standins: StandIns) -> Order:
    order = pay_at_stripe(standins)
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    return order


def test_a_cancellation_is_refunded_and_told_once(standins: StandIns, client: Client) -> None:
    order = canceled_at_stripe(standins)
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]
    assert [(r["amount"], r["status"]) for r in standins.ledger()["refunds"]] == [(FULL, "succeeded")]
    told = Message.objects.filter(about=f"order:{order.public_id}").order_by("pk").values_list("template", flat=True)
    assert list(told) == ["order_confirmed", "order_canceled", "order_refunded"]


def test_submitting_ten_times_refunds_once(standins: StandIns) -> None:
    canceled_at_stripe(standins)
    pk = Refund.objects.get().pk
    assert [refunds.submit(pk) for _ in range(10)] == [True] + 9 * [False]
    assert len(standins.ledger()["refunds"]) == 1


def test_a_lost_answer_is_asked_again_with_the_same_key(standins: StandIns) -> None:
    canceled_at_stripe(standins)
    refund = Refund.objects.get()
    standins.fault(provider="stripe", operation="refunds.create", kind="drop_after_effect", count=3)
    assert not refunds.submit(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.attempts, refund.lease_token) == ("requested", 1, None)
    Refund.objects.update(next_try_at=None)
    assert refunds.submit(refund.pk)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]
    assert len(standins.ledger()["refunds"]) == 1


def test_a_partial_refund_whose_answer_was_lost_is_not_made_twice(standins: StandIns) -> None:
    order = pay_at_stripe(standins)
    with transaction.atomic():
        refund = refunds.request(order.payments.get(), RefundCause.STAFF, 2000)
    assert refund is not None
    standins.fault(provider="stripe", operation="refunds.create", kind="drop_after_effect", count=3)
    assert not refunds.submit(refund.pk)
    Refund.objects.update(next_try_at=None)
    assert refunds.submit(refund.pk)
    assert [r["amount"] for r in standins.ledger()["refunds"]] == [2000]


def test_after_a_day_the_refund_is_looked_up_before_it_is_asked_again(standins: StandIns) -> None:
    canceled_at_stripe(standins)
    refund = Refund.objects.get()
    standins.fault(provider="stripe", operation="refunds.create", kind="drop_after_effect", count=3)
    refunds.submit(refund.pk)
    Refund.objects.update(next_try_at=None, first_tried_at=clock.now() - timedelta(hours=25))
    before = len(standins.requests("stripe"))
    assert refunds.submit(refund.pk)
    made = [request["method"] for request in standins.requests("stripe")[before:]]
    assert made == ["GET"]
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]


def test_a_pending_refund_is_settled_by_its_webhook(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    fault = {"provider": "stripe", "operation": "refunds.create", "kind": "outcome", "outcome": "pending"}
    standins.fault(**fault)
    work.submit_refunds()
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "submitted")]
    standins.move_refund(Refund.objects.get().stripe_id or "", "succeeded")
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]


def test_a_pending_refund_is_settled_by_reconciliation_when_no_webhook_comes(standins: StandIns) -> None:
    canceled_at_stripe(standins)
    standins.fault(provider="stripe", operation="refunds.create", kind="outcome", outcome="pending")
    work.submit_refunds()
    refund = Refund.objects.get()
    standins.move_refund(refund.stripe_id or "", "succeeded")
    assert refunds.reconcile(refund.pk)
    assert not refunds.reconcile(refund.pk)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]


def test_a_refund_that_bounces_days_later_goes_to_the_board(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    work.settle(standins, client)
    standins.move_refund(Refund.objects.get().stripe_id or "", "failed", "expired_or_canceled_card")
    work.settle(standins, client)
    refund = Refund.objects.get()
    assert (refund.status, refund.problem, refund.failure) == ("failed", "bounced", "expired_or_canceled_card")
    assert list(Refund.objects.with_problem()) == [refund]


def test_a_failed_refund_is_retried_by_staff_with_another_key(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    standins.fault(provider="stripe", operation="refunds.create", kind="outcome", outcome="failed")
    work.settle(standins, client)
    refund = Refund.objects.get()
    assert (refund.status, refund.problem) == ("failed", "failed")
    assert refunds.retry(refund.pk, actor="aline")
    work.settle(standins, client)
    refund.refresh_from_db()
    assert (refund.status, refund.generation, refund.problem) == ("succeeded", 1, "")


def test_a_disputed_payment_is_not_refunded_automatically(standins: StandIns, client: Client) -> None:
    order = pay_at_stripe(standins)
    charge = standins.ledger()["charges"][0]["id"]
    dispute = standins.dispute(charge)
    work.settle(standins, client)
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    work.settle(standins, client)
    refund = Refund.objects.get()
    assert (refund.status, refund.problem, refund.attempts) == ("requested", "disputed", 0)
    standins.close_dispute(dispute["id"], won=True)
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]


def test_a_dispute_learned_from_stripes_refusal_goes_to_the_board(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    standins.dispute(standins.ledger()["charges"][0]["id"])
    work.submit_refunds()
    assert disputes.refresh(Payment.objects.get().pk)  # woken by the refusal
    refund = Refund.objects.select_related("payment").get()
    assert (refund.status, refund.problem, refund.payment.problem) == ("requested", "disputed", "disputed")
    assert refund.lease_token is None
    standins.close_dispute(standins.ledger()["disputes"][0]["id"], won=True)
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]


def test_a_refund_made_in_stripes_console_is_taken_in(standins: StandIns, client: Client) -> None:
    order = pay_at_stripe(standins)
    standins.refund_by_hand(standins.ledger()["charges"][0]["id"], 2000)
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("console", 2000, "succeeded")]
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("console", 2000, "succeeded"), ("sender_canceled", FULL - 2000, "succeeded")]


def test_our_waiting_request_gives_way_to_a_refund_made_in_the_console(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    standins.refund_by_hand(standins.ledger()["charges"][0]["id"], 2000)
    standins.deliver(client)
    work.handle_events()
    assert sorted(work.refunds_at_rest()) == [("console", 2000, "succeeded"), ("sender_canceled", 3580, "requested")]
    work.settle(standins, client)
    assert sum(r["amount"] for r in standins.ledger()["refunds"]) == FULL


def test_a_charge_refunded_whole_in_the_console_leaves_nothing_to_ask(standins: StandIns, client: Client) -> None:
    canceled_at_stripe(standins)
    standins.refund_by_hand(standins.ledger()["charges"][0]["id"])
    work.submit_refunds()
    work.settle(standins, client)
    assert sorted(work.refunds_at_rest()) == [("console", FULL, "succeeded"), ("sender_canceled", FULL, "failed")]
    assert Refund.objects.with_problem().count() == 0


def test_refunds_never_exceed_what_was_captured_in_the_database() -> None:
    order = make_paid()
    payment = order.payments.get()
    Refund.objects.create(payment=payment, cause="staff", amount_cents=FULL)
    with pytest.raises(IntegrityError, match="exceed"), transaction.atomic():
        Refund.objects.create(payment=payment, cause="declined", amount_cents=1)


def test_a_failed_refund_frees_its_amount() -> None:
    payment = make_paid().payments.get()
    Refund.objects.create(payment=payment, cause="staff", amount_cents=FULL, status="failed", failed_at=clock.now())
    Refund.objects.create(payment=payment, cause="declined", amount_cents=FULL)
    with pytest.raises(IntegrityError, match="exceed"), transaction.atomic():
        Refund.objects.filter(cause="staff").update(status="requested")
    with pytest.raises(IntegrityError, match="exceed"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(captured_cents=FULL - 1, pays_order=False)


def test_one_refund_per_payment_and_cause() -> None:
    payment = make_paid().payments.get()
    with transaction.atomic():
        first = refunds.request(payment, RefundCause.EXPIRED, 1000)
        again = refunds.request(payment, RefundCause.EXPIRED, 500)
    assert first == again
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(payment=payment, cause="expired", amount_cents=1)


def test_staff_return_a_part_then_the_rest_with_a_row_of_its_own() -> None:
    order = make_paid()
    payment = order.payments.get()
    with transaction.atomic():
        refunds.request(payment, RefundCause.STAFF, 1000)
    assert cancellation.refund_in_full(order.pk, actor="aline")
    assert work.refunds_at_rest() == [("staff", 1000, "requested"), ("staff", FULL - 1000, "requested")]
    told = Message.objects.get(template="order_canceled")
    assert told.context["amount_cents"] == FULL - 1000
    assert cancellation.refund_in_full(order.pk, actor="aline") is False
    assert refunds.remaining_cents(payment) == 0
    with pytest.raises(refunds.NothingLeft), transaction.atomic():
        refunds.request(payment, RefundCause.STAFF, 1)
    assert Refund.objects.count() == 2


def test_a_part_that_stripe_refused_is_asked_again_beside_the_rest() -> None:
    order = make_paid()
    payment = order.payments.get()
    Refund.objects.create(
        payment=payment, cause="staff", amount_cents=1000, status="failed", failed_at=clock.now(), failure="declined"
    )
    assert cancellation.refund_in_full(order.pk, actor="aline")
    assert work.refunds_at_rest() == [("staff", 1000, "requested"), ("staff", FULL - 1000, "requested")]
    assert list(Refund.objects.order_by("pk").values_list("generation", flat=True)) == [1, 0]


def test_a_partial_refund_leaves_the_rest_for_later() -> None:
    order = make_paid()
    payment = order.payments.get()
    with transaction.atomic():
        refunds.request(payment, RefundCause.STAFF, 1000)
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    assert work.refunds_at_rest() == [("staff", 1000, "requested"), ("sender_canceled", FULL - 1000, "requested")]


def test_asking_more_than_is_left_is_refused() -> None:
    payment = make_paid().payments.get()
    with pytest.raises(refunds.NothingLeft), transaction.atomic():
        refunds.request(payment, RefundCause.STAFF, FULL + 1)


def test_staff_refund_in_full_what_was_already_delivered() -> None:
    order = make_paid()
    Order.objects.filter(pk=order.pk).update(status="delivered", delivered_at=clock.now())
    assert cancellation.refund_in_full(order.pk, actor="aline")
    assert not cancellation.refund_in_full(order.pk, actor="aline")
    assert work.refunds_at_rest() == [("staff", FULL, "requested")]
    order.refresh_from_db()
    assert order.status == "delivered"


def test_staff_asking_a_full_refund_after_a_failed_one_really_ask_again(standins: StandIns, client: Client) -> None:
    order = pay_at_stripe(standins)
    standins.fault(provider="stripe", operation="refunds.create", kind="outcome", outcome="failed")
    assert cancellation.refund_in_full(order.pk, actor="aline")
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("staff", FULL, "failed")]
    assert cancellation.refund_in_full(order.pk, actor="aline")
    work.settle(standins, client)
    assert work.refunds_at_rest() == [("staff", FULL, "succeeded")]
    assert not cancellation.refund_in_full(order.pk, actor="aline")
