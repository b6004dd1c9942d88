"""What leaves for Stripe fits its published contract; what comes back is one of three outcomes."""

from __future__ import annotations

import pytest
from django.test import Client

from orders import cancellation, payments, refunds, stripe_gateway
from orders.models import RefundCause
from tests import specs
from tests.orders import work
from tests.orders.factories import make_add_on, make_cart, make_order, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def test_every_request_fits_stripes_contract(standins: StandIns, client: Client) -> None:
    cart = make_cart(make_variant(), make_variant(price_cents=12000), add_ons=[make_add_on()])
    order = make_order(cart=cart)
    page = payments.start(order, shown_cents=order.total_cents)
    assert payments.start(order, shown_cents=order.total_cents) == page
    standins.pay(page, how="declined")
    standins.pay(page)
    work.settle(standins, client)
    other = make_order()
    payments.start(other, shown_cents=other.total_cents)
    payments.supersede(other)
    work.close_sessions()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    work.settle(standins, client)
    payment = order.payments.get()
    refunds.reconcile_payment(payment.pk)
    refunds.reconcile(payment.refunds.get().pk)
    dispute = standins.dispute(standins.ledger()["charges"][0]["id"])
    work.settle(standins, client)
    stripe_gateway.retrieve_dispute(dispute["id"])
    assert stripe_gateway.charge_intent(standins.ledger()["charges"][0]["id"]) == payment.intent_id
    assert specs.check(standins.requests("stripe")) > 10


def test_the_session_is_hosted_by_stripe_and_asks_for_nothing_more(standins: StandIns) -> None:
    order = make_order()
    payments.start(order, shown_cents=order.total_cents)
    params = order.payments.get().params
    assert set(params) == {
        "mode", "client_reference_id", "customer_email", "locale", "line_items", "success_url", "cancel_url",
        "expires_at", "metadata", "payment_intent_data",
    }  # fmt: skip
    assert params["metadata"] == {"order": order.public_id, "payment": str(order.payments.get().key)}
    assert params["success_url"] == "http://testserver/commande/retour/?session={CHECKOUT_SESSION_ID}"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "drop_before_effect", "count": 3}, stripe_gateway.Unreachable),
        ({"kind": "error", "status": 503, "count": 3}, stripe_gateway.Unreachable),
        ({"kind": "error", "status": 429, "count": 1}, stripe_gateway.Unreachable),
        ({"kind": "garbage", "count": 3}, stripe_gateway.Unreachable),
        ({"kind": "error", "status": 401, "count": 1}, stripe_gateway.Refused),
        ({"kind": "error", "status": 402, "code": "card_declined", "count": 1}, stripe_gateway.Refused),
        ({"kind": "error", "status": 400, "code": "amount_too_small", "count": 1}, stripe_gateway.Refused),
    ],
)
def test_each_failure_is_unknown_or_refused(
    standins: StandIns, fault: dict[str, object], outcome: type[stripe_gateway.GatewayError]
) -> None:
    order = make_order()
    payments.start(order, shown_cents=order.total_cents)
    standins.fault(provider="stripe", operation="checkout.sessions.retrieve", **fault)
    with pytest.raises(outcome):
        stripe_gateway.retrieve_session(order.payments.get().session_id or "")


def test_an_unknown_object_is_refused_by_name(standins: StandIns) -> None:
    with pytest.raises(stripe_gateway.Refused) as refusal:
        stripe_gateway.retrieve_refund("re_unknown")
    assert refusal.value.code == "resource_missing"


def test_an_event_stripe_did_not_sign_is_none() -> None:
    with pytest.raises(stripe_gateway.BadSignature):
        stripe_gateway.read_event(b'{"object": "event"}', "t=1,v1=00")


def test_no_telemetry() -> None:
    assert vars(stripe_gateway)["stripe"].enable_telemetry is False
