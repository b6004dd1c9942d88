"""Mail through smtplib."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.standin_client import StandIns


def mail(*to: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Été : un bouquet vous attend"
    message["From"] = "Interflora <bonjour@interflora.example>"
    message["To"] = ", ".join(to)
    message["List-Unsubscribe"] = "<http://127.0.0.1:8000/stop/abc/>"
    message.set_content("Bonjour,\n\nvoici votre lien : http://127.0.0.1:8000/cadeau/abc/.\n")
    message.add_alternative("<html><head></head><body><p>Voici <b>votre lien</b></p></body></html>", subtype="html")
    return message


@pytest.fixture
def post(standins: StandIns) -> Iterator[smtplib.SMTP]:
    server = smtplib.SMTP("127.0.0.1", standins.ports["smtp_port"], timeout=20)
    yield server
    server.close()


def test_mail_is_kept_as_it_came(post: smtplib.SMTP, standins: StandIns) -> None:
    assert post.send_message(mail("Lou@example.fr")) == {}
    (kept,) = standins.messages("email", to="lou@example.fr")
    assert kept["subject"] == "Été : un bouquet vous attend"
    assert kept["text"].startswith("Bonjour,")
    assert kept["links"] == ["http://127.0.0.1:8000/cadeau/abc/"]
    assert "<b>votre lien</b>" in kept["html"]
    assert kept["headers"]["List-Unsubscribe"] == "<http://127.0.0.1:8000/stop/abc/>"
    assert "multipart/alternative" in kept["raw"]


@pytest.mark.parametrize(("start", "code"), [("inexistant", 550), ("refuse", 554), ("pleine", 552), ("occupe", 451)])
def test_mailbox_refuses_by_its_name(post: smtplib.SMTP, standins: StandIns, start: str, code: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.send_message(mail(f"{start}.lou@example.fr"))
    assert refused.value.recipients[f"{start}.lou@example.fr"][0] == code
    assert standins.messages() == []


def test_one_refused_recipient_does_not_stop_the_other(post: smtplib.SMTP, standins: StandIns) -> None:
    refused = post.send_message(mail("inexistant@example.fr", "lou@example.fr"))
    assert list(refused) == ["inexistant@example.fr"]
    assert [message["to"] for message in standins.messages()] == ["lou@example.fr"]


def test_fault_refuses_a_recipient_once(post: smtplib.SMTP, standins: StandIns) -> None:
    standins.fault(
        provider="smtp", operation="rcpt", kind="error", status=451, message="4.7.1 greylisted", match="lou@"
    )
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.send_message(mail("lou@example.fr"))
    assert refused.value.recipients["lou@example.fr"] == (451, b"4.7.1 greylisted")
    assert post.send_message(mail("lou@example.fr")) == {}


def test_fault_refuses_the_data(post: smtplib.SMTP, standins: StandIns) -> None:
    standins.fault(provider="smtp", operation="data", kind="error", status=554)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        post.send_message(mail("lou@example.fr"))
    assert refused.value.smtp_code == 554
    assert standins.messages() == []


@pytest.mark.parametrize(("kind", "kept"), [("drop_after_effect", 1), ("drop_before_effect", 0)])
def test_lost_answer(post: smtplib.SMTP, standins: StandIns, kind: str, kept: int) -> None:
    standins.fault(provider="smtp", operation="data", kind=kind)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post.send_message(mail("lou@example.fr"))
    assert len(standins.messages()) == kept


def test_hung_server_times_out(standins: StandIns) -> None:
    standins.fault(provider="smtp", operation="connect", kind="timeout", seconds=1)
    server = smtplib.SMTP("127.0.0.1", standins.ports["smtp_port"], timeout=0.2)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        server.ehlo()
