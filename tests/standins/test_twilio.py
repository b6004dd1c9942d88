"""Texts through the official library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.standin_client import StandIns
from tests.standins.conftest import Shop

SERVICE = "MG" + "0" * 32
LOU = "+33612345678"


def send(carrier: Client, to: str = LOU, body: str = "Bonjour Lou", **more: Any) -> Any:
    return carrier.messages.create(to=to, **({"messaging_service_sid": SERVICE, "body": body} | more))


def test_text_is_accepted_then_delivered(carrier: Client, standins: StandIns) -> None:
    made = send(carrier)
    assert (made.status, made.num_segments, made.error_code) == ("accepted", "0", None)
    standins.wait_for_text(made.sid, "delivered")
    seen = carrier.messages(made.sid).fetch()
    assert (seen.status, seen.num_segments, seen.to, seen.body) == ("delivered", "1", LOU, "Bonjour Lou")
    (shown,) = standins.messages("sms", to=LOU)
    assert (shown["text"], shown["from"], shown["encoding"]) == ("Bonjour Lou", "Interflora", "GSM-7")


def test_callbacks_tell_each_step_with_a_signature_the_library_accepts(carrier: Client, shop: Shop) -> None:
    url = f"{shop.url}/webhooks/twilio/status/?m=K3M9"
    made = send(carrier, status_callback=url)
    heard = shop.wait(2)
    forms = [dict(parse_qsl(body.decode())) for _, body, _ in heard]
    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
    assert {form["MessageSid"] for form in forms} == {made.sid}
    validator = RequestValidator("standin")
    for (path, _, headers), form in zip(heard, forms, strict=True):
        assert path == "/webhooks/twilio/status/?m=K3M9"
        assert validator.validate(url, form, headers["X-Twilio-Signature"])
        assert not validator.validate(url + "x", form, headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "0612345678"}, 21211),
        ({"to": "+33123456789"}, 21614),
        ({"to": "+2348012345678"}, 21408),
        ({"to": "+33600021610"}, 21610),
        ({"to": "+33700021614"}, 21614),
        ({"to": "+15005550009"}, 21614),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"messaging_service_sid": "MG" + "1" * 32}, 21705),
        ({"from_": "+33612345679", "messaging_service_sid": None}, 21606),
        ({"from_": "Interflora France", "messaging_service_sid": None}, 21212),
        ({"messaging_service_sid": None}, 21603),
        ({"status_callback": "webhooks/twilio"}, 21609),
        ({"validity_period": 36_001}, 20001),
        ({"schedule_type": "fixed", "send_at": datetime.now(UTC) + timedelta(minutes=5)}, 35114),
        ({"schedule_type": "fixed", "send_at": datetime.now(UTC) + timedelta(days=36)}, 35114),
        ({"risk_check": "perhaps"}, 20001),
    ],
)
def test_text_is_refused(carrier: Client, standins: StandIns, more: Any, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(carrier, **more)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert standins.messages("sms") == []


def test_wrong_token_is_401(standins: StandIns) -> None:
    account = "AC" + "0" * 32
    answer = requests.post(
        f"{standins.url}/twilio/2010-04-01/Accounts/{account}/Messages.json",
        {"To": LOU},
        auth=(account, "no"),
        timeout=20,
    )
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_unknown_parameter_is_refused(standins: StandIns) -> None:
    account = "AC" + "0" * 32
    answer = requests.post(
        f"{standins.url}/twilio/2010-04-01/Accounts/{account}/Messages.json",
        {"To": LOU, "Boddy": "x"},
        auth=(account, "standin"),
        timeout=20,
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Unknown parameter: Boddy")


def test_number_decides_what_becomes_of_a_text(carrier: Client, standins: StandIns) -> None:
    made = send(carrier, to="+33600030003")
    standins.wait_for_text(made.sid, "undelivered")
    seen = carrier.messages(made.sid).fetch()
    assert (seen.error_code, seen.error_message) == (30003, "Unreachable destination handset")


@pytest.mark.parametrize(("outcome", "code"), [("undelivered", 30005), ("failed", 30007)])
def test_fault_decides_what_becomes_of_a_text(
    carrier: Client, standins: StandIns, shop: Shop, outcome: str, code: int
) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="outcome", outcome=outcome, error_code=code)
    made = send(carrier, status_callback=f"{shop.url}/status/")
    standins.wait_for_text(made.sid, outcome)
    standins.drain()
    last = dict(parse_qsl(shop.heard[-1][1].decode()))
    assert (last["MessageStatus"], last["ErrorCode"]) == (outcome, str(code))


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (401, 20003), (500, 20500), (400, 21611)])
def test_error_on_demand(carrier: Client, standins: StandIns, status: int, code: int) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=status, code=code)
    with pytest.raises(TwilioRestException) as refused:
        send(carrier)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert standins.messages() == []
    assert send(carrier).status == "accepted"


def test_lost_answer_is_found_by_listing(carrier: Client, standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="drop_after_effect")
    before = datetime.now(UTC) - timedelta(seconds=2)
    with pytest.raises(requests.ConnectionError):
        send(carrier, body="Votre lien http://127.0.0.1/s/abc")
    (found,) = carrier.messages.list(to=LOU, date_sent_after=before, limit=20)
    assert found.body == "Votre lien http://127.0.0.1/s/abc"
    assert carrier.messages.list(to="+33612345679", date_sent_after=before, limit=20) == []
    assert carrier.messages.list(to=LOU, date_sent_after=before + timedelta(hours=1), limit=20) == []


def test_hung_call_times_out_without_effect(carrier: Client, standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="timeout", seconds=1)
    carrier.http_client.timeout = 0.2
    with pytest.raises(requests.Timeout):
        send(carrier)
    assert standins.messages() == []


def test_list_is_paged(carrier: Client, standins: StandIns) -> None:
    sids = [send(carrier).sid for _ in range(5)]
    assert [one.sid for one in carrier.messages.list(page_size=2)] == sids[::-1]


def test_stop_blocks_further_texts_until_start(carrier: Client, standins: StandIns, shop: Shop) -> None:
    standins.text_in(LOU, " stop ")
    path, body, headers = shop.wait(1)[0]
    form = dict(parse_qsl(body.decode()))
    assert (path, form["From"], form["Body"]) == ("/webhooks/twilio/inbound/", LOU, " stop ")
    assert "OptOutType" not in form
    assert RequestValidator("standin").validate(shop.url + path, form, headers["X-Twilio-Signature"])
    with pytest.raises(TwilioRestException) as refused:
        send(carrier)
    assert refused.value.code == 21610
    standins.text_in(LOU, "START", advanced=True)
    assert dict(parse_qsl(shop.wait(2)[1][1].decode()))["OptOutType"] == "START"
    assert send(carrier).status == "accepted"


def test_scheduled_text_waits_and_can_be_canceled(carrier: Client, standins: StandIns) -> None:
    made = send(carrier, schedule_type="fixed", send_at=datetime.now(UTC) + timedelta(hours=1))
    assert made.status == "scheduled"
    assert carrier.messages(made.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException):
        carrier.messages(made.sid).update(status="canceled")


@pytest.mark.parametrize(
    ("text", "parts", "encoding"),
    [
        ("a" * 160, 1, "GSM-7"),
        ("a" * 161, 2, "GSM-7"),
        ("€" * 80, 1, "GSM-7"),
        ("€" * 81, 2, "GSM-7"),
        ("é" * 160, 1, "GSM-7"),
        ("ê" * 70, 1, "UCS-2"),
        ("ê" * 71, 2, "UCS-2"),
        ("💐" * 35, 1, "UCS-2"),
        ("💐" * 36, 2, "UCS-2"),
        ("a" * 152 + "€" + "a" * 152, 3, "GSM-7"),
    ],
)
def test_parts_are_counted(carrier: Client, standins: StandIns, text: str, parts: int, encoding: str) -> None:
    send(carrier, body=text)
    (shown,) = standins.messages("sms")
    assert (shown["segments"], shown["encoding"]) == (parts, encoding)


def test_callback_can_be_sent_by_hand(carrier: Client, standins: StandIns, shop: Shop) -> None:
    made = send(carrier, status_callback=f"{shop.url}/status/")
    standins.wait_for_text(made.sid, "delivered")
    standins.move_text(made.sid, "undelivered", 30008)
    # News of different statuses is handed over side by side: any order is right.
    assert [body for _path, body, _headers in shop.wait(3) if b"ErrorCode=30008" in body]


def test_unknown_text_is_404(carrier: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        carrier.messages("SM" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)
