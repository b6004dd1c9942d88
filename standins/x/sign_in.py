"""« Se connecter à X »: the consent page, and the token its code is traded for (OAuth 2.0, PKCE, confidential client).

Held to what X documents: the callback is the registered one to the letter, `state` has 500 characters at most, a code
lives 30 seconds and serves once, the client shows its secret in the Authorization header, a token lives two hours.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from standins.faults import Fault
from standins.pages import NBSP, button, page
from standins.wire import Call, carry_out
from standins.world import X_KEY, X_TOKEN, World, new_id, world_of
from standins.x.people import PRESENT, person

JSON = dict[str, Any]
CALLBACK = "/commande/vous/x/retour/"
CODE_SECONDS, TOKEN_SECONDS = 30, 7200
SCOPES = {
    "tweet.read": "Tous les posts que vous pouvez voir, y compris ceux des comptes protégés.",
    "tweet.write": "Publier et republier en votre nom.",
    "users.read": "Tous les comptes que vous pouvez voir, y compris les comptes protégés.",
    "users.email": "Votre adresse e-mail.",
    "follows.read": "Les personnes qui vous suivent et celles que vous suivez.",
    "follows.write": "Suivre des personnes et cesser de les suivre en votre nom.",
    "dm.read": "Tous vos messages privés.",
    "dm.write": "Envoyer et gérer des messages privés en votre nom.",
    "offline.access": "Rester connectée à votre compte jusqu’à ce que vous l’en empêchiez.",
}
REQUIRED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")


# --- The page
def _wrong(world: World, asked: JSON) -> str:
    """Why X shows its error page instead of asking, or ""."""
    if absent := [name for name in REQUIRED if not asked.get(name)]:
        return f"il manque {', '.join(absent)}"
    if asked["response_type"] != "code" or asked["client_id"] != X_KEY:
        return "application inconnue"
    registered = f"{world.config.shop_url}{CALLBACK}"
    if world.config.shop_url and asked["redirect_uri"] != registered:
        return f"adresse de retour autre que {registered}"
    if unknown := set(asked["scope"].split()) - set(SCOPES):
        return f"droit inconnu{NBSP}: {', '.join(sorted(unknown))}"
    if len(asked["state"]) > 500 or asked["code_challenge_method"] not in {"S256", "plain"}:
        return "état ou défi irrecevable"
    return ""


def _error_page(status: int, why: str) -> web.Response:
    text = f"L’accès n’a pas pu être donné{NBSP}: {escape(why)}."
    body = f"<main><h1>Une erreur s’est produite</h1><p class='note bad'>{text}</p></main>"
    return page("X", body, kind="checkout", status=status)


def _consent_page(asked: JSON, handle: str = "camille_flo", note: str = "") -> web.Response:
    rights = "".join(f"<li>{escape(SCOPES[scope])}</li>" for scope in asked["scope"].split())
    fields = f"""
<p><label for="handle">Connecté comme</label>
<input id="handle" name="handle" autocapitalize="none" spellcheck="false" value="{escape(handle)}"></p>
{button("Autoriser l’application", "do", "allow", look="main")}
{button("Annuler", "do", "deny")}
<details><summary>D’autres situations</summary>
{button("Autoriser, et revenir quand le code a expiré", "do", "late")}
{button("Autoriser, avec un autre état", "do", "forged")}
{button("Revenir sans code", "do", "codeless")}
</details>"""
    body = (
        "<main><h1>Interflora souhaite accéder à votre compte X</h1>"
        f"{note}<p>L’application pourra voir{NBSP}:</p><ul>{rights}</ul>"
        f'<form method="post" action="?{escape(urlencode(asked))}">{fields}</form></main>'
    )
    return page("X – Autoriser une application", body, kind="checkout")


async def show(request: web.Request) -> web.Response:
    """GET /i/oauth2/authorize: X's own page, where the person says yes or no."""
    call = await Call.read(world_of(request), "x", "oauth2.authorize", request)
    asked = dict(request.query)

    def effect() -> web.Response:
        why = _wrong(call.world, asked)
        return _error_page(400, why) if why else _consent_page(asked)

    def refuse(fault: Fault) -> web.Response:
        return _error_page(fault.status, "réessayez plus tard")

    return await carry_out(call, effect, refuse, call.take_fault())


