"""What providers tell us: signed or refused, replayed and shuffled without harm, unknown ids answered 200."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from interflora.lib.contacts import Channel
from notifications import gsm7, outbox, suppressions
from notifications.marketing.models import Consent, Contact, StopEntry
from notifications.models import Message, ProviderEvent
from tests.notifications.factories import make_contact, queue_message
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
STATUS, INBOUND = "/webhooks/twilio/status/", "/webhooks/twilio/inbound/"
FINAL_ORDER = ["queued", "sent", "failed", "undelivered", "delivered"]


def twilio_post(client: Client, path: str, **fields: str) -> Any:
    """A form signed as Twilio signs it."""
    signature = RequestValidator("standin").compute_signature(f"http://testserver{path}", fields)
    return client.post(path, fields, headers={"X-Twilio-Signature": signature})


def report(client: Client, message: Message, status: str, sid: str = "SM1", **fields: str) -> int:
    path = f"{STATUS}?m={message.public_id}"
    return int(twilio_post(client, path, MessageSid=sid, MessageStatus=status, **fields).status_code)


@pytest.fixture
def sent(standins: StandIns) -> Message:
    message = queue_message()
    outbox.send_one(message.pk)
    return message


def status_of(message: Message) -> str:
    return Message.objects.get(pk=message.pk).status


# --- Twilio: status
def test_twilio_s_own_story_ends_in_delivered(standins: StandIns, client: Client, sent: Message) -> None:
    standins.wait_for_text(Message.objects.get().provider_id, "delivered")
    assert set(standins.deliver(client)) == {200}
    assert status_of(sent) == "delivered"


def test_an_undelivered_text_says_why(client: Client, sent: Message, news: Any) -> None:
    sid = Message.objects.get().provider_id
    assert report(client, sent, "undelivered", sid=sid, ErrorCode="30003", Surprise="yes") == 200
    row = Message.objects.get()
    assert (row.status, row.error_code) == ("undelivered", "30003")


@pytest.mark.parametrize("signature", ["", "forged"])
def test_a_forged_report_is_refused_and_writes_nothing(client: Client, sent: Message, signature: str) -> None:
    path = f"{STATUS}?m={sent.public_id}"
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    answer = client.post(path, fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403
    assert status_of(sent) == "accepted"
    assert ProviderEvent.objects.count() == 0


def test_a_signature_of_another_address_is_refused(client: Client, sent: Message) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator("standin").compute_signature(f"http://testserver{STATUS}?m=OTHER", fields)
    answer = client.post(f"{STATUS}?m={sent.public_id}", fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403


def test_ten_replays_are_one(client: Client, sent: Message) -> None:
    assert [report(client, sent, "delivered") for _ in range(10)] == [200] * 10
    assert status_of(sent) == "delivered"


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "undelivered", "delivered"])))
def test_any_order_ends_the_same(client: Client, sent: Message, order: tuple[str, ...]) -> None:
    for status in order:
        report(client, sent, status)
    assert status_of(sent) == "delivered"


def test_states_never_move_back(client: Client, sent: Message) -> None:
    for high, low in itertools.combinations(reversed(FINAL_ORDER), 2):
        report(client, sent, high, sid=f"SM{high}")
        before = status_of(sent)
        report(client, sent, low, sid=f"SM{low}")
        assert status_of(sent) == before


def test_an_unknown_message_is_answered_200(client: Client, sent: Message) -> None:
    answer = twilio_post(client, f"{STATUS}?m=NOSUCHNOSUCH", MessageSid="SM404", MessageStatus="delivered")
    assert answer.status_code == 200
    assert twilio_post(client, STATUS, MessageSid="SM404", MessageStatus="sent").status_code == 200
    assert status_of(sent) == "accepted"


def test_a_word_we_do_not_know_changes_nothing(client: Client, sent: Message) -> None:
    assert report(client, sent, "partially_delivered") == 200
    assert status_of(sent) == "accepted"


def test_a_report_reveals_the_id_of_a_lost_answer(standins: StandIns, client: Client) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="drop_after_effect")
    message = queue_message()
    outbox.send_one(message.pk)
    report(client, message, "sent", sid="SM77")
    row = Message.objects.get()
    assert (row.status, row.provider_id) == ("accepted", "SM77")


@pytest.mark.parametrize("path", [STATUS, INBOUND])
def test_only_posts_are_heard(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


# --- Twilio: inbound
@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "Arrêt",
        "ARRÊTER !",
        "désabo",
        "Désinscrire",
        "unsubscribe",
        "S.T.O.P",
        "quit",
        "STOPSMS",
        "stop sms",
        "Cancel",
        "END",
    ],
)
def test_a_stop_word_stops_marketing_and_gifts(client: Client, text: str) -> None:
    contact = make_contact(phone="+33612345678")
    answer = twilio_post(client, INBOUND, MessageSid="SM1", From="+33612345678", To="+33757000000", Body=text)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml"
    assert answer.content.decode().endswith("<Response/>")
    assert not Contact.objects.get(pk=contact.pk).is_sms_opted_in
    assert StopEntry.objects.get().source == "sms"
    assert suppressions.is_suppressed(Channel.SMS, "+33612345678")


@pytest.mark.parametrize("text", ["", "Merci !", "non stop", "stop à la pluie", "x" * 5000])
def test_other_words_stop_nothing(client: Client, text: str) -> None:
    contact = make_contact(phone="+33612345678")
    answer = twilio_post(client, INBOUND, MessageSid="SM1", From="+33612345678", Body=text)
    assert answer.status_code == 200
    assert Contact.objects.get(pk=contact.pk).is_sms_opted_in
    assert StopEntry.objects.count() == 0


@pytest.mark.parametrize("word", ["CONTACT", " contact ?", "Contact."])
def test_contact_is_answered_with_who_we_are(client: Client, word: str, settings: Settings) -> None:
    settings.HOUSE = {**settings.HOUSE, "name": "Fleurs & Cie", "phone": "01 02 03 04 05", "email": "bonjour@f.example"}
    contact = make_contact(phone="+33612345678")
    answer = twilio_post(client, INBOUND, MessageSid="SM1", From="+33612345678", To="36111", Body=word)
    said = ElementTree.fromstring(answer.content.decode().partition("?>")[2]).findtext("Message")
    assert said is not None
    assert said == (
        "Fleurs & Cie : 01 02 03 04 05, bonjour@f.example. Pour ne plus recevoir nos offres, repondez STOP."
    )
    assert (gsm7.cost(said).parts, gsm7.cost(said).offenders) == (1, ())
    assert Contact.objects.get(pk=contact.pk).is_sms_opted_in


def test_a_forged_stop_is_refused(client: Client) -> None:
    make_contact(phone="+33612345678")
    answer = client.post(INBOUND, {"From": "+33612345678", "Body": "STOP"}, headers={"X-Twilio-Signature": "x"})
    assert answer.status_code == 403
    assert StopEntry.objects.count() == 0


def test_a_repeated_stop_is_one_refusal(client: Client) -> None:
    make_contact(phone="+33612345678")
    for _ in range(10):
        twilio_post(client, INBOUND, MessageSid="SM1", From="+33612345678", Body="STOP")
    assert StopEntry.objects.count() == 1
    assert Consent.objects.filter(granted=False).count() == 1


def test_a_stop_from_an_unknown_number_is_kept_as_a_hash_only(client: Client, standins: StandIns) -> None:
    standins.text_in("+33699999999", "STOP")
    assert standins.deliver(client) == [200]
    entry = StopEntry.objects.get()
    assert len(entry.phone_digest) == 64
    assert Contact.objects.count() == 0


# --- The mail provider
@pytest.fixture
def mail(settings: Settings) -> Message:
    """A mail accepted by a provider, to a gift contact."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "shop:secret"}
    message = queue_message(channel=Channel.EMAIL, gift=True, to="anne@example.org")
    now = message.created_at
    Message.objects.filter(pk=message.pk).update(status="accepted", handed_at=now, accepted_at=now, provider_id="pm-1")
    return message


