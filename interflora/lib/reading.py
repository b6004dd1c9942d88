"""The two-second rule: an answer given faster than a person reads is a machine's (`safety.md` 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing

from interflora.lib import clock

READING_TIME = timedelta(seconds=2)
_SALT = "interflora.shown"


class AnswerTooEarly(Exception):
    """An answer came back faster than a person reads."""


def stamp(subject: str, shown_at: datetime | None = None) -> str:
    """Proof of when a form was displayed, and for whom; goes into a hidden field."""
    moment = shown_at or clock.now()
    return signing.Signer(salt=_SALT).sign(f"{subject}:{int(moment.timestamp() * 1000)}")


def check(subject: str, stamped: str) -> None:
    """Raise AnswerTooEarly when the form was displayed under two seconds ago, for somebody else, or never."""
    try:
        shown_for, _colon, millis = signing.Signer(salt=_SALT).unsign(stamped).rpartition(":")
    except signing.BadSignature:
        raise AnswerTooEarly from None
    if shown_for != subject or clock.now().timestamp() * 1000 - int(millis) < READING_TIME.total_seconds() * 1000:
        raise AnswerTooEarly
