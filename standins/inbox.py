"""Every e-mail, text and private message as received: one list for the outbox page and the tests."""

from __future__ import annotations

from html import unescape
from typing import Any

from standins.pages import links
from standins.world import World, new_id

JSON = dict[str, Any]
CHANNELS = ("email", "sms", "twitter_dm")


def keep(world: World, channel: str, *, to: str, sender: str, text: str, **more: Any) -> JSON:
    """Keep one message. `more`: subject, html, raw, provider_id, status, direction…"""
    key = new_id("msg_", 12)
    body: JSON = {
        "id": key,
        "channel": channel,
        "at": world.now_exact(),
        "direction": "out",
        "to": to,
        "from": sender,
        "subject": "",
        "text": text,
        "html": "",
        "links": links(text) or links(unescape(str(more.get("html", "")))),
        "provider_id": "",
        "status": "",
        **more,
    }
    return world.store.put("message", key, body)


def find(world: World, *, channel: str = "", to: str = "", direction: str = "out", since: float = 0.0) -> list[JSON]:
    """Return the kept messages, oldest first; `to` compares the whole contact, without regard to case."""
    wanted = to.casefold().lstrip("@")
    return [
        message
        for message in world.store.all("message")
        if (not channel or message["channel"] == channel)
        and (not wanted or message["to"].casefold().lstrip("@") == wanted)
        and (not direction or message["direction"] == direction)
        and message["at"] >= since
    ]
