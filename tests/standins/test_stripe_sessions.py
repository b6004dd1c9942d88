"""Checkout Sessions through the official library: what is made, and what is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.standin_client import StandIns
from tests.standins.conftest import line, order, stripe_client


def test_session_is_open_unpaid_and_without_a_payment_intent(bank: Any, standins: StandIns) -> None:
    session = bank.v1.checkout.sessions.create(order())
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.metadata.to_dict()) == (5490, "eur", {"order": "K3M9"})
    assert session.url == f"{standins.url}/c/pay/{session.id}"
    assert bank.v1.checkout.sessions.retrieve(session.id).expires_at == session.expires_at


def test_paid_session_carries_intent_and_charge(bank: Any, paid: Any) -> None:
    session = bank.v1.checkout.sessions.retrieve(
        paid().id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    intent = session.payment_intent
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == ("succeeded", 5490, {"order": "K3M9"})
    assert (intent.latest_charge.amount, intent.latest_charge.paid) == (5490, True)
    assert intent.latest_charge.balance_transaction.net == 5490 - 107
    assert [item.amount_total for item in session.line_items.data] == [4590, 900]
    assert bank.v1.payment_intents.retrieve(intent.id).latest_charge == intent.latest_charge.id
    assert bank.v1.charges.retrieve(intent.latest_charge.id).billing_details.email == "camille@example.fr"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in order().items() if key != name}


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        (order(colour="red"), "colour", "parameter_unknown"),
        (order(line_items=[line("Rose", 900) | {"price_dat": "x"}]), "line_items[0][price_dat]", "parameter_unknown"),
        (without("mode"), "mode", "parameter_missing"),
        (without("success_url"), "success_url", "parameter_missing"),
        (without("line_items"), "line_items", "parameter_missing"),
        (
            order(line_items=[{"price_data": line("Rose", 900)["price_data"]}]),
            "line_items[0][quantity]",
            "parameter_missing",
        ),
        (order(line_items=[line("", 900)]), "line_items[0][price_data][product_data][name]", "parameter_invalid_empty"),
        (
            order(line_items=[line("Rose", "65.00")]),
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (order(line_items=[line("Rose", -1)]), "line_items[0][price_data][unit_amount]", "parameter_invalid_integer"),
        (order(line_items=[line("Rose", 49)]), None, "amount_too_small"),
        (order(line_items=[line("Rose", 900, currency="fleurs")]), "line_items[0][price_data][currency]", None),
        (order(line_items=[line("Rose", 900), line("Lis", 900, currency="usd")]), "line_items", None),
        (order(line_items=[line("Rose", 900)] * 101), "line_items", None),
        (
            order(payment_method_types=["card"]),
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        ),
        (order(ui_mode="hosted"), "ui_mode", None),
        (order(locale="breton"), "locale", None),
        (order(success_url="commande/retour"), "success_url", "url_invalid"),
        (order(expires_at=int(time.time()) + 29 * 60), "expires_at", None),
        (order(expires_at=int(time.time()) + 25 * 3600), "expires_at", None),
        (order(client_reference_id="x" * 201), "client_reference_id", "parameter_invalid_string_length"),
        (order(metadata={"k" * 41: "v"}), f"metadata[{'k' * 41}]", None),
        (order(metadata={"k": "v" * 501}), "metadata[k]", None),
        (order(metadata={f"k{n}": "v" for n in range(51)}), "metadata", None),
        (order(customer_email="camille"), "customer_email", "email_invalid"),
        (
            order(allowed_payment_method_types=["card"], excluded_payment_method_types=["link"]),
            None,
            None,
        ),
    ],
)
def test_session_is_refused(bank: Any, standins: StandIns, params: Any, param: str | None, code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.checkout.sessions.create(params)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert standins.ledger()["sessions"] == []


def test_wrong_key_is_refused(standins: StandIns) -> None:
    with pytest.raises(stripe.AuthenticationError):
        stripe_client(standins, "sk_test_other").v1.checkout.sessions.create(order())


def test_unknown_session_is_404(bank: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.checkout.sessions.retrieve("cs_test_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_open_session_can_be_expired_once(bank: Any) -> None:
    session = bank.v1.checkout.sessions.create(order())
    assert bank.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.checkout.sessions.expire(session.id)
    assert refused.value.http_status == 400


def test_paid_session_cannot_be_expired(bank: Any, paid: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.checkout.sessions.expire(paid().id)


def test_session_expires_when_its_time_is_over(bank: Any, standins: StandIns) -> None:
    session = bank.v1.checkout.sessions.create(order())
    standins.advance(32 * 60)
    assert bank.v1.checkout.sessions.retrieve(session.id).status == "expired"
    types = [event["type"] for event in standins.ledger()["events"]]
    assert types == ["checkout.session.expired"]


def test_lists_are_newest_first_filtered_and_paged(bank: Any, standins: StandIns) -> None:
    ids = [bank.v1.checkout.sessions.create(order()).id for _ in range(5)]
    standins.pay(ids[1])
    assert [one.id for one in bank.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()] == ids[::-1]
    assert [one.id for one in bank.v1.checkout.sessions.list({"status": "complete"}).data] == [ids[1]]
    intent = bank.v1.checkout.sessions.retrieve(ids[1]).payment_intent
    assert [one.id for one in bank.v1.checkout.sessions.list({"payment_intent": intent}).data] == [ids[1]]
    assert bank.v1.checkout.sessions.list({"created": {"gte": int(time.time()) + 60}}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.checkout.sessions.list({"limit": 101})


def test_unknown_expansion_is_refused(bank: Any, paid: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bank.v1.checkout.sessions.retrieve(paid().id, {"expand": ["amount_total"]})
    assert refused.value.param == "expand"


def test_manual_capture_leaves_the_session_unpaid(bank: Any, paid: Any) -> None:
    session = paid(payment_intent_data={"capture_method": "manual"})
    intent = bank.v1.payment_intents.retrieve(session.payment_intent)
    assert (session.payment_status, intent.status, intent.amount_capturable) == ("unpaid", "requires_capture", 5490)
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.refunds.create({"payment_intent": intent.id})
