"""X's HTTP interface: user look-up, private messages, their list, and the limits by quarter of an hour and by day.

Signing in is in `sign_in.py`; the tokens it gives read as far as their scopes go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from standins.faults import Fault
from standins.inbox import keep
from standins.wire import Call, carry_out
from standins.world import X_KEY, X_TOKEN, World, world_of
from standins.x import sign_in
from standins.x.people import PRESENT, SUSPENDED, by_id, person

JSON = dict[str, Any]
Answer = tuple[int, JSON]
Work = Callable[[Call], Answer]
OUR_ID, OUR_HANDLE = "900000001", "interflora"
PROBLEMS = "https://api.twitter.com/2/problems/"
QUARTER, DAY = 900, 86_400
# (requests, seconds) per user of each operation.
LIMITS = {"dm.create": ((15, QUARTER), (1440, DAY)), "users.lookup": ((900, QUARTER),), "dm.list": ((15, QUARTER),)}
USER_FIELDS = {
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "is_identity_verified",
    "location",
    "name",
    "parody",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "receives_your_dm",
    "subscribes_to_you",
    "subscription",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_followers_count",
    "verified_type",
    "withheld",
}
READ_USERS, READ_DMS, WRITE_DMS = ("tweet.read", "users.read"), ("dm.read",), ("dm.write",)
EVENT_FIELDS = {"attachments", "created_at", "dm_conversation_id", "entities", "event_type", "id", "text"}
EVENT_TYPES = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}


class Refused(Exception):
    """A refusal of X's: a problem document."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: JSON = {"title": title, "detail": detail, "type": kind, "status": status, **more}


