"""Stripe's HTTP interface: keys, idempotency, faults, and one function per operation."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from standins.faults import OUTCOME, Fault
from standins.stripe import payments, rules
from standins.stripe.errors import Refused, answer, missing
from standins.stripe.expansion import expanded, listed
from standins.stripe.objects import line_item
from standins.stripe.objects import session as new_session
from standins.stripe.parameters import EXPAND, Check, nested, read
from standins.wire import Call, carry_out
from standins.world import STRIPE_KEY, World, new_id, world_of

JSON = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Operation = Callable[[Call, JSON], JSON]
ERROR_TYPES = {400: "invalid_request_error", 401: "invalid_request_error", 402: "card_error", 429: "rate_limit_error"}


def _refusal(fault: Fault) -> web.Response:
    """Return the error a fault asks for."""
    if fault.body is not None:
        text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        return web.Response(status=fault.status, text=text, headers=fault.headers, content_type="application/json")
    message = fault.message or "An error occurred on our side."
    kind = ERROR_TYPES.get(fault.status, "api_error")
    refused = Refused(message, status=fault.status, type=kind, code=str(fault.code or ""))
    response = refused.response()
    response.headers.update(fault.headers)
    return response


def _check_key(call: Call) -> None:
    given = call.request.headers.get("Authorization", "").removeprefix("Bearer ")
    if given != STRIPE_KEY:
        shown = f"{given[:8]}***" if given else "(none)"
        raise Refused(f"Invalid API Key provided: {shown}", status=401)


async def _with_key(call: Call, effect: Callable[[], web.Response], fault: Fault | None) -> web.Response:
    """Carry out a POST under its idempotency key, as `providers.md` 1.5 tells."""
    world, key = call.world, call.request.headers.get("Idempotency-Key", "")
    if len(key) > 255:
        raise Refused("Idempotency keys can be at most 255 characters long.", code="idempotency_key_too_long")
    sent = json.dumps([call.request.path, sorted(call.form)])
    kept = world.store.get("idempotency", key)
    if kept is not None:
        if kept["in_progress"]:
            raise Refused(
                f"There is currently another in-progress request using the key {key}.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
            )
        if kept["sent"] != sent:
            message = f"Keys for idempotent requests can only be used with the same parameters ({key})."
            raise Refused(message, type="idempotency_error")
        call.entry["replayed"] = True
        replayed = web.Response(status=kept["status"], text=kept["body"], content_type="application/json")
        replayed.headers["Idempotent-Replayed"] = "true"
        replayed.headers["Original-Request"] = kept["request_id"]
        return await carry_out(call, lambda: replayed, _refusal, fault)
    mark = world.store.put("idempotency", key, {"in_progress": True, "sent": sent, "created": world.now()})
    done = False

    def save(response: web.Response) -> web.Response:
        nonlocal done
        done = True
        mark.update(in_progress=False, status=response.status, body=response.text, request_id=new_id("req_"))
        world.store.put("idempotency", key, mark)
        return response

    def saved_effect() -> web.Response:
        try:
            return save(effect())
        except Refused as refused:
            if refused.saved:
                save(refused.response())
            raise

    def refuse(fault: Fault) -> web.Response:
        response = _refusal(fault)
        keeps = fault.status == 500 if fault.saved is None else fault.saved
        return save(response) if keeps else response

    try:
        return await carry_out(call, saved_effect, refuse, fault)
    finally:
        if not done:
            world.store.drop("idempotency", key)


def operation(name: str, checks: dict[str, Check], work: Operation) -> Handler:
    """Make the handler of one operation: `work` gets the checked parameters and returns the object."""

    async def handle(request: web.Request) -> web.Response:
        call = await Call.read(world_of(request), "stripe", name, request)
        payments.expire_due(call.world)

        def effect() -> web.Response:
            params = read(nested(call.form if request.method == "POST" else call.query), checks)
            return answer(expanded(call.world, work(call, params), params.get("expand", [])))

        try:
            _check_key(call)
            fault = call.take_fault()
            if request.method == "POST" and "Idempotency-Key" in request.headers:
                response = await _with_key(call, effect, fault)
            else:
                response = await carry_out(call, effect, _refusal, fault)
        except Refused as refused:
            response = call.answer(refused.response())
        if not response.prepared:
            response.headers["Request-Id"] = new_id("req_", 14)
            response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", "")
        return response

    return handle


# --- Operations
def create_session(call: Call, params: JSON) -> JSON:
    """POST /v1/checkout/sessions"""
    rules.check_session(params, call.world.now())
    return new_session(call.world, params, [line_item(item) for item in params["line_items"]])


def list_sessions(call: Call, params: JSON) -> JSON:
    """GET /v1/checkout/sessions"""
    wanted: JSON = {name: params[name] for name in ("status", "payment_intent") if name in params}
    return _page(call.world, "session", "/v1/checkout/sessions", params, wanted)


def expire_session(call: Call, params: JSON) -> JSON:
    """POST /v1/checkout/sessions/{id}/expire"""
    return payments.expire(call.world, _found(call, "session", "checkout.session"))


def create_refund(call: Call, params: JSON) -> JSON:
    """POST /v1/refunds"""
    rules.check_refund(params)
    world = call.world
    if "charge" in params:
        charge = world.store.get("charge", params["charge"])
        if charge is None:
            raise missing("charge", params["charge"], "charge")
    else:
        intent = world.store.get("payment_intent", params["payment_intent"])
        if intent is None:
            raise missing("payment_intent", params["payment_intent"], "payment_intent")
        charge = world.store.get("charge", intent["latest_charge"] or "")
        if charge is None or charge["status"] == "failed":
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise Refused(message, saved=True)
    fault = world.faults.take("stripe", call.operation, call.text, OUTCOME)
    return payments.refund(world, charge, params.get("amount"), params, fault.outcome if fault else "succeeded")


def list_events(call: Call, params: JSON) -> JSON:
    """GET /v1/events: the last 30 days"""
    world = call.world
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    oldest = world.now() - 30 * 86400

    def keep(event: JSON) -> bool:
        fits = any(
            event["type"] == kind or (kind.endswith("*") and event["type"].startswith(kind[:-1])) for kind in types
        )
        return event["created"] >= oldest and (fits or not types)

    return listed(world, "event", "/v1/events", params, keep)


def _found(call: Call, kind: str, shown: str) -> JSON:
    key = call.request.match_info["id"]
    found = call.world.store.get(kind, key)
    if found is None:
        raise missing(shown, key)
    return found


def _page(world: World, kind: str, url: str, params: JSON, wanted: JSON) -> JSON:
    return listed(world, kind, url, params, lambda body: all(body[name] == value for name, value in wanted.items()))


def _retrieve(kind: str, shown: str = "") -> Operation:
    return lambda call, params: _found(call, kind, shown or kind)


def _list(kind: str, url: str) -> Operation:
    def work(call: Call, params: JSON) -> JSON:
        wanted: JSON = {name: params[name] for name in ("charge", "payment_intent") if name in params}
        return _page(call.world, kind, url, params, wanted)

    return work


def _update_metadata(kind: str) -> Operation:
    def work(call: Call, params: JSON) -> JSON:
        body = _found(call, kind, kind)
        for name, value in params.get("metadata", {}).items():
            if value:
                body["metadata"][name] = value
            else:
                body["metadata"].pop(name, None)
        return call.world.store.put(kind, body["id"], body)

    return work


async def unknown(request: web.Request) -> web.Response:
    """Refuse an address this stand-in does not have."""
    call = await Call.read(world_of(request), "stripe", "unknown", request)
    message = f"Unrecognized request URL ({request.method}: {call.entry['path']})."
    return call.answer(Refused(message, status=404).response())


def routes() -> list[web.RouteDef]:
    """Return the addresses under /stripe."""
    base = "/stripe/v1"
    table: list[tuple[str, str, str, dict[str, Check], Operation]] = [
        ("POST", "/checkout/sessions", "checkout.sessions.create", rules.SESSION, create_session),
        ("GET", "/checkout/sessions", "checkout.sessions.list", rules.SESSION_LIST, list_sessions),
        (
            "GET",
            "/checkout/sessions/{id}",
            "checkout.sessions.retrieve",
            EXPAND,
            _retrieve("session", "checkout.session"),
        ),
        ("POST", "/checkout/sessions/{id}/expire", "checkout.sessions.expire", EXPAND, expire_session),
        (
            "GET",
            "/payment_intents",
            "payment_intents.list",
            rules.INTENT_LIST,
            _list("payment_intent", "/v1/payment_intents"),
        ),
        ("GET", "/payment_intents/{id}", "payment_intents.retrieve", EXPAND, _retrieve("payment_intent")),
        ("GET", "/charges", "charges.list", rules.CHARGE_LIST, _list("charge", "/v1/charges")),
        ("GET", "/charges/{id}", "charges.retrieve", EXPAND, _retrieve("charge")),
        ("POST", "/refunds", "refunds.create", rules.REFUND, create_refund),
        ("GET", "/refunds", "refunds.list", rules.REFUND_LIST, _list("refund", "/v1/refunds")),
        ("GET", "/refunds/{id}", "refunds.retrieve", EXPAND, _retrieve("refund")),
        ("POST", "/refunds/{id}", "refunds.update", rules.METADATA_ONLY, _update_metadata("refund")),
        ("GET", "/events", "events.list", rules.EVENT_LIST, list_events),
        ("GET", "/events/{id}", "events.retrieve", EXPAND, _retrieve("event")),
        ("GET", "/disputes", "disputes.list", rules.DISPUTE_LIST, _list("dispute", "/v1/disputes")),
        ("GET", "/disputes/{id}", "disputes.retrieve", EXPAND, _retrieve("dispute")),
        (
            "GET",
            "/balance_transactions/{id}",
            "balance_transactions.retrieve",
            EXPAND,
            _retrieve("balance_transaction"),
        ),
    ]
    found = [
        web.route(method, base + path, operation(name, checks, work)) for method, path, name, checks, work in table
    ]
    return [*found, web.route("*", "/stripe/{rest:.*}", unknown)]
