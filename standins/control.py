"""The control interface of tests and demonstrations, JSON under /control/ (see standins/README.md for the list)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from standins import inbox
from standins.faults import BadFault
from standins.stripe import payments
from standins.stripe.errors import Refused
from standins.twilio import messages as texts
from standins.world import World, world_of
from standins.x import people

JSON = dict[str, Any]
Act = Callable[[World, JSON, web.Request], Any]
LEDGER = {
    "sessions": "session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "events": "event",
    "disputes": "dispute",
}


def _act(work: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make a handler: reads the JSON body, answers what `work` returns, 400 with the reason when it is refused."""

    async def handle(request: web.Request) -> web.Response:
        try:
            given = await request.json() if request.can_read_body else dict(request.query)
            result = work(world_of(request), given, request)
            if isinstance(result, Awaitable):
                result = await result
        except Refused as refused:
            return web.json_response({"error": refused.error}, status=400)
        except (BadFault, KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)
        return web.json_response(result if result is not None else {})

    return handle


def _messages(world: World, given: JSON, _: web.Request) -> JSON:
    wanted = {name: given[name] for name in ("channel", "to", "direction") if name in given}
    return {"messages": inbox.find(world, since=float(given.get("since", 0)), **wanted)}


def _requests(world: World, given: JSON, _: web.Request) -> JSON:
    provider, since = given.get("provider", ""), int(given.get("since", 0))
    found = [one for one in world.requests if provider in {"", one["provider"]} and one["seq"] > since]
    return {"requests": found}


def _ledger(world: World, _given: JSON, _: web.Request) -> JSON:
    payments.expire_due(world)
    return {name: world.store.all(kind) for name, kind in LEDGER.items()}


def _add_fault(world: World, given: JSON, _: web.Request) -> JSON:
    return asdict(world.faults.add(given))


def _pay(world: World, given: JSON, _: web.Request) -> Any:
    """`how`: paid (default), declined, delayed, expired, settled, bounced; `late` pays an expired session too."""
    key = given["session"].rsplit("/", 1)[-1].split("#")[0]
    buyer: JSON = {name: given[name] for name in ("email", "name") if name in given}
    match given.get("how", "paid"):
        case "paid":
            return payments.pay(world, key, buyer, late=bool(given.get("late")))
        case "delayed":
            return payments.pay(world, key, buyer, delayed=True, late=bool(given.get("late")))
        case "declined":
            return payments.refuse_card(world, key, buyer, given.get("code", "generic_decline"))
        case "expired":
            return payments.expire(world, world.store.get("session", key) or {"status": "unknown"})
        case "settled" | "bounced" as how:
            return payments.settle(world, key, succeeded=how == "settled")
        case how:
            raise ValueError(f"unknown way to pay: {how}")


def _move_refund(world: World, given: JSON, request: web.Request) -> JSON:
    return payments.move_refund(world, request.match_info["id"], given["status"], given.get("reason", "unknown"))


def _refund(world: World, given: JSON, _: web.Request) -> JSON:
    """A refund made by hand in Stripe's own dashboard."""
    charge = world.store.get("charge", given["charge"])
    if charge is None:
        raise ValueError("no such charge")
    return payments.refund(world, charge, given.get("amount"), {}, given.get("outcome", "succeeded"))


def _dispute(world: World, given: JSON, _: web.Request) -> JSON:
    if "dispute" in given:
        return payments.close_dispute(world, given["dispute"], won=bool(given.get("won")))
    return payments.open_dispute(world, given["charge"], given.get("reason", "fraudulent"))


def _text_status(world: World, given: JSON, request: web.Request) -> JSON:
    body = world.store.get("sms", request.match_info["sid"])
    if body is None:
        raise ValueError("no such text")
    texts.move(world, body, given["status"], given.get("error_code"))
    return texts.shown(body)


def _text_in(world: World, given: JSON, _: web.Request) -> JSON:
    return texts.receive(
        world, given["from"], given["text"], to=given.get("to", ""), advanced=bool(given.get("advanced"))
    )


