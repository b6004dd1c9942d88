"""The path of one provider call: recorded, struck by a fault if one waits, carried out, answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from standins.faults import WIRE, Fault
from standins.world import JSON, World

HEADERS_KEPT = ("Content-Type", "User-Agent", "Idempotency-Key", "Stripe-Version", "Accept")
Pairs = list[tuple[str, str]]


class Call:
    """One request of a provider's library: its parameters as they came, and the entry kept for the checks."""

    def __init__(self, world: World, provider: str, operation: str, request: web.Request, body: bytes) -> None:
        self.world = world
        self.provider = provider
        self.operation = operation
        self.request = request
        asked = request.rel_url.raw_query_string
        self.query: Pairs = parse_qsl(asked, keep_blank_values=True) if asked else []
        self.form: Pairs = []
        self.json: Any = None
        if request.content_type == "application/json":
            try:
                self.json = json.loads(body or b"null")
            except ValueError:
                self.json = None
        elif body:
            self.form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        self.entry: JSON = world.record(
            {
                "provider": provider,
                "operation": operation,
                "method": request.method,
                "path": request.path.removeprefix(f"/{provider}"),
                "query": self.query,
                "form": self.form,
                "json": self.json,
                "headers": {name: request.headers[name] for name in HEADERS_KEPT if name in request.headers},
            }
        )

    @cached_property
    def text(self) -> str:
        """Everything the request says, for faults that match a word of it."""
        words = [self.request.path, *(value for _, value in self.query + self.form)]
        return " ".join(words) if self.json is None else " ".join([*words, json.dumps(self.json)])

    @classmethod
    async def read(cls, world: World, provider: str, operation: str, request: web.Request) -> Call:
        """Read the whole request and record it."""
        return cls(world, provider, operation, request, await request.read())

    def take_fault(self) -> Fault | None:
        """Take the wire fault waiting for this call."""
        if not self.world.faults.any():
            return None
        fault = self.world.faults.take(self.provider, self.operation, self.text, WIRE)
        if fault is not None:
            self.entry["fault"] = fault.kind
        return fault

    def drop(self) -> web.Response:
        """Close the connection without an answer."""
        if self.request.transport is not None:
            self.request.transport.abort()
        self.entry["status"] = 0
        return web.Response(status=500)

    def answer(self, response: web.Response) -> web.Response:
        """Note the status that was answered."""
        self.entry["status"] = response.status
        return response


async def carry_out(
    call: Call,
    effect: Callable[[], web.Response],
    refuse: Callable[[Fault], web.Response],
    fault: Fault | None,
) -> web.Response:
    """Answer a call by `effect`, or as the fault says; `refuse` makes the provider's own error for kind "error"."""
    kind = fault.kind if fault else ""
    if fault and kind == "error":
        return call.answer(refuse(fault))
    if kind == "drop_before_effect":
        return call.drop()
    if fault and kind in {"slow", "timeout"}:
        await asyncio.sleep(fault.seconds)
        if kind == "timeout" and not fault.effect:
            return call.drop()
    response = effect()
    if kind in {"timeout", "drop_after_effect"}:
        return call.drop()
    if kind == "garbage":
        return call.answer(web.Response(status=200, text="<html>Bad gateway", content_type="text/html"))
    if kind == "webhook_before_answer":
        await call.world.webhooks.drain()
    return call.answer(response)
