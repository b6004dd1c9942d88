"""A recipe turned into a picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple, Protocol

# Part of every picture's key: raise it when the drawing changes, so that caches fetch it anew.
EDITION = 1


class Stems(Protocol):
    @property
    def species(self) -> str: ...
    @property
    def color(self) -> str: ...
    @property
    def stems(self) -> tuple[int, int, int]: ...


class Ingredient(NamedTuple):
    species: str
    tint: str
    count: int


class Drawing(NamedTuple):
    """What a picture shows: hashable, so that it can be drawn once and remembered."""

    ingredients: tuple[Ingredient, ...]
    arrangement: str
    wrapping: str

    @classmethod
    def of(cls, recipe: Iterable[Stems], *, arrangement: str, wrapping: str) -> Drawing:
        """The medium size of ``recipe`` in this form and paper."""
        chosen = tuple(Ingredient(line.species, line.color, line.stems[1]) for line in recipe)
        return cls(chosen, str(arrangement), str(wrapping))

    @property
    def key(self) -> str:
        """12 hexadecimal digits that change with the picture."""
        told = repr((EDITION, tuple(map(tuple, self.ingredients)), self.arrangement, self.wrapping))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def svg(self, size: str) -> str:
        """The picture as an SVG document; ``size`` in small (lists) or large."""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500"><path d="M0 0h400v500H0z"'
            ' fill="#f3ece0"/></svg>'
        )
