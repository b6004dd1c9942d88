"""Idempotency keys, and answers that are lost."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import stripe

from tests.standin_client import StandIns
from tests.standins.conftest import order, stripe_client


def test_same_key_and_parameters_replay_the_first_answer(bank: Any, standins: StandIns) -> None:
    params = order()
    first = bank.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"})
    second = bank.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"})
    assert second.id == first.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(standins.ledger()["sessions"]) == 1


def test_same_key_with_other_parameters_is_an_idempotency_error(bank: Any, standins: StandIns) -> None:
    bank.v1.checkout.sessions.create(order(), {"idempotency_key": "row-1"})
    with pytest.raises(stripe.IdempotencyError) as refused:
        bank.v1.checkout.sessions.create(order(client_reference_id="B"), {"idempotency_key": "row-1"})
    assert refused.value.http_status == 400
    assert len(standins.ledger()["sessions"]) == 1


def test_same_key_at_another_address_is_an_idempotency_error(bank: Any, paid: Any) -> None:
    session = paid()
    bank.v1.refunds.create({"payment_intent": session.payment_intent}, {"idempotency_key": "row-1"})
    with pytest.raises(stripe.IdempotencyError):
        bank.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "row-1"})


def test_key_stays_usable_after_a_validation_error(bank: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.checkout.sessions.create(order(mode="gift"), {"idempotency_key": "row-1"})
    assert bank.v1.checkout.sessions.create(order(), {"idempotency_key": "row-1"}).status == "open"


def test_key_of_256_characters_is_refused(bank: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        bank.v1.checkout.sessions.create(order(), {"idempotency_key": "k" * 256})


def test_two_at_once_with_one_key_conflict(bank: Any, standins: StandIns) -> None:
    params = order()
    standins.fault(provider="stripe", operation="checkout.sessions.create", kind="slow", seconds=0.5)
    first: list[str] = []
    thread = threading.Thread(
        target=lambda: first.append(bank.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"}).id)
    )
    thread.start()
    while not standins.requests("stripe"):
        time.sleep(0.005)
    with pytest.raises(stripe.APIError) as refused:
        stripe_client(standins).v1.checkout.sessions.create(params, {"idempotency_key": "row-1"})
    thread.join()
    assert refused.value.http_status == 409
    assert "idempotency_key_in_use" in str(refused.value.json_body)
    assert [session["id"] for session in standins.ledger()["sessions"]] == first


def test_execution_error_is_replayed_too(bank: Any, paid: Any, standins: StandIns) -> None:
    intent = paid().payment_intent
    bank.v1.refunds.create({"payment_intent": intent})
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            bank.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": "row-2"})
        assert refused.value.code == "charge_already_refunded"
    assert [one.get("replayed", False) for one in standins.requests("stripe")[-2:]] == [False, True]


def test_500_is_kept_under_its_key_and_503_is_not(bank: Any, standins: StandIns) -> None:
    params = order()
    for status, key in ((500, "row-1"), (503, "row-2")):
        standins.fault(provider="stripe", operation="checkout.sessions.create", kind="error", status=status)
        with pytest.raises(stripe.APIError):
            bank.v1.checkout.sessions.create(params, {"idempotency_key": key})
    with pytest.raises(stripe.APIError):
        bank.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"})
    assert bank.v1.checkout.sessions.create(params, {"idempotency_key": "row-2"}).status == "open"


@pytest.mark.parametrize("kind", ["drop_after_effect", "garbage"])
def test_lost_answer_is_found_again_under_its_key(bank: Any, paid: Any, standins: StandIns, kind: str) -> None:
    intent = paid().payment_intent
    standins.fault(provider="stripe", operation="refunds.create", kind=kind)
    with pytest.raises((stripe.APIConnectionError, stripe.APIError)):
        bank.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": "row-1"})
    (made,) = standins.ledger()["refunds"]
    again = bank.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": "row-1"})
    assert again.id == made["id"]
    assert len(standins.ledger()["refunds"]) == 1


def test_call_dropped_before_its_effect_did_nothing(bank: Any, paid: Any, standins: StandIns) -> None:
    standins.fault(provider="stripe", operation="refunds.create", kind="drop_before_effect")
    with pytest.raises(stripe.APIConnectionError):
        bank.v1.refunds.create({"payment_intent": paid().payment_intent}, {"idempotency_key": "row-1"})
    assert standins.ledger()["refunds"] == []


def test_library_retries_over_a_dropped_answer(paid: Any, standins: StandIns) -> None:
    intent = paid().payment_intent
    standins.fault(provider="stripe", operation="refunds.create", kind="drop_after_effect")
    refund = stripe_client(standins, retries=2).v1.refunds.create({"payment_intent": intent})
    assert refund.status == "succeeded"
    assert [one["id"] for one in standins.ledger()["refunds"]] == [refund.id]


def test_rate_limit_is_not_retried_and_keeps_the_key_free(standins: StandIns) -> None:
    params = order()
    standins.fault(provider="stripe", operation="checkout.sessions.create", kind="error", status=429)
    client = stripe_client(standins, retries=2)
    with pytest.raises(stripe.RateLimitError):
        client.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"})
    assert client.v1.checkout.sessions.create(params, {"idempotency_key": "row-1"}).status == "open"
    assert len(standins.requests("stripe")) == 2
