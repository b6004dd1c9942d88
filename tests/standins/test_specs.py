"""The stand-ins against the published contracts: requests of the official libraries, and our own answers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import tweepy
from twilio.rest import Client

from tests import specs
from tests.standin_client import StandIns
from tests.standins.conftest import order
from tests.standins.test_twilio import LOU, SERVICE
from tests.standins.test_x import look_up

needs_specs = pytest.mark.skipif(bool(specs.why_not()), reason=specs.why_not())


def request(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "stripe",
        "method": "POST",
        "path": "/v1/refunds",
        "query": [],
        "form": [],
        "json": None,
    } | changes


@needs_specs
def test_requests_of_the_libraries_fit(
    bank: Any, carrier: Client, bird: tweepy.Client, paid: Any, standins: StandIns
) -> None:
    intent = paid().payment_intent
    bank.v1.refunds.create({"payment_intent": intent, "reason": "requested_by_customer", "metadata": {"refund": "R1"}})
    bank.v1.events.list({"types": ["refund.created"], "created": {"gte": int(time.time()) - 60}, "limit": 100})
    bank.v1.checkout.sessions.expire(bank.v1.checkout.sessions.create(order()).id)
    carrier.messages.create(
        to=LOU, messaging_service_sid=SERVICE, body="Bonjour", status_callback="http://127.0.0.1/x", validity_period=60
    )
    carrier.messages.list(to=LOU, date_sent_after=datetime.now(UTC) - timedelta(hours=1), limit=5)
    who = look_up(bird, "flora").data.id
    bird.create_direct_message(participant_id=who, text="Bonjour")
    bird.get_direct_message_events(participant_id=who, dm_event_fields=["text"], max_results=20, user_auth=True)
    assert specs.check(standins.requests()) == 11


@needs_specs
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (request(form=[["payment_intent", "pi_1"], ["note", "x"]]), "note: unknown"),
        (request(form=[["amount", "12.5"]]), "amount: '12.5' is not a whole number"),
        (request(form=[["reason", "declined"]]), "reason: 'declined' is none of"),
        (request(path="/v1/refund"), "no such address"),
        (request(method="DELETE"), "no such method here"),
        (
            request(path="/v1/checkout/sessions", form=[["line_items[0][price_data][unit_amount]", "900"]]),
            "line_items[0][price_data]: currency is missing",
        ),
        (
            request(provider="twilio", path=f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json", form=[["Body", "x"]]),
            "To is missing",
        ),
        (
            request(provider="x", path="/2/dm_conversations/with/12/messages", json={"text": "Bonjour", "title": "x"}),
            "body[title]: unknown",
        ),
        (
            request(
                provider="x", method="GET", path="/2/users/by/username/flora", query=[["user.fields", "receives_dm"]]
            ),
            "user.fields[0]: 'receives_dm' is none of",
        ),
    ],
)
def test_what_does_not_fit_is_named(sent: Any, said: str) -> None:
    with pytest.raises(AssertionError) as wrong:
        specs.check([sent])
    assert said in str(wrong.value)


@needs_specs
def test_our_stripe_objects_fit(bank: Any, paid: Any, standins: StandIns) -> None:
    bank.v1.refunds.create({"payment_intent": paid().payment_intent})
    ledger = standins.ledger()
    standins.dispute(ledger["charges"][0]["id"])
    standins.pay(bank.v1.checkout.sessions.create(order()).id, "declined")
    standins.pay(bank.v1.checkout.sessions.create(order()).id, "delayed")
    ledger = standins.ledger()
    names = {"sessions": "checkout.session", "payment_intents": "payment_intent", "charges": "charge"}
    names |= {"refunds": "refund", "events": "event", "disputes": "dispute"}
    for group, name in names.items():
        assert ledger[group]
        for body in ledger[group]:
            specs.check_answer("stripe", name, body)


@needs_specs
def test_our_texts_and_people_fit(carrier: Client, bird: tweepy.Client, standins: StandIns) -> None:
    made = carrier.messages.create(to="+33600030003", messaging_service_sid=SERVICE, body="Bonjour")
    standins.wait_for_text(made.sid, "undelivered")
    body = standins.move_text(made.sid, "undelivered", 30003)
    specs.check_answer("twilio", "api.v2010.account.message", body)
    for handle in ("flora", "inconnu", "sanschamp"):
        answer = bird.request(
            "GET", f"/2/users/by/username/{handle}", params={"user.fields": "receives_your_dm,id"}, user_auth=True
        )
        specs.check_answer("x", "GetUsersByUsernameResponse", answer.json())


def test_absent_contracts_skip_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(specs, "FOLDER", tmp_path)
    with pytest.raises(pytest.skip.Exception) as skipped:
        specs.check([])
    assert "not beside this checkout (stripe, twilio, x in" in str(skipped.value)
