"""The sheet a bouquet is drawn on: 400 × 500, flowers set down from the back to the front."""

from __future__ import annotations

import math

from catalog.drawing.ink import Dice, Ink, n, pen, rotate, scale, use
from catalog.drawing.painters import PAINTERS
from catalog.drawing.palette import TINTS

# Faces that have an up and a down, and open places between their petals.
STARS = ("orchid", "lily", "daffodil")


class Flower:
    """One flower of the recipe, ready to be set down as often as the layout wants."""

    def __init__(self, species: str, tint: str, count: int) -> None:
        self.species, self.tint, self.count = species, tint, count
        self.painter = PAINTERS[species]


class Canvas:
    def __init__(self, ink: Ink, seed: str) -> None:
        self.ink = ink
        self.dice = Dice(seed)
        self.parts: list[str] = []

    def add(self, text: str) -> None:
        self.parts.append(text)

    def name(self, flower: Flower) -> str:
        """The id of the flower's shape."""
        painter = flower.painter
        key = f"{flower.species}/{flower.tint}"
        return self.ink.once(key, lambda: f"<g>{painter.draw(self.ink, TINTS[flower.tint])}</g>")

    def shade(self, x: float, y: float, radius: float, strength: str) -> None:
        """The soft shadow a flower throws on what is behind it."""
        paint = self.ink.glow(f"#1c2b1e/{strength}@.74", "#1c2b1e/0")
        name = self.ink.share(f'<circle r="50" fill="{paint}"/>')
        self.add(use(name, f"translate({n(x)} {n(y)})", scale(radius / 40)))

    def head(
        self, flower: Flower, x: float, y: float, radius: float, *, lean: float = 0, tilt: float = 0, shade: str = ".5"
    ) -> None:
        """One flower with its middle at (x, y). ``lean``: degrees it leans away from upright. ``tilt`` 0–1: how
        much a facing flower turns its side to us, in the direction of ``lean``. ``shade``: strength of its
        shadow, "" where nothing is behind it."""
        radius *= flower.painter.girth
        at = f"translate({n(x)} {n(y)})"
        if flower.painter.faces:
            turn = round(self.dice.throw(-180, 180))
            if flower.species in STARS:
                turn = round(self.dice.throw(-16, 16))
            squash = math.sqrt(1 - (0.82 * tilt) ** 2)
            if shade:
                # A flower that leans outward throws its shadow inward, on its neighbors, not on the paper behind.
                inward, angle = radius * 0.5 * tilt, math.radians(lean)
                reach = radius * (0.62 if flower.species in STARS else 0.88 - 0.16 * tilt)
                self.shade(x - math.sin(angle) * inward, y + radius * 0.06 + math.cos(angle) * inward, reach, shade)
            size = radius / 100
            moves = [at, rotate(lean), scale(size, size * squash), rotate(turn - lean)]
        else:
            size = radius / 75
            foot = flower.painter.height / 2
            if shade and foot < 85:
                self.shade(x, y + radius * 0.1, radius * 0.72, shade)
            moves = [at, rotate(lean), scale(size), f"translate(0 {n(foot)})"]
        self.add(use(self.name(flower), *moves))

    def sprig(self, flower: Flower, x: float, y: float, angle: float, length: float) -> None:
        """A branch or an upright flower that grows from (x, y) in the direction ``angle`` (0 up, clockwise)."""
        size = length / flower.painter.height
        self.add(use(self.name(flower), f"translate({n(x)} {n(y)})", rotate(angle), scale(size)))

    def stems(self, data: str, width: float = 3.4, color: str = "#7c9a55", dark: str = "#4f6d38") -> None:
        """Stems along ``data``, a dark line under a light one."""
        self.add(pen(data, dark, width) + pen(data, color, width * 0.6))

    def svg(self) -> str:
        body = "".join(self.parts)
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500">{self.ink.defs()}{body}</svg>'
