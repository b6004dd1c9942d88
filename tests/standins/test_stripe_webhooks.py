"""Stripe's news to the shop."""

from __future__ import annotations

from typing import Any

import stripe
from django.test import RequestFactory

from tests.standin_client import StandIns
from tests.standins.conftest import Shop, order


def test_payment_is_told_with_a_signature_the_library_accepts(paid: Any, shop: Shop) -> None:
    session = paid()
    events = {event.type: event for event in shop.events(2)}
    assert set(events) == {"payment_intent.succeeded", "checkout.session.completed"}
    completed = events["checkout.session.completed"]
    assert completed.data.object.id == session.id
    assert completed.data.object.payment_status == "paid"
    assert completed.api_version == "2026-10-28.endive"
    assert {path for path, _, _ in shop.heard} == {"/webhooks/stripe/"}


def test_refused_webhook_comes_again(paid: Any, shop: Shop, standins: StandIns) -> None:
    shop.answers += [500, 503]
    paid()
    bodies = [body for _, body, _ in shop.wait(4)]
    assert len(set(bodies)) == 2
    standins.drain()
    assert sorted(webhook["attempts"] for webhook in standins.webhooks()) == [[500, 200], [503, 200]]


def test_webhook_can_be_lost_and_found_in_the_list(bank: Any, paid: Any, shop: Shop, standins: StandIns) -> None:
    standins.fault(provider="stripe", operation="checkout.session.completed", kind="no_webhook")
    session = paid()
    standins.drain()
    assert [event.type for event in shop.events(1)] == ["payment_intent.succeeded"]
    (event,) = bank.v1.events.list({"types": ["checkout.session.completed"]}).data
    assert event.data.object.id == session.id
    assert bank.v1.events.retrieve(event.id).id == event.id


def test_webhook_can_come_twice(paid: Any, shop: Shop, standins: StandIns) -> None:
    standins.fault(provider="stripe", operation="checkout.session.completed", kind="duplicate_webhook", times=3)
    paid()
    assert len({event.id for event in shop.events(4)}) == 2


def test_webhooks_are_held_reordered_and_replayed(bank: Any, paid: Any, shop: Shop, standins: StandIns) -> None:
    standins.hold_webhooks()
    bank.v1.refunds.create({"payment_intent": paid().payment_intent})
    assert shop.heard == []
    answers = standins.replay(states=["held"], order="reverse")
    assert [answer["kind"] for answer in answers] == [
        "charge.refunded",
        "refund.created",
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]
    assert [event.type for event in shop.events(4)] == [answer["kind"] for answer in answers]
    standins.replay(answers[0]["about"], times=10, at_once=True)
    assert len(shop.wait(14)) == 14


def test_webhook_before_the_answer(bank: Any, paid: Any, shop: Shop, standins: StandIns) -> None:
    intent = paid().payment_intent
    shop.wait(2)
    standins.fault(provider="stripe", operation="refunds.create", kind="webhook_before_answer")
    bank.v1.refunds.create({"payment_intent": intent})
    assert len(shop.heard) == 4


def test_delayed_payment_settles_or_bounces(bank: Any, standins: StandIns) -> None:
    told: list[list[str]] = []
    for end in ("settled", "bounced"):
        session = bank.v1.checkout.sessions.create(order())
        standins.pay(session.id, "delayed")
        waiting = bank.v1.checkout.sessions.retrieve(session.id)
        assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
        standins.pay(session.id, end)
        told.append([webhook["kind"] for webhook in standins.webhooks(state="held")])
        standins.post("webhooks/taken", ids=[webhook["id"] for webhook in standins.webhooks()])
    assert told == [
        ["checkout.session.completed", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"],
        ["checkout.session.completed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"],
    ]


def test_payment_that_crossed_the_expiry_is_still_taken(bank: Any, standins: StandIns) -> None:
    session = bank.v1.checkout.sessions.create(order())
    bank.v1.checkout.sessions.expire(session.id)
    assert standins.pay(session.id, late=True)["payment_status"] == "paid"


def test_held_webhook_verifies_when_handed_over_by_a_test(paid: Any, standins: StandIns, rf: RequestFactory) -> None:
    paid()
    webhook = standins.webhooks(kind="checkout.session.completed")[0]
    assert webhook["state"] == "held"
    event = stripe.Webhook.construct_event(webhook["body"], webhook["headers"]["Stripe-Signature"], "whsec_standin")
    assert event.type == "checkout.session.completed"
