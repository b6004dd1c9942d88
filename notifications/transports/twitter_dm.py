"""X through tweepy, direct messages and signing in: the only file that knows the library.

X has no idempotency key and no delivery receipt. Its library has neither timeout nor base address: both come from
the mounted adapter. `to` is "<numeric id>|<handle>": names are reassigned, numbers are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.conf import settings
from tweepy.auth import OAuth2UserHandler
from tweepy.client import Client
from tweepy.errors import HTTPException, TooManyRequests

from interflora.lib import clock, contacts
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import BaseAdapter, body_digest, network_error

REAL_BASE = "https://api.twitter.com"
# Somebody waits before a page for these answers.
PAGE_SECONDS = 5.0
# X shows its consent page on its own site, and wants both rights to say whose token it is. Without `offline.access` the
# token dies after two hours and cannot be renewed.
CONSENT_SITE = "https://twitter.com"
SCOPES = ["tweet.read", "users.read"]


@dataclass(frozen=True)
class Account:
    """What X says of a handle: its lasting id, and whether our account may write to it."""

    user_id: str
    is_open: bool


@dataclass(frozen=True)
class Person:
    """Who somebody is on X: the lasting number, and the handle it has now."""

    user_id: str
    handle: str


@dataclass(frozen=True)
class Departure:
    """X's consent page for one sign-in, and the two secrets to remember until the person is back."""

    address: str
    state: str
    verifier: str


@lru_cache(maxsize=4)
def _client(keys: tuple[str, str, str, str], base: str) -> Client:
    client = Client(consumer_key=keys[0], consumer_secret=keys[1], access_token=keys[2], access_token_secret=keys[3])
    client.session.mount(REAL_BASE, BaseAdapter(REAL_BASE, base))
    client.session.trust_env = False
    return client


def _x() -> Client:
    keys = (settings.X_API_KEY, settings.X_API_SECRET, settings.X_ACCESS_TOKEN, settings.X_ACCESS_TOKEN_SECRET)
    return _client(keys, settings.X_API_BASE)


def send(message: Outgoing) -> str:
    """Hand one direct message to X; returns the id of its event."""
    with _translated():
        answer = _x().create_direct_message(participant_id=_user_id(message.to), text=message.text)
        return _text_of(answer.data, "dm_event_id")


def find(to: str, digest: str, since: datetime, taken: frozenset[str]) -> str | None:
    """See `Transport.find`. X shortens links, so the text is compared with its links put back."""
    with _translated():
        answer = _x().get_direct_message_events(
            participant_id=_user_id(to), dm_event_fields=["created_at", "entities", "text"], max_results=100
        )
        for event in answer.data or []:
            fields = event.data
            made_at = datetime.fromisoformat(fields["created_at"])
            if made_at < since - timedelta(minutes=1) or str(fields["id"]) in taken:
                continue
            if body_digest(_with_links(fields)) == digest:
                return str(fields["id"])
    return None


def look_up(handle: str) -> Account | None:
    """The account behind a handle, as our account sees it; None when there is none. Raises TransportError."""
    try:
        with _translated():
            answer = _x().get_user(username=handle, user_fields=["receives_your_dm"], user_auth=True)
            if answer.data is None:
                return None
            fields = answer.data.data
            # A missing field is not a yes.
            return Account(str(fields["id"]), fields.get("receives_your_dm") is True)
    except TransportError as error:
        if error.code == "404":
            return None
        raise


def person(user_id: str) -> Person | None:
    """Who has this number now, whatever the handle was; None when the account is gone. Raises TransportError."""
    try:
        with _translated():
            answer = _x().get_user(id=user_id, user_auth=True)
            return None if answer.data is None else _person(answer.data.data)
    except TransportError as error:
        if error.code == "404":
            return None
        raise


# --- Signing in: OAuth 2.0 with PKCE, a confidential client
def depart(callback: str) -> Departure:
    """Prepare one sign-in; nothing is asked of X yet. `callback` is registered at X to the letter."""
    handler = _handler(callback)
    address = str(handler.get_authorization_url())
    if settings.X_API_BASE != REAL_BASE:
        address = settings.X_API_BASE + address.removeprefix(CONSENT_SITE)
    (state,) = parse_qs(urlsplit(address).query)["state"]
    return Departure(address, state, handler._client.code_verifier)


def arrive(callback: str, code: str, verifier: str) -> Person:
    """Trade the code for a token, ask X whose it is and forget the token. Two calls of at most eight seconds each.

    Raises TransportError: `permanent` when X refuses the code (too old, used, not ours), otherwise try later.
    """
    handler = _handler(callback)
    handler._client.code_verifier = verifier  # where the library's own fetch_token looks for it
    with _translated():
        # The library parses an address, and only an https one; the code in it is all it takes.
        token = handler.fetch_token("https://callback.invalid/?" + urlencode({"code": code}))
        reader = Client(token["access_token"])
        _prepare(reader.session)
        return _person(reader.get_me(user_auth=False).data.data)


def _handler(callback: str) -> Any:
    handler = OAuth2UserHandler(
        client_id=settings.X_CLIENT_ID, client_secret=settings.X_CLIENT_SECRET, redirect_uri=callback, scope=SCOPES
    )
    _prepare(handler)
    handler.register_compliance_hook("access_token_response", _check_token)
    return handler


def _prepare(session: requests.Session) -> None:
    session.mount(REAL_BASE, BaseAdapter(REAL_BASE, settings.X_API_BASE, PAGE_SECONDS))
    session.trust_env = False


def _check_token(response: requests.Response) -> requests.Response:
    """Refuse what is no token before the library guesses at it. Raises TransportError."""
    status = response.status_code
    if status == 400:
        raise TransportError("400", permanent=True)
    if status != 200:
        raise TransportError(str(status), configuration=status == 401)
    granted = set(str(response.json().get("scope", "")).split())
    if not response.json().get("access_token") or granted != set(SCOPES):
        raise TransportError("garbage")
    return response


def _person(fields: dict[str, Any]) -> Person:
    if not re.fullmatch(r"[0-9]{1,19}", str(fields["id"])):
        raise ValueError("not a number of X's")
    return Person(str(fields["id"]), contacts.normalize_handle(str(fields["username"])))


# --- What both share
def _user_id(to: str) -> str:
    return to.split("|", 1)[0]


def _text_of(data: Any, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    if not value:
        raise TransportError("garbage", unknown=True)
    return str(value)


def _with_links(fields: dict[str, Any]) -> str:
    text = str(fields.get("text", ""))
    for link in (fields.get("entities") or {}).get("urls") or []:
        text = text.replace(link["url"], link.get("expanded_url") or link["url"])
    return text


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever tweepy raises into a TransportError."""
    try:
        yield
    except HTTPException as error:
        raise _refusal(error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TransportError("garbage", unknown=True) from None
    except requests.RequestException as error:
        raise network_error(error) from None


def _refusal(error: HTTPException) -> TransportError:
    status = int(error.response.status_code)
    if isinstance(error, TooManyRequests):
        reset = error.reset_time
        soon = clock.now() + timedelta(minutes=15)
        # X says when; a missing or absurd moment means a full window.
        retry_at = datetime.fromtimestamp(reset, UTC) if isinstance(reset, int) else soon
        return TransportError("429", retry_at=min(max(retry_at, clock.now() + timedelta(seconds=5)), soon))
    if not 400 <= status < 500:
        return TransportError(str(status), unknown=True)
    if status == 401:
        return TransportError("401", retry_at=clock.now() + timedelta(minutes=5), configuration=True)
    return TransportError(str(status), permanent=True, contact_failed=status in {403, 404})
