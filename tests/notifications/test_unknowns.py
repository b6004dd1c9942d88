"""Lost answers and dead workers: looked up, sent exactly once more if absent, and never a third time (I9)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from interflora.lib import leases
from interflora.lib.contacts import Channel
from notifications import outbox, reports, sending, suppressions
from notifications.models import Message
from notifications.transports import twitter_dm
from tests.notifications.conftest import Clock
from tests.notifications.factories import MORNING, NIGHT, queue_message
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def again(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def lose_answer(
    standins: StandIns, *, kind: str = "drop_before_effect", channel: str = Channel.SMS, **fields: Any
) -> Message:
    """A message whose outcome is unknown."""
    provider, operation = {
        "sms": ("twilio", "messages.create"),
        "twitter_dm": ("x", "dm.create"),
        "email": ("smtp", "data"),
    }[str(channel)]
    standins.fault(provider=provider, operation=operation, kind=kind)
    message = queue_message(channel=channel, **fields)
    outbox.send_one(message.pk)
    assert again(message).status == "unknown"
    return message


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TWITTER_DM])
def test_a_message_the_provider_has_is_accepted_and_not_sent_again(
    standins: StandIns, clock: Clock, channel: str, news: Any
) -> None:
    account = twitter_dm.look_up("anne")
    assert account is not None
    to = {"to": f"{account.user_id}|anne"} if channel == Channel.TWITTER_DM else {}
    message = lose_answer(standins, kind="drop_after_effect", channel=channel, **to)
    clock.advance(minutes=1)
    assert outbox.resolve_unknown() == 1
    found = again(message)
    assert (found.status, found.provider_id) == ("accepted", standins.outbox()[0]["provider_id"])
    clock.advance(hours=1)
    assert outbox.resolve_unknown() == 0
    assert len(standins.outbox()) == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_an_absent_message_is_sent_exactly_once_more_after_ten_minutes(
    standins: StandIns, clock: Clock, channel: str
) -> None:
    message = lose_answer(standins, channel=channel)
    for _minute in range(9):
        clock.advance(minutes=1)
        outbox.resolve_unknown()
    assert (again(message).status, again(message).resent_at) == ("unknown", None)
    assert standins.outbox() == []
    clock.advance(minutes=1)
    outbox.resolve_unknown()
    sent = again(message)
    assert (sent.status, sent.attempts, sent.resent_at) == ("accepted", 2, MORNING + timedelta(minutes=10))
    assert len(standins.outbox()) == 1


def test_a_mail_sent_once_more_is_the_same_mail(standins: StandIns, clock: Clock) -> None:
    lose_answer(standins, kind="drop_after_effect", channel=Channel.EMAIL)
    clock.advance(minutes=10)
    outbox.resolve_unknown()
    assert len(standins.outbox()) == 2
    assert len({received["provider_id"] for received in standins.outbox()}) == 1


def test_it_is_never_sent_a_third_time(standins: StandIns, clock: Clock, news: Any) -> None:
    message = lose_answer(standins)
    standins.fault(provider="twilio", operation="messages.create", kind="drop_before_effect")
    clock.advance(minutes=10)
    outbox.resolve_unknown()
    assert (again(message).status, again(message).attempts) == ("unknown", 2)
    for _hour in range(23):
        clock.advance(hours=1)
        outbox.resolve_unknown()
    assert again(message).status == "unknown"
    clock.advance(hours=2)
    outbox.resolve_unknown()
    given_up = again(message)
    assert (given_up.status, given_up.error_code, given_up.attempts) == ("failed", "outcome_unknown", 2)
    assert [entry["operation"] for entry in standins.requests("twilio")].count("messages.create") == 2
    with pytest.raises(outbox.NotRetriable):
        outbox.retry(message.pk)


def test_nothing_is_sent_again_while_the_provider_cannot_say(standins: StandIns, clock: Clock) -> None:
    message = lose_answer(standins)
    standins.fault(provider="twilio", operation="messages.list", kind="error", status=503)
    clock.advance(minutes=11)
    outbox.resolve_unknown()
    assert (again(message).status, again(message).resent_at) == ("unknown", None)
    assert standins.outbox() == []


def test_the_night_holds_the_second_time_too(standins: StandIns, clock: Clock) -> None:
    message = lose_answer(standins)
    clock.moment = NIGHT
    outbox.resolve_unknown()
    held = again(message)
    assert (held.status, held.resent_at) == ("unknown", None)
    assert held.not_before == MORNING.replace(hour=7) + timedelta(days=1)
    clock.moment = held.not_before
    outbox.resolve_unknown()
    assert again(message).status == "accepted"


def test_silence_asked_meanwhile_stops_the_second_time(standins: StandIns, clock: Clock) -> None:
    message = lose_answer(standins, to="+33612345678", gift=True)
    suppressions.suppress(Channel.SMS, "+33612345678", "asked")
    clock.advance(minutes=10)
    outbox.resolve_unknown()
    assert (again(message).status, again(message).error_code) == ("failed", "suppressed")
    assert standins.outbox() == []


def test_the_same_text_of_another_message_is_not_taken_for_this_one(standins: StandIns, clock: Clock) -> None:
    context = {"first_name": "Anne", "number": 1}
    twin = queue_message(to="+33612345678", context=context)
    outbox.send_one(twin.pk)
    message = lose_answer(standins, to="+33612345678", context=context)
    clock.advance(minutes=1)
    outbox.resolve_unknown()
    assert (again(message).status, again(message).provider_id) == ("unknown", "")


def test_an_erased_message_is_never_sent_again(standins: StandIns, clock: Clock) -> None:
    message = lose_answer(standins, to="+33612345678", gift=True, about="claim:OLD")
    outbox.erase_contact("claim:OLD")
    clock.advance(minutes=10)
    outbox.resolve_unknown()
    assert again(message).status == "unknown"
    clock.advance(days=1)
    outbox.resolve_unknown()
    assert again(message).status == "failed"
    assert standins.outbox() == []


# --- Workers that die
def leased(message: Message, clock: Clock, **fields: Any) -> None:
    """Leave the row as a worker would that died holding it."""
    until = clock.moment + timedelta(seconds=sending.LEASE_SECONDS)
    Message.objects.filter(pk=message.pk).update(
        status="sending", lease_token=uuid.uuid4(), lease_until=until, **fields
    )


def test_a_worker_dead_before_the_call_loses_nothing(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    leased(message, clock)
    assert outbox.send_due() == 0
    clock.advance(seconds=sending.LEASE_SECONDS + 1)
    assert outbox.send_due() == 1
    assert again(message).status == "accepted"
    assert len(standins.outbox()) == 1


def test_a_worker_dead_after_the_mark_leaves_an_unknown_outcome(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    leased(message, clock, handed_at=MORNING, attempts=1, body_digest="0" * 64)
    clock.advance(seconds=sending.LEASE_SECONDS + 1)
    assert outbox.send_due() == 0
    assert again(message).status == "unknown"
    assert standins.outbox() == []


def test_a_worker_that_lost_its_lease_does_not_call(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    leased(message, clock)
    mine = again(message)
    Message.objects.filter(pk=message.pk).update(lease_token=uuid.uuid4())
    with pytest.raises(sending.LeaseLost):
        sending.mark_handed_over(mine, sending.prepare(mine))
    assert again(message).handed_at is None


def test_a_late_answer_still_counts_and_never_lowers(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    leased(message, clock, handed_at=MORNING, attempts=1)
    mine = again(message)
    clock.advance(seconds=sending.LEASE_SECONDS + 1)
    sending.recover_expired()
    sending.accept(mine, "SM1")
    assert (again(message).status, again(message).provider_id) == ("accepted", "SM1")
    reports.apply(status="delivered", provider_id="SM1")
    sending.accept(mine, "SM1")
    assert again(message).status == "delivered"


def test_the_provider_s_report_before_its_answer_wins(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    leased(message, clock, handed_at=MORNING, attempts=1)
    mine = again(message)
    reports.apply(status="delivered", reference=message.public_id, provider_id="SM9")
    sending.accept(mine, "SM9")
    done = again(message)
    assert (done.status, done.provider_id, done.lease_token) == ("delivered", "SM9", None)


def test_what_is_over_is_not_sent_once_more(standins: StandIns, clock: Clock) -> None:
    message = lose_answer(standins)
    assert outbox.skip_queued(message.about, "ended") == 0
    clock.advance(minutes=10)
    outbox.resolve_unknown()
    assert (again(message).status, again(message).error_code) == ("failed", "expired")
    assert standins.outbox() == []


def test_a_try_under_way_when_it_was_over_is_not_tried_again(standins: StandIns, clock: Clock) -> None:
    message = queue_message()
    [leased] = leases.lease(Message.objects.filter(pk=message.pk), to_status="sending", limit=1, seconds=180)
    outbox.skip_queued(message.about, "ended")
    leases.finish(leased, status="queued", not_before=clock.moment)  # the provider said: later
    outbox.send_due()
    assert (again(message).status, again(message).skip_reason) == ("skipped", "expired")
    assert standins.outbox() == []
