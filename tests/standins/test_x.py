"""Private messages through tweepy."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
import tweepy

from tests.standin_client import StandIns
from tests.standins.conftest import x_client


def look_up(bird: tweepy.Client, handle: str) -> Any:
    return bird.get_user(username=handle, user_fields=["receives_your_dm"], user_auth=True)


def test_any_handle_exists_takes_messages_and_keeps_its_id(bird: tweepy.Client) -> None:
    first, second = look_up(bird, "FloraDupont"), look_up(bird, "floradupont")
    assert first.data.data["receives_your_dm"] is True
    assert first.data.id == second.data.id


def test_message_arrives_and_can_be_found_again(bird: tweepy.Client, standins: StandIns) -> None:
    who = look_up(bird, "flora").data.id
    made = bird.create_direct_message(participant_id=who, text="Un cadeau vous attend").data
    (shown,) = standins.messages("twitter_dm", to="@flora")
    assert (shown["text"], shown["provider_id"]) == ("Un cadeau vous attend", made["dm_event_id"])
    bird.create_direct_message(participant_id=look_up(bird, "paul").data.id, text="Autre chose")
    (event,) = bird.get_direct_message_events(
        participant_id=who, dm_event_fields=["created_at", "text"], max_results=50, user_auth=True
    ).data
    assert (str(event.id), event.text) == (made["dm_event_id"], "Un cadeau vous attend")


def test_closed_handle_says_so_and_refuses(bird: tweepy.Client, standins: StandIns) -> None:
    found = look_up(bird, "fermee")
    assert found.data.data["receives_your_dm"] is False
    with pytest.raises(tweepy.Forbidden) as refused:
        bird.create_direct_message(participant_id=found.data.id, text="Bonjour")
    assert "permission to DM" in str(refused.value)
    assert standins.messages() == []


def test_yes_may_still_become_403(bird: tweepy.Client) -> None:
    found = look_up(bird, "bloque")
    assert found.data.data["receives_your_dm"] is True
    with pytest.raises(tweepy.Forbidden):
        bird.create_direct_message(participant_id=found.data.id, text="Bonjour")


def test_field_may_be_missing(bird: tweepy.Client) -> None:
    assert "receives_your_dm" not in look_up(bird, "sanschamp").data.data


def test_unknown_user_is_200_with_errors(bird: tweepy.Client) -> None:
    found = look_up(bird, "inconnue")
    assert found.data is None
    assert found.errors[0]["title"] == "Not Found Error"


def test_suspended_user_is_404(bird: tweepy.Client) -> None:
    with pytest.raises(tweepy.NotFound):
        look_up(bird, "suspendu")


def test_person_changes_between_look_up_and_message(bird: tweepy.Client, standins: StandIns) -> None:
    who = look_up(bird, "flora").data.id
    standins.x_user("Flora", receives_your_dm=False)
    assert look_up(bird, "flora").data.data["receives_your_dm"] is False
    with pytest.raises(tweepy.Forbidden):
        bird.create_direct_message(participant_id=who, text="Bonjour")


def test_app_alone_neither_sees_the_field_nor_writes(standins: StandIns) -> None:
    app = x_client(standins, bearer_token="standin")
    found = app.get_user(username="flora", user_fields=["receives_your_dm"])
    assert "receives_your_dm" not in found.data.data
    with pytest.raises(tweepy.Forbidden):
        app.create_direct_message(participant_id=found.data.id, text="Bonjour", user_auth=False)


def test_wrong_keys_are_401(standins: StandIns) -> None:
    with pytest.raises(tweepy.Unauthorized):
        look_up(x_client(standins, consumer_key="other"), "flora")
    with pytest.raises(tweepy.Unauthorized):
        x_client(standins).get_user(username="flora")  # Bearer None


@pytest.mark.parametrize("handle", ["@flora", "un_nom_bien_trop_long", "é"])
def test_handle_that_cannot_be_one_is_400(bird: tweepy.Client, handle: str) -> None:
    with pytest.raises(tweepy.BadRequest):
        look_up(bird, handle)


def test_unknown_field_is_400(bird: tweepy.Client) -> None:
    with pytest.raises(tweepy.BadRequest):
        bird.get_user(username="flora", user_fields=["receives_dm"], user_auth=True)


@pytest.mark.parametrize("text", ["", "a" * 10_001])
def test_empty_or_endless_message_is_400(bird: tweepy.Client, text: str) -> None:
    with pytest.raises(tweepy.BadRequest):
        bird.create_direct_message(participant_id=look_up(bird, "flora").data.id, text=text)


def test_sixteenth_message_of_the_quarter_hour_is_429_with_its_reset(bird: tweepy.Client, standins: StandIns) -> None:
    who = look_up(bird, "flora").data.id
    for _ in range(15):
        bird.create_direct_message(participant_id=who, text="Bonjour")
    with pytest.raises(tweepy.TooManyRequests) as refused:
        bird.create_direct_message(participant_id=who, text="Bonjour")
    assert 0 < refused.value.reset_time - time.time() <= 901
    assert len(standins.messages()) == 15
    standins.advance(901)
    bird.create_direct_message(participant_id=who, text="Bonjour")
    assert len(standins.messages()) == 16


def test_429_on_demand_has_a_reset(bird: tweepy.Client, standins: StandIns) -> None:
    standins.fault(provider="x", operation="users.lookup", kind="error", status=429)
    with pytest.raises(tweepy.TooManyRequests) as refused:
        look_up(bird, "flora")
    assert refused.value.reset_time is not None


@pytest.mark.parametrize(
    ("status", "error"), [(403, tweepy.Forbidden), (503, tweepy.TwitterServerError), (404, tweepy.NotFound)]
)
def test_error_on_demand(bird: tweepy.Client, standins: StandIns, status: int, error: Any) -> None:
    standins.fault(provider="x", operation="dm.create", kind="error", status=status)
    who = look_up(bird, "flora").data.id
    with pytest.raises(error):
        bird.create_direct_message(participant_id=who, text="Bonjour")
    assert standins.messages() == []


def test_lost_answer_left_the_message(bird: tweepy.Client, standins: StandIns) -> None:
    standins.fault(provider="x", operation="dm.create", kind="drop_after_effect")
    who = look_up(bird, "flora").data.id
    with pytest.raises(requests.ConnectionError):
        bird.create_direct_message(participant_id=who, text="Bonjour")
    (event,) = bird.get_direct_message_events(participant_id=who, user_auth=True).data
    assert event.text == "Bonjour"
