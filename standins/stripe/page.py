"""The hosted payment page: pay, card declined, delayed method, go back, and the awkward moments of real life.

Plain forms, no script. A second « Payer » of a double click finds the session complete and takes nothing more.
"""

from __future__ import annotations

from html import escape
from typing import Any

from aiohttp import web

from standins.pages import amount, button, page
from standins.stripe import payments
from standins.stripe.errors import Refused
from standins.world import World, world_of

JSON = dict[str, Any]
SEE_OTHER = 303


def _return_address(session: JSON) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _summary(world: World, session: JSON) -> str:
    private = world.store.get("session_private", session["id"]) or {"items": []}
    rows = "".join(
        f"<tr><th scope='row'>{escape(item['description'])}"
        + (f" <span>× {item['quantity']}</span>" if item["quantity"] > 1 else "")
        + f"</th><td>{amount(item['amount_total'], item['currency'])}</td></tr>"
        for item in private["items"]
    )
    total = amount(session["amount_total"], session["currency"])
    return (
        f'<table class="summary"><caption>Votre commande chez Interflora</caption><tbody>{rows}</tbody>'
        f"<tfoot><tr><th scope='row'>Total</th><td>{total}</td></tr></tfoot></table>"
    )


def _form(session: JSON, body: str) -> str:
    return f'<form method="post" action="/c/pay/{escape(session["id"])}">{body}</form>'


def _open(session: JSON, note: str) -> str:
    total = amount(session["amount_total"], session["currency"])
    email = escape(session["customer_email"] or payments.BUYER["email"])
    fixed = " readonly" if session["customer_email"] else ""
    back = ""
    if session["cancel_url"]:
        back = f'<p><a class="back" href="{escape(session["cancel_url"])}">Revenir à la boutique</a></p>'
    fields = f"""
<p><label for="email">Votre e-mail</label>
<input id="email" name="email" type="email" autocomplete="email" value="{email}"{fixed}></p>
<p><label for="name">Nom sur la carte</label>
<input id="name" name="name" autocomplete="cc-name" value="{escape(payments.BUYER["name"])}"></p>
<p class="card"><span>Carte d’essai</span> 4242 4242 4242 4242 · 12/34</p>
{button(f"Payer {total}", "do", "pay", look="main")}
{button("Refuser la carte", "do", "decline")}
<details><summary>D’autres situations</summary>
{button("Payer par prélèvement (confirmé plus tard)", "do", "delayed")}
{button("Payer, sans que la boutique en soit prévenue", "do", "pay_silently")}
{button("Payer, puis fermer la page", "do", "pay_and_leave")}
{button("Laisser expirer ce paiement", "do", "expire")}
</details>"""
    return note + _form(session, fields) + back


def _complete(world: World, session: JSON) -> str:
    address = f'<p><a class="back" href="{escape(_return_address(session))}">Continuer vers la boutique</a></p>'
    if session["payment_status"] == "paid":
        return "<p class='note'>Ce paiement est fait. Rien de plus ne sera débité.</p>" + address
    intent = world.store.get("payment_intent", session["payment_intent"]) or {}
    if intent.get("status") == "requires_payment_method":
        return "<p class='note bad'>La banque a refusé le prélèvement. Rien n’a été débité.</p>" + address
    choices = button("La banque confirme le prélèvement", "do", "settle", look="main")
    choices += button("La banque refuse le prélèvement", "do", "bounce")
    return "<p class='note'>Le prélèvement est en attente de la banque.</p>" + _form(session, choices) + address


def _expired(world: World, session: JSON) -> str:
    back = escape(session["cancel_url"] or session["success_url"])
    late = button("Payer quand même (paiement parti avant l’expiration)", "do", "pay_late")
    return (
        "<p class='note'>Ce lien de paiement a expiré. Rien n’a été débité.</p>"
        f'<p><a class="back" href="{back}">Revenir à la boutique</a></p>'
        f"<details><summary>D’autres situations</summary>{_form(session, late)}</details>"
    )


def _shown(world: World, session: JSON, note: str = "") -> web.Response:
    states = {"complete": _complete, "expired": _expired}
    state = states[session["status"]](world, session) if session["status"] in states else _open(session, note)
    return page("Paiement", f"<main><h1>Paiement</h1>{_summary(world, session)}{state}</main>", kind="checkout")


def _session(request: web.Request) -> JSON:
    payments.expire_due(world_of(request))
    found = world_of(request).store.get("session", request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="Paiement inconnu")
    return found


async def show(request: web.Request) -> web.Response:
    """Show the payment page."""
    return _shown(world_of(request), _session(request))


async def act(request: web.Request) -> web.Response:
    """Do what the button says and, once paid, go back to the shop."""
    world, session, given = world_of(request), _session(request), await request.post()
    buyer = {name: str(given[name]) for name in ("email", "name") if given.get(name)}
    wanted = str(given.get("do", ""))
    try:
        if wanted == "pay_silently":
            with world.webhooks.silence():
                session = payments.pay(world, session["id"], buyer)
        elif wanted in {"pay", "pay_and_leave", "delayed", "pay_late"}:
            session = payments.pay(world, session["id"], buyer, delayed=wanted == "delayed", late=wanted == "pay_late")
        elif wanted == "decline":
            payments.refuse_card(world, session["id"], buyer)
            return _shown(world, session, "<p class='note bad'>Votre carte a été refusée. Rien n’a été débité.</p>")
        elif wanted in {"settle", "bounce"}:
            session = payments.settle(world, session["id"], succeeded=wanted == "settle")
            return _shown(world, session)
        elif wanted == "expire":
            payments.expire(world, session)
    except Refused:
        pass  # complete already, by the other click
    if session["status"] == "complete" and wanted != "pay_and_leave":
        return web.Response(status=SEE_OTHER, headers={"Location": _return_address(session)})
    return _shown(world, session)


def routes() -> list[web.RouteDef]:
    """Return the page's address."""
    return [web.get("/c/pay/{id}", show), web.post("/c/pay/{id}", act)]
