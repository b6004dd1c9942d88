"""Signing in with X through tweepy: the consent page, the code, the token and what it may read."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import tweepy
from django.conf import settings
from requests.adapters import HTTPAdapter

from tests import specs
from tests.standin_client import StandIns
from tests.standins.conftest import x_client

SCOPES = ["tweet.read", "users.read"]
CALLBACK = f"{settings.SITE_URL}/commande/vous/x/retour/"


class Redirecting(HTTPAdapter):
    base = ""

    def send(self, request: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        request.url = request.url.replace("https://api.twitter.com", self.base)
        return super().send(request, **(kwargs | {"timeout": 5}))


def handler(standins: StandIns, **changes: Any) -> Any:
    values: dict[str, Any] = {"client_id": "standin", "client_secret": "standin", "redirect_uri": CALLBACK}
    made = tweepy.OAuth2UserHandler(**(values | {"scope": SCOPES} | changes))
    adapter = Redirecting()
    adapter.base = f"{standins.url}/x"
    made.mount("https://api.twitter.com", adapter)
    return made


def address(standins: StandIns, bird: Any) -> str:
    """The consent page, at the stand-in instead of twitter.com."""
    return str(bird.get_authorization_url()).replace("https://twitter.com", f"{standins.url}/x")


def trade(bird: Any, back: str) -> Any:
    return bird.fetch_token(back.replace("http://", "https://"))


def asked(back: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(back).query)


def test_a_person_consents_and_the_token_says_who_they_are(standins: StandIns) -> None:
    bird = handler(standins)
    page = requests.get(address(standins, bird), timeout=20).text
    assert "Interflora souhaite accéder à votre compte X" in page
    assert page.count("<li>") == len(SCOPES)
    token = trade(bird, standins.x_consent(address(standins, bird), "Camille_Flo"))
    assert (token["token_type"], token["expires_in"], "refresh_token" in token) == ("bearer", 7200, False)
    person = x_client(standins, bearer_token=token["access_token"])
    me = person.get_me(user_auth=False).data
    assert me.username == "Camille_Flo"
    assert me.id == x_client(standins).get_user(username="camille_flo", user_auth=True).data.id
    with pytest.raises(tweepy.Forbidden):
        person.create_direct_message(participant_id=me.id, text="Bonjour", user_auth=False)


def test_refusing_comes_back_with_the_state_and_no_code(standins: StandIns) -> None:
    bird = handler(standins)
    back = asked(standins.x_consent(address(standins, bird), do="deny"))
    assert (back["error"], back["state"], "code" in back) == (["access_denied"], [bird._state], False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_id": "other"}, "application inconnue"),
        ({"redirect_uri": CALLBACK.rstrip("/")}, "adresse de retour"),
        ({"scope": ["users.write"]}, "droit inconnu"),
    ],
)
def test_what_x_does_not_know_gets_its_error_page(standins: StandIns, changes: dict[str, Any], why: str) -> None:
    shown = requests.get(address(standins, handler(standins, **changes)), timeout=20)
    assert shown.status_code == 400
    assert why in shown.text


def test_a_suspended_account_cannot_consent(standins: StandIns) -> None:
    shown = requests.post(
        address(standins, handler(standins)),
        {"handle": "suspendu_lou", "do": "allow"},
        timeout=20,
        allow_redirects=False,
    )
    assert (shown.status_code, "Ce compte ne peut pas se connecter" in shown.text) == (200, True)


def test_a_code_serves_once(standins: StandIns) -> None:
    bird = handler(standins)
    back = standins.x_consent(address(standins, bird))
    trade(bird, back)
    with pytest.raises(Exception, match="authorization code was invalid"):
        trade(bird, back)


def test_a_code_is_too_old_after_thirty_seconds(standins: StandIns) -> None:
    bird = handler(standins)
    back = standins.x_consent(address(standins, bird))
    standins.advance(31)
    with pytest.raises(Exception, match="authorization code was invalid"):
        trade(bird, back)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_secret": "other"}, "authorization header"),
        ({"client_secret": None}, "authorization header"),
        ({"redirect_uri": "http://127.0.0.1/other/"}, "redirect uri"),
        ({}, "code verifier"),
    ],
)
def test_a_code_is_worth_nothing_to_anybody_else(standins: StandIns, changes: dict[str, Any], why: str) -> None:
    back = standins.x_consent(address(standins, handler(standins)))
    other = handler(standins, **changes)
    other.get_authorization_url()
    other._state = None
    with pytest.raises(Exception, match=why):
        trade(other, back)


def test_a_token_ends_after_two_hours(standins: StandIns) -> None:
    bird = handler(standins)
    token = trade(bird, standins.x_consent(address(standins, bird)))["access_token"]
    standins.advance(7201)
    with pytest.raises(tweepy.Unauthorized):
        x_client(standins, bearer_token=token).get_me(user_auth=False)


def test_a_token_reads_what_was_consented_to(standins: StandIns) -> None:
    bird = handler(standins, scope=["users.read"])
    token = trade(bird, standins.x_consent(address(standins, bird)))["access_token"]
    with pytest.raises(tweepy.Forbidden):
        x_client(standins, bearer_token=token).get_me(user_auth=False)


def test_the_number_outlives_the_name(standins: StandIns) -> None:
    bird = x_client(standins)
    before = bird.get_user(username="camille_flo", user_auth=True).data
    standins.x_user("camille_flo", username="camille_fleurs")
    assert bird.get_user(id=before.id, user_auth=True).data.username == "camille_fleurs"
    assert bird.get_user(username="camille_flo", user_auth=True).data is None
    standins.x_user("camille_flo", exists="yes")
    assert bird.get_user(username="camille_flo", user_auth=True).data.id != before.id
    with pytest.raises(tweepy.NotFound):
        bird.get_user(id=42, user_auth=True)


def test_x_may_be_down_on_demand(standins: StandIns) -> None:
    bird = handler(standins)
    standins.fault(provider="x", operation="oauth2.authorize", kind="error", status=503)
    assert requests.get(address(standins, bird), timeout=20).status_code == 503
    back = standins.x_consent(address(standins, bird))
    standins.fault(provider="x", operation="oauth2.token", kind="error", status=429)
    with pytest.raises(Exception, match=r"(?i)missing"):
        trade(bird, back)


@pytest.mark.skipif(bool(specs.why_not()), reason=specs.why_not())
def test_our_answers_fit_the_contract(standins: StandIns) -> None:
    bird = handler(standins)
    token = trade(bird, standins.x_consent(address(standins, bird)))["access_token"]
    me = x_client(standins, bearer_token=token).request("GET", "/2/users/me")
    specs.check_answer("x", "GetUsersMeResponse", me.json())
    again = x_client(standins).request("GET", f"/2/users/{me.json()['data']['id']}", user_auth=True)
    specs.check_answer("x", "GetUsersByIdResponse", again.json())
    calls = [one for one in standins.requests("x") if not one["operation"].startswith("oauth2.")]
    assert specs.check(calls) == 2
