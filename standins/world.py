"""What every stand-in shares: the configuration, the clock, the stored objects, the requests seen and the faults."""

from __future__ import annotations

import random
import secrets
import string
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from standins.faults import Faults
from standins.store import Store

if TYPE_CHECKING:
    from standins.webhooks import Webhooks

JSON = dict[str, Any]

STRIPE_KEY = "sk_test_standin"
STRIPE_WEBHOOK_SECRET = "whsec_standin"  # noqa: S105
TWILIO_SID = "AC" + "0" * 32
TWILIO_TOKEN = "standin"  # noqa: S105
TWILIO_SERVICE = "MG" + "0" * 32
X_KEY = X_TOKEN = "standin"  # noqa: S105

REQUESTS_KEPT = 20_000
_ALPHABET = string.ascii_letters + string.digits


@dataclass
class Config:
    """The command line. `shop_url` is the origin that receives webhooks ("" or not on loopback: they are held)."""

    port: int = 9911
    smtp_port: int = 9925
    state: str = ""
    shop_url: str = ""
    delay: float = 0.3
    exit_with_parent: bool = False

    @property
    def url(self) -> str:
        """The address people and libraries reach this server at."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class World:
    """One running stand-in server."""

    config: Config
    store: Store
    faults: Faults = field(default_factory=Faults)
    requests: deque[JSON] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    clock_offset: float = 0.0
    webhooks: Webhooks = field(init=False)
    _sequence: int = 0
    _started_with: Config = field(init=False)

    def __post_init__(self) -> None:
        self._started_with = replace(self.config)

    def now(self) -> int:
        """Seconds since 1970 by the stand-ins' clock, which tests may move."""
        return int(self.now_exact())

    def now_exact(self) -> float:
        """The same with fractions."""
        return time.time() + self.clock_offset

    def record(self, entry: JSON) -> JSON:
        """Keep one provider request as it came and number it."""
        self._sequence += 1
        entry["seq"] = self._sequence
        entry["at"] = self.now_exact()
        self.requests.append(entry)
        return entry

    def reset(self) -> None:
        """Forget everything; the command line's settings hold again."""
        self.config.shop_url, self.config.delay = self._started_with.shop_url, self._started_with.delay
        self.store.clear()
        self.faults.clear()
        self.requests.clear()
        self.webhooks.clear()
        self.clock_offset = 0.0


WORLD: web.AppKey[World] = web.AppKey("world", World)


def world_of(request: web.Request) -> World:
    """Return the world that serves a request."""
    return request.app[WORLD]


def new_id(prefix: str, length: int = 24) -> str:
    """Return a fresh provider-like id such as `re_3fQ…`."""
    return prefix + "".join(random.choices(_ALPHABET, k=length))


def hex_id(prefix: str) -> str:
    """Return a fresh Twilio-like id: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
