"""May this contact be written to? Asked before the sender pays; every check runs, and most answers sound alike."""

from __future__ import annotations

from addressless import blocks
from addressless.errors import CannotReach
from interflora.lib import contacts, crypto
from notifications import reachability, suppressions


def digest(channel: str, contact: str) -> str:
    """Keyed digest of a normalized contact, the same for every spelling of it."""
    return crypto.gift_digest(contacts.match_key(channel, contact))


def check(channel: str, contact: str, *, sender_email: str = "", besides: int = 0) -> str:
    """What the outbox takes as `to` for this normalized contact; raises CannotReach. Asks X: no open transaction.

    A handle that does not exist is said; blocked, resting, opted-out, already invited and closed share one sentence.
    """
    found = reachability.check(channel, contact)
    sender, to = blocks.sender_digest(sender_email), digest(channel, contact)
    closed = (
        suppressions.is_suppressed(channel, contact),
        blocks.is_blocked(sender, to),
        blocks.has_open_gift(sender, to, besides=besides) if sender else False,
    )
    if found.reason in ("unknown_handle", "unavailable"):
        raise CannotReach(found.reason)
    if any(closed) or not found.ok:
        raise CannotReach("neutral")
    return f"{found.provider_user_id}|{contact}" if found.provider_user_id else contact
