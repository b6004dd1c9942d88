"""Signing in with X against the stand-in: whose return counts, and what X's bad days look like."""

from __future__ import annotations

import dataclasses
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.conf import settings
from pytest_django import Settings

from interflora.lib import clock
from notifications import identities
from notifications.identities import SignInFailed, Started
from notifications.transports import twitter_dm
from tests import specs
from tests.standin_client import StandIns

CALLBACK = f"{settings.SITE_URL}/commande/vous/x/retour/"


@pytest.fixture
def started(standins: StandIns) -> Started:
    return identities.begin(CALLBACK)


def answer_of(back: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(back).query))


def finish(started: Started, answer: dict[str, str]) -> twitter_dm.Person:
    return identities.recognize(started, identities.code_in(started, answer), CALLBACK)


def failure(started: Started | None, answer: dict[str, str]) -> str:
    with pytest.raises(SignInFailed) as failed:
        finish(started, answer)  # type: ignore[arg-type]
    return failed.value.code


def test_a_person_is_recognized_by_number_and_handle(standins: StandIns, started: Started) -> None:
    found = finish(started, answer_of(standins.x_consent(started.address, "Camille_Flo")))
    account = twitter_dm.look_up("camille_flo")
    assert account is not None
    assert found == twitter_dm.Person(account.user_id, "Camille_Flo")


def test_two_rights_are_asked_for_and_no_lasting_access(started: Started) -> None:
    asked = parse_qs(urlsplit(started.address).query)
    assert asked["scope"] == ["tweet.read users.read"]
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert started.verifier not in started.address


def test_two_departures_share_nothing(started: Started) -> None:
    other = identities.begin(CALLBACK)
    assert {other.state, other.verifier}.isdisjoint({started.state, started.verifier})
    assert min(len(started.state), len(started.verifier)) >= 30


def test_the_real_consent_page_is_x_s_own(settings: Settings) -> None:
    settings.X_API_BASE = twitter_dm.REAL_BASE
    assert identities.begin(CALLBACK).address.startswith("https://twitter.com/i/oauth2/authorize?")


def test_a_return_with_another_state_is_nobody_s(standins: StandIns, started: Started) -> None:
    answer = answer_of(standins.x_consent(started.address))
    assert failure(started, answer | {"state": identities.begin(CALLBACK).state}) == "stale"
    assert failure(started, {"code": answer["code"]}) == "stale"
    assert failure(started, {"error": "access_denied", "state": "é"}) == "stale"
    assert failure(None, answer) == "stale"
    assert [one["operation"] for one in standins.requests("x")] == ["oauth2.authorize"]


def test_a_return_after_a_quarter_of_an_hour_is_too_late(standins: StandIns, started: Started) -> None:
    answer = answer_of(standins.x_consent(started.address))
    old = dataclasses.replace(started, at=(clock.now() - identities.VALID_FOR).isoformat())
    assert failure(old, answer) == "stale"
    almost = dataclasses.replace(started, at=(clock.now() - identities.VALID_FOR + timedelta(minutes=1)).isoformat())
    assert finish(almost, answer).handle == "camille_flo"


@pytest.mark.parametrize(
    ("do", "code"), [("deny", "refused"), ("late", "stale"), ("forged", "stale"), ("codeless", "stale")]
)
def test_what_people_do_on_the_consent_page(standins: StandIns, started: Started, do: str, code: str) -> None:
    assert failure(started, answer_of(standins.x_consent(started.address, do=do))) == code


def test_a_code_is_used_once(standins: StandIns, started: Started) -> None:
    answer = answer_of(standins.x_consent(started.address))
    finish(started, answer)
    assert failure(started, answer) == "stale"


def test_a_code_needs_the_verifier_of_its_departure(standins: StandIns, started: Started) -> None:
    answer = answer_of(standins.x_consent(started.address))
    other = dataclasses.replace(started, verifier=identities.begin(CALLBACK).verifier)
    assert failure(other, answer) == "stale"


def test_x_s_own_error_is_not_a_refusal(started: Started) -> None:
    assert failure(started, {"state": started.state, "error": "temporarily_unavailable"}) == "unavailable"


@pytest.mark.parametrize("operation", ["oauth2.token", "users.me"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 503},
        {"kind": "error", "status": 429},
        {"kind": "error", "status": 401},
        {"kind": "error", "status": 200, "body": {"token_type": "bearer", "access_token": "a", "scope": "users.read"}},
        {"kind": "error", "status": 200, "body": {"data": {"id": "x", "username": "camille"}, "scope": ""}},
        {"kind": "error", "status": 200, "body": []},
        {"kind": "garbage"},
        {"kind": "drop_before_effect"},
    ],
)
def test_x_s_bad_day_is_not_the_person_s_fault(
    standins: StandIns, started: Started, operation: str, fault: dict[str, Any]
) -> None:
    answer = answer_of(standins.x_consent(started.address))
    standins.fault(provider="x", operation=operation, **fault)
    assert failure(started, answer) == "unavailable"


def test_a_slow_x_is_not_waited_for(standins: StandIns, started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_of(standins.x_consent(started.address))
    monkeypatch.setattr(twitter_dm, "PAGE_SECONDS", 0.2)
    standins.fault(provider="x", operation="oauth2.token", kind="slow", seconds=1)
    assert failure(started, answer) == "unavailable"


def test_nothing_of_the_token_is_kept_or_logged(
    standins: StandIns, started: Started, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="notifications"):
        answer = answer_of(standins.x_consent(started.address))
        assert dataclasses.asdict(finish(started, answer)).keys() == {"user_id", "handle"}
    assert logging.getLogger("requests_oauthlib").getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("oauthlib").getEffectiveLevel() == logging.WARNING
    assert answer["code"] not in caplog.text


def test_a_number_has_the_name_of_the_day(standins: StandIns) -> None:
    account = twitter_dm.look_up("camille_flo")
    assert account is not None
    standins.x_user("camille_flo", username="camille_fleurs")
    assert identities.by_number(account.user_id) == twitter_dm.Person(account.user_id, "camille_fleurs")
    assert identities.by_number("42") is None
    standins.fault(provider="x", operation="users.by_id", kind="error", status=503)
    with pytest.raises(SignInFailed, match="unavailable"):
        identities.by_number(account.user_id)


def test_without_keys_it_is_not_offered(settings: Settings) -> None:
    assert identities.is_offered() is True
    settings.X_CLIENT_SECRET = ""
    assert identities.is_offered() is False


def test_our_requests_fit_the_contract(standins: StandIns, started: Started) -> None:
    person = finish(started, answer_of(standins.x_consent(started.address)))
    identities.by_number(person.user_id)
    trade = next(one for one in standins.requests("x") if one["operation"] == "oauth2.token")
    assert (trade["headers"]["Authorization"], trade["headers"]["Content-Type"]) == (
        "Basic",
        "application/x-www-form-urlencoded",
    )
    assert {name for name, _value in trade["form"]} == {
        "grant_type",
        "client_id",
        "code",
        "redirect_uri",
        "code_verifier",
    }
    assert specs.check(one for one in standins.requests("x") if not one["operation"].startswith("oauth2.")) == 2
