"""The frame of every page shown to a person, and the few marks that need care: escaping, amounts, moments, links."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from aiohttp import web

NBSP = "\u00a0"
SIGNATURE = "Fournisseurs simulés – rien ne sort de cette machine"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self';"
        " form-action *; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_PARIS = ZoneInfo("Europe/Paris")
_LINK = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]")


def page(title: str, body: str, *, kind: str = "", status: int = 200) -> web.Response:
    """Return a whole page; `body` is HTML already escaped."""
    text = f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/static/standins.css">
<link rel="icon" href="data:,">
</head>
<body class="{escape(kind)}">
{body}
<footer><p>{SIGNATURE}</p></footer>
</body>
</html>
"""
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def amount(cents: int, currency: str = "eur") -> str:
    """Return an amount the French way: « 1 054,90 € », with no-break spaces."""
    whole, rest = divmod(cents, 100)
    sign = {"eur": "€", "usd": "$", "gbp": "£"}.get(currency, currency.upper())
    return f"{whole:,}".replace(",", NBSP) + f",{rest:02d}{NBSP}{sign}"


def moment(at: float) -> str:
    """Return « 14/02 à 09:41:07 », Paris time."""
    return datetime.fromtimestamp(at, _PARIS).strftime("%d/%m à %H:%M:%S")


def with_links(text: str) -> str:
    """Escape a plain text and make its web addresses clickable."""
    result, end = [], 0
    for match in _LINK.finditer(text):
        address = escape(match[0])
        result += [escape(text[end : match.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = match.end()
    return "".join([*result, escape(text[end:])])


def links(text: str) -> list[str]:
    """Return the web addresses in a text, in order, each once."""
    return list(dict.fromkeys(match[0] for match in _LINK.finditer(text)))


def button(label: str, name: str, value: str, *, look: str = "") -> str:
    """Return a submit button."""
    return f'<button class="{escape(look)}" name="{escape(name)}" value="{escape(value)}">{escape(label)}</button>'
