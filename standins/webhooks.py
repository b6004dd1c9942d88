"""News sent to the shop: signed like the provider's own, repeated until it answers 2xx, held or replayed on demand."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import random
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from standins.faults import NEWS
from standins.world import STRIPE_WEBHOOK_SECRET, TWILIO_TOKEN, World, new_id

RETRY_SECONDS = (0.5, 1, 2, 5, 10, 20, 40, 80, 160, 300, 600, 1800)
AT_ONCE = 8
DELIVERIES_KEPT = 50_000


@dataclass
class Delivery:
    """One webhook: where it goes and what became of it. The signature is made anew for every attempt."""

    provider: str
    kind: str
    about: str
    url: str
    body: str
    content_type: str
    form: list[tuple[str, str]] = field(default_factory=list)
    id: str = field(default_factory=lambda: new_id("wh_"))
    state: str = "waiting"  # waiting, delivered, held, failed
    attempts: list[int] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        """Return the provider's headers with a fresh signature."""
        headers = {"Content-Type": self.content_type}
        if self.provider == "stripe":
            headers["Stripe-Signature"] = stripe_signature(self.body)
        else:
            headers["X-Twilio-Signature"] = twilio_signature(self.url, self.form)
            headers["I-Twilio-Idempotency-Token"] = self.id
        return headers

    def shown(self) -> dict[str, Any]:
        """Return what the control API tells of it, ready to be posted by a test's own client."""
        names = ("id", "provider", "kind", "about", "url", "body", "content_type", "state", "attempts")
        return {name: getattr(self, name) for name in names} | {"headers": self.headers()}


def stripe_signature(body: str, secret: str = STRIPE_WEBHOOK_SECRET, at: int | None = None) -> str:
    """Return the value of Stripe-Signature for a body: `t=…,v1=hex(HMAC-SHA256(secret, "t.body"))`."""
    at = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def twilio_signature(url: str, form: list[tuple[str, str]], token: str = TWILIO_TOKEN) -> str:
    """Return the value of X-Twilio-Signature: base64(HMAC-SHA1(token, url + sorted names and values))."""
    signed = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def on_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Webhooks:
    """The queue of deliveries. Mode "auto" sends at once, "hold" keeps them until released."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mode = "auto"
        self._silent = False
        self.deliveries: deque[Delivery] = deque(maxlen=DELIVERIES_KEPT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._first_tries: set[asyncio.Task[int]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._client: aiohttp.ClientSession | None = None

    # --- Sources
    def stripe(self, event: dict[str, Any]) -> None:
        """Send a Stripe event to the shop's endpoint."""
        url = f"{self.world.config.shop_url}/webhooks/stripe/"
        body = json.dumps(event, separators=(",", ":"))
        self._send(Delivery("stripe", event["type"], event["id"], url, body, "application/json; charset=utf-8"))

    def twilio(self, kind: str, about: str, url: str, form: dict[str, str]) -> None:
        """Send a Twilio form post: `kind` is "status" or "inbound", `about` the message's sid."""
        pairs = list(form.items())
        content_type = "application/x-www-form-urlencoded; charset=UTF-8"
        self._send(Delivery("twilio", kind, about, url, urlencode(pairs), content_type, pairs))

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Lose the news of what is done inside (no await may happen there)."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def _send(self, delivery: Delivery) -> None:
        if self._silent:
            self._told(delivery)
            return
        fault = self.world.faults.take(delivery.provider, delivery.kind, delivery.body, NEWS)
        if fault and fault.kind == "no_webhook":
            self._told(delivery)
            return
        self.deliveries.append(delivery)
        reachable = self.world.config.shop_url and on_loopback(delivery.url)
        if self.mode == "hold" or not reachable:
            delivery.state = "held"
            return
        for _ in range(fault.times if fault else 1):
            self._start(delivery)

    def taken(self, delivery: Delivery) -> None:
        """The shop has it."""
        delivery.state = "delivered"
        self._told(delivery)

    def _told(self, delivery: Delivery) -> None:
        """Note that an event is not to be sent again after a restart."""
        event = self.world.store.get("event", delivery.about)
        if event is not None and event["pending_webhooks"]:
            self.world.store.put("event", event["id"], event | {"pending_webhooks": 0})

    def resume(self) -> None:
        """After a restart: send the events the shop has not taken yet."""
        for event in self.world.store.all("event"):
            if event["pending_webhooks"]:
                self.stripe(event)

    # --- Delivery
    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        for pause in (*RETRY_SECONDS, None):
            first = asyncio.create_task(self._post(delivery))
            self._first_tries.add(first)
            first.add_done_callback(self._first_tries.discard)
            if 200 <= await first < 300:
                return
            if pause is not None:
                await asyncio.sleep(pause)
        delivery.state = "failed"

    async def _post(self, delivery: Delivery) -> int:
        """Post once; returns the status, 0 when nobody answered."""
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20), trust_env=False)
        async with self._room:
            try:
                answer = await self._client.post(
                    delivery.url, data=delivery.body.encode(), headers=delivery.headers(), allow_redirects=False
                )
                status = answer.status
                answer.release()
            except (aiohttp.ClientError, TimeoutError):
                status = 0
        delivery.attempts.append(status)
        if 200 <= status < 300:
            self.taken(delivery)
        return status

    async def drain(self, seconds: float = 20.0) -> None:
        """Wait until every delivery under way had its first answer."""
        await asyncio.sleep(0)
        if self._first_tries:
            await asyncio.wait(self._first_tries, timeout=seconds)

    async def replay(  # noqa: PLR0913
        self,
        ids: list[str] | None = None,
        *,
        about: str = "",
        kind: str = "",
        states: tuple[str, ...] = (),
        order: str = "given",
        times: int = 1,
        at_once: bool = False,
    ) -> list[dict[str, Any]]:
        """Post deliveries again (or for the first time) and wait for the answers.

        Chosen by ids, by the object they are about, by kind or by state; `order` is given, reverse or shuffle;
        `times` repeats the whole list; `at_once` posts them side by side.
        """
        chosen = [
            delivery
            for delivery in self.deliveries
            if (not ids or delivery.id in ids or delivery.about in ids)
            and (not about or about in (delivery.about, delivery.id) or about in delivery.body)
            and (not kind or delivery.kind == kind)
            and (not states or delivery.state in states)
        ]
        if ids and order == "given":
            chosen.sort(key=lambda one: min(ids.index(name) for name in (one.id, one.about) if name in ids))
        if order == "reverse":
            chosen.reverse()
        if order == "shuffle":
            random.shuffle(chosen)
        queue = [delivery for _ in range(times) for delivery in chosen if on_loopback(delivery.url)]
        if at_once:
            statuses = list(await asyncio.gather(*(self._post(delivery) for delivery in queue)))
        else:
            statuses = [await self._post(delivery) for delivery in queue]
        return [
            {"id": delivery.id, "kind": delivery.kind, "about": delivery.about, "status": status}
            for delivery, status in zip(queue, statuses, strict=True)
        ]

    def clear(self) -> None:
        """Forget all deliveries, stop those under way, send at once again."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self.deliveries.clear()
        self.mode = "auto"

    async def close(self) -> None:
        """Stop sending."""
        self.clear()
        if self._client is not None:
            await self._client.close()