def _invalid(message: str, **parameters: list[str]) -> Refused:
    errors = [{"parameters": parameters, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return Refused(400, "Invalid Request", detail, PROBLEMS + "invalid-request", errors=errors)


def _refusal(fault: Fault) -> web.Response:
    if fault.body is not None:
        text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        return web.Response(status=fault.status, text=text, headers=fault.headers, content_type="application/json")
    titles = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found Error", 429: "Too Many Requests"}
    title = titles.get(fault.status, "Service Unavailable")
    body: JSON = {"title": title, "detail": fault.message or title, "type": "about:blank", "status": fault.status}
    if fault.code:
        body["errors"] = [{"code": int(fault.code), "message": fault.message or title}]
    return web.json_response(body, status=fault.status, headers=fault.headers)


# --- Who asks, and how often
def signed_in(call: Call) -> bool:
    """Whether the call is in somebody's name: our account's (OAuth 1.0a), or a signed-in person's (OAuth 2.0).

    False for the app alone. Raises Refused: 401.
    """
    header = call.request.headers.get("Authorization", "")
    call.entry["headers"]["Authorization"] = header.split(" ", 1)[0]
    if header == f"Bearer {X_TOKEN}":
        return False
    if person_signed_in := sign_in.holder(call.world, header.removeprefix("Bearer ")):
        call.entry["person"], call.entry["scopes"] = person_signed_in["user"], person_signed_in["scope"].split()
        return True
    given = dict(re.findall(r'(\w+)="([^"]*)"', header.removeprefix("OAuth ")))
    if (
        header.startswith("OAuth ")
        and given.get("oauth_consumer_key") == X_KEY
        and given.get("oauth_token") == X_TOKEN
        and given.get("oauth_signature_method") == "HMAC-SHA1"
        and given.get("oauth_signature")
        and given.get("oauth_nonce")
    ):
        return True
    raise Refused(401, "Unauthorized", "Unauthorized")


def count_down(world: World, operation: str) -> dict[str, str]:
    """Count a call against the limits and return its headers; raises Refused: 429 with the reset time."""
    headers: dict[str, str] = {}
    used: list[tuple[JSON, str]] = []
    for allowed, seconds in LIMITS.get(operation, ()):
        key = f"{operation}/{seconds}"
        now = world.now()
        window = world.store.get("x_window", key)
        if window is None or window["reset"] <= now:
            window = {"reset": now + seconds, "used": 0}
        left = allowed - window["used"]
        shown = {
            "x-rate-limit-limit": str(allowed),
            "x-rate-limit-remaining": str(max(0, left - 1)),
            "x-rate-limit-reset": str(window["reset"]),
        }
        if left <= 0:
            refused = Refused(429, "Too Many Requests", "Too Many Requests")
            refused.headers = shown
            raise refused
        headers = headers or shown
        used.append((window, key))
    for window, key in used:
        window["used"] += 1
        world.store.put("x_window", key, window)
    return headers


def _check_scopes(call: Call, needed: tuple[str, ...]) -> None:
    """A signed-in person's token does what was consented to. Raises Refused: 403."""
    if set(needed) - set(call.entry.get("scopes", needed)):
        raise Refused(403, "Forbidden", f"This token lacks one of the scopes {', '.join(needed)}.")


def operation(
    name: str, work: Work, scopes: tuple[str, ...] = READ_USERS, *, by_user: bool = True
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler of one operation; `by_user` operations refuse the app's own token."""

    async def handle(request: web.Request) -> web.Response:
        call = await Call.read(world_of(request), "x", name, request)
        headers: dict[str, str] = {}

        def effect() -> web.Response:
            status, body = work(call)
            return web.json_response(body, status=status, headers=headers)

        try:
            call.entry["as_user"] = signed_in(call)
            if by_user and not call.entry["as_user"]:
                detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
                raise Refused(403, "Unsupported Authentication", detail, PROBLEMS + "unsupported-authentication")
            _check_scopes(call, scopes)
            fault = call.take_fault()
            if fault is None or fault.kind != "error":
                headers |= count_down(call.world, name)
            elif fault.status == 429 and "x-rate-limit-reset" not in fault.headers and fault.body is None:
                fault.headers = {"x-rate-limit-reset": str(call.world.now() + QUARTER), **fault.headers}
            return await carry_out(call, effect, _refusal, fault)
        except Refused as refused:
            return call.answer(web.json_response(refused.body, status=refused.status, headers=refused.headers))

    return handle


# --- Operations
def _listed(call: Call, name: str, allowed: set[str]) -> set[str]:
    given = next((value for key, value in call.query if key == name), "")
    wanted = {word for word in given.split(",") if word}
    if wanted - allowed:
        raise _invalid(f"The `{name}` query parameter value [{given}] is not valid", **{name: [given]})
    return wanted


def _only(call: Call, *names: str) -> None:
    for name, value in call.query:
        if name not in names:
            raise _invalid(f"The query parameter [{name}] is not one of [{','.join(names)}]", **{name: [value]})


def _user(call: Call, known: JSON, fields: set[str]) -> JSON:
    shown: JSON = {"id": known["id"], "name": known["name"], "username": known["username"]}
    if "receives_your_dm" in fields and known["receives_your_dm"] is not None and call.entry["as_user"]:
        shown["receives_your_dm"] = known["receives_your_dm"]
    if "protected" in fields:
        shown["protected"] = False
    if "verified" in fields:
        shown["verified"] = False
    return shown


def look_up(call: Call) -> Answer:
    """GET /2/users/by/username/{username}"""
    handle = call.request.match_info["username"]
    _only(call, "user.fields", "expansions", "post.fields", "tweet.fields")
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", handle):
        raise _invalid(
            f"The `username` path parameter value [{handle}] does not match ^[A-Za-z0-9_]{{1,15}}$", username=[handle]
        )
    fields = _listed(call, "user.fields", USER_FIELDS)
    known = person(call.world, handle)
    detail = f"Could not find user with username: [{handle}]."
    if known["exists"] == SUSPENDED:
        raise Refused(404, "Not Found Error", detail, PROBLEMS + "resource-not-found")
    if known["exists"] != PRESENT:
        error = {
            "value": handle,
            "detail": detail,
            "title": "Not Found Error",
            "resource_type": "user",
            "parameter": "username",
            "resource_id": handle,
            "type": PROBLEMS + "resource-not-found",
        }
        return 200, {"errors": [error]}
    return 200, {"data": _user(call, known, fields)}


def look_up_by_id(call: Call) -> Answer:
    """GET /2/users/{id}: the name this number has now, however it was called before."""
    key = call.request.match_info["id"]
    _only(call, "user.fields", "expansions", "post.fields", "tweet.fields")
    if not re.fullmatch(r"[0-9]{1,19}", key):
        raise _invalid(f"The `id` path parameter value [{key}] does not match ^[0-9]{{1,19}}$", id=[key])
    fields = _listed(call, "user.fields", USER_FIELDS)
    known = by_id(call.world, key)
    if known is None or known["exists"] != PRESENT:
        raise Refused(404, "Not Found Error", f"Could not find user with id: [{key}].", PROBLEMS + "resource-not-found")
    return 200, {"data": _user(call, known, fields)}


def look_up_me(call: Call) -> Answer:
    """GET /2/users/me: our account, or the person whose token this is."""
    fields = _listed(call, "user.fields", USER_FIELDS)
    if "person" in call.entry:
        known = by_id(call.world, call.entry["person"])
        if known is None or known["exists"] != PRESENT:
            raise Refused(403, "Forbidden", "This account is suspended.")
        return 200, {"data": _user(call, known, fields)}
    return 200, {"data": {"id": OUR_ID, "name": "Interflora", "username": OUR_HANDLE}}


def send(call: Call) -> Answer:
    """POST /2/dm_conversations/with/{participant_id}/messages"""
    key = call.request.match_info["participant_id"]
    if not re.fullmatch(r"[0-9]{1,19}", key):
        raise _invalid(f"The `participant_id` path parameter value [{key}] is not valid", participant_id=[key])
    body = call.json
    if not isinstance(body, dict) or set(body) - {"text", "attachments"}:
        raise _invalid("The request body has fields that are not allowed", body=[str(body)])
    text = body.get("text", "")
    if not isinstance(text, str) or not 1 <= len(text) <= 10_000:
        raise _invalid("`text` must have between 1 and 10000 characters", text=[str(text)[:100]])
    known = by_id(call.world, key)
    if known is None or known["exists"] != PRESENT or not known["can_be_written_to"]:
        detail = "You do not have permission to DM one or more participants."
        raise Refused(403, "Forbidden", detail)
    kept = call.world.store.get("x_counter", "event") or {"last": 1_800_000_000_000_000_000}
    kept["last"] += 1
    call.world.store.put("x_counter", "event", kept)
    event = str(kept["last"])
    conversation = "-".join(sorted((OUR_ID, key), key=int))
    made = {"id": event, "dm_conversation_id": conversation, "text": text, "event_type": "MessageCreate"}
    call.world.store.put("dm", event, made | {"participant": key, "at": call.world.now_exact()})
    sender, to = f"@{OUR_HANDLE}", f"@{known['username']}"
    keep(call.world, "twitter_dm", to=to, sender=sender, text=text, provider_id=event, status="remis", user_id=key)
    return 201, {"data": {"dm_conversation_id": conversation, "dm_event_id": event}}


def events(call: Call) -> Answer:
    """GET /2/dm_events and /2/dm_conversations/with/{participant_id}/dm_events, newest first"""
    _only(call, "dm_event.fields", "event_types", "expansions", "max_results", "pagination_token", "user.fields")
    fields = _listed(call, "dm_event.fields", EVENT_FIELDS) | {"id", "text", "event_type"}
    types = _listed(call, "event_types", EVENT_TYPES) or EVENT_TYPES
    given = dict(call.query)
    limit = int(given.get("max_results", 100))
    if not 1 <= limit <= 100:
        raise _invalid("The `max_results` query parameter value is not between 1 and 100", max_results=[str(limit)])
    who = call.request.match_info.get("participant_id", "")
    found = [one for one in call.world.store.newest_first("dm") if not who or one["participant"] == who]
    found = found if "MessageCreate" in types else []
    start = int(given.get("pagination_token", "0" * 16))
    data = []
    for one in found[start : start + limit]:
        shown = {name: one[name] for name in fields if name in one}
        if "created_at" in fields:
            at = datetime.fromtimestamp(one["at"], UTC)
            shown["created_at"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        data.append(shown)
    meta: JSON = {"result_count": len(data)}
    if start + limit < len(found):
        meta["next_token"] = f"{start + limit:016d}"
    return 200, {"data": data, "meta": meta} if data else {"meta": meta}


def _nothing_here(call: Call) -> Answer:
    raise Refused(404, "Not Found", f"No such address: {call.entry['path']}")


def routes() -> list[web.RouteDef]:
    """Return the addresses under /x."""
    talk = "/x/2/dm_conversations/with/{participant_id}"
    return [
        *sign_in.routes(),
        web.get("/x/2/users/me", operation("users.me", look_up_me)),
        web.get("/x/2/users/by/username/{username}", operation("users.lookup", look_up, by_user=False)),
        web.get("/x/2/users/{id}", operation("users.by_id", look_up_by_id, by_user=False)),
        web.post(f"{talk}/messages", operation("dm.create", send, WRITE_DMS)),
        web.get(f"{talk}/dm_events", operation("dm.list", events, READ_DMS)),
        web.get("/x/2/dm_events", operation("dm.list", events, READ_DMS)),
        web.route("*", "/x/{rest:.*}", operation("unknown", _nothing_here)),
    ]
