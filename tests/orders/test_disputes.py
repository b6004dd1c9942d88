"""A contested payment: no refund by itself, no flowers by themselves, and nothing goes dark."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from florists import jobs, offers
from florists.deliveries import TransitionRefused
from florists.models import Delivery
from interflora.lib import clock, links
from notifications.models import Message
from orders import cancellation, decisions, disputes, following, payments, recipients, refunds, steps, stripe_gateway
from orders.models import Order, Payment, Refund, RefundCause
from tests.florists.factories import in_charge, make_address, make_florist, make_offer, next_served_day
from tests.orders import work
from tests.orders.factories import make_order, make_paid, make_payment, make_session
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
FULL = 5580


def again(order: Order) -> Order:
    return Order.objects.select_related("delivery").get(pk=order.pk)


def contest(order: Order, state: str = "open") -> bool:
    return disputes.apply(order.payments.get(pays_order=True).pk, state)


def contested(**fields: object) -> Order:
    order = make_paid(**fields)
    assert contest(order)
    return again(order)


def step(order: Order) -> tuple[str, str, str]:
    order = again(order)
    return order.problem, order.next_step, order.next_step_owner


def told(order: Order) -> list[str]:
    return list(
        Message.objects.filter(about=f"order:{order.public_id}").order_by("pk").values_list("template", flat=True)
    )


# --- Opened -------------------------------------------------------------------------------------------------------
def test_a_contested_payment_keeps_the_flowers_back() -> None:
    order = contested()
    assert (order.status, order.delivery.status, order.delivery.next_step) == ("paid", "to_assign", "held")
    assert step(order) == ("disputed", "treat", "staff")
    assert order.next_step_due_at is not None and order.next_step_due_at > clock.now()
    assert offers.open_next(order.delivery_id) is False
    assert told(order) == ["order_confirmed", "order_held"]
    assert Order.objects.going_dark().count() == 0
    assert contest(order) is False


def test_a_florist_who_has_the_job_is_told_and_it_waits() -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    assert contest(order)
    assert again(order).delivery.status == "to_assign"
    assert Message.objects.filter(template="florist_withdrawn", channel="email").count() == 1


def test_once_the_florist_has_started_only_the_money_is_looked_at() -> None:
    order = make_paid()
    assert offers.accept(make_offer(order.delivery).pk)
    row = Delivery.objects.select_related("florist").get()
    jobs.start_preparing(row, in_charge(row))
    assert contest(order)
    assert step(order) == ("", "deliver", "florist")
    assert again(order).delivery.status == "preparing"
    assert Payment.objects.get().problem == "disputed"
    assert told(order) == ["order_confirmed"]


def test_a_second_payment_contested_holds_nothing() -> None:
    order = make_order()
    first = make_payment(order)
    payments.supersede(order)
    second = make_payment(order)
    payments.confirm(second.pk, make_session(second))
    payments.confirm(first.pk, make_session(first))
    assert disputes.apply(first.pk, "open")
    assert step(order) == ("", "deliver", "florist")
    assert Refund.objects.get().problem == "disputed"


def test_a_held_order_stays_on_the_board_day_after_day() -> None:
    order = contested()
    Order.objects.update(next_step_due_at=clock.now() - timedelta(minutes=1))
    assert steps.check_going_dark() == 0
    assert step(order) == ("disputed", "treat", "staff")
    Order.objects.update(problem_at=clock.now() - timedelta(days=30))
    assert following.undeliverable() == []
    work.follow_deliveries()
    assert step(order) == ("disputed", "treat", "staff")


def test_no_button_of_other_problems_lets_it_go() -> None:
    order = contested()
    assert steps.solve(order.pk, actor="aline") is False
    recipients.set_slot(order.pk, next_served_day(4), "morning")
    recipients.set_address(order.pk, make_address(), next_served_day(5), "morning")
    assert step(order) == ("disputed", "treat", "staff")
    assert again(order).delivery.next_step == "held"
    with pytest.raises(TransitionRefused):
        offers.offer_to(order.delivery, make_florist(), User.objects.create_user("reseau"))


def test_the_sender_reads_why_and_what_to_do(client: Client) -> None:
    order = contested()
    page = client.get(links.path(order.link())).content.decode()
    assert "Votre commande est en attente" in page
    assert "dites-le à votre banque et écrivez-nous" in page
    assert "Livraison en attente\u00a0: votre banque nous signale que ce paiement est contesté." in page


# --- Won and lost -------------------------------------------------------------------------------------------------
def test_won_the_flowers_go_on() -> None:
    order = contested()
    assert contest(order, "won")
    assert step(order) == ("", "deliver", "florist")
    assert again(order).delivery.next_step == "offer"
    assert make_offer(order.delivery).status == "open"
    assert told(order) == ["order_confirmed", "order_held", "order_resumed"]
    assert Payment.objects.get().problem == ""


def test_won_after_the_promised_day_the_order_is_somebodys_at_once() -> None:
    order = contested()
    Delivery.objects.update(day=clock.paris_today() - timedelta(days=1))
    assert contest(order, "won")
    assert offers.open_next(order.delivery_id) is False
    work.follow_deliveries()
    assert step(order) == ("no_florist", "treat", "staff")


def test_an_order_paid_without_address_still_lacks_it_when_the_dispute_is_won() -> None:
    order = make_order()
    payment = make_payment(order)
    order.delivery.sealed_address.delete()
    assert payments.confirm(payment.pk, make_session(payment))
    assert contest(order)
    assert step(order) == ("disputed", "treat", "staff")
    assert contest(order, "won")
    assert step(order) == ("stuck", "treat", "staff")


def test_lost_the_bank_has_given_the_money_back_and_staff_still_decide() -> None:
    order = contested()
    assert contest(order, "lost")
    payment = Payment.objects.get()
    assert (payment.dispute, payment.problem, refunds.remaining_cents(payment)) == ("lost", "dispute_lost", 0)
    assert step(order) == ("disputed", "treat", "staff")
    assert disputes.acknowledge(payment.pk, actor="compta")
    assert not disputes.acknowledge(payment.pk, actor="compta")
    assert Payment.objects.get().problem == ""
    assert Payment.objects.get().is_contested


def test_a_refund_that_waited_comes_to_nothing_when_the_bank_took_the_money_back(client: Client) -> None:
    order = contested()
    cancellation.cancel_as_sender(order.pk)
    assert Refund.objects.get().problem == "disputed"
    page = client.get(links.path(order.link())).content.decode()
    assert "elle vous rend la somme, ou nous le faisons dès qu’elle a répondu" in page
    assert contest(order, "lost")
    refund = Refund.objects.get()
    assert (refund.status, refund.failure, refund.problem) == ("failed", "taken_back_by_bank", "")
    page = client.get(links.path(order.link())).content.decode()
    assert "Votre banque vous a rendu elle-même les 55,80\u00a0€" in page
    assert Payment.objects.owed().count() == 0
    assert payments.check_owed() == 0


# --- What staff decide --------------------------------------------------------------------------------------------
def test_staff_deliver_all_the_same_and_the_same_dispute_holds_nothing_again() -> None:
    order = contested()
    assert decisions.deliver_anyway(order.pk, actor="aline")
    assert decisions.deliver_anyway(order.pk, actor="aline") is False
    assert step(order) == ("", "deliver", "florist")
    assert make_offer(order.delivery).status == "open"
    assert contest(order) is False
    assert step(order) == ("", "deliver", "florist")
    assert order.events.get(kind="deliver_anyway").actor == "aline"
    assert Payment.objects.get().problem == "disputed"  # accounting still answer the bank


def test_staff_cancel_without_refund() -> None:
    order = contested()
    assert decisions.cancel(order.pk, actor="aline")
    assert decisions.cancel(order.pk, actor="aline") is False
    order = again(order)
    assert (order.status, order.delivery.status, order.problem) == ("canceled", "canceled", "")
    assert Refund.objects.count() == 0
    assert payments.check_owed() == 0
    assert told(order) == ["order_confirmed", "order_held", "order_canceled"]
    assert order.events.get(kind="canceled").data == {"cause": "disputed"}


def test_money_the_bank_took_is_not_owed_once_accounting_closed_the_matter() -> None:
    order = contested()
    assert contest(order, "lost")
    assert cancellation.cancel(order.pk, cancellation.WITHOUT_REFUND)
    Payment.objects.update(problem="", problem_at=None)
    assert Payment.objects.get().order.status == "canceled"
    assert Payment.objects.owed().count() == 0


def test_a_payment_nobody_contests_is_never_kept() -> None:
    order = make_paid()
    assert cancellation.cancel(order.pk, cancellation.WITHOUT_REFUND) is False
    assert again(order).status == "paid"
    assert decisions.cancel(order.pk, actor="aline") is False


def test_what_was_kept_goes_back_once_the_bank_has_found_for_us() -> None:
    order = contested()
    assert decisions.cancel(order.pk, actor="aline")
    assert contest(order, "won")
    assert work.refunds_at_rest() == [("staff", FULL, "requested")]
    assert told(order)[-1] == "order_refund_requested"
    assert payments.check_owed() == 0


def test_staff_refund_waits_for_the_bank_and_leaves_when_it_is_won() -> None:
    order = contested()
    assert cancellation.refund_in_full(order.pk, actor="aline")
    assert Refund.objects.get().problem == "disputed"
    assert refunds.due().count() == 0
    assert contest(order, "won")
    assert refunds.due().count() == 1
    assert Refund.objects.count() == 1


# --- From Stripe --------------------------------------------------------------------------------------------------
def paid_at_stripe(standins: StandIns) -> tuple[Order, str]:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=order.total_cents))
    return order, standins.ledger()["charges"][0]["id"]


def test_news_of_a_dispute_before_news_of_its_payment(standins: StandIns, client: Client) -> None:
    order, charge = paid_at_stripe(standins)
    standins.dispute(charge)
    for webhook in reversed(standins.webhooks(state="held")):
        assert standins.hand(client, webhook) == 200
        work.handle_events()
    assert step(order) == ("disputed", "treat", "staff")
    assert Payment.objects.get().dispute == "open"


def test_every_news_again_and_backwards_changes_nothing(standins: StandIns, client: Client) -> None:
    order, charge = paid_at_stripe(standins)
    dispute = standins.dispute(charge)
    standins.close_dispute(dispute["id"], won=True)
    for _turn in range(3):
        for webhook in reversed(standins.webhooks(state="held")):
            assert standins.hand(client, webhook) == 200
            work.handle_events()
    assert step(order) == ("", "deliver", "florist")
    assert order.events.filter(kind="held").count() == 0  # it was over before we heard of it


def test_a_dispute_no_webhook_told_is_found(standins: StandIns) -> None:
    order, charge = paid_at_stripe(standins)
    payments.reconcile(order.payments.get().pk)
    dispute = standins.dispute(charge)
    since = clock.now() - timedelta(hours=1)
    assert disputes.reconcile(since) == 1
    assert disputes.reconcile(since) == 0
    assert step(order) == ("disputed", "treat", "staff")
    assert disputes.reconcile(clock.now() + timedelta(hours=1)) == 0
    standins.close_dispute(dispute["id"], won=False)
    assert disputes.reconcile(since) == 1
    assert Payment.objects.get().dispute == "lost"


def test_of_two_disputes_the_open_one_counts() -> None:
    def all_of(*statuses: str) -> str:
        return disputes.state_of([stripe_gateway.Dispute("du", "pi", status) for status in statuses])

    assert all_of() == ""
    assert all_of("won", "needs_response") == "open"
    assert all_of("won", "lost") == "lost"
    assert all_of("warning_closed", "won") == "won"


def test_a_refusal_of_stripe_has_the_disputes_read(standins: StandIns) -> None:
    order, charge = paid_at_stripe(standins)
    payments.reconcile(order.payments.get().pk)
    with transaction.atomic():
        refunds.request(order.payments.get(), RefundCause.STAFF, 1000)
    standins.dispute(charge)
    work.submit_refunds()
    assert Refund.objects.get().problem == "disputed"
    assert disputes.refresh(Payment.objects.get().pk)
    assert step(order) == ("disputed", "treat", "staff")
