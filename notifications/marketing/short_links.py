"""`/s/<code>`: eight characters, one per recipient, derived from the row and never stored.

The code is the row's number under a keyed permutation (a balanced Feistel network of four rounds over 46 bits, round
function HMAC-SHA-256), written in base 62. Nothing can be counted or guessed from a code: of 70 million million, those
of a campaign to a million people are one in seventy million.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce, Least
from django.urls import reverse

from interflora.lib import clock
from interflora.lib.links import MissingKey
from notifications.marketing.models import CampaignMessage

LENGTH = 8
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_HALF = 23
_MASK = (1 << _HALF) - 1
_ROUNDS = 4
# Machines that open links: they say so, or are faster than a hand.
_MACHINES = (
    "bot", "crawl", "spider", "preview", "facebookexternalhit", "whatsapp", "telegram", "slack", "skype", "viber",
    "curl", "wget", "python", "httpclient", "java/", "go-http", "okhttp", "headless", "scan", "monitor", "safebrowsing",
)  # fmt: skip
FASTEST_HAND = timedelta(seconds=2)
MOST_SCANS = 1000


def code_of(pk: int) -> str:
    """The code of a campaign message. Needs LINK_KEY."""
    number = _permuted(pk)
    digits = []
    for _digit in range(LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def pk_of(code: str) -> int | None:
    """The number behind a code; None when it cannot be one. That a row has this number is not said."""
    if len(code) != LENGTH or any(digit not in _ALPHABET for digit in code):
        return None
    number = 0
    for digit in code:
        number = number * len(_ALPHABET) + _ALPHABET.index(digit)
    return _restored(number) if number < 1 << (2 * _HALF) else None


def url(code: str) -> str:
    """The address printed in the text."""
    return f"{settings.SITE_URL}{reverse('notifications:follow', args=[code], urlconf='interflora.urls_shop')}"


def is_machine(message: CampaignMessage, *, method: str, agent: str, purpose: str, now: datetime) -> bool:
    """Whether a visit is a scanner's: not GET, a prefetch, an agent known for it, or within two seconds of delivery.

    `purpose` is what Sec-Purpose, Purpose or X-Moz say.
    """
    since = message.settled_at or message.handed_at
    return (
        method != "GET"
        or bool(purpose)
        or not agent
        or any(word in agent.lower() for word in _MACHINES)
        or (since is not None and now - since < FASTEST_HAND)
    )


def note_click(pk: int, *, by_machine: bool) -> None:
    """Count one visit of a link; the first and the last one of a person are dated."""
    row = CampaignMessage.objects.filter(pk=pk)
    if by_machine:
        row.update(scans=Least(F("scans") + 1, MOST_SCANS))
        return
    now = clock.now()
    row.update(clicked_at=Coalesce("clicked_at", now), last_clicked_at=now)


def _permuted(pk: int) -> int:
    """The Feistel network, forward."""
    left, right = pk >> _HALF, pk & _MASK
    for each in range(_ROUNDS):
        left, right = right, left ^ _round(each, right)
    return left << _HALF | right


def _restored(number: int) -> int:
    """The same, backward."""
    left, right = number >> _HALF, number & _MASK
    for each in reversed(range(_ROUNDS)):
        left, right = right ^ _round(each, left), left
    return left << _HALF | right


def _round(number: int, half: int) -> int:
    if not settings.LINK_KEY:
        raise MissingKey(f"no key for short links in the {settings.SITE_ROLE} role")
    mac = hmac.digest(settings.LINK_KEY.encode(), b"short-link|%d|%d" % (number, half), hashlib.sha256)
    return int.from_bytes(mac[:4], "big") & _MASK
