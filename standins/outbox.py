"""The outbox page: every e-mail, text and private message as received, newest first, links working."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from aiohttp import web

from standins import inbox
from standins.pages import HEADERS, moment, page, with_links
from standins.twilio import messages as texts
from standins.world import World, world_of

JSON = dict[str, Any]
NAMES = {"email": "E-mail", "sms": "SMS", "twitter_dm": "Message privé X"}
STATES = {
    "accepted": "accepté",
    "queued": "accepté",
    "scheduled": "programmé",
    "sent": "envoyé",
    "delivered": "remis",
    "undelivered": "non remis",
    "failed": "échoué",
    "canceled": "annulé",
}
SHOWN = 200
# A mail's own page runs nothing and loads nothing; its links lead out of the frame.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation;"
    " default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*"
)


def _meta(message: JSON) -> str:
    state = STATES.get(message["status"], message["status"])
    words = [NAMES[message["channel"]], moment(message["at"]), state]
    if message.get("segments"):
        parts = message["segments"]
        words.append(f"{parts} partie{'s' if parts > 1 else ''}, {message['encoding']}")
    return " · ".join(escape(word) for word in words if word)


def _entry(message: JSON) -> str:
    who = f"<b>{escape(message['to'])}</b> <span>de {escape(message['from'])}</span>"
    if message["direction"] == "in":
        who = f"<b>{escape(message['from'])}</b> <span>répond à {escape(message['to'])}</span>"
    subject = f"<h2>{escape(message['subject'])}</h2>" if message["subject"] else ""
    more = ""
    if message["channel"] == "email":
        more = f'<p class="more"><a href="/outbox/{message["id"]}">Ouvrir cet e-mail</a></p>'
    elif message["channel"] == "sms" and message["direction"] == "out":
        number = escape(message["to"])
        more = f"""<form class="more" method="post" action="/outbox/reply">
<input type="hidden" name="from" value="{number}">
<label>Réponse <input name="text" size="10" autocomplete="off"></label>
<button name="do" value="reply">Répondre</button> <button name="do" value="stop">Répondre STOP</button></form>"""
    return (
        f'<article class="{message["channel"]} {message["direction"]}" id="{message["id"]}">'
        f'<p class="meta">{_meta(message)}</p><p class="who">{who}</p>{subject}'
        f'<p class="text">{with_links(message["text"].strip())}</p>{more}</article>'
    )


def _filters(channel: str, to: str) -> str:
    links = []
    for value, name in {"": "Tout", **NAMES}.items():
        current = ' aria-current="page"' if value == channel else ""
        links.append(f'<a href="/outbox?channel={value}&amp;to={quote(to)}"{current}>{name}</a>')
    return f"""<nav aria-label="Canaux">{"".join(links)}</nav>
<form class="search" method="get" action="/outbox"><input type="hidden" name="channel" value="{escape(channel)}">
<label for="to">Destinataire</label> <input id="to" name="to" value="{escape(to)}" autocomplete="off">
<button>Chercher</button></form>"""


async def show(request: web.Request) -> web.Response:
    """The list."""
    world = world_of(request)
    channel, to = request.query.get("channel", ""), request.query.get("to", "").strip()
    found = [
        message
        for message in inbox.find(world, channel=channel, direction="")
        if to.casefold() in f"{message['to']} {message['from']}".casefold()
    ]
    found.reverse()
    entries = "".join(_entry(message) for message in found[:SHOWN])
    if not found:
        entries = '<p class="empty">Rien pour l’instant. Les messages de la boutique arriveront ici.</p>'
    if len(found) > SHOWN:
        entries += f'<p class="empty">Les {SHOWN} derniers messages, sur {len(found)}.</p>'
    head = "<h1>Boîte d’envoi</h1><p>Tout ce que la boutique a envoyé, tel que reçu.</p>" + _filters(channel, to)
    return page("Boîte d’envoi", f"<header>{head}</header><main>{entries}</main>", kind="outbox")


def _message(request: web.Request) -> JSON:
    found = world_of(request).store.get("message", request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="Message inconnu")
    return found


async def show_mail(request: web.Request) -> web.Response:
    """One e-mail: as designed, as plain text, and its headers."""
    message = _message(request)
    key = message["id"]
    designed = ""
    if message["html"]:
        designed = f"""<section><h2>Mise en forme</h2><iframe title="L’e-mail mis en forme" src="/outbox/{key}/html"
 sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>
<p class="more"><a href="/outbox/{key}/html">Seul sur sa page</a></p></section>"""
    headers = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in message.get("headers", {}).items()
    )
    text = with_links(message["text"].strip()) or "(pas de texte)"
    body = f"""<header><p><a href="/outbox">Boîte d’envoi</a></p><h1>{escape(message["subject"] or "(sans objet)")}</h1>
<p class="meta">{_meta(message)}</p><p class="who"><b>{escape(message["to"])}</b>
<span>de {escape(message["from"])}</span></p></header>
<main>{designed}<section><h2>Texte</h2><p class="text">{text}</p></section>
<details><summary>En-têtes</summary><table>{headers}</table>
<p class="more"><a href="/outbox/{key}/raw">Le message brut</a></p></details></main>"""
    return page(message["subject"] or "E-mail", body, kind="outbox mail")


async def show_html(request: web.Request) -> web.Response:
    """An e-mail's HTML alone, sandboxed."""
    html = _message(request)["html"].replace("<head>", '<head><base target="_top">', 1)
    headers = HEADERS | {"Content-Security-Policy": MAIL_POLICY}
    return web.Response(text=html, content_type="text/html", headers=headers)


async def show_raw(request: web.Request) -> web.Response:
    """An e-mail as it came over SMTP."""
    return web.Response(text=_message(request).get("raw", ""), content_type="text/plain", headers=HEADERS)


async def reply(request: web.Request) -> web.Response:
    """Answer a text as the person who received it would."""
    given = await request.post()
    text = "STOP" if given.get("do") == "stop" else str(given.get("text", ""))
    _receive(world_of(request), str(given.get("from", "")), text)
    return web.Response(status=303, headers={"Location": "/outbox"})


def _receive(world: World, sender: str, text: str) -> None:
    if sender and text:
        texts.receive(world, sender, text)


def routes() -> list[web.RouteDef]:
    """Return the page's addresses."""
    return [
        web.get("/outbox", show),
        web.post("/outbox/reply", reply),
        web.get("/outbox/{id}", show_mail),
        web.get("/outbox/{id}/html", show_html),
        web.get("/outbox/{id}/raw", show_raw),
    ]
