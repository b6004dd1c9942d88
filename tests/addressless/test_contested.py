"""A gift whose payment is contested, or returned in Stripe's console: nobody is written to for nothing."""

from __future__ import annotations

import pytest

from addressless import answers, claims, invitations, sweeps
from addressless.errors import NotNow
from addressless.models import Claim
from interflora.lib import clock
from notifications.models import Message
from orders import cancellation, disputes, refunds, steps, stripe_gateway
from orders.models import Order
from tests.addressless.factories import (
    let_window_end,
    make_draft,
    make_failed,
    make_invited,
    open_session,
    pay,
)
from tests.florists.factories import make_address, next_served_day
from tests.orders import work

pytestmark = pytest.mark.django_db


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
