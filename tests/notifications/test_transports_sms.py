"""Twilio's gateway against the stand-in: every outcome, and what each means for the message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.transports import sms
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import body_digest
from tests.notifications.factories import MORNING
from tests.standin_client import StandIns

REFERENCE = "ABCDEFGHJKMN"
LONG_AGO = MORNING - timedelta(days=1)


def outgoing(to: str = "+33612345678", text: str = "Des fleurs vous attendent", **fields: object) -> Outgoing:
    return Outgoing(to=to, text=text, reference=REFERENCE, **fields)  # type: ignore[arg-type]


def failure(message: Outgoing | None = None) -> TransportError:
    with pytest.raises(TransportError) as caught:
        sms.send(message or outgoing())
    return caught.value


def find(text: str = "Des fleurs vous attendent", taken: frozenset[str] = frozenset()) -> str | None:
    return sms.find("+33612345678", body_digest(text), LONG_AGO, taken)


def test_a_text_is_handed_over_with_our_reference_and_a_limited_life(standins: StandIns) -> None:
    sid = sms.send(outgoing(valid_seconds=1800))
    (received,) = standins.outbox()
    assert (received["to"], received["text"]) == ("+33612345678", "Des fleurs vous attendent")
    assert sid.startswith("SM")
    (request,) = standins.requests("twilio")
    assert dict(request["form"]) == {
        "To": "+33612345678",
        "Body": "Des fleurs vous attendent",
        "MessagingServiceSid": "MG" + 32 * "0",
        "StatusCallback": f"http://testserver/webhooks/twilio/status/?m={REFERENCE}",
        "ValidityPeriod": "1800",
    }


@pytest.mark.parametrize(("asked", "sent"), [(5, "60"), (90_000, "36000")])
def test_the_life_of_a_text_stays_within_twilio_s_bounds(standins: StandIns, asked: int, sent: str) -> None:
    sms.send(outgoing(valid_seconds=asked))
    assert dict(standins.requests("twilio")[0]["form"])["ValidityPeriod"] == sent


@pytest.mark.parametrize("code", [21211, 21614, 30006])
def test_a_bad_number_is_refused_for_good_and_blames_the_contact(standins: StandIns, code: int) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=400, code=code)
    error = failure()
    assert (error.code, error.permanent, error.contact_failed, error.unknown) == (str(code), True, True, False)
    assert not error.opted_out


def test_an_opted_out_number_is_known_as_such(standins: StandIns) -> None:
    error = failure(outgoing(to="+33600021610"))
    assert (error.code, error.permanent, error.opted_out) == ("21610", True, True)


def test_a_refusal_of_an_unknown_code_never_blames_the_contact(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=400, code=21617)
    error = failure()
    assert (error.code, error.permanent, error.contact_failed) == ("21617", True, False)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (400, 21611)])
def test_too_fast_was_not_sent_and_is_tried_a_minute_later(standins: StandIns, status: int, code: int) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=status, code=code)
    error = failure()
    assert (error.permanent, error.unknown) == (False, False)
    assert error.retry_at == MORNING + timedelta(minutes=1)


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (400, 21606), (404, 20404)])
def test_a_fault_of_our_account_is_not_the_contact_s(standins: StandIns, status: int, code: int) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=status, code=code)
    error = failure()
    assert (error.configuration, error.permanent, error.unknown) == (True, False, False)
    assert error.retry_at == MORNING + timedelta(minutes=5)


def test_without_credentials_nothing_leaves(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = ""
    error = failure()
    assert (error.configuration, error.unknown) == (True, False)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_leaves_the_outcome_unknown(standins: StandIns, status: int) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=status)
    error = failure()
    assert (error.unknown, error.permanent) == (True, False)


def test_a_problem_document_is_understood_too(standins: StandIns) -> None:
    problem = {"type": "https://example.org", "title": "Invalid", "status": 400, "code": 21211}
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=400, body=problem)
    assert failure().contact_failed


def test_a_redirect_is_garbage(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=302, body="{}")
    assert failure().unknown


def test_an_answer_without_an_id_leaves_the_outcome_unknown(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=201, body={"status": "queued"})
    assert failure().unknown


def test_an_unreadable_answer_leaves_the_outcome_unknown_and_is_found_again(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="garbage")
    assert failure().unknown
    assert find() == standins.outbox()[0]["provider_id"]


def test_a_lost_answer_leaves_the_outcome_unknown_and_is_found_again(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="drop_after_effect")
    error = failure()
    assert (error.code, error.unknown) == ("no_answer", True)
    sid = standins.outbox()[0]["provider_id"]
    assert find() == sid
    assert find("Un autre texte") is None
    assert find(taken=frozenset({sid})) is None


def test_a_request_lost_before_its_effect_is_not_found(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="drop_before_effect")
    assert failure().unknown
    assert find() is None
    assert standins.outbox() == []


def test_a_provider_that_does_not_answer_is_given_up_on(standins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.transports.http.READ_SECONDS", 0.2)
    standins.fault(provider="twilio", operation="messages.create", kind="slow", seconds=1)
    error = failure()
    assert (error.code, error.unknown) == ("no_answer", True)


def test_no_connection_means_not_sent(settings: Settings) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    error = failure()
    assert (error.code, error.unknown, error.permanent) == ("unreachable", False, False)


def test_a_look_up_ignores_what_is_older_than_the_message(standins: StandIns) -> None:
    sms.send(outgoing())
    later = MORNING + timedelta(days=3650)
    assert sms.find("+33612345678", body_digest("Des fleurs vous attendent"), later, frozenset()) is None


def test_a_look_up_that_fails_says_so(standins: StandIns) -> None:
    standins.fault(provider="twilio", operation="messages.list", kind="error", status=503)
    with pytest.raises(TransportError):
        find()


def test_only_twilio_s_signature_over_the_public_address_is_accepted(standins: StandIns, client: Client) -> None:
    sms.send(outgoing())
    standins.text_in("+33612345678", "Merci")
    (webhook,) = standins.webhooks(kind="inbound")
    assert standins.hand(client, webhook) == 200
    webhook["headers"]["X-Twilio-Signature"] = "AAAA" + webhook["headers"]["X-Twilio-Signature"][4:]
    assert standins.hand(client, webhook) == 403


def test_without_a_token_no_signature_is_good(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    assert not sms.is_signed("/webhooks/twilio/status/", {}, "anything")
