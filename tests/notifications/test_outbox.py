"""The outbox: one row, one hand-over; what is checked at the moment of sending; what each outcome becomes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from interflora.lib import links
from interflora.lib.contacts import Channel
from notifications import outbox, sending, suppressions
from notifications.models import DirectMessageUse, Message, MessageStatus, Suppression
from notifications.transports import twitter_dm
from tests import specs
from tests.notifications.conftest import Clock
from tests.notifications.factories import MORNING, NIGHT, queue_message
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def again(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


# --- Queueing
def test_the_same_dedup_key_is_the_same_message() -> None:
    first = queue_message(dedup_key="invite:1:0", to="+33612345678")
    second_pk = outbox.queue(
        "other", channel=Channel.SMS, to="+33687654321", context={}, dedup_key="invite:1:0", about="order:X"
    )
    assert second_pk == first.pk
    assert again(first).recipient_plain == "+33612345678"
    assert again(first).template == "test_note"
    assert Message.objects.count() == 1


def test_a_gift_contact_rests_only_as_ciphertext_and_keyed_digest() -> None:
    message = queue_message(gift=True, channel=Channel.EMAIL, to="Anne.Secret@example.org")
    assert message.recipient_plain == ""
    assert message.recipient_digest == suppressions.digest(Channel.EMAIL, "anne.secret@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM notifications_message m")
        assert "secret" not in cursor.fetchone()[0].lower()


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="somebody"):
        queue_message(to="")


def test_a_worker_is_woken_only_for_what_is_due(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as woken:
        queue_message()
        queue_message(not_before=MORNING + timedelta(hours=1))
    assert len(woken) == 1


# --- Sending
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_a_due_message_is_handed_over_once(standins: StandIns, channel: str) -> None:
    message = queue_message(channel=channel)
    assert outbox.send_one(message.pk)
    assert not outbox.send_one(message.pk)
    assert outbox.send_due() == 0
    (received,) = standins.outbox()
    sent = again(message)
    assert (sent.status, sent.attempts, sent.provider_id) == ("accepted", 1, received["provider_id"])
    assert (sent.handed_at, sent.accepted_at, sent.lease_token) == (MORNING, MORNING, None)


def test_a_direct_message_goes_to_the_number_and_is_counted(standins: StandIns) -> None:
    account = twitter_dm.look_up("anne")
    assert account is not None
    message = queue_message(channel=Channel.TWITTER_DM, to=f"{account.user_id}|anne", gift=True)
    assert message.recipient_digest == suppressions.digest(Channel.TWITTER_DM, "Anne")
    outbox.send_one(message.pk)
    assert again(message).status == "accepted"
    assert standins.outbox()[0]["to"] == "@anne"
    assert DirectMessageUse.objects.count() == 1


def test_every_request_fits_the_providers_contracts(standins: StandIns) -> None:
    account = twitter_dm.look_up("anne")
    assert account is not None
    outbox.send_one(queue_message(channel=Channel.TWITTER_DM, to=f"{account.user_id}|anne").pk)
    outbox.send_one(queue_message().pk)
    for provider, operation in (("twilio", "messages.create"), ("x", "dm.create")):
        standins.fault(provider=provider, operation=operation, kind="error", status=503)
    outbox.send_one(queue_message(channel=Channel.TWITTER_DM, to=f"{account.user_id}|anne").pk)
    outbox.send_one(queue_message().pk)
    Message.objects.filter(status="unknown").update(not_before=MORNING)
    assert outbox.resolve_unknown() == 2
    assert specs.check(standins.requests()) == 7


def test_a_body_speaks_french_to_people_and_gsm7_to_telephones(standins: StandIns) -> None:
    link = links.Link(links.Purpose.ORDER, "PUBLIC000001")
    context = {"first_name": "L’Été & Zoë", "number": 7, "link": links.reference(link)}
    outbox.send_one(queue_message(channel=Channel.SMS, context=context).pk)
    outbox.send_one(queue_message(channel=Channel.EMAIL, context=context).pk)
    text, mail = standins.outbox()
    assert text["text"] == f"Bonjour L'Été & Zoe, note no 7 - Interflora {links.url(link)}"
    assert text["encoding"] == "GSM-7"
    assert mail["subject"] == "Note 7 pour L’Été & Zoë"
    plain = mail["text"].replace("\r\n", "\n")
    assert plain.startswith(f"Bonjour L’Été & Zoë, note 7. {links.url(link)}\n\n--\nInterflora – ")
    assert "Bonjour L’Été &amp; Zoë, note 7." in mail["html"]
    assert f'href="{links.url(link)}"' in mail["html"]


def test_no_token_rests_in_the_row(standins: StandIns) -> None:
    link = links.Link(links.Purpose.CLAIM, "PUBLIC000001")
    message = queue_message(context={"first_name": "A", "number": 1, "link": links.reference(link)})
    outbox.send_one(message.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM notifications_message m")
        assert links.token(link) not in cursor.fetchone()[0]


def test_settling_is_announced_after_the_commit(
    standins: StandIns, news: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    good, bad = queue_message(), queue_message(to="+33600021211")
    with django_capture_on_commit_callbacks(execute=True):
        outbox.send_due()
    assert sorted(news) == [(good.pk, "accepted"), (bad.pk, "failed")]


# --- What only the moment of sending can tell
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TWITTER_DM])
def test_texts_and_direct_messages_wait_for_the_morning(standins: StandIns, clock: Clock, channel: str) -> None:
    message = queue_message(channel=channel)
    clock.moment = NIGHT
    outbox.send_one(message.pk)
    held = again(message)
    assert (held.status, held.attempts) == ("queued", 0)
    assert held.not_before == MORNING.replace(hour=7) + timedelta(days=1)
    assert standins.outbox() == []


def test_mail_leaves_at_night(standins: StandIns, clock: Clock) -> None:
    clock.moment = NIGHT
    message = queue_message(channel=Channel.EMAIL)
    outbox.send_one(message.pk)
    assert again(message).status == "accepted"


def test_a_text_may_not_wait_at_the_provider_past_nine_in_the_evening(standins: StandIns) -> None:
    outbox.send_one(queue_message().pk)
    outbox.send_one(queue_message(expires_at=MORNING + timedelta(hours=1)).pk)
    lives = [dict(request["form"])["ValidityPeriod"] for request in standins.requests("twilio")]
    assert lives == ["36000", "3600"]
    assert (MORNING + timedelta(seconds=36000)).hour == 19


def test_a_gift_to_somebody_who_asked_for_silence_is_never_sent(standins: StandIns, news: Any) -> None:
    message = queue_message(gift=True, channel=Channel.EMAIL, to="anne+fleurs@example.org")
    own = queue_message(channel=Channel.EMAIL, to="anne@example.org")
    suppressions.suppress(Channel.EMAIL, "Anne@example.org", "asked")
    outbox.send_due()
    skipped = again(message)
    assert (skipped.status, skipped.skip_reason, skipped.handed_at) == ("skipped", "suppressed", None)
    assert again(own).status == "accepted"
    assert [received["to"] for received in standins.outbox()] == ["anne@example.org"]


def test_a_message_too_old_to_make_sense_is_not_sent(standins: StandIns, clock: Clock) -> None:
    message = queue_message(expires_at=MORNING + timedelta(hours=1))
    clock.advance(hours=1)
    outbox.send_one(message.pk)
    assert (again(message).status, again(message).skip_reason) == ("skipped", "expired")
    assert standins.outbox() == []


def test_what_is_skipped_while_queued_is_not_sent(standins: StandIns, news: Any) -> None:
    first = queue_message(about="claim:ABC", dedup_key="a")
    other = queue_message(about="claim:ABCD", dedup_key="b")
    kept_pk = outbox.queue("kept", channel=Channel.SMS, to="+33612345678", context={}, dedup_key="c", about="claim:ABC")
    kept = Message.objects.get(pk=kept_pk)
    assert outbox.skip_queued("claim:ABC", "answered", templates=["test_note"]) == 1
    assert (again(first).status, again(first).skip_reason) == ("skipped", "answered")
    assert (again(other).status, again(kept).status) == ("queued", "queued")
    assert outbox.skip_queued("claim:", "ended") == 2
    assert outbox.send_due() == 0


# --- Refusals
def test_a_refusal_is_final_and_says_why(standins: StandIns) -> None:
    message = queue_message(to="+33600021614", gift=True)
    outbox.send_one(message.pk)
    failed = again(message)
    assert (failed.status, failed.error_code, failed.settled_at) == ("failed", "21614", MORNING)
    assert Suppression.objects.count() == 0


def test_a_gift_contact_who_opted_out_at_the_provider_is_left_alone(standins: StandIns) -> None:
    outbox.send_one(queue_message(to="+33600021610", gift=True).pk)
    assert suppressions.is_suppressed(Channel.SMS, "+33600021610")


def test_a_sender_who_opted_out_at_the_provider_is_not_a_gift_contact(standins: StandIns) -> None:
    outbox.send_one(queue_message(to="+33600021610").pk)
    assert not suppressions.is_suppressed(Channel.SMS, "+33600021610")


def test_too_fast_is_tried_again_when_the_provider_says(standins: StandIns, clock: Clock) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=429)
    message = queue_message()
    outbox.send_one(message.pk)
    waiting = again(message)
    assert (waiting.status, waiting.handed_at, waiting.attempts) == ("queued", None, 1)
    assert waiting.not_before == MORNING + timedelta(minutes=1)
    assert outbox.send_due() == 0
    clock.advance(minutes=1)
    assert outbox.send_due() == 1
    assert again(message).status == "accepted"
    assert len(standins.outbox()) == 1


def test_a_broken_account_is_not_told_as_a_dead_contact(standins: StandIns, settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = "wrong"
    message = queue_message()
    outbox.send_one(message.pk)
    assert (again(message).status, again(message).error_code) == ("queued", "20003")


def test_a_provider_that_stays_unreachable_is_given_up_on_in_the_end(settings: Settings) -> None:
    settings.TWILIO_API_BASE = "http://127.0.0.1:9"
    message = queue_message()
    Message.objects.filter(pk=message.pk).update(attempts=sending.MAX_ATTEMPTS - 1)
    outbox.send_one(message.pk)
    assert (again(message).status, again(message).error_code) == ("failed", "gave_up")


def test_a_broken_template_holds_up_nobody_else(standins: StandIns) -> None:
    broken = queue_message(dedup_key="broken")
    Message.objects.filter(pk=broken.pk).update(template="no_such")
    good = queue_message()
    assert outbox.send_due() == 2
    assert (again(broken).status, again(broken).error_code) == ("queued", "prepare:TemplateDoesNotExist")
    assert again(broken).not_before > MORNING
    assert again(good).status == "accepted"


def test_staff_may_send_again_what_was_refused_and_nothing_else(standins: StandIns, clock: Clock) -> None:
    standins.fault(provider="twilio", operation="messages.create", kind="error", status=400, code=21617)
    refused, sent = queue_message(), queue_message()
    outbox.send_due()
    outbox.retry(refused.pk)
    with pytest.raises(outbox.NotRetriable):
        outbox.retry(sent.pk)
    outbox.send_due()
    assert again(refused).status == "accepted"
    assert len(standins.outbox()) == 2


# --- X's allowance
def test_x_s_allowance_is_counted_from_rows(standins: StandIns, clock: Clock) -> None:
    account = twitter_dm.look_up("anne")
    assert account is not None
    messages = [queue_message(channel=Channel.TWITTER_DM, to=f"{account.user_id}|anne") for _ in range(16)]
    assert outbox.send_due() == 16
    assert len(standins.outbox()) == 15
    held = again(messages[-1])
    assert (held.status, held.attempts, held.not_before) == ("queued", 0, MORNING + timedelta(minutes=15))
    clock.advance(minutes=15)
    standins.advance(901)
    outbox.send_due()
    assert again(held).status == "accepted"
    assert DirectMessageUse.objects.count() == 16


def test_x_s_day_holds_1440_messages(clock: Clock) -> None:
    message = queue_message(channel=Channel.TWITTER_DM)
    used_at = MORNING - timedelta(hours=23)
    DirectMessageUse.objects.bulk_create(DirectMessageUse(message=message, used_at=used_at) for _ in range(1440))
    outbox.send_one(message.pk)
    assert (again(message).status, again(message).not_before) == ("queued", MORNING + timedelta(hours=1))


def test_a_limit_of_x_holds_every_direct_message(standins: StandIns) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=429, body={"title": "Too Many Requests"})
    first, second = queue_message(channel=Channel.TWITTER_DM), queue_message(channel=Channel.TWITTER_DM)
    text = queue_message()
    outbox.send_one(first.pk)
    later = MORNING + timedelta(minutes=15)
    assert [again(row).not_before for row in (first, second, text)] == [later, later, MORNING]


# --- Erasure and catch-up
def test_an_erased_gift_contact_leaves_history_without_a_person(standins: StandIns) -> None:
    sent = queue_message(gift=True, about="claim:OLD", to="+33612345678")
    outbox.send_one(sent.pk)
    waiting = queue_message(gift=True, about="claim:OLD", not_before=MORNING + timedelta(days=1))
    sender = queue_message(about="claim:OLD", not_before=MORNING + timedelta(days=1), to="+33687654321")
    assert outbox.erase_contact("claim:OLD") == 2
    erased = again(sent)
    assert (erased.recipient_sealed, erased.recipient_digest, erased.erased_at) == (None, "", MORNING)
    assert (again(waiting).status, again(waiting).skip_reason) == ("skipped", "erased")
    assert again(sender).recipient_plain == "+33687654321"


def test_a_listener_that_heard_nothing_finds_the_same_news(standins: StandIns, clock: Clock) -> None:
    old = queue_message(about="claim:A")
    outbox.send_one(old.pk)
    clock.advance(hours=1)
    failed, skipped = queue_message(about="claim:B", to="+33600021211"), queue_message(about="claim:C", dedup_key="s")
    outbox.send_one(failed.pk)
    outbox.skip_queued("claim:C", "answered")
    found = outbox.settled_since("claim:", MORNING + timedelta(minutes=30))
    assert [(row.pk, row.status) for row in found] == [(failed.pk, "failed"), (skipped.pk, "skipped")]


# --- The database agrees
@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ("sending", {}),
        ("accepted", {"handed_at": MORNING}),
        ("accepted", {"accepted_at": MORNING}),
        ("unknown", {}),
        ("delivered", {"handed_at": MORNING, "accepted_at": MORNING}),
        ("skipped", {"settled_at": MORNING}),
        ("queued", {"handed_at": MORNING}),
        ("queued", {"settled_at": MORNING}),
        ("queued", {"skip_reason": "x"}),
        ("queued", {"resent_at": MORNING}),
        ("queued", {"recipient_digest": "0" * 64}),
        ("queued", {"recipient_plain": ""}),
    ],
)
def test_the_database_refuses_a_status_without_its_facts(status: str, fields: dict[str, Any]) -> None:
    message = queue_message()
    with pytest.raises(Exception, match="message_"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(status=MessageStatus(status), **fields)
