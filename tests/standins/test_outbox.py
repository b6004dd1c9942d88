"""The outbox page: what people read, and how they answer."""

from __future__ import annotations

import re
import smtplib

import pytest
import requests
from twilio.rest import Client

from tests.standin_client import StandIns
from tests.standins.test_mail import mail
from tests.standins.test_twilio import LOU, send


@pytest.fixture
def filled(carrier: Client, standins: StandIns) -> StandIns:
    with smtplib.SMTP("127.0.0.1", standins.ports["smtp_port"]) as server:
        server.send_message(mail("lou@example.fr"))
    send(carrier, body="Votre lien <b> http://127.0.0.1:8000/s/abc?a=1&b=2.")
    return standins


def test_newest_comes_first_with_working_links(filled: StandIns, browser: requests.Session) -> None:
    text = browser.get(f"{filled.url}/outbox").text
    assert text.index(LOU) < text.index("Été : un bouquet vous attend")
    address = "http://127.0.0.1:8000/s/abc?a=1&amp;b=2"
    assert f'Votre lien &lt;b&gt; <a href="{address}" rel="noreferrer">{address}</a>.' in text
    assert "Fournisseurs simulés – rien ne sort de cette machine" in text
    assert re.search(r"<script|style=|\son\w+=", text) is None


def test_list_is_filtered_by_channel_and_recipient(filled: StandIns, browser: requests.Session) -> None:
    assert "lou@example.fr" not in browser.get(f"{filled.url}/outbox?channel=sms").text
    assert LOU not in browser.get(f"{filled.url}/outbox?to=lou@").text


def test_mail_has_its_own_page_and_its_html_runs_nothing(filled: StandIns, browser: requests.Session) -> None:
    (message,) = filled.messages("email")
    page = browser.get(f"{filled.url}/outbox/{message['id']}")
    assert 'sandbox="allow-popups' in page.text
    assert "List-Unsubscribe" in page.text
    html = browser.get(f"{filled.url}/outbox/{message['id']}/html")
    assert "<b>votre lien</b>" in html.text
    policy = html.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "Content-Type: multipart/alternative" in browser.get(f"{filled.url}/outbox/{message['id']}/raw").text


def test_person_answers_stop_from_the_page(filled: StandIns, browser: requests.Session) -> None:
    page = browser.post(f"{filled.url}/outbox/reply", {"from": LOU, "text": "", "do": "stop"}).text
    assert "répond à" in page
    (answer,) = filled.messages("sms", direction="in")
    assert (answer["from"], answer["text"]) == (LOU, "STOP")
    assert [webhook["kind"] for webhook in filled.webhooks(provider="twilio")] == ["inbound"]


def test_empty_outbox_says_so(standins: StandIns, browser: requests.Session) -> None:
    assert "Rien pour l’instant." in browser.get(f"{standins.url}/outbox").text


def test_unknown_message_is_404(standins: StandIns, browser: requests.Session) -> None:
    assert browser.get(f"{standins.url}/outbox/msg_none").status_code == 404
