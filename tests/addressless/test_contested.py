"""A gift whose payment is contested, or returned in Stripe's console: nobody is written to for nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from addressless import answers, claims, invitations, sweeps
from addressless.errors import NotNow
from addressless.models import Claim
from interflora.lib import clock
from notifications.models import Message
from orders import cancellation, decisions, disputes, refunds, steps, stripe_gateway
from orders.models import Order
from tests.addressless.factories import (
    let_window_end,
    make_draft,
    make_failed,
    make_invited,
    make_started,
    open_session,
    pay,
)
from tests.florists.factories import make_address, next_served_day
from tests.orders import work
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
HOST = {"host": "gestion.testserver"}


def contest(claim: Claim, state: str = "open") -> None:
    assert disputes.apply(claim.order.payments.get().pk, state)


def order_of(claim: Claim) -> Order:
    return Order.objects.select_related("delivery").get(pk=claim.order_id)


def step(claim: Claim) -> tuple[str, str, str]:
    order = order_of(claim)
    return order.problem, order.next_step, order.next_step_owner


def invitations_made() -> int:
    return Message.objects.filter(template="gift_invitation").count()


def test_the_invitation_waits_for_the_banks_answer() -> None:
    claim = make_draft()
    pay(claim.order)
    contest(claim)
    sweeps.sweep()
    sweeps.sweep()
    assert invitations_made() == 0
    contest(claim, "won")
    sweeps.sweep()
    assert invitations_made() == 1
    assert step(claim) == ("", "invite", "system")


def test_an_invitation_overdue_meanwhile_goes_on_afterwards() -> None:
    claim = make_draft()
    pay(claim.order)
    contest(claim)
    Order.objects.update(next_step_due_at=clock.now())
    assert steps.check_going_dark() == 0
    assert step(claim) == ("disputed", "treat", "staff")
    contest(claim, "won")
    assert step(claim) == ("", "invite", "system")


def test_an_open_gift_keeps_its_step_and_no_reminder_leaves() -> None:
    claim = make_invited()
    contest(claim)
    assert step(claim) == ("disputed", "answer", "recipient")
    Claim.objects.update(next_reminder_at=clock.now())
    assert invitations.remind(claim.pk) is False
    contest(claim, "won")
    assert invitations.remind(claim.pk)


def test_an_accepted_gift_is_offered_to_no_florist_until_it_is_decided() -> None:
    claim = make_invited()
    contest(claim)
    answers.accept(open_session(claim), make_address(), next_served_day(), "morning")
    order = order_of(claim)
    assert (order.delivery.status, order.delivery.next_step) == ("to_assign", "held")
    assert step(claim) == ("disputed", "treat", "staff")
    contest(claim, "won")
    assert order_of(claim).delivery.next_step == "offer"
    assert step(claim) == ("", "deliver", "florist")


def test_a_gift_that_ends_meanwhile_is_refunded_once_the_bank_allows() -> None:
    claim = make_invited()
    contest(claim)
    let_window_end(claim)
    assert claims.expire(claim.pk)
    assert work.refunds_at_rest() == [("expired", 5580, "requested")]
    assert refunds.due().count() == 0
    contest(claim, "won")
    assert refunds.due().count() == 1


def test_a_dispute_that_ends_leaves_the_gift_with_the_staff_who_look_at_it() -> None:
    for number in range(5):
        make_started(contact=f"ami{number}@belle-adresse.example")
    claim = make_started(contact="sixieme@belle-adresse.example")
    assert claim.is_in_review
    due_at = order_of(claim).next_step_due_at
    contest(claim)
    contest(claim, "won")
    assert step(claim) == ("", "treat", "staff")
    assert order_of(claim).next_step_due_at == due_at
    sweeps.sweep()
    assert not Message.objects.filter(about=claim.about).exists()


def returned_then_sent_back() -> Claim:
    """A refund of the console closes the gift; before its order ends, the bank sends the money back."""
    claim = make_invited()
    intent = claim.order.payments.get().intent_id or ""
    assert refunds.ingest(stripe_gateway.RefundState("re_1", "succeeded", 5580, intent, "", "", 0))
    assert claims.close_with_order(claim.pk)
    assert refunds.ingest(stripe_gateway.RefundState("re_1", "failed", 5580, intent, "", "expired_card", 0))
    assert cancellation.close_refunded(claim.order_id) is False
    return Claim.objects.get(pk=claim.pk)


def test_money_sent_back_to_a_closed_gift_asks_staff_for_a_decision() -> None:
    claim = returned_then_sent_back()
    assert (claim.status, order_of(claim).status) == ("canceled", "paid")
    sweeps.sweep()
    sweeps.sweep()
    assert step(claim) == ("unclaimed", "treat", "staff")
    assert order_of(claim).awaits_decision
    assert decisions.deliver_anyway(claim.order_id, actor="aline") is False
    assert steps.solve(claim.order_id, actor="aline") is False
    assert decisions.cancel(claim.order_id, actor="aline")
    assert (order_of(claim).status, step(claim)) == ("canceled", ("", "", ""))
    assert work.refunds_at_rest() == [("console", 5580, "failed"), ("staff", 5580, "requested")]


@pytest.fixture
def sent_back() -> Claim:
    claim = returned_then_sent_back()
    sweeps.sweep()
    return claim


def test_the_board_leads_to_the_one_decision_left(sent_back: Claim, backoffice: Settings) -> None:
    claim, client = sent_back, Client()
    sign_in(client, User.objects.create_superuser("ines", password="bouquet-de-test"))
    page = reverse("admin:orders_order_decide", args=[claim.order_id])
    assert page in client.get(reverse("admin:board"), headers=HOST).content.decode()
    shown = client.get(page, headers=HOST).content.decode()
    assert "Annuler et rembourser" in shown
    assert "Livrer quand même" not in shown
    client.post(page, {"verb": "annuler"}, headers=HOST)
    assert order_of(claim).status == "canceled"


def test_the_contact_is_corrected_once_it_is_decided() -> None:
    claim = make_failed()
    contest(claim)
    with pytest.raises(NotNow):
        invitations.resend(claim.pk)
    contest(claim, "won")
    invitations.resend(claim.pk)
    assert step(claim) == ("", "invite", "system")


@pytest.mark.parametrize("accepted", [False, True])
def test_a_gift_returned_in_the_console_ends_with_its_order(accepted: bool) -> None:
    claim = make_invited()
    if accepted:
        answers.accept(open_session(claim), make_address(), next_served_day(), "morning")
    intent = claim.order.payments.get().intent_id or ""
    assert refunds.ingest(stripe_gateway.RefundState("re_1", "succeeded", 5580, intent, "", "", 0))
    assert cancellation.close_refunded(claim.order_id)
    sweeps.sweep()
    claim.refresh_from_db()
    assert claim.status == ("accepted" if accepted else "canceled")
    assert (order_of(claim).status, order_of(claim).delivery.status) == ("canceled", "canceled")
    assert work.refunds_at_rest() == [("console", 5580, "succeeded")]
