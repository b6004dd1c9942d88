"""Gift contacts that must not be written to: they asked, or they are dead. Only a keyed digest is kept."""

from __future__ import annotations

from interflora.lib import contacts, crypto
from notifications.models import Suppression

# Reasons: "asked" (« Ne plus me contacter »), "stop" (answered STOP), "complained", "dead" (bounced, no such number).


def digest(channel: str, normalized: str) -> str:
    """The keyed digest under which any spelling of this gift contact is found. Needs GIFT_HMAC_KEY."""
    return crypto.gift_digest(contacts.match_key(channel, normalized))


def is_suppressed(channel: str, normalized: str) -> bool:
    """Whether no gift message may go to this contact."""
    return has_digest(digest(channel, normalized))


def has_digest(recipient_digest: str) -> bool:
    """The same, for a row that already holds the digest."""
    return Suppression.objects.filter(digest=recipient_digest).exists()


def suppress(channel: str, normalized: str, reason: str) -> None:
    """Never write to this gift contact again; doing it twice changes nothing."""
    suppress_digest(digest(channel, normalized), reason)


def suppress_digest(recipient_digest: str, reason: str) -> None:
    """The same, for a row that already holds the digest. The first reason stays."""
    Suppression.objects.get_or_create(digest=recipient_digest, defaults={"reason": reason})
