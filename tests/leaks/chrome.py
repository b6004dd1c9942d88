"""A real Chromium at each cell: what it sends, to whom, with which Referer, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Error, Request, sync_playwright

from interflora.dev.tools import chromium
from tests.leaks import people
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import Gift, World
from tests.leaks.marks import Mark
from tests.leaks.matrix import FLORISTS, RECIPIENTS, SENDERS, STAFF, Persona, Sink, State

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
STORED = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, name: window.name, title: document.title,
    history: history.state, databases: indexedDB.databases ? await indexedDB.databases() : [],
    caches: window.caches ? await caches.keys() : [],
})"""


@contextmanager
def opened(wanted: bool = True) -> Iterator[Window]:
    """One Chromium for the run; a window that sees nothing where there is none, or none is wanted."""
    path = chromium() if wanted else ""
    if not path:
        yield Window(None)
        return
    with sync_playwright() as playwright:
        window = Window(lambda: playwright.chromium.launch(executable_path=path, args=QUIET))
        try:
            yield window
        finally:
            window.close()


def paths(world: World, persona: Persona, gift: Gift) -> list[str]:
    """The pages this persona would open, whole addresses."""
    shop, backoffice = world.stack.shop_url.rstrip("/"), world.stack.backoffice_url.rstrip("/")
    order = world.other_orders.get(persona) or gift.tokens["order"]
    if persona in SENDERS:
        return [f"{shop}/commande/{order}/", f"{shop}/commande/{order}/cadeau/"]
    if persona in RECIPIENTS:
        tracking = [f"{shop}/suivi/{gift.tokens['tracking']}/"] if "tracking" in gift.tokens else []
        return [f"{shop}/cadeau/{gift.tokens.get('claim', 'x')}/", f"{shop}/cadeau/accepter/", *tracking]
    if persona in FLORISTS:
        return [f"{backoffice}/fleuriste/", f"{backoffice}/fleuriste/livraison/{gift.ids['delivery']}/"]
    if persona in STAFF:
        return [f"{backoffice}/gestion/", f"{backoffice}/gestion/orders/order/{gift.rows['order']}/change/"]
    return [f"{shop}/", f"{shop}/cadeau/{gift.ids['claim']}/"]


@dataclass
class Window:
    """Opens pages as a persona and hands everything the browser sent and kept to the court."""

    launch: Callable[[], Chromium] | None
    _running: Chromium | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a browser at all."""
        return self.launch is not None

    def close(self) -> None:
        """End the browser, if it runs."""
        if self._running is not None and self._running.is_connected():
            self._running.close()
        self._running = None

    def _context(self, **options: Any) -> BrowserContext:
        """A person's own browser; Chromium is started, and once more should it have died meanwhile."""
        assert self.launch is not None
        if self._running is None or not self._running.is_connected():
            self._running = self.launch()
        return self._running.new_context(**options)

    def look(self, world: World, court: Court, persona: Persona, state: State) -> None:
        """One persona at one state: its pages, every request they make, every store afterwards."""
        if not self.is_open:
            court.matrix.looked((persona, state, Sink.BROWSER))
            return
        gift = world.gift(state)
        sight = Sight(persona, state, Sink.BROWSER, "Chromium", gift.owner)
        for line in self.visit(world, persona, gift, paths(world, persona, gift)):
            court.look(sight, line)
            origin = line.split(" ", 2)[1] if line.startswith("request ") else ""
            if origin and not self._is_ours(world, origin):
                court.accuse(sight, Mark(gift.owner, "origin", origin), "a request leaves for somebody else")

    def visit(
        self, world: World, persona: Persona, gift: Gift, addresses: list[str], script: str = ""
    ) -> Iterator[str]:
        """Lines of what was sent (address, method, headers, body) and kept; `script` runs on the last page."""
        person = people.browser_of(world, persona, gift)
        context = self._context(locale="fr-FR", extra_http_headers={"X-Forwarded-For": person.ip})
        context.set_default_timeout(15_000)
        origin = world.stack.shop_url
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in person.cookies.items()])
        sent: list[str] = []
        context.on("request", lambda request: sent.append(_line(request)))
        page = context.new_page()
        kept: list[str] = []
        try:
            for address in addresses:
                page.goto(address)
                kept.append("kept " + str(page.evaluate(STORED)))
            if script:
                page.evaluate(script)
                page.wait_for_load_state("networkidle")
                kept.append("kept " + str(page.evaluate(STORED)))
            kept += [f"cookie {cookie['name']}={cookie['value']}" for cookie in context.cookies()]
        except Error as error:
            kept.append(f"error {error}")
        finally:
            context.close()
        yield from sent
        yield from kept

    @staticmethod
    def _is_ours(world: World, address: str) -> bool:
        ours = {urlsplit(world.stack.shop_url).netloc, urlsplit(world.stack.backoffice_url).netloc}
        return urlsplit(address).netloc in ours or address.startswith(("data:", "blob:"))


def _line(request: Request) -> str:
    headers: dict[str, Any] = request.headers
    return f"request {request.url} {request.method} {headers} {request.post_data or ''}"
