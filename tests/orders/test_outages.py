"""Stripe down or slow while somebody looks at a page: an answer within ten seconds, kind and true."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orders import payments, stripe_gateway
from orders.models import Order
from tests.orders import buying
from tests.orders.factories import make_order, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def at_the_last_step(client: Client) -> Order:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    order = buying.type_address(client)
    buying.write_card(client)
    return order


def press(client: Client) -> tuple[int, str, float]:
    """Status, page and seconds."""
    data = buying.DETAILS | {"shown_cents": str(buying.shown_total(client))}
    started = time.monotonic()
    answer = client.post(reverse("orders:details"), data)
    return answer.status_code, answer.content.decode(), time.monotonic() - started


def test_a_slow_stripe_keeps_nobody_waiting(client: Client, standins: StandIns) -> None:
    order = at_the_last_step(client)
    standins.fault(provider="stripe", operation="checkout.sessions.create", kind="slow", seconds=25)
    status, page, seconds = press(client)
    assert status == 503
    assert 5 < seconds < 10
    assert "Nous n’arrivons pas à joindre notre prestataire de paiement. Rien n’a été débité par cet essai" in page
    assert Order.objects.get(pk=order.pk).status == "pending"
    standins.reset()
    standins.pay(buying.press_pay(client))
    standins.fault(provider="stripe", operation="checkout.sessions.retrieve", kind="slow", seconds=25)
    started = time.monotonic()
    page = client.get(reverse("orders:return")).content.decode()
    assert time.monotonic() - started < 10
    assert "Paiement en cours de vérification" in page
    assert client.get(reverse("orders:return")).status_code == 302  # Stripe answers again: paid


def test_a_stripe_that_is_gone_is_said_at_once(client: Client, standins: StandIns, settings: Settings) -> None:
    at_the_last_step(client)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    status, page, seconds = press(client)
    assert (status, "notre prestataire de paiement" in page) == (503, True)
    assert seconds < 3


def test_a_stumble_of_a_moment_is_not_seen(standins: StandIns) -> None:
    order = make_order()
    standins.fault(provider="stripe", operation="checkout.sessions.create", kind="drop_after_effect", count=2)
    page = payments.start(order, shown_cents=order.total_cents)
    assert len(standins.ledger()["sessions"]) == 1
    assert standins.ledger()["sessions"][0]["url"] == page


def test_limits_of_pages_and_of_workers(settings: Settings) -> None:
    assert stripe_gateway.PAGE.worst == pytest.approx(8.9)
    assert stripe_gateway._limits() == stripe_gateway.PAGE
    settings.SITE_ROLE = "worker"
    assert stripe_gateway._limits() == stripe_gateway.WORKER