async def answer(request: web.Request) -> web.Response:
    """The person's answer, carried back to the shop."""
    world, asked, given = world_of(request), dict(request.query), await request.post()
    if why := _wrong(world, asked):
        return _error_page(400, why)
    wanted, handle = str(given.get("do", "")), str(given.get("handle", "")).strip().removeprefix("@")
    back = {"state": "another-state" if wanted == "forged" else asked["state"]}
    if wanted == "deny":
        back["error"] = "access_denied"
    elif wanted != "codeless":
        known = person(world, handle) if re.fullmatch(r"[A-Za-z0-9_]{1,15}", handle) else None
        if known is None or known["exists"] != PRESENT:
            return _consent_page(asked, handle, "<p class='note bad'>Ce compte ne peut pas se connecter.</p>")
        back["code"] = _make_code(world, asked, known["id"], late=wanted == "late")
    return web.Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(back)}"})


def _make_code(world: World, asked: JSON, user_id: str, *, late: bool) -> str:
    kept = {name: asked[name] for name in ("redirect_uri", "scope", "code_challenge", "code_challenge_method")}
    code = new_id("", 64)
    world.store.put("x_code", code, kept | {"user": user_id, "until": world.now() + (-1 if late else CODE_SECONDS)})
    return code


# --- The token
class _Refused(Exception):
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


def _invalid(what: str) -> _Refused:
    return _Refused(400, "invalid_request", what)


def _trade(call: Call) -> JSON:
    """The token of a code; raises _Refused. A code is gone after its first use, whatever came of it."""
    given = dict(call.form)
    expected = base64.b64encode(f"{X_KEY}:{X_TOKEN}".encode()).decode()
    if call.request.headers.get("Authorization", "") != f"Basic {expected}":
        raise _Refused(401, "unauthorized_client", "Missing valid authorization header")
    for name in ("grant_type", "code", "redirect_uri", "code_verifier"):
        if not given.get(name):
            raise _invalid(f"Missing required parameter [{name}].")
    kept = call.world.store.get("x_code", given["code"])
    call.world.store.drop("x_code", given["code"])
    if given["grant_type"] != "authorization_code" or kept is None or kept["until"] < call.world.now():
        raise _invalid("Value passed for the authorization code was invalid.")
    if given["redirect_uri"] != kept["redirect_uri"]:
        raise _invalid("Value passed for the redirect uri did not match the uri of the authorization code.")
    if _challenge(given["code_verifier"], kept["code_challenge_method"]) != kept["code_challenge"]:
        raise _invalid("Value passed for the code verifier did not match the code challenge.")
    token = new_id("", 64)
    kept = {"user": kept["user"], "scope": kept["scope"], "until": call.world.now() + TOKEN_SECONDS}
    call.world.store.put("x_user_token", token, kept)
    return {"token_type": "bearer", "expires_in": TOKEN_SECONDS, "access_token": token, "scope": kept["scope"]}


def _challenge(verifier: str, method: str) -> str:
    if method == "plain":
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


async def trade(request: web.Request) -> web.Response:
    """POST /2/oauth2/token"""
    call = await Call.read(world_of(request), "x", "oauth2.token", request)
    call.entry["headers"]["Authorization"] = request.headers.get("Authorization", "").split(" ", 1)[0]

    def effect() -> web.Response:
        try:
            return web.json_response(_trade(call), headers={"Cache-Control": "no-store"})
        except _Refused as refused:
            return web.json_response(refused.body, status=refused.status)

    def refuse(fault: Fault) -> web.Response:
        body = fault.body if fault.body is not None else {"title": fault.message or "Error", "status": fault.status}
        return web.json_response(body, status=fault.status, headers=fault.headers)

    return await carry_out(call, effect, refuse, call.take_fault())


def holder(world: World, token: str) -> JSON | None:
    """`user` (numeric id) and `scope` of a person's token that still lives."""
    kept = world.store.get("x_user_token", token)
    return kept if kept is not None and kept["until"] >= world.now() else None


def routes() -> list[web.RouteDef]:
    """Return the addresses of signing in."""
    return [
        web.get("/x/i/oauth2/authorize", show),
        web.post("/x/i/oauth2/authorize", answer),
        web.post("/x/2/oauth2/token", trade),
    ]
