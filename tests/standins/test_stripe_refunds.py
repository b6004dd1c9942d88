"""Refunds and disputes."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.standin_client import StandIns
from tests.standins.conftest import order


def event_types(standins: StandIns) -> list[str]:
    return [event["type"] for event in standins.ledger()["events"]]


def test_full_refund_succeeds_at_once(bank: Any, paid: Any, standins: StandIns) -> None:
    session = paid()
    refund = bank.v1.refunds.create(
        {"payment_intent": session.payment_intent, "reason": "requested_by_customer", "metadata": {"refund": "R1"}}
    )
    assert (refund.status, refund.amount, refund.metadata.to_dict()) == ("succeeded", 5490, {"refund": "R1"})
    charge = bank.v1.charges.retrieve(refund.charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 5490)
    assert [one.id for one in charge.refunds.data] == [refund.id]
    assert event_types(standins)[-2:] == ["refund.created", "charge.refunded"]


def test_partial_refunds_add_up_and_no_more(bank: Any, paid: Any) -> None:
    intent = paid().payment_intent
    bank.v1.refunds.create({"payment_intent": intent, "amount": 5000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.refunds.create({"payment_intent": intent, "amount": 491})
    assert refused.value.param == "amount"
    assert bank.v1.refunds.create({"payment_intent": intent}).amount == 490
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize(
    "params", [{}, {"charge": "ch_a", "payment_intent": "pi_a"}, {"charge": "ch_none"}, {"payment_intent": "pi_none"}]
)
def test_refund_of_nothing_is_refused(bank: Any, params: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.refunds.create(params)


@pytest.mark.parametrize("more", [{"reason": "declined"}, {"amount": 0}, {"amount": "12.50"}, {"note": "x"}])
def test_wrong_refund_parameters_are_refused(bank: Any, paid: Any, more: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.refunds.create({"payment_intent": paid().payment_intent, **more})
    assert refused.value.param == next(iter(more))


def test_unpaid_intent_cannot_be_refunded(bank: Any, standins: StandIns) -> None:
    session = bank.v1.checkout.sessions.create(order())
    intent = standins.pay(session.id, "declined")["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.refunds.create({"payment_intent": intent})


def test_pending_refund_succeeds_later(bank: Any, paid: Any, standins: StandIns) -> None:
    standins.fault(provider="stripe", operation="refunds.create", kind="outcome", outcome="pending")
    refund = bank.v1.refunds.create({"payment_intent": paid().payment_intent})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    standins.move_refund(refund.id, "succeeded")
    assert bank.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert event_types(standins)[-2:] == ["refund.updated", "charge.refund.updated"]


def test_succeeded_refund_bounces_days_later(bank: Any, paid: Any, standins: StandIns) -> None:
    refund = bank.v1.refunds.create({"payment_intent": paid().payment_intent})
    standins.move_refund(refund.id, "failed", "lost_or_stolen_card")
    again = bank.v1.refunds.retrieve(refund.id, {"expand": ["charge"]})
    assert (again.status, again.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (again.charge.refunded, again.charge.amount_refunded) == (False, 0)
    assert event_types(standins)[-1] == "refund.failed"
    assert bank.v1.refunds.create({"payment_intent": again.payment_intent}).status == "succeeded"


def test_refund_made_in_the_console_is_listed(bank: Any, paid: Any, standins: StandIns) -> None:
    session = bank.v1.checkout.sessions.retrieve(paid().id, {"expand": ["payment_intent"]})
    standins.refund_by_hand(session.payment_intent.latest_charge, 1000)
    (refund,) = bank.v1.refunds.list({"payment_intent": session.payment_intent.id}).data
    assert (refund.amount, refund.metadata.to_dict()) == (1000, {})


def test_disputed_charge_cannot_be_refunded(bank: Any, paid: Any, standins: StandIns) -> None:
    intent = bank.v1.payment_intents.retrieve(paid().payment_intent)
    dispute = standins.dispute(intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"
    assert [one.id for one in bank.v1.disputes.list({"payment_intent": intent.id}).data] == [dispute["id"]]
    standins.close_dispute(dispute["id"], won=True)
    assert bank.v1.disputes.retrieve(dispute["id"]).status == "won"
    assert event_types(standins)[-4:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