def postmark(client: Client, secret: str = "shop:secret", **event: Any) -> int:
    path = "/webhooks/anymail/postmark/tracking/"
    basic = base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    body = json.dumps({"MessageID": "pm-1", "Recipient": "anne@example.org", **event})
    return client.post(path, body, content_type="application/json", headers=headers).status_code


def bounce(kind: str = "HardBounce", **event: Any) -> dict[str, Any]:
    return {"RecordType": "Bounce", "Type": kind, "ID": 7, "Email": "anne@example.org", "Inactive": True, **event}


def test_a_delivered_mail_is_delivered(client: Client, mail: Message) -> None:
    assert postmark(client, RecordType="Delivery", DeliveredAt="2026-03-18T10:00:00Z") == 200
    assert status_of(mail) == "delivered"


def test_a_bounce_fails_the_message_and_spares_the_address_for_ever(client: Client, mail: Message) -> None:
    assert [postmark(client, **bounce()) for _ in range(10)] == [200] * 10
    row = Message.objects.get()
    assert (row.status, row.error_code) == ("undelivered", "bounced")
    assert suppressions.is_suppressed(Channel.EMAIL, "Anne@example.org")
    assert ProviderEvent.objects.count() == 1


def test_a_complaint_after_delivery_blocks_the_contact(client: Client, mail: Message) -> None:
    postmark(client, RecordType="Delivery", DeliveredAt="2026-03-18T10:00:00Z")
    postmark(client, RecordType="SpamComplaint", ID=8, Type="SpamComplaint", Email="anne@example.org")
    assert status_of(mail) == "delivered"
    assert suppressions.is_suppressed(Channel.EMAIL, "anne@example.org")


def test_an_opened_mail_is_nobody_s_business(client: Client, mail: Message) -> None:
    assert postmark(client, RecordType="Open", FirstOpen=True, ReceivedAt="2026-03-18T10:00:00Z") == 200
    assert status_of(mail) == "accepted"
    assert ProviderEvent.objects.count() == 0


def test_an_event_of_a_mail_we_do_not_know_is_answered_200(client: Client, mail: Message) -> None:
    assert postmark(client, **bounce(MessageID="other")) == 200
    assert status_of(mail) == "accepted"


def test_an_event_finds_the_mail_by_our_own_reference(client: Client, mail: Message) -> None:
    Message.objects.update(status="unknown", provider_id="", accepted_at=None)
    delivered: dict[str, Any] = {
        "RecordType": "Delivery",
        "DeliveredAt": "2026-03-18T10:00:00Z",
        "Metadata": {"m": mail.public_id},
    }
    assert postmark(client, **delivered) == 200
    row = Message.objects.get()
    assert (row.status, row.provider_id) == ("delivered", "pm-1")


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning")
def test_an_event_anybody_could_send_is_refused(client: Client, mail: Message, settings: Settings) -> None:
    settings.ANYMAIL = {}
    assert postmark(client, **bounce()) == 400
    assert status_of(mail) == "accepted"
    assert not suppressions.is_suppressed(Channel.EMAIL, "anne@example.org")


def test_an_unsigned_event_is_refused(client: Client, mail: Message) -> None:
    assert postmark(client, secret="shop:guess", **bounce()) == 400
    assert status_of(mail) == "accepted"
    assert ProviderEvent.objects.count() == 0
