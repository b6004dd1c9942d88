"""The marked addresses: words nobody guesses, real communes whose postcodes nobody else has, one set per gift.

Words begin with one root, so that a hit names its gift and its field: « vyqorzul » + gift (two letters) + field (one).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from florists import places
from florists.places import Commune

ROOT = "vyqorzul"
LAST_POSTCODE = "32000"  # beyond, a port of the machine could look like one
SHORTEST_TOWN = 9
HALFWAY = "19000"  # departments by the alphabet: twins are never neighbors
FIELDS = {"n": "name", "s": "street", "b": "building", "c": "access code", "f": "florist"}
TWINS = ("A", "B")


@dataclass(frozen=True)
class Mark:
    """One value that must not be seen where it has no business; `owner` is a gift (« accepted A ») or a florist."""

    owner: str
    field: str
    value: str


def _letters(number: int) -> str:
    return "abcdefghijklmnopqrstuv"[number // 22] + "abcdefghijklmnopqrstuv"[number % 22]


def word(number: int, kind: str) -> str:
    """The word of a gift or florist for one field; `kind` is a key of FIELDS."""
    return (ROOT + _letters(number) + kind).capitalize()


@dataclass(frozen=True)
class MarkedAddress:
    """What the recipient of one gift types, and a place tried first where nobody delivers."""

    owner: str
    number: int
    town: Commune
    unserved: Commune | None = None

    @property
    def form(self) -> dict[str, str]:
        """The fields of the acceptance form, but day and half-day."""
        return {
            "postcode": self.town.postcode,
            "commune": self.town.name,
            "name": f"{word(self.number, 'n')} Mercadié",
            "line1": f"47 rue du {word(self.number, 's')}",
            "line2": f"Bâtiment {word(self.number, 'b')}",
            "access_code": f"{word(self.number, 'c').upper()}9",
            "phone": f"06 39 98 7{self.number // 10} {self.number % 10}4",
        }

    @property
    def marks(self) -> list[Mark]:
        """Every value to look for."""
        typed = self.form
        found = [Mark(self.owner, FIELDS[kind], word(self.number, kind)) for kind in "nsbc"]
        found += [Mark(self.owner, "phone", typed["phone"]), *_marks_of(self.owner, self.town)]
        return found + (_marks_of(self.owner, self.unserved) if self.unserved else [])


def _marks_of(owner: str, town: Commune) -> list[Mark]:
    marks = [Mark(owner, "postcode", town.postcode), Mark(owner, "town", town.name)]
    return [*marks, Mark(owner, "geocode", town.insee)]


@dataclass(frozen=True)
class MarkedFlorist:
    """A florist of the network whose name, e-mail and mobile are marks too."""

    owner: str
    number: int
    pk: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        return f"Aux fleurs de {word(self.number, 'f')}"

    @property
    def email(self) -> str:
        return f"bonjour@{word(self.number, 'f').lower()}.example"

    @property
    def phone(self) -> str:
        return f"+33639986{self.number:03}"

    @property
    def marks(self) -> list[Mark]:
        return [Mark(self.owner, "florist", word(self.number, "f")), Mark(self.owner, "florist", self.phone)]


def towns(taken: set[str]) -> list[Commune]:
    """Communes alone in their postcode and in their name, in an order that means nothing; `taken` are others' names."""
    names = Counter(town.name for code in places.postcodes() for town in places.communes(code))
    alone = [
        found[0]
        for code in places.postcodes()
        if code < LAST_POSTCODE and not code.endswith("00") and len(found := places.communes(code)) == 1
    ]
    distinct = [town for town in alone if names[town.name] == 1 and len(town.name) >= SHORTEST_TOWN]
    known = {town.postcode for town in distinct}
    fit = [town for town in distinct if town.name not in taken and town.insee not in known]
    fit.sort(key=lambda town: hashlib.sha256(town.insee.encode()).digest())
    return fit


def addresses(names: list[str], taken: set[str]) -> dict[str, MarkedAddress]:
    """Two gifts per name (a state) to two far-apart places, by owner (« accepted A »)."""
    fit = towns(taken)
    low, high = ([town for town in fit if is_low == (town.postcode < HALFWAY)] for is_low in (True, False))
    found = {}
    for number, name in enumerate(names):
        pair, nowhere = (low[number], high[number]), high[len(names) + number]
        for twin, town in zip(TWINS, pair, strict=True):
            owner = f"{name} {twin}"
            extra = nowhere if twin == "A" else None
            found[owner] = MarkedAddress(owner, 2 * number + TWINS.index(twin), town, extra)
    return found
