"""The mail gateway over SMTP (the stand-in) and over a provider's API (Anymail's Postmark, answered on loopback)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from notifications.transports import email
from notifications.transports.base import Outgoing, TransportError
from tests.notifications.factories import MORNING
from tests.standin_client import StandIns

REFERENCE = "ABCDEFGHJKMN"


def outgoing(to: str = "anne@example.org", html: str = "<p>Des fleurs</p>") -> Outgoing:
    return Outgoing(to=to, text="Des fleurs", reference=REFERENCE, subject="L’Été", html=html)


def failure(message: Outgoing | None = None) -> TransportError:
    with pytest.raises(TransportError) as caught:
        email.send(message or outgoing())
    return caught.value


def meaning(error: TransportError) -> tuple[bool, bool, bool]:
    return error.permanent, error.unknown, error.contact_failed


# --- SMTP
def test_a_mail_is_handed_over_with_a_derived_message_id(standins: StandIns) -> None:
    assert email.send(outgoing()) == f"<{REFERENCE}@testserver>"
    (received,) = standins.outbox()
    assert (received["to"], received["subject"]) == ("anne@example.org", "L’Été")
    assert received["text"].strip() == "Des fleurs"
    assert received["html"].strip() == "<p>Des fleurs</p>"
    assert received["provider_id"] == f"<{REFERENCE}@testserver>"
    assert received["headers"]["Auto-Submitted"] == "auto-generated"


def test_the_same_reference_makes_the_same_mail_again(standins: StandIns) -> None:
    email.send(outgoing(html=""))
    email.send(outgoing(html=""))
    assert {received["provider_id"] for received in standins.outbox()} == {f"<{REFERENCE}@testserver>"}


@pytest.mark.parametrize("to", ["inexistant@example.org", "refuse@example.org", "pleine@example.org"])
def test_a_recipient_the_server_refuses_is_permanent(standins: StandIns, to: str) -> None:
    assert meaning(failure(outgoing(to))) == (True, False, True)


def test_a_busy_mailbox_is_tried_again(standins: StandIns) -> None:
    error = failure(outgoing("occupe@example.org"))
    assert error.code == "451"
    assert meaning(error) == (False, False, False)


@pytest.mark.parametrize(("status", "permanent"), [(554, True), (451, False)])
def test_a_server_that_refuses_the_text_has_answered(standins: StandIns, status: int, permanent: bool) -> None:
    standins.fault(provider="smtp", operation="data", kind="error", status=status)
    assert meaning(failure()) == (permanent, False, False)


@pytest.mark.parametrize("kind", ["drop_after_effect", "drop_before_effect"])
def test_a_connection_lost_while_sending_leaves_the_outcome_unknown(standins: StandIns, kind: str) -> None:
    standins.fault(provider="smtp", operation="data", kind=kind)
    assert meaning(failure()) == (False, True, False)


def test_a_server_that_is_not_ready_was_given_nothing(standins: StandIns) -> None:
    standins.fault(provider="smtp", operation="connect", kind="drop_before_effect")
    assert meaning(failure()) == (False, False, False)


def test_no_server_means_not_sent(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9
    error = failure()
    assert error.code == "ConnectionRefusedError"
    assert meaning(error) == (False, False, False)


def test_a_server_that_does_not_answer_is_given_up_on(standins: StandIns, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    standins.fault(provider="smtp", operation="data", kind="slow", seconds=1)
    assert meaning(failure()) == (False, True, False)


def test_nobody_can_be_asked_whether_a_mail_arrived() -> None:
    assert email.find("anne@example.org", "0" * 64, MORNING, frozenset()) is None


# --- A provider's API
class Postmark(BaseHTTPRequestHandler):
    """Answers what the test asked for and keeps what it was sent."""

    answers: list[tuple[int, Any]] = []
    received: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append(body)
        status, answer = self.answers.pop(0)
        if status == 0:
            self.connection.close()
            return
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def postmark(settings: Settings) -> Iterator[type[Postmark]]:
    Postmark.answers, Postmark.received = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Postmark)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    url = f"http://127.0.0.1:{server.server_port}/"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t", "POSTMARK_API_URL": url, "REQUESTS_TIMEOUT": 2}
    yield Postmark
    server.shutdown()
    server.server_close()


ACCEPTED = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "anne@example.org"}


def test_a_provider_s_id_is_kept_and_nothing_is_tracked(postmark: type[Postmark]) -> None:
    postmark.answers = [(200, ACCEPTED)]
    assert email.send(outgoing()) == "pm-1"
    (body,) = postmark.received
    assert (body["TrackOpens"], body["TrackLinks"]) == (False, "None")
    assert body["Metadata"] == {"m": REFERENCE}
    assert {"Name": "Message-ID", "Value": f"<{REFERENCE}@testserver>"} in body["Headers"]


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'anne@example.org'."}, (True, False, True)),
        (400, {"ErrorCode": 1, "Message": "no"}, (True, False, False)),
        (401, {"ErrorCode": 10, "Message": "bad token"}, (False, False, False)),
        (429, {"Message": "slow down"}, (False, False, False)),
        (500, {"Message": "broken"}, (False, True, False)),
        (200, b"<html>", (False, True, False)),
        (0, None, (False, True, False)),
        (302, {}, (False, True, False)),
    ],
)
def test_each_answer_of_a_provider_has_its_meaning(
    postmark: type[Postmark], status: int, answer: Any, expected: tuple[bool, bool, bool]
) -> None:
    postmark.answers = [(status, answer)]
    assert meaning(failure()) == expected


def test_a_refused_token_is_a_fault_of_ours(postmark: type[Postmark]) -> None:
    postmark.answers = [(401, {"ErrorCode": 10, "Message": "bad token"})]
    assert failure().configuration


def test_no_connection_to_the_provider_means_not_sent(postmark: type[Postmark], settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    error = failure()
    assert error.code == "unreachable"
    assert meaning(error) == (False, False, False)


def test_a_provider_without_a_key_is_a_fault_of_ours(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}
    error = failure()
    assert (error.configuration, error.unknown) == (True, False)


def test_a_provider_that_cannot_switch_tracking_off_is_not_used(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "k"}
    error = failure()
    assert (error.code, error.configuration) == ("AnymailUnsupportedFeature", True)