def _x_user(world: World, given: JSON, request: web.Request) -> JSON:
    allowed = {"exists", "receives_your_dm", "can_be_written_to", "username"}
    if unknown := set(given) - allowed:
        raise ValueError(f"unknown field: {', '.join(sorted(unknown))}")
    handle = request.match_info["handle"]
    return people.change(world, handle, **given) if request.method == "POST" else people.person(world, handle)


def _webhooks(world: World, given: JSON, _: web.Request) -> JSON:
    found = [one.shown() for one in world.webhooks.deliveries]
    names = ("state", "provider", "kind", "about")
    return {"webhooks": [one for one in found if all(given.get(name, one[name]) == one[name] for name in names)]}


def _webhook_mode(world: World, given: JSON, _: web.Request) -> JSON:
    if given["mode"] not in {"auto", "hold"}:
        raise ValueError("mode must be auto or hold")
    world.webhooks.mode = given["mode"]
    return {"mode": world.webhooks.mode}


def _taken(world: World, given: JSON, _: web.Request) -> JSON:
    """A test handed a webhook over with its own client."""
    for one in world.webhooks.deliveries:
        if one.id in given["ids"]:
            world.webhooks.taken(one)
    return {}


async def _replay(world: World, given: JSON, _: web.Request) -> JSON:
    if "states" in given:
        given["states"] = tuple(given["states"])
    return {"answers": await world.webhooks.replay(given.pop("ids", None), **given)}


async def _drain(world: World, given: JSON, _: web.Request) -> None:
    await world.webhooks.drain(float(given.get("seconds", 20)))


def _advance(world: World, given: JSON, _: web.Request) -> JSON:
    """Move the clock: by `seconds`, or to a moment (`to`, seconds since 1970). Sessions whose time is over expire."""
    world.clock_offset += float(given.get("seconds", 0))
    if "to" in given:
        world.clock_offset += float(given["to"]) - world.now_exact()
    payments.expire_due(world)
    return {"now": world.now_exact()}


def _settings(world: World, given: JSON, _: web.Request) -> JSON:
    """Change `shop_url` (where webhooks go) or `delay` (seconds between the steps of a text) of the running server."""
    if "shop_url" in given:
        world.config.shop_url = str(given["shop_url"]).rstrip("/")
    if "delay" in given:
        world.config.delay = float(given["delay"])
    return asdict(world.config)


def _reset(world: World, _given: JSON, _: web.Request) -> None:
    world.reset()


def routes() -> list[web.RouteDef]:
    """Return the addresses under /control."""
    return [
        web.get("/control/messages", _act(_messages)),
        web.get("/control/requests", _act(_requests)),
        web.get("/control/ledger", _act(_ledger)),
        web.get("/control/faults", _act(lambda world, given, request: {"faults": world.faults.waiting()})),
        web.post("/control/faults", _act(_add_fault)),
        web.delete("/control/faults", _act(lambda world, given, request: world.faults.clear())),
        web.post("/control/reset", _act(_reset)),
        web.post("/control/advance", _act(_advance)),
        web.get("/control/settings", _act(_settings)),
        web.post("/control/settings", _act(_settings)),
        web.post("/control/stripe/pay", _act(_pay)),
        web.post("/control/stripe/refunds", _act(_refund)),
        web.post("/control/stripe/refunds/{id}", _act(_move_refund)),
        web.post("/control/stripe/disputes", _act(_dispute)),
        web.post("/control/twilio/messages/{sid}", _act(_text_status)),
        web.post("/control/twilio/inbound", _act(_text_in)),
        web.get("/control/x/users/{handle}", _act(_x_user)),
        web.post("/control/x/users/{handle}", _act(_x_user)),
        web.get("/control/webhooks", _act(_webhooks)),
        web.post("/control/webhooks/mode", _act(_webhook_mode)),
        web.post("/control/webhooks/replay", _act(_replay)),
        web.post("/control/webhooks/drain", _act(_drain)),
        web.post("/control/webhooks/taken", _act(_taken)),
    ]
