"""Facts and consent reach marketing once, and only with a ticked box."""

from __future__ import annotations

import pytest
from django.test import Client

from notifications.marketing import segments
from notifications.marketing.models import Consent, Contact, Purchase
from orders import cancellation, facts, payments, refunds, steps
from orders.models import Order, OrderProblem, Refund, RefundCause
from tests.notifications.factories import make_contact
from tests.orders import buying, work
from tests.orders.factories import make_cart, make_paid, make_variant
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


def test_what_was_given_back_is_told_and_never_recalled(standins: StandIns, client: Client) -> None:
    _order, page = buying.prepare(client, make_variant(), phone="06 12 34 56 78")
    standins.pay(page)
    order = Order.objects.get()
    payments.reconcile(order.payments.get().pk)
    work.record_facts()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    facts.follow_up()
    assert (Purchase.objects.get().refunded_cents, Purchase.objects.get().is_unmentionable) == (0, False)
    assert refunds.submit(Refund.objects.get().pk)
    facts.follow_up()
    facts.follow_up()
    assert (Purchase.objects.get().refunded_cents, Purchase.objects.get().is_unmentionable) == (5580, True)


def test_flowers_of_a_funeral_are_never_recalled() -> None:
    make_paid(sender_phone="+33612345678", cart=make_cart(make_variant(is_funeral=True)))
    work.record_facts()
    assert Purchase.objects.get().is_unmentionable


def test_no_offer_reaches_the_buyer_of_an_order_in_trouble() -> None:
    make_contact(phone="+33612345678")
    order = make_paid(sender_phone="+33612345678")
    work.record_facts()
    assert segments.eligible().count() == 1
    steps.flag(order, OrderProblem.LATE)
    facts.follow_up()
    assert segments.eligible().count() == 0
    assert Contact.objects.get().is_sms_opted_in
    steps.clear_problem(order)
    facts.follow_up()
    assert segments.eligible().count() == 1
    purchase = Purchase.objects.get()
    assert (purchase.incident_at, purchase.is_unmentionable) == (None, True)
