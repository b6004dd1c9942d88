"""One cell of personas × states: every route is asked, every answer goes to the sinks it belongs to."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from tests.leaks import pages, people, routes, twins
from tests.leaks.browsing import Answer, Browser
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import Gift, World
from tests.leaks.marks import Mark
from tests.leaks.matrix import KNOWS_FLORIST, SENDERS, STAFF, Persona, Sink, State
from tests.leaks.probes import FAIL
from tests.leaks.routes import Ask, Route

AT_ONCE = 4
NOWHERE = Route("shop", "", "nulle-part/", ())
FEED = re.compile(r"sitemap|robots|feed|rss|atom|flux")
EXPORT = re.compile(r"^orders:.*(data|export)")
THANKS = re.compile(r"thank")
OLD_LINK = re.compile(r"addressless:(claim_|gift_stop|tracking)|florists:(offer|use_link)")
REFUSAL = re.compile(r"addressless:(gift_status|claim_accept|tracking)|orders:order_page|admin:orders_order_change")
BY_ROUTE = ((Sink.FEEDS, FEED), (Sink.EXPORT, EXPORT), (Sink.THANKS, THANKS), (Sink.OLD_LINK, OLD_LINK))
SEARCHED = re.compile(r"admin:(orders|addressless|florists|notifications)_\w+_changelist")


@dataclass
class Walk:
    """A persona at a gift's state; `go` fills the cell's sinks that are read over HTTP."""

    world: World
    court: Court
    routes: list[Route]
    public: dict[tuple[State, str], str] = field(default_factory=dict)
    asked: set[Persona] = field(default_factory=set)

    def go(self, persona: Persona, state: State) -> None:
        """Ask everything about the gift, then everything about it of its twin, and compare."""
        gift, twin = self.world.gift(state), self.world.gift(state, "B")
        for seen_gift, answer in self.world.answers.pop((persona, state), []):
            self.observe(persona, seen_gift, self._route_of(answer), answer)
        everything = persona not in self.asked
        self.asked.add(persona)
        asked = routes.asks(self.world, self.routes, persona, gift, everything=everything)
        first = self._ask_all(persona, gift, list(asked))
        about = [route for route in self.routes if route.is_about_gift and (persona in STAFF or not route.is_admin)]
        second = self._ask_all(persona, twin, list(routes.asks(self.world, about, persona, twin)))
        self._ask_for_errors(
            persona, gift, {label for (label, _method, _n), answer in first.items() if answer.status == 200}
        )
        if persona in STAFF:
            self._search_admin(persona, gift)
        twins.compare(self.court, persona, (gift, twin), first, second)
        if persona in SENDERS:
            twins.time(
                self.court, persona, (gift, twin), [people.browser_of(self.world, persona, g) for g in (gift, twin)]
            )

    def _ask_all(self, persona: Persona, gift: Gift, asks: list[Ask]) -> dict[tuple[str, str, int], Answer]:
        """Ask several at a time, reads before posts; observe in order. Answers by route, method and number."""
        browser = people.browser_of(self.world, persona, gift)
        found: dict[tuple[str, str, int], Answer] = {}
        for method in ("GET", "POST"):
            chosen = [ask for ask in asks if ask.method == method]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(pool.map(lambda ask: self._ask(browser, ask), chosen))
            counted: dict[str, int] = {}
            for ask, answer in zip(chosen, answers, strict=True):
                label = ask.route.label
                counted[label] = counted.get(label, 0) + 1
                found[label, method, counted[label]] = answer
                self.observe(persona, gift, ask.route, answer)
        browser.seen.clear()
        return found

    @staticmethod
    def _ask(browser: Browser, ask: Ask, **headers: str) -> Answer:
        site = browser.shop if ask.route.site == "shop" else browser.backoffice
        return browser.request(ask.method, site + ask.path, dict(ask.data), headers.items())

    def observe(self, persona: Persona, gift: Gift, route: Route, answer: Answer) -> None:
        """Give one answer to every sink it belongs to."""
        where = route.label
        text = f"{answer.head}\n{answer.text}"

        def look(sink: Sink, what: str) -> None:
            self.court.look(Sight(persona, gift.state, sink, where, gift.owner), what)

        look(Sink.PAGES, text)
        look(Sink.INVOICES, pages.attachment(answer))
        look(Sink.BROWSER, pages.addresses(answer))
        if persona not in KNOWS_FLORIST:
            self.court.matrix.looked((persona, gift.state, Sink.FLORIST), len(text))
        if answer.is_html:
            look(Sink.HIDDEN, pages.hidden(answer))
        for sink, pattern in BY_ROUTE:
            if pattern.search(where):
                look(sink, text)
        if where.startswith("admin:"):
            look(Sink.ADMIN, text)
        if REFUSAL.search(where):
            look(Sink.REFUSALS, text)
        self._look_at_cache(persona, gift, where, answer)

    def _look_at_cache(self, persona: Persona, gift: Gift, where: str, answer: Answer) -> None:
        """An answer that a shared cache may keep holds no mark, and says what it depends on."""
        sight = Sight(persona, gift.state, Sink.CACHES, where, gift.owner)
        rules = answer.header("Cache-Control").lower()
        if answer.method != "GET" or "no-store" in rules or "private" in rules:
            self.court.matrix.looked((persona, gift.state, Sink.CACHES))
            return
        self.court.look(sight, f"{answer.head}\n{answer.text}")
        plain = pages.comparable(answer.text, gift.own_words)
        public = self.public.setdefault((gift.state, answer.path), plain)
        if public != plain and "cookie" not in answer.header("Vary").lower():
            self.court.accuse(
                sight, Mark(gift.owner, "page", answer.path), "differs by person, Vary says nothing of it"
            )

    def _route_of(self, answer: Answer) -> Route:
        """The route of an answer met in the story."""
        site = "shop" if answer.url.startswith(self.world.stack.shop_url) else "backoffice"
        return next((route for route in self._by_shape[site] if route[0].fullmatch(answer.path[1:])), (None, NOWHERE))[
            1
        ]

    def __post_init__(self) -> None:
        self._by_shape: dict[str, list[tuple[re.Pattern[str], Route]]] = {"shop": [], "backoffice": []}
        for route in self.routes:
            if "(?P" not in route.pattern:
                parts = re.split(r"<[^>]+>", route.pattern)
                shape = "([^/?]+)".join(re.escape(part.replace("^", "").replace("$", "")) for part in parts)
                self._by_shape[route.site].append((re.compile(shape + r"(\?.*)?"), route))

    # --- Errors, searches --------------------------------------------------------------------------------------------
    def _ask_for_errors(self, persona: Persona, gift: Gift, drawn: set[str]) -> None:
        """Pages that do not exist, and the gift's own pages (those that are `drawn`) failing while they are."""
        browser = people.browser_of(self.world, persona, gift)
        for site in ("shop", "backoffice"):
            answer = self._ask(
                browser, Ask(Route(site, "", "nulle-part/", ()), "GET", f"/nulle-part/{gift.ids['order']}/")
            )
            self.observe(persona, gift, NOWHERE, answer)
        failing = [route for route in self.routes if route.is_about_gift and route.label in drawn | ALWAYS]
        keep = dict(browser.cookies)
        for ask in routes.asks(self.world, failing, persona, gift):
            data = tuple(gift.address.form.items()) if ask.route.name in TYPED else ask.data
            answer = self._ask(browser, Ask(ask.route, ask.method, ask.path, data), **{FAIL: "1"})
            self.observe(persona, gift, ask.route, answer)
        browser.cookies = keep
        browser.seen.clear()

    def _search_admin(self, persona: Persona, gift: Gift) -> None:
        """A list searched for what was typed finds what it finds for a word that was never typed."""
        browser = people.browser_of(self.world, persona, gift)
        for route in self.routes:
            if not SEARCHED.fullmatch(route.name):
                continue
            for value in (gift.address.form["line1"], gift.address.town.name, gift.address.town.postcode):
                found = [self._rows(browser, route, word) for word in (value, "qqwwxxyy")]
                sight = Sight(persona, gift.state, Sink.ADMIN, route.name, gift.owner)
                self.court.matrix.looked((persona, gift.state, Sink.ADMIN))
                if found[0] != found[1] and route.name != "admin:florists_florist_changelist":
                    self.court.accuse(sight, Mark(gift.owner, "search", value), f"the search finds {found[0]} rows")
        browser.seen.clear()

    @staticmethod
    def _rows(browser: Browser, route: Route, word: str) -> int:
        answer = browser.request("GET", f"{browser.backoffice}/{route.pattern}?q={quote_plus(word)}")
        return answer.text.count("action-checkbox") + answer.text.count('class="field-')


TYPED = {"addressless:claim_accept", "addressless:claim_accept_address", "addressless:claim_renew"}
ALWAYS = TYPED | {"addressless:claim_open", "orders:order_page", "florists:job"}


def absent(found: list[Route]) -> dict[Sink, str]:
    """Sinks that have no route yet."""
    named = {Sink.EXPORT: EXPORT, Sink.THANKS: THANKS}
    return {
        sink: "no such route"
        for sink, pattern in named.items()
        if not any(pattern.search(route.name) for route in found)
    }
