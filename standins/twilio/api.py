"""Twilio's HTTP interface for Messages."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from standins.faults import OUTCOME, Fault
from standins.twilio import messages
from standins.twilio.messages import Refused
from standins.wire import Call, carry_out
from standins.world import TWILIO_SID, TWILIO_TOKEN, World, world_of

JSON = dict[str, Any]
BASE = "/twilio/2010-04-01/Accounts/{account}"
Work = Callable[[Call], tuple[int, JSON]]
LIST_PARAMETERS = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
_tasks: set[asyncio.Task[None]] = set()


def _error(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)


def _refusal(fault: Fault) -> web.Response:
    if fault.body is not None:
        text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        return web.Response(status=fault.status, text=text, headers=fault.headers, content_type="application/json")
    code = int(fault.code or {401: 20003, 404: 20404, 429: 20429}.get(fault.status, 20500))
    standard = "Too Many Requests" if fault.status == 429 else messages.REFUSALS.get(code, "An error occurred")
    response = _error(fault.status, code, fault.message or standard)
    if fault.status == 429:
        response.headers["Twilio-Concurrent-Requests"] = "100"
    response.headers.update(fault.headers)
    return response


def _check_key(call: Call) -> None:
    given = call.request.headers.get("Authorization", "").removeprefix("Basic ")
    expected = base64.b64encode(f"{TWILIO_SID}:{TWILIO_TOKEN}".encode()).decode()
    if given != expected:
        raise Refused(20003, "Authenticate", 401)
    if call.request.match_info["account"] != TWILIO_SID:
        raise Refused(20404, f"The requested resource {call.entry['path']} was not found", 404)


def operation(name: str, work: Work) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler of one operation."""

    async def handle(request: web.Request) -> web.Response:
        call = await Call.read(world_of(request), "twilio", name, request)

        def effect() -> web.Response:
            status, body = work(call)
            return web.json_response(body, status=status)

        try:
            _check_key(call)
            return await carry_out(call, effect, _refusal, call.take_fault())
        except Refused as refused:
            return call.answer(_error(refused.status, refused.code, refused.message))

    return handle


def create(call: Call) -> tuple[int, JSON]:
    """POST Messages.json"""
    form = dict(call.form)
    messages.check(call.world, form)
    fault = call.world.faults.take("twilio", call.operation, call.text, OUTCOME)
    body = messages.create(call.world, form, fault.outcome if fault else "", fault.error_code if fault else None)
    answer = messages.shown(body)
    set_going(call.world, body["sid"])
    return 201, answer


def set_going(world: World, sid: str) -> None:
    """Start a text's way to its end."""
    task = asyncio.get_running_loop().create_task(messages.deliver(world, sid))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _found(call: Call) -> JSON:
    body = call.world.store.get("sms", call.request.match_info["sid"])
    if body is None:
        raise Refused(20404, f"The requested resource {call.entry['path']} was not found", 404)
    return body


def fetch(call: Call) -> tuple[int, JSON]:
    """GET Messages/{sid}.json"""
    return 200, messages.shown(_found(call))


def update(call: Call) -> tuple[int, JSON]:
    """POST Messages/{sid}.json: cancel a scheduled text, or erase a body"""
    body, form = _found(call), dict(call.form)
    if unknown := set(form) - {"Body", "Status"}:
        raise Refused(20001, f"Unknown parameter: {', '.join(sorted(unknown))}")
    if form.get("Status", "canceled") != "canceled":
        raise Refused(20001, "Status must be canceled")
    if "Status" in form:
        if body["status"] != "scheduled":
            raise Refused(30409, "Only scheduled messages can be canceled", 409)
        messages.move(call.world, body, "canceled")
    if form.get("Body") == "":
        body["body"] = ""
        call.world.store.put("sms", body["sid"], body)
    return 200, messages.shown(body)


def _moment(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(20001, f"Invalid date: {text}") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def listing(call: Call) -> tuple[int, JSON]:
    """GET Messages.json, newest first; a text not sent yet is dated by its creation"""
    given = dict(call.query)
    if unknown := set(given) - LIST_PARAMETERS:
        raise Refused(20001, f"Unknown parameter: {', '.join(sorted(unknown))}")
    size, number = int(given.get("PageSize", 50)), int(given.get("Page", 0))
    if not 1 <= size <= 1000:
        raise Refused(20001, "PageSize must be between 1 and 1000")
    after = _moment(given["DateSent>"]) if "DateSent>" in given else 0.0
    before = _moment(given["DateSent<"]) if "DateSent<" in given else float("inf")
    day = _moment(given["DateSent"][:10]) if "DateSent" in given else None
    found = [
        body
        for body in call.world.store.newest_first("sms")
        if given.get("To", body["to"]) == body["to"]
        and given.get("From", body["sender"]) == body["sender"]
        and after <= (body["sent"] or body["created"]) <= before
        and (day is None or day <= (body["sent"] or body["created"]) < day + 86400)
    ]
    start = size * number
    path = f"/2010-04-01/Accounts/{TWILIO_SID}/Messages.json"
    filters = {name: value for name, value in given.items() if name not in {"Page", "PageToken", "PageSize"}}

    def uri(page: int) -> str:
        return f"{path}?{urlencode(filters | {'PageSize': size, 'Page': page})}"

    return 200, {
        "messages": [messages.shown(body) for body in found[start : start + size]],
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, min(start + size, len(found)) - 1),
        "uri": uri(number),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(number - 1) if number else None,
        "next_page_uri": uri(number + 1) if start + size < len(found) else None,
    }


def _nothing_here(call: Call) -> tuple[int, JSON]:
    raise Refused(20404, f"The requested resource {call.entry['path']} was not found", 404)


def routes() -> list[web.RouteDef]:
    """Return the addresses under /twilio."""
    return [
        web.post(f"{BASE}/Messages.json", operation("messages.create", create)),
        web.get(f"{BASE}/Messages.json", operation("messages.list", listing)),
        web.get(f"{BASE}/Messages/{{sid}}.json", operation("messages.fetch", fetch)),
        web.post(f"{BASE}/Messages/{{sid}}.json", operation("messages.update", update)),
        web.route("*", f"{BASE}/{{rest:.*}}", operation("unknown", _nothing_here)),
    ]
