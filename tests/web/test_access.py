"""Every route × persona × method: what each answers is written in `access_shop.txt`; a new route needs its lines.

Columns are personas; a cell is the status of GET, then of a POST whose form is empty, from one of our own pages. Other
methods are refused everywhere. Each try is rolled back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from addressless import answers, sessions, web
from addressless.models import Claim
from interflora.lib import links
from tests.addressless.factories import make_failed, make_invited, open_session
from tests.addressless.pages import SAME_ORIGIN, Browser
from tests.florists.factories import make_address, next_served_day
from tests.orders.factories import make_cart, make_paid
from tests.web.routes import routes

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("access_shop.txt")
PERSONAS = ("stranger", "shopper", "recipient", "answered")
FORGED = "x" * 43


class World:
    """One of everything, and a browser for each persona."""

    def __init__(self) -> None:
        self.known = make_paid()
        self.invited, self.accepted, self.failed = make_invited(), self._accepted(), self._failed()
        self.cart = make_cart()
        self.browsers = {"stranger": Browser(), "shopper": self._shopper()}
        self.browsers |= {"recipient": self._recipient(self.invited), "answered": self._answered()}

    def _accepted(self) -> Claim:
        claim = make_invited(contact="noe@belle-adresse.example")
        session = open_session(claim)
        answers.accept(session, make_address(), next_served_day(), "afternoon")
        return Claim.objects.select_related("order__delivery").get(pk=claim.pk)

    def _failed(self) -> Claim:
        return make_failed(contact="sacha@belle-adresse.example")

    def _shopper(self) -> Browser:
        browser = Browser()
        variant = self.cart.lines.get().variant
        own = {"Origin": "http://testserver"}
        path = reverse("catalog:product", args=[variant.product.slug])
        added = browser.submit(reverse("orders:cart_add"), page=path, headers=own, variant=variant.pk)
        assert added.status_code == 302
        assert browser.get(reverse("addressless:delivery_step")).status_code == 200
        return browser

    def _recipient(self, claim: Claim) -> Browser:
        browser = Browser()
        browser.open_gift(claim)
        return browser

    def _answered(self) -> Browser:
        browser = Browser()
        claim = make_invited(contact="ange@belle-adresse.example")
        key = sessions.open_session(claim)
        session = sessions.find(key)
        assert session is not None
        answers.accept(session, make_address(), next_served_day(), "afternoon")
        browser.cookies[web.cookie_name()] = key
        return browser

    def args(self, name: str, pattern: str) -> list[Any] | None:
        """Real arguments where a link exists, so that the table says what its holder may do."""
        product = self.cart.lines.get().variant.product
        tokens = {
            "addressless:gift_stop": links.token(self.invited.stop_link()),
            "addressless:claim_open": links.token(self.invited.link()),
            "notifications:stop": FORGED,
            "notifications:follow": "Ab3dEf9",
            "notifications:sign_up_confirm": FORGED,
        }
        if name in tokens:
            return [tokens[name]]
        if name.startswith("addressless:tracking"):
            return [links.token(self.accepted.tracking_link())]
        if name in ("addressless:gift_correct", "addressless:gift_resend"):
            return [links.token(self.failed.order.link())]
        if name.startswith("addressless:gift_") and "<str:token>" in pattern:
            return [links.token(self.invited.order.link())]
        if name.startswith("orders:") and "<str:token>" in pattern:
            return [links.token(self.known.link())]
        known: dict[str, list[Any]] = {
            "orders:cart_line": [self.cart.lines.get().pk],
            "catalog:product": [product.slug],
            "catalog:occasion": ["amour"],
            "pictures:drawn": [product.slug, "400", "0" * 12],
            "pictures:photo": ["rien", "400"],
        }
        return known.get(name, [] if "<" not in pattern and "(" not in pattern else None)


def tried(browser: Client, method: str, path: str) -> int:
    """The status, with nothing changed."""
    with transaction.atomic():
        answer = browser.generic(method, path, headers=SAME_ORIGIN)
        transaction.set_rollback(True)
    return int(answer.status_code)


def table() -> dict[str, list[str]]:
    rows = [line.split("|") for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}


def names() -> dict[str, str]:
    """The routes of the shop; webhooks of each mail provider behave alike and are tested with their signatures."""
    found = routes("interflora.urls_shop")
    return {name: path for name, path in found.items() if not name.startswith("notifications:anymail:")}


def test_every_route_has_its_line() -> None:
    assert set(table()) == set(names())


def test_every_cell_is_as_written(standins: object, client: Client) -> None:
    world = World()
    expected, found = table(), {}
    for name, pattern in names().items():
        args = world.args(name, pattern)
        assert args is not None, f"{name} ({pattern}) has no arguments in World.args"
        path = reverse(name, args=args) if ":" in name or name == "set_language" else f"/{pattern}"
        found[name] = [
            f"{tried(browser, 'GET', path)} {tried(enforcing_nothing(browser), 'POST', path)}"
            for browser in (world.browsers[persona] for persona in PERSONAS)
        ]
    different = {name: cells for name, cells in found.items() if cells != expected.get(name)}
    assert not different, "\n" + "\n".join(f"{name:<36} | {' | '.join(cells)}" for name, cells in different.items())


def enforcing_nothing(browser: Browser) -> Client:
    """The same browser with the CSRF token of a page it was shown: what the view itself says is the question here."""
    trusted = Client()
    trusted.cookies = browser.cookies
    return trusted


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_no_other_method_is_known(method: str) -> None:
    world = World()
    for name, pattern in names().items():
        path = reverse(name, args=world.args(name, pattern)) if ":" in name or name == "set_language" else f"/{pattern}"
        assert tried(enforcing_nothing(world.browsers["recipient"]), method, path) in (405, 404, 302, 403), name
