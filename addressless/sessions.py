"""« Découvrir » trades the link for a claim session: 30 minutes since the last action, 4 hours at most.

The cookie holds a random key, the row its SHA-256. Raising the claim's generation ends every session of the old link.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db.models import F

from addressless.models import Claim, ClaimSession, SessionAnswer
from catalog.models import ProductVariant
from interflora.lib import clock, links, statements
from interflora.lib.statements import Given, Select

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=4)
# For so long an ended session may come back after one tap, with what was typed.
RENEWABLE = timedelta(hours=24)
TOUCH_EVERY = timedelta(seconds=60)

_BY_KEY = Select(
    lambda: ClaimSession.objects.select_related("claim__order__delivery").filter(
        key_digest=Given("key_digest"), generation=F("claim__generation")
    )
)


def open_session(claim: Claim, *, preferred_id: int | None = None) -> str:
    """Start a session on this claim; returns the key for the cookie."""
    key = secrets.token_urlsafe(32)
    ClaimSession.objects.create(
        claim=claim, key_digest=links.digest(key), generation=claim.generation, preferred_id=preferred_id
    )
    return key


def _row(key: str) -> ClaimSession | None:
    if not key or len(key) > 100:
        return None
    return next(iter(_BY_KEY.run(key_digest=links.digest(key))), None)


def _is_alive(session: ClaimSession, now: datetime) -> bool:
    return session.last_seen_at > now - IDLE and session.created_at > now - AT_MOST


def find(key: str) -> ClaimSession | None:
    """The living session of this key, with its claim, order and delivery; remembers that it acted."""
    session, now = _row(key), clock.now()
    if session is None or not _is_alive(session, now):
        return None
    if session.last_seen_at < now - TOUCH_EVERY:
        ClaimSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return session


def find_ended(key: str) -> ClaimSession | None:
    """A session that only time has ended, on a claim it has not answered: it may be renewed."""
    session, now = _row(key), clock.now()
    if session is None or session.answer or session.created_at < now - RENEWABLE or _is_alive(session, now):
        return None
    return session


def renew(key: str) -> str:
    """A fresh session in place of one that time ended; "" when there is nothing to renew."""
    session = find_ended(key)
    return "" if session is None else _in_place_of(session)


def open_again(claim: Claim, key: str) -> str:
    """A session for a browser that may have had one on this claim, of this key: what it preferred is not forgotten."""
    session = find_ended(key)
    return open_session(claim) if session is None or session.claim_id != claim.pk else _in_place_of(session)


def _in_place_of(session: ClaimSession) -> str:
    ClaimSession.objects.filter(pk=session.pk).delete()
    return open_session(session.claim, preferred_id=session.preferred_id)


def preferred(session: ClaimSession) -> ProductVariant | None:
    """The flowers this browser would rather have; no query when it prefers none."""
    if session.preferred_id is None:
        return None
    return ProductVariant.objects.select_related("product").get(pk=session.preferred_id)


def prefer(session: ClaimSession, variant_pk: int | None) -> None:
    """Remember the flowers this browser would rather have, should it accept; None: those that were bought."""
    ClaimSession.objects.filter(pk=session.pk).update(preferred_id=variant_pk)
    session.preferred_id = variant_pk


def forget_preferred(session: ClaimSession) -> None:
    """The flowers this session was loaded with are no longer to be had; a choice made since in another tab stays."""
    ClaimSession.objects.filter(pk=session.pk, preferred_id=session.preferred_id).update(preferred_id=None)
    session.preferred_id = None


def answering(answer: SessionAnswer) -> statements.Write:
    """`note_answer` as a part of `Writes`: in the session `session`, at the moment `now`."""
    row = ClaimSession.objects.filter(pk=Given("session"))
    return statements.update(row, answer=answer, answered_at=Given("now"))


def note_answer(session: ClaimSession, answer: str, now: datetime) -> None:
    """Remember what this browser answered; "" after an undo."""
    values = {"answer": answer, "answered_at": now if answer else None}
    ClaimSession.objects.filter(pk=session.pk).update(**values)
    session.answer, session.answered_at = SessionAnswer(answer) if answer else "", values["answered_at"]
