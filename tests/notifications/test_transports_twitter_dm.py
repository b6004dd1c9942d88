"""X's gateway against the stand-in: who can be written to, every outcome of a direct message, the look-up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from interflora.lib import clock
from interflora.lib.contacts import Channel
from notifications import reachability
from notifications.reachability import Reachability
from notifications.transports import twitter_dm
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import body_digest
from tests.notifications.factories import MORNING
from tests.standin_client import StandIns

TEXT = "Des fleurs vous attendent : http://testserver/cadeau/abc/"
LONG_AGO = MORNING - timedelta(days=1)


@pytest.fixture
def anne(standins: StandIns) -> str:
    """Somebody X knows, as the outbox names them."""
    account = twitter_dm.look_up("anne")
    assert account is not None
    return f"{account.user_id}|anne"


def send(to: str) -> str:
    return twitter_dm.send(Outgoing(to=to, text=TEXT, reference="ABCDEFGHJKMN"))


def failure(to: str) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(to)
    return caught.value


def find(to: str, taken: frozenset[str] = frozenset(), text: str = TEXT) -> str | None:
    return twitter_dm.find(to, body_digest(text), LONG_AGO, taken)


def test_a_message_is_handed_over_by_number_in_our_name(standins: StandIns, anne: str) -> None:
    event = send(anne)
    (received,) = standins.outbox()
    assert (received["to"], received["text"], received["provider_id"]) == ("@anne", TEXT, event)
    request = standins.requests("x")[-1]
    assert (request["as_user"], request["json"]) == (True, {"text": TEXT})


@pytest.mark.parametrize(
    ("handle", "reason"),
    [("ferme1", "closed"), ("sanschamp1", "closed"), ("inconnu1", "unknown_handle"), ("suspendu1", "unknown_handle")],
)
def test_a_handle_that_cannot_be_written_to_is_told_apart(standins: StandIns, handle: str, reason: str) -> None:
    found = reachability.check(Channel.TWITTER_DM, handle)
    assert (found.ok, found.reason) == (False, reason)


def test_a_handle_open_to_us_keeps_its_number(standins: StandIns) -> None:
    found = reachability.check(Channel.TWITTER_DM, "anne")
    assert found.ok
    assert found.reason == ""
    assert found.provider_user_id.isdigit()


@pytest.mark.parametrize(
    "fault", [{"kind": "error", "status": 503}, {"kind": "garbage"}, {"kind": "drop_before_effect"}]
)
def test_x_being_down_is_not_the_person_s_fault(standins: StandIns, fault: dict[str, object]) -> None:
    standins.fault(provider="x", operation="users.lookup", **fault)
    assert reachability.check(Channel.TWITTER_DM, "anne") == Reachability(ok=False, reason="unavailable")


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_mail_and_text_are_judged_by_their_syntax_alone(channel: str) -> None:
    assert reachability.check(channel, "anne@example.org") == Reachability(ok=True)


def test_lost_permission_between_payment_and_sending_is_permanent(standins: StandIns, anne: str) -> None:
    standins.x_user("anne", can_be_written_to=False)
    error = failure(anne)
    assert (error.code, error.permanent, error.contact_failed) == ("403", True, True)


def test_an_account_gone_since_is_permanent(standins: StandIns, anne: str) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=404)
    error = failure(anne)
    assert (error.code, error.permanent, error.contact_failed) == ("404", True, True)


def test_a_bad_request_is_permanent_and_not_the_contact_s_fault(standins: StandIns, anne: str) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=400)
    error = failure(anne)
    assert (error.permanent, error.contact_failed) == (True, False)


def test_refused_keys_wait_for_a_repair(standins: StandIns, anne: str) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=401)
    error = failure(anne)
    assert (error.configuration, error.permanent) == (True, False)


def test_the_limit_says_when_it_opens_again(standins: StandIns, anne: str) -> None:
    reset = int((clock.now() + timedelta(minutes=7)).timestamp())
    headers = {"x-rate-limit-reset": str(reset)}
    standins.fault(provider="x", operation="dm.create", kind="error", status=429, headers=headers)
    error = failure(anne)
    assert (error.permanent, error.unknown) == (False, False)
    assert error.retry_at == MORNING + timedelta(minutes=7)


@pytest.mark.parametrize(("reset", "wait"), [("9999999999", timedelta(minutes=15)), ("1", timedelta(seconds=5))])
def test_an_absurd_reset_is_bounded(standins: StandIns, anne: str, reset: str, wait: timedelta) -> None:
    headers = {"x-rate-limit-reset": reset}
    standins.fault(provider="x", operation="dm.create", kind="error", status=429, headers=headers)
    assert failure(anne).retry_at == MORNING + wait


def test_a_limit_without_its_reset_means_a_full_window(standins: StandIns, anne: str) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=429, body={"title": "Too Many Requests"})
    assert failure(anne).retry_at == MORNING + timedelta(minutes=15)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 503},
        {"kind": "error", "status": 302, "body": "{}"},
        {"kind": "error", "status": 201, "body": {"data": {}}},
        {"kind": "error", "status": 201, "body": {"title": "no data"}},
        {"kind": "drop_before_effect"},
    ],
)
def test_whatever_is_no_answer_leaves_the_outcome_unknown(
    standins: StandIns, anne: str, fault: dict[str, object]
) -> None:
    standins.fault(provider="x", operation="dm.create", **fault)
    error = failure(anne)
    assert (error.unknown, error.permanent) == (True, False)
    assert find(anne) is None


@pytest.mark.parametrize("kind", ["garbage", "drop_after_effect"])
def test_a_message_whose_answer_was_lost_is_found_again(standins: StandIns, anne: str, kind: str) -> None:
    standins.fault(provider="x", operation="dm.create", kind=kind)
    assert failure(anne).unknown
    event = standins.messages(channel="twitter_dm")[0]["provider_id"]
    assert find(anne) == event
    assert find(anne, text="autre chose") is None
    assert find(anne, taken=frozenset({event})) is None
    assert twitter_dm.find(anne, body_digest(TEXT), MORNING + timedelta(days=3650), frozenset()) is None


def test_links_that_x_shortened_are_put_back_before_comparing(standins: StandIns, anne: str) -> None:
    event = {
        "id": "77",
        "event_type": "MessageCreate",
        "created_at": "2026-11-23T12:00:00.000Z",
        "text": "Des fleurs vous attendent : https://t.co/xyz",
        "entities": {
            "urls": [
                {"url": "https://t.co/xyz", "expanded_url": "http://testserver/cadeau/abc/", "start": 28, "end": 44}
            ]
        },
    }
    standins.fault(provider="x", operation="dm.list", kind="error", status=200, body={"data": [event]})
    assert find(anne) == "77"


def test_no_connection_means_not_sent(settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9"
    error = failure("1|anne")
    assert (error.code, error.unknown, error.permanent) == ("unreachable", False, False)
