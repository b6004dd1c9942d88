"""Links that open without a login: derived with a key, never stored.

A row keeps the link's `generation` and the SHA-256 of its token; raising the generation revokes it. A code that people
type has 60 bits only, so that a row keeps it under the key. A token of one purpose never opens another, and the
florists' links use a key that shop processes do not hold.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from interflora.lib import codes


class Purpose(StrEnum):
    """What a link opens."""

    CLAIM = "claim"
    TRACKING = "tracking"
    ORDER = "order"
    UNSUBSCRIBE = "unsubscribe"
    GIFT_STOP = "gift_stop"
    SIGN_UP = "sign_up"
    OFFER = "offer"
    FLORIST_SIGN_IN = "florist_sign_in"


_PATHS = {
    Purpose.CLAIM: "/cadeau/{}/",
    Purpose.TRACKING: "/suivi/{}/",
    Purpose.ORDER: "/commande/{}/",
    Purpose.UNSUBSCRIBE: "/stop/{}/",
    Purpose.GIFT_STOP: "/cadeau/stop/{}/",
    Purpose.SIGN_UP: "/offres/{}/",
    Purpose.OFFER: "/fleuriste/proposition/{}/",
    Purpose.FLORIST_SIGN_IN: "/fleuriste/entrer/{}/",
}
_BACKOFFICE = {Purpose.OFFER, Purpose.FLORIST_SIGN_IN}


class MissingKey(RuntimeError):
    """This process's role does not hold the key that the link needs."""


@dataclass(frozen=True)
class Link:
    """Everything a token is derived from; safe to store, useless without the key."""

    purpose: Purpose
    public_id: str
    channel: str = ""
    generation: int = 0


def _keyed(purpose: Purpose, *facts: str) -> hmac.HMAC:
    key = settings.FLORIST_LINK_KEY if purpose in _BACKOFFICE else settings.LINK_KEY
    if not key:
        raise MissingKey(f"no key for {purpose} links in the {settings.SITE_ROLE} role")
    return hmac.new(key.encode(), "|".join(facts).encode(), hashlib.sha256)


def _mac(link: Link, kind: str) -> bytes:
    facts = (kind, link.purpose.value, link.public_id, link.channel, str(link.generation))
    return _keyed(link.purpose, *facts).digest()


def token(link: Link) -> str:
    """The 256-bit token, 43 URL-safe characters."""
    return base64.urlsafe_b64encode(_mac(link, "token")).rstrip(b"=").decode()


def code(link: Link) -> str:
    """The 60-bit code of the same link, 12 characters, to be typed instead of clicked."""
    return codes.encode(int.from_bytes(_mac(link, "code")[:8], "big"), 12)


def digest(token: str) -> str:
    """SHA-256 hex under which the row of a 256-bit secret is found again."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(purpose: Purpose, code: str) -> str:
    """Keyed digest under which the row of a typed code is found again: nobody can try 60 bits on a copy of the rows."""
    return keyed_digest(purpose, digest(code))


def keyed_digest(purpose: Purpose, sha256: str) -> str:
    """`code_digest` of the code whose plain digest this is: what older rows kept."""
    return _keyed(purpose, "code_digest", purpose.value, sha256).hexdigest()


def matches(link: Link, candidate: str) -> bool:
    """Whether `candidate` is this link's token, in constant time."""
    return hmac.compare_digest(token(link).encode(), candidate.encode())


def path(link: Link) -> str:
    return _PATHS[link.purpose].format(token(link))


def url(link: Link) -> str:
    """Absolute address; the origin comes from settings, never from a request."""
    origin = settings.BACKOFFICE_URL if link.purpose in _BACKOFFICE else settings.SITE_URL
    return f"{origin}{path(link)}"


def reference(link: Link) -> dict[str, Any]:
    """JSON-safe stand-in for the URL, for message contexts: no raw token rests anywhere."""
    return {"$link": asdict(link)}


def code_reference(link: Link) -> dict[str, Any]:
    """JSON-safe stand-in for the typed code."""
    return {"$code": asdict(link)}


def _from_dict(fields: dict[str, Any]) -> Link:
    return Link(
        Purpose(fields["purpose"]),
        fields["public_id"],
        fields.get("channel", ""),
        fields.get("generation", 0),
    )


def resolve(value: Any) -> Any:
    """The same structure with references turned into addresses and grouped codes."""
    if isinstance(value, dict):
        if set(value) == {"$link"}:
            return url(_from_dict(value["$link"]))
        if set(value) == {"$code"}:
            return codes.grouped(code(_from_dict(value["$code"])))
        return {key: resolve(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item) for item in value]
    return value
