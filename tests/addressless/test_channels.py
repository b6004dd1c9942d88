"""The gift on each channel through the real gateways and the stand-ins: what a person receives opens their gift."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from addressless import claims, invitations, sweeps
from addressless.models import Claim
from interflora.lib import clock, links
from interflora.lib.clock import PARIS
from notifications import outbox
from tests.addressless.factories import make_draft, pay
from tests.addressless.pages import Browser, address_data, read_stamp, text_of, url
from tests.florists.factories import make_florist
from tests.orders.factories import make_variant
from tests.orders.work import settle as settle_money
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A working day at 10:00 in Paris, some days ahead of the machine: texts and direct messages may leave."""
    day = clock.paris_today() + timedelta(days=1)
    while not clock.is_working_day(day):
        day += timedelta(days=1)
    ahead = clock.at_paris(day, 10) - clock.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.now(tz=PARIS) + ahead)


def received(standins: StandIns, channel: str) -> list[dict[str, Any]]:
    return [message for message in standins.messages(channel) if "/cadeau/" in str(message)]


def link_in(message: dict[str, Any]) -> str:
    found = re.search(r"http://testserver(/cadeau/(?!stop)[\w-]+/)", str(message))
    assert found
    return found.group(1)


def paid_claim(channel: str, contact: str | None = None) -> Claim:
    make_florist()
    claim = make_draft(channel, contact=contact)
    pay(claim.order)
    sweeps.sweep()
    outbox.send_due(50)
    sweeps.sweep()
    return Claim.objects.get(pk=claim.pk)


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_received_link_opens_the_gift_and_accepts(standins: StandIns, channel: str) -> None:
    claim = paid_claim(channel)
    assert claim.status == "invited"
    (message,) = received(standins, channel)
    browser = Browser()
    gift = browser.submit(link_in(message))
    assert "Camille vous offre ces fleurs" in text_of(browser.get(gift["Location"]))
    answer = browser.submit(url("claim_accept_address"), page=url("claim_accept"), **address_data())
    assert answer["Location"] == url("claim_accepted")
    told = [mail for mail in standins.messages("email") if "camille@martin.example" in str(mail["to"])]
    outbox.send_due(50)
    later = [mail for mail in standins.messages("email") if "camille@martin.example" in str(mail["to"])]
    assert len(later) == len(told) + 1
    assert "Hirondelles" not in str(later)


def test_direct_message_is_checked_received_and_declined(standins: StandIns) -> None:
    make_florist()
    client = Client()
    client.post(reverse("orders:cart_add"), {"variant": make_variant().pk})
    client.post(url("gift"), {"channel": "twitter_dm", "handle": "@lou_fleurs"})
    claim = Claim.objects.get()
    type(claim.order).objects.filter(pk=claim.order_id).update(
        sender_first_name="Camille", sender_name="Martin", sender_email="camille@martin.example"
    )
    pay(claim.order)
    sweeps.sweep()
    outbox.send_due(50)
    sweeps.sweep()
    (message,) = received(standins, "twitter_dm")
    assert message["to"] == "@lou_fleurs"
    browser = Browser()
    browser.submit(link_in(message))
    data = {"choice": "declined", "shown": read_stamp(claim)}
    browser.submit(url("claim_decline_confirm"), page=url("claim_decline"), **data)
    Claim.objects.filter(pk=claim.pk).update(settles_at=clock.now() - timedelta(seconds=1))
    sweeps.sweep()
    assert Claim.objects.get(pk=claim.pk).status == "declined"


@pytest.mark.parametrize(
    ("channel", "contact"),
    [("email", "inexistant@belle-adresse.example"), ("sms", "+33600021610"), ("twitter_dm", "77|bloque_lou")],
)
def test_contact_refused_by_the_provider_is_told_to_the_sender(standins: StandIns, channel: str, contact: str) -> None:
    claim = paid_claim(channel, contact)
    assert claim.status == "draft"
    assert claim.contact_failed_at is not None
    outbox.send_due(50)
    assert [mail for mail in standins.messages("email") if "ne peut pas être joint par ce canal" in str(mail)]


def test_text_accepted_then_undelivered_can_be_corrected(standins: StandIns) -> None:
    claim = paid_claim("sms", "+33600030003")
    standins.wait_for_text(standins.messages("sms")[0]["provider_id"], "undelivered")
    standins.deliver(Client(), provider="twilio")
    sweeps.sweep()
    claim.refresh_from_db()
    assert claim.contact_failed_at is not None
    invitations.take_link(claim.pk)
    claim.refresh_from_db()
    assert Browser().get(links.path(claim.link())).status_code == 200


def test_canceled_gift_tells_the_recipient_and_the_money_goes_back(standins: StandIns) -> None:
    claim = paid_claim("email")
    assert claims.cancel_by_sender(claim.pk)
    outbox.send_due(50)
    last = standins.messages("email", to="lou@belle-adresse.example")[-1]
    assert "ne le sont plus" in str(last)
    settle_money(standins, Client())
    outbox.send_due(50)
    mails = [str(mail["subject"]) for mail in standins.messages("email", to="camille@martin.example")]
    assert len(mails) == len(set(mails))
