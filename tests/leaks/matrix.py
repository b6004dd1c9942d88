"""The matrix of the canary: who looks, in which state of a gift, at what; and which cells cannot be.

A cell is tested once its sink was read for that person and state. `ABSENT` and `CANNOT` name every other cell with the
reason; a cell in neither is empty, and an empty cell fails.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Persona(StrEnum):
    """Who looks."""

    ANONYMOUS = "anonymous"
    SENDER = "sender"
    SENDER_INBOX = "sender with inbox"  # owns the recipient's contact
    SENDER_OTHER = "sender, other account"
    OTHER_SENDER = "another sender"
    RECIPIENT_BEFORE = "recipient before"  # a device that has not answered
    RECIPIENT_AFTER = "recipient after"
    FLORIST_ASSIGNED = "florist assigned"
    FLORIST_OTHER = "florist not assigned"  # was asked, refused
    FLORIST_REMOVED = "florist removed"  # had accepted, gave back
    SUPPORT = "support"  # without the permission to read addresses
    MARKETING = "marketing"
    ACCOUNTING = "accounting"
    SUPERUSER = "superuser"  # without the permission to read addresses


class State(StrEnum):
    """How far the gift is."""

    PAID = "paid"
    INVITED = "invited"
    OPENED = "opened"
    ACCEPTED = "accepted"
    OUT = "out for delivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    DECLINED = "declined"
    QUIET = "declined in silence"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class Sink(StrEnum):
    """Where an address, or what tells it, could come out."""

    PAGES = "every HTML and JSON route"
    HIDDEN = "hidden inputs, data attributes, JSON-LD, forms drawn again, 404 and 500"
    OLD_LINK = "old link, Back, prefill"
    MESSAGES = "e-mails, SMS and DMs to everyone"
    PRICE = "price, VAT, fee, time, slot"
    INVOICES = "invoices, PDF metadata, file names"
    STRIPE = "requests to Stripe"
    PROVIDERS = "requests to Twilio, X and the mail server"
    LOGS = "logs of applications, servers and database"
    REPORTS = "error reports with locals"
    REDIS = "Celery arguments and results, contents of Redis"
    ADMIN = "admin lists, search, history, exports"
    DATABASE = "database dump, statistics views"
    FILES = "media, temporary files, backups"
    BROWSER = "URLs, Referer, browser storage, outgoing requests"
    FEEDS = "sitemap, feeds"
    EXPORT = "the sender's data export"
    FLORIST = "the florist's identity"
    THANKS = "thank-you note"
    SIZE = "response size and time by town"
    REFUSALS = "« not delivered there » messages"
    CACHES = "shared caches and Vary"
    BLOBS = "the sealed blobs: size, equality, swap"


SENDERS = frozenset({Persona.SENDER, Persona.SENDER_INBOX, Persona.SENDER_OTHER, Persona.OTHER_SENDER})
RECIPIENTS = frozenset({Persona.RECIPIENT_BEFORE, Persona.RECIPIENT_AFTER})
FLORISTS = frozenset({Persona.FLORIST_ASSIGNED, Persona.FLORIST_OTHER, Persona.FLORIST_REMOVED})
STAFF = frozenset({Persona.SUPPORT, Persona.MARKETING, Persona.ACCOUNTING, Persona.SUPERUSER})
# A delivery and its florist stand in one row that these may see: it is no secret to them.
KNOWS_FLORIST = FLORISTS | RECIPIENTS | {Persona.SUPPORT, Persona.ACCOUNTING, Persona.SUPERUSER}
ANSWERED = frozenset(State) - {State.PAID, State.INVITED, State.OPENED, State.EXPIRED}
PLACED = frozenset({State.ACCEPTED, State.OUT, State.DELIVERED, State.FAILED, State.REFUNDED})

Cell = tuple[Persona, State, Sink]


@dataclass(frozen=True)
class Cannot:
    """Cells that cannot be, and why in one word (the matrix prints its first letter)."""

    word: str
    why: str
    personas: frozenset[Persona] = frozenset(Persona)
    states: frozenset[State] = frozenset(State)
    sinks: frozenset[Sink] = frozenset(Sink)

    def covers(self, cell: Cell) -> bool:
        persona, state, sink = cell
        return persona in self.personas and state in self.states and sink in self.sinks


CANNOT = (
    Cannot(
        "uninvited",
        "before the invitation there is no recipient to look",
        frozenset({Persona.RECIPIENT_BEFORE}),
        frozenset({State.PAID}),
    ),
    Cannot(
        "silent",
        "nobody has answered yet, or ever",
        frozenset({Persona.RECIPIENT_AFTER}),
        frozenset(State) - ANSWERED,
    ),
    Cannot(
        "knows",
        "sees the florist, or is one: delivery and florist stand in one row",
        KNOWS_FLORIST,
        sinks=frozenset({Sink.FLORIST}),
    ),
    Cannot(
        "reads",
        "may read this very address: its pages differ by town as they must",
        RECIPIENTS | {Persona.FLORIST_ASSIGNED},
        PLACED,
        frozenset({Sink.SIZE, Sink.PRICE}),
    ),
)


@dataclass
class Matrix:
    """What was tested: observations and characters per cell."""

    personas: tuple[Persona, ...] = tuple(Persona)
    states: tuple[State, ...] = tuple(State)
    sinks: tuple[Sink, ...] = tuple(Sink)
    absent: dict[Sink, str] = field(default_factory=dict)
    looks: Counter[Cell] = field(default_factory=Counter)
    sizes: Counter[Sink] = field(default_factory=Counter)
    hits: defaultdict[Cell, int] = field(default_factory=lambda: defaultdict(int))

    def cells(self) -> Iterator[Cell]:
        for persona in self.personas:
            for state in self.states:
                for sink in self.sinks:
                    yield persona, state, sink

    def looked(self, cell: Cell, size: int = 0) -> None:
        """One observation of this sink, of so many characters."""
        self.looks[cell] += 1
        self.sizes[cell[2]] += size

    def reason(self, cell: Cell) -> str:
        """Why this cell cannot be tested, in one word; "" when it can."""
        if cell[2] in self.absent:
            return "absent"
        return next((one.word for one in CANNOT if one.covers(cell)), "")

    def sign(self, cell: Cell) -> str:
        """The cell in one character: « · » tested, « ! » a hit, « ? » empty, else the letter of the reason."""
        if self.hits[cell]:
            return "!"
        if self.looks[cell]:
            return "·"
        return self.reason(cell)[:1] or "?"

    def empty(self) -> list[Cell]:
        """Cells neither tested nor declared impossible."""
        return [cell for cell in self.cells() if not self.looks[cell] and not self.reason(cell)]

    def lines(self) -> Iterator[str]:
        """The matrix, its legend and its totals."""
        yield from (f"{number:>3} {sink}" for number, sink in enumerate(self.sinks, 1))
        numbers = [f"{number:02}" for number in range(1, len(self.sinks) + 1)]
        width = max(len(f"{persona} × {state}") for persona in self.personas for state in self.states)
        for row in zip(*numbers, strict=True):
            yield f"{'':{width}} " + "".join(row)
        for persona in self.personas:
            for state in self.states:
                signs = "".join(self.sign((persona, state, sink)) for sink in self.sinks)
                yield f"{f'{persona} × {state}':{width}} {signs}"
        yield "·: tested, 0 hits · !: hits · ?: empty · " + " · ".join(_legend(self.absent))


def _legend(absent: Iterable[Sink]) -> Iterator[str]:
    for one in CANNOT:
        yield f"{one.word[:1]}: {one.word}, {one.why}"
    for sink in absent:
        yield f"a: absent, the shop has none yet ({sink})"
