"""« Nos offres par SMS »: anybody may ask, only the owner of the number says yes."""

from __future__ import annotations

import pytest
from django.test import Client

from interflora.lib import links
from notifications import sign_ups, suppressions
from notifications.marketing import consents, stops
from notifications.marketing.models import Consent, Contact, SignUp, StopSource
from notifications.models import Message
from notifications.sending import send_one
from tests.notifications.conftest import Clock
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db

PHONE = "+33612345678"


def ask(client: Client, **data: str) -> int:
    filled = {"phone": "06 12 34 56 78", "first_name": "Anne", **data}
    answer = client.post("/offres/", {name: value for name, value in filled.items() if value})
    if answer.status_code == 302:
        assert answer["Location"] == "/offres/demande/"
    return answer.status_code


def confirm_path() -> str:
    return links.path(SignUp.objects.get().link())


def test_the_owner_of_the_number_says_yes_from_a_text_without_any_offer(client: Client, standins: StandIns) -> None:
    assert ask(client) == 302
    assert Contact.objects.count() == 0
    assert send_one(Message.objects.get().pk)
    [sent] = standins.messages(channel="sms", to=PHONE)
    assert confirm_path() in sent["text"]
    # « no-referrer » would make every browser post with « Origin: null », which is refused.
    assert client.get(confirm_path())["Referrer-Policy"] == "same-origin"
    assert "Cochez la case" in client.post(confirm_path()).content.decode()
    assert Contact.objects.count() == 0
    for _time in range(2):
        assert "C’est noté" in client.post(confirm_path(), {"agrees": "on"}).content.decode()
    consent = Consent.objects.select_related("contact", "wording").get()
    assert consent.wording is not None
    assert (consent.contact.phone, consent.contact.first_name, consent.granted) == (PHONE, "Anne", True)
    assert (consent.source, consent.ip, consent.wording.text) == ("/offres/", "127.0.0.1", consents.text("page_sms"))


def test_a_number_that_is_no_french_mobile_is_told_in_place(client: Client) -> None:
    assert ask(client, phone="") == 200
    assert ask(client, phone="01 42 34 56 78") == 200
    assert ask(client, phone="+41 79 123 45 67") == 200
    assert Message.objects.count() == 0


def test_one_text_a_day_goes_to_a_number_whoever_asks(client: Client, clock: Clock) -> None:
    for _time in range(3):
        assert ask(client) == 302
    assert Message.objects.count() == 1
    clock.advance(hours=25)
    assert ask(client) == 302
    assert Message.objects.count() == 2


def test_who_opposed_is_not_written_to_and_the_page_says_the_same(client: Client) -> None:
    stops.stop(PHONE, StopSource.SMS)
    assert ask(client) == 302
    suppressions.suppress("sms", "+33612345679", "asked")
    assert ask(client, phone="06 12 34 56 79") == 302
    assert Message.objects.count() == 0


def test_a_stop_between_the_text_and_the_yes_stands(client: Client) -> None:
    ask(client)
    stops.stop(PHONE, StopSource.SMS)
    assert client.post(confirm_path(), {"agrees": "on"}).status_code == 200
    assert Consent.objects.filter(granted=True).count() == 0


def test_after_two_days_the_number_is_forgotten(client: Client, clock: Clock) -> None:
    ask(client)
    path = confirm_path()
    clock.advance(hours=47)
    assert sign_ups.forget_old() == 0
    assert client.get(path).status_code == 200
    clock.advance(hours=1)
    assert client.get(path).status_code == 404
    assert sign_ups.forget_old() == 1
    assert SignUp.objects.count() == 0
    assert Message.objects.get().recipient_plain == ""


def test_ten_numbers_from_one_address_are_enough(client: Client) -> None:
    answers = [ask(client, phone=f"06 12 34 56 {number}") for number in range(10, 22)]
    assert answers == 10 * [302] + 2 * [429]


def test_a_first_name_that_is_none_is_left_out(client: Client) -> None:
    assert ask(client, first_name="http://exemple.fr") == 302
    assert SignUp.objects.get().first_name == ""
