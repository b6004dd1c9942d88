"""Stripe's news: signed, taken once, in any order, never backwards (I13)."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.test import Client

from orders import payments, webhooks
from orders.models import Order, Payment, StripeEvent
from tests.orders import work
from tests.orders.factories import make_order
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def open_at_stripe(**fields: Any) -> tuple[Order, str]:
    order = make_order(**fields)
    return order, payments.start(order, shown_cents=order.total_cents)


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_an_unsigned_webhook_is_refused(client: Client) -> None:
    body = json.dumps({"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}})
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}):
        answer = client.post("/webhooks/stripe/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 400
    assert StripeEvent.objects.count() == 0


def test_a_webhook_is_not_a_page(client: Client) -> None:
    assert client.get("/webhooks/stripe/").status_code == 405


def test_each_webhook_ten_times_changes_nothing_more(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page)
    held = standins.webhooks(state="held")
    assert {webhook["kind"] for webhook in held} >= {"checkout.session.completed", "payment_intent.succeeded"}
    for webhook in held:
        assert [standins.hand(client, webhook) for _ in range(10)] == 10 * [200]
        work.handle_events()
    assert StripeEvent.objects.count() == len(held)
    assert status_of(order) == "paid"
    assert list(order.events.values_list("kind", flat=True)) == ["placed", "paid"]


def test_any_order_of_the_news_ends_the_same(client: Client, standins: StandIns) -> None:
    for turn in range(6):
        order, page = open_at_stripe()
        standins.pay(page, how="declined")
        standins.pay(page)
        held = standins.webhooks(state="held")
        assert len(held) >= 3
        chosen = list(itertools.permutations(held[:3]))[turn]
        for webhook in [*chosen, *held[3:]]:
            assert standins.hand(client, webhook) == 200
            work.handle_events()
        standins.post("webhooks/taken", ids=[webhook["id"] for webhook in held])
        assert status_of(order) == "paid"
        assert order.payments.get().status == "confirmed"


def test_a_declined_card_leaves_the_order_open(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page, how="declined")
    work.settle(standins, client)
    assert status_of(order) == "pending"
    assert order.events.filter(kind="payment_declined").count() == 1
    standins.pay(page)
    work.settle(standins, client)
    assert status_of(order) == "paid"


def test_a_delayed_payment_pays_only_when_it_is_settled(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page, how="delayed")
    work.settle(standins, client)
    assert status_of(order) == "pending"
    standins.pay(page, how="settled")
    work.settle(standins, client)
    assert status_of(order) == "paid"


def test_a_delayed_payment_that_bounces_frees_the_order(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page, how="delayed")
    standins.pay(page, how="bounced")
    work.settle(standins, client)
    assert (status_of(order), Payment.objects.get().status) == ("pending", "failed")


def test_a_session_expired_at_stripe_ends_its_payment(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page, how="expired")
    work.settle(standins, client)
    assert (status_of(order), Payment.objects.get().status) == ("pending", "expired")


def test_a_session_paid_after_it_was_closed_here_is_refunded(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    payments.supersede(order)
    standins.pay(page)
    work.settle(standins, client)
    assert status_of(order) == "paid"  # still waiting for that very amount: it pays
    second, other = open_at_stripe()
    payments.supersede(second)
    Order.objects.filter(pk=second.pk).update(status="expired", expired_at=second.created_at)
    standins.pay(other)
    work.settle(standins, client)
    assert status_of(second) == "expired"
    assert work.refunds_at_rest() == [("late_payment", second.total_cents, "succeeded")]


def test_news_about_somebody_elses_objects_are_taken_and_ignored(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page)
    order.payments.update(key="00000000-0000-4000-8000-000000000000", session_id="cs_other")
    work.settle(standins, client)
    assert status_of(order) == "pending"
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"ignored"}


def test_an_event_stays_until_stripe_answers(client: Client, standins: StandIns) -> None:
    order, page = open_at_stripe()
    standins.pay(page)
    standins.deliver(client)
    pk = StripeEvent.objects.get(kind="checkout.session.completed").pk
    standins.fault(provider="stripe", operation="checkout.sessions.retrieve", kind="error", status=503, count=3)
    assert not webhooks.handle(pk)
    assert StripeEvent.objects.get(pk=pk).status == "received"
    assert webhooks.handle(pk)
    assert status_of(order) == "paid"


def test_no_personal_detail_of_an_event_is_kept(client: Client, standins: StandIns) -> None:
    _order, page = open_at_stripe()
    standins.pay(page, email="acheteur@secret.example", name="Acheteur Secret")
    standins.deliver(client)
    rows = str(list(StripeEvent.objects.values()))
    assert "secret" not in rows.lower()
