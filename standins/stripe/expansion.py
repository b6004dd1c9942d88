"""`expand[]` and the pages of lists."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from standins.stripe.errors import Refused
from standins.stripe.objects import KINDS
from standins.world import World

JSON = dict[str, Any]


def page_of(url: str, data: list[JSON], more: bool = False) -> JSON:
    """Return a list object."""
    return {"object": "list", "data": data, "has_more": more, "url": url}


def expanded(world: World, body: JSON, paths: list[str]) -> JSON:
    """Return a copy of an object with the ids named by `paths` replaced by their objects; never the stored one."""
    result = copy.deepcopy(body)
    for path in paths:
        _expand(world, result, path.split("."), path)
    return result


def _expand(world: World, body: JSON, steps: list[str], path: str) -> None:
    name, rest = steps[0], steps[1:]
    if body.get("object") == "list" and name == "data":
        for entry in body["data"]:
            _expand(world, entry, rest, path)
        return
    if name == "line_items" and body.get("object") == "checkout.session":
        private = world.store.get("session_private", body["id"]) or {"items": []}
        body[name] = page_of(f"/v1/checkout/sessions/{body['id']}/line_items", copy.deepcopy(private["items"]))
    elif name == "refunds" and body.get("object") == "charge":
        made = [one for one in world.store.newest_first("refund") if one["charge"] == body["id"]]
        body[name] = page_of(f"/v1/charges/{body['id']}/refunds", copy.deepcopy(made))
    elif isinstance(value := body.get(name), str):
        kind = next((kind for prefix, kind in KINDS.items() if value.startswith(prefix)), "")
        found = world.store.get(kind, value)
        if found is None:
            raise Refused(f"This property cannot be expanded ({path}).", param="expand")
        body[name] = copy.deepcopy(found)
    elif value is None and name in {"payment_intent", "latest_charge", "charge", "balance_transaction", "customer"}:
        return
    elif not isinstance(value, dict):
        raise Refused(f"This property cannot be expanded ({path}).", param="expand")
    if rest and isinstance(body[name], dict):
        _expand(world, body[name], rest, path)


def listed(world: World, kind: str, url: str, params: JSON, keep: Callable[[JSON], bool]) -> JSON:
    """Return one page of a list, newest first; `created`, `starting_after`, `ending_before`, `limit` are honored."""
    bounds = params.get("created", {})
    found = [
        body
        for body in world.store.newest_first(kind)
        if keep(body)
        and body["created"] > bounds.get("gt", -1)
        and body["created"] >= bounds.get("gte", 0)
        and body["created"] < bounds.get("lt", 1 << 62)
        and body["created"] <= bounds.get("lte", 1 << 62)
    ]
    limit = params.get("limit", 10)
    ids = [body["id"] for body in found]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise Refused(f"No such {kind}: '{params[name]}'", code="resource_missing", param=name)
    if "ending_before" in params:
        end = ids.index(params["ending_before"])
        start = max(0, end - limit)
        return page_of(url, found[start:end], start > 0)
    start = ids.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    return page_of(url, found[start : start + limit], start + limit < len(found))
