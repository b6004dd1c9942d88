"""Before anything is believed: a planted word is found in every sink, by the very taps and looks of the run."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from tests.leaks import blobs, twins
from tests.leaks.browsing import Answer
from tests.leaks.chrome import Window
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import World
from tests.leaks.marks import Mark
from tests.leaks.matrix import Matrix, Persona, Sink, State
from tests.leaks.routes import Route
from tests.leaks.search import Searcher
from tests.leaks.taps import Tap
from tests.leaks.walk import Walk

WORD = "Vyqorzulzzqplanted"
MARK = Mark("planted", "street", WORD)
FLORIST = Mark("planted", "florist", WORD)
CELL = (Persona.ANONYMOUS, State.ACCEPTED)
PATIENCE_SECONDS = 10.0
PAGE = "<html><body><p>{}</p></body></html>"
PDF = b"%PDF-1.7\nstream\n" + zlib.compress(WORD.encode()) + b"\nendstream"
# By sink: the route that would answer, its content type, and the body a leak would have.
ANSWERS: dict[Sink, tuple[str, str, bytes]] = {
    Sink.PAGES: ("orders:order_page", "text/html", PAGE.format(WORD.upper()).encode()),
    Sink.HIDDEN: ("orders:card", "text/html", f'<input type="hidden" data-x="&#86;{WORD[1:]}">'.encode()),
    Sink.OLD_LINK: ("addressless:claim_open", "text/html", f'<input name="line1" value="{WORD}">'.encode()),
    Sink.INVOICES: (
        "orders:invoice",
        "application/pdf",
        b"%PDF-1.7\nstream\n" + zlib.compress(WORD.encode()) + b"\nendstream",
    ),
    Sink.ADMIN: ("admin:orders_order_history", "text/html", PAGE.format(WORD).encode()),
    Sink.BROWSER: ("catalog:home", "text/html", f'<a href="/?q={WORD.lower()}">'.encode()),
    Sink.FEEDS: ("catalog:sitemap", "application/xml", f"<loc>/{WORD}/</loc>".encode()),
    Sink.EXPORT: ("orders:export", "application/json", f'{{"a": "\\u0056{WORD[1:]}"}}'.encode()),
    Sink.THANKS: ("addressless:thanks", "text/html", PAGE.format(WORD).encode()),
    Sink.REFUSALS: ("addressless:gift_status", "text/html", PAGE.format(WORD).encode()),
    Sink.CACHES: ("catalog:home", "text/html", PAGE.format(WORD).encode()),
}


def missed(world: World, taps: list[Tap], window: Window) -> list[Sink]:
    """Sinks where the planted word is not found: none, or the canary cannot be believed."""
    found = set(_answers(world)) | set(_compared(world)) | set(_taps(taps)) | set(_browser(world, window))
    return [sink for sink in Sink if sink not in found]


def _court(mark: Mark = MARK) -> Court:
    return Court(Searcher([mark]), Matrix())


def _sight(sink: Sink) -> Sight:
    return Sight(*CELL, sink, "planted", "accepted A")


def _answers(world: World) -> Iterator[Sink]:
    """Answers that leak, given to the walk."""
    gift = next(iter(world.gifts.values()))
    for sink, (name, kind, body) in ANSWERS.items():
        court = _court()
        answer = Answer("GET", f"{world.stack.shop_url}planted/", 200, (("Content-Type", kind),), body, 0.0)
        Walk(world, court, []).observe(Persona.ANONYMOUS, gift, Route("shop", name, "planted/", ()), answer)
        if any(hit.sight.sink == sink for hit in court.hits):
            yield sink
    court = _court(FLORIST)
    court.look(_sight(Sink.PAGES), WORD)
    if any(hit.sight.sink == Sink.FLORIST for hit in court.hits):
        yield Sink.FLORIST


def _compared(world: World) -> Iterator[Sink]:
    """Twins that differ, and blobs that tell."""
    gift, twin = (world.gifts[owner] for owner in list(world.gifts)[:2])
    label = ("orders:order_page", "GET", 1)
    texts = ("Total 48,90 €, bientôt", "Total 49,90 €, bientôt")
    answers = [
        {label: Answer("GET", "http://127.0.0.1/", 200, (("Content-Type", "text/html"),), text.encode(), 0.0)}
        for text in texts
    ]
    court = _court()
    twins.compare(court, Persona.SENDER, (gift, twin), *answers)
    yield from {hit.sight.sink for hit in court.hits}
    court = _court()
    blobs.judge(court, _sight(Sink.BLOBS), [(2100, "a"), (2101, "b"), (2101, "b")])
    if len(court.hits) == 2:
        yield Sink.BLOBS


def _taps(taps: list[Tap]) -> Iterator[Sink]:
    """What a leak would leave behind the pages, drained again."""
    searcher = Searcher([MARK])
    for tap in taps:
        list(tap.drain())
        tap.plant(WORD)
        if _comes(partial(_is_found, searcher, tap)):
            yield tap.sink


def _is_found(searcher: Searcher, tap: Tap) -> bool:
    return any(searcher.search(piece.text) for piece in tap.drain())


def _comes(look: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if look():
            return True
        time.sleep(0.1)
    return False


def _browser(world: World, window: Window) -> Iterator[Sink]:
    """A word kept by a page, and one sent by it, in the real browser."""
    if not window.is_open:
        return
    gift = next(iter(world.gifts.values()))
    script = f"async () => {{ localStorage.x = '{WORD}'; await fetch('/robots.txt?q=' + btoa('{WORD}')); }}"
    lines = list(window.visit(world, Persona.ANONYMOUS, gift, [world.stack.shop_url], script))
    searcher = Searcher([MARK])
    kept = any(searcher.search(line) for line in lines if line.startswith("kept"))
    sent = any(searcher.search(line) for line in lines if line.startswith("request"))
    if not (kept and sent):
        raise RuntimeError("the browser's own storage or requests are not seen")
    yield Sink.BROWSER
