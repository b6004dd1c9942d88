"""What may be seen by whom, said once in a table; everything else that is found is a hit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.leaks.marks import Mark
from tests.leaks.matrix import FLORISTS, KNOWS_FLORIST, PLACED, RECIPIENTS, Matrix, Persona, Sink, State
from tests.leaks.search import Found, Searcher

# What a person reads in a browser, and what is made of it.
SCREEN = frozenset(
    {
        Sink.PAGES, Sink.HIDDEN, Sink.OLD_LINK, Sink.INVOICES, Sink.ADMIN, Sink.BROWSER, Sink.FEEDS, Sink.EXPORT,
        Sink.THANKS, Sink.REFUSALS, Sink.PRICE, Sink.SIZE,
    }
)  # fmt: skip
COMMUNE = frozenset({"town", "postcode"})


@dataclass(frozen=True)
class Sight:
    """Something seen: by whom, about which gift (« accepted A »), in which sink, where exactly."""

    persona: Persona
    state: State
    sink: Sink
    where: str  # route, file, message or table
    gift: str = ""
    audience: str = ""  # of a message: sender, recipient, or the florist it was sent to


@dataclass(frozen=True)
class Allowed:
    """One line of the list of what may be seen."""

    name: str
    holds: Callable[[Sight, Mark], bool]


ALLOWED = (
    Allowed(
        "the recipient's own session",
        lambda sight, mark: (
            sight.persona in RECIPIENTS
            and sight.sink in SCREEN
            and mark.owner == sight.gift
            and sight.where.startswith(("addressless:claim_", "addressless:tracking"))
        ),
    ),
    Allowed(
        "the offered florist: the commune alone",
        lambda sight, mark: (
            sight.persona in FLORISTS
            and sight.sink in SCREEN
            and sight.where == "florists:offer"
            and mark.field in COMMUNE
            and mark.owner == sight.gift
        ),
    ),
    Allowed(
        "the assigned florist",
        lambda sight, mark: (
            sight.persona == Persona.FLORIST_ASSIGNED
            and sight.sink in SCREEN
            and sight.state in PLACED
            and sight.where in {"florists:job", "florists:problem", "florists:give_back"}
            and mark.owner == sight.gift
        ),
    ),
    Allowed(
        "whoever knows the florist: staff in charge, the recipient, florists themselves",
        lambda sight, mark: mark.field == "florist" and sight.persona in KNOWS_FLORIST and sight.sink in SCREEN,
    ),
    Allowed(
        "the florist's own message",
        lambda sight, mark: (
            mark.field == "florist" and mark.owner == sight.audience and sight.sink in {Sink.MESSAGES, Sink.PROVIDERS}
        ),
    ),
    Allowed(
        "rows of florists and of their messages in the database",
        lambda sight, mark: mark.field == "florist" and sight.sink in {Sink.DATABASE, Sink.FILES},
    ),
)


@dataclass(frozen=True)
class Hit:
    """A mark where it has no business."""

    sight: Sight
    found: Found

    def __str__(self) -> str:
        sight, mark = self.sight, self.found.mark
        return (
            f"{sight.persona} × {sight.state} × {sight.sink.name}: {mark.field} of « {mark.owner} » ({self.found.form})"
            f" in {sight.where or '?'}: … {self.found.excerpt} …"
        )


@dataclass
class Court:
    """Searches what is seen, counts the cell, keeps the hits."""

    searcher: Searcher
    matrix: Matrix
    hits: list[Hit] = field(default_factory=list)
    allowed: Counter[str] = field(default_factory=Counter)
    reference: set[tuple[Persona, str, Mark]] = field(default_factory=set)

    def look(self, sight: Sight, text: str) -> int:
        """Search one text; returns how many hits it holds."""
        self.matrix.looked((sight.persona, sight.state, sight.sink), len(text))
        return sum(self._judge(sight, found) for found in self.searcher.search(text))

    def accuse(self, sight: Sight, mark: Mark, what: str) -> None:
        """A hit found by comparing rather than by searching."""
        self._hit(Hit(sight, Found(mark, "derived", what)))

    def remember(self, persona: Persona, where: str, text: str) -> None:
        """What a page shows before any address was typed (the network's own zones) is no leak later."""
        for found in self.searcher.search(text):
            self.reference.add((persona, where, found.mark))

    def _judge(self, sight: Sight, found: Found) -> bool:
        if (sight.persona, sight.where, found.mark) in self.reference:
            self.allowed["there before any address was typed"] += 1
            return False
        for line in ALLOWED:
            if line.holds(sight, found.mark):
                self.allowed[line.name] += 1
                return False
        if found.mark.field == "florist" and sight.sink in SCREEN:
            sight = replace(sight, sink=Sink.FLORIST)
        self._hit(Hit(sight, found))
        return True

    def _hit(self, hit: Hit) -> None:
        self.hits.append(hit)
        self.matrix.hits[(hit.sight.persona, hit.sight.state, hit.sight.sink)] += 1
