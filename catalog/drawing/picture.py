"""A recipe turned into a picture."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from catalog.drawing import layouts, plants
from catalog.drawing.canvas import Canvas, Flower
from catalog.drawing.ink import Ink
from catalog.drawing.masses import Bouquet
from catalog.drawing.species import SPECIES

# Part of every picture's key: raise it when the drawing changes, so that caches fetch it anew.
EDITION = 5


LAYOUTS: dict[str, Callable[[Canvas, Bouquet], None]] = {
    "dome": layouts.dome,
    "tall": layouts.tall,
    "wrapped": layouts.wrapped,
    "bunch": layouts.bunch,
    "cascade": layouts.cascade,
    "vase": layouts.vase,
    "basket": layouts.basket,
    "box": layouts.box,
    "pot": plants.pot,
    "wreath": layouts.wreath,
    "spray": layouts.spray,
    "stem": layouts.stem,
}


class Stems(Protocol):
    @property
    def species(self) -> str: ...
    @property
    def color(self) -> str: ...
    @property
    def stems(self) -> tuple[int, int, int]: ...


class Ingredient(NamedTuple):
    """``stems``: how many in the medium size."""

    species: str
    tint: str
    stems: int


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
        """The picture as an SVG document, 4 by 5; ``size`` in small (lists) or large."""
        canvas = Canvas(Ink(detail=1 if size == "large" else 0), seed=self.key)
        LAYOUTS[self.arrangement](canvas, self._bouquet())
        return canvas.svg()

    def _bouquet(self) -> Bouquet:
        flowers = [Flower(*one) for one in self.ingredients]
        rest = flowers[1:]
        return Bouquet(
            main=flowers[0],
            others=[flower for flower in rest if not SPECIES[flower.species].is_foliage],
            greens=[flower for flower in rest if SPECIES[flower.species].is_foliage],
            wrapping=self.wrapping,
        )
