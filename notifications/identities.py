"""Who somebody is on X, said by X itself: on its consent page, or asked by number. Nothing of the sign-in is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings

from interflora.lib import clock
from notifications.transports import twitter_dm
from notifications.transports.base import TransportError
from notifications.transports.twitter_dm import Person

VALID_FOR = timedelta(minutes=15)
MAX_CODE = 500


class SignInFailed(Exception):
    """Nobody was recognized; `code` is refused (they said no), stale (begin again) or unavailable (X, not the person).

    A forged or foreign return is stale too: there is nothing else to say about it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Started:
    """A sign-in under way, to keep in the session it began in: all plain text."""

    address: str
    state: str
    verifier: str
    at: str

    def is_fresh(self) -> bool:
        """Whether a return is still awaited."""
        return clock.now() - datetime.fromisoformat(self.at) < VALID_FOR


def is_offered() -> bool:
    """Whether this process can sign people in with X."""
    return bool(settings.X_CLIENT_ID and settings.X_CLIENT_SECRET)


def begin(callback: str) -> Started:
    """A new sign-in; `address` is X's consent page. Asks nothing of X."""
    departure = twitter_dm.depart(callback)
    return Started(departure.address, departure.state, departure.verifier, clock.now().isoformat())


def code_in(started: Started | None, answer: Mapping[str, str]) -> str:
    """The code X sent back with the person. Raises SignInFailed.

    Only an answer with the state of this very session counts, whatever else it says: another one may be an attacker's,
    who would sign with an account of theirs in somebody else's name.
    """
    state = answer.get("state", "")
    if started is None or not started.is_fresh() or not compare_digest(state.encode(), started.state.encode()):
        raise SignInFailed("stale")
    if "error" in answer:
        raise SignInFailed("refused" if answer["error"] == "access_denied" else "unavailable")
    code = answer.get("code", "")
    if not 0 < len(code) <= MAX_CODE:
        raise SignInFailed("stale")
    return code


def recognize(started: Started, code: str, callback: str) -> Person:
    """Whose code this is. Asks X, sixteen seconds at most: no open transaction. Raises SignInFailed."""
    try:
        return twitter_dm.arrive(callback, code, started.verifier)
    except TransportError as error:
        raise SignInFailed("stale" if error.permanent else "unavailable") from None


def by_number(user_id: str) -> Person | None:
    """Who has this number now; None when the account is gone. Asks X. Raises SignInFailed: unavailable."""
    try:
        return twitter_dm.person(user_id)
    except TransportError:
        raise SignInFailed("unavailable") from None
