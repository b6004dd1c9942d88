"""Facts and consent reach marketing once, and only with a ticked box."""

from __future__ import annotations

import pytest
from django.test import Client

from notifications.marketing.models import Consent, Purchase
from orders import payments
from orders.models import Order
from tests.orders import buying, work
from tests.orders.factories import make_paid, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def test_a_ticked_box_is_a_consent_once_paid(client: Client, standins: StandIns) -> None:
    _order, page = buying.prepare(client, make_variant(), phone="06 12 34 56 78", marketing="on")
    assert Consent.objects.count() == 0
    standins.pay(page)
    payments.reconcile(Order.objects.get().payments.get().pk)
    work.record_facts()
    work.record_facts()
    consent = Consent.objects.select_related("contact", "wording").get()
    assert (consent.granted, consent.contact.phone, consent.ip) == (True, "+33612345678", "127.0.0.1")
    assert consent.wording is not None
    assert consent.wording.key == "checkout_sms"
    purchase = Purchase.objects.get()
    assert (purchase.total_cents, purchase.department) == (5580, "35")


def test_an_unticked_box_is_no_consent() -> None:
    make_paid(sender_phone="+33612345678")
    work.record_facts()
    assert Consent.objects.count() == 0
    assert Purchase.objects.count() == 1


def test_a_gift_tells_no_department() -> None:
    make_paid(is_gift=True, sender_phone="+33612345678")
    work.record_facts()
    assert Purchase.objects.get().department == ""


def test_without_a_mobile_there_is_nobody_to_remember() -> None:
    make_paid()
    work.record_facts()
    assert Purchase.objects.count() == 0
    assert Order.objects.get().facts_recorded_at is not None


def test_a_box_left_unticked_over_http_is_no_consent(client: Client, standins: StandIns) -> None:
    buying.prepare(client, make_variant(), phone="06 12 34 56 78")
    order = Order.objects.get()
    assert (order.sender_phone, order.marketing_phone, order.marketing_ip) == ("+33612345678", "", None)
