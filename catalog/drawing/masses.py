"""Masses of flowers that several layouts share: the mound, the fan, the ring of leaves."""

from __future__ import annotations

import math
from typing import NamedTuple

from catalog.drawing import foliage
from catalog.drawing.canvas import Canvas, Flower
from catalog.drawing.ink import around, path, rotate, scale, use
from catalog.drawing.palette import TINTS


class Bouquet(NamedTuple):
    """The recipe sorted for the eye: ``main`` dominates, ``others`` accompany, ``greens`` frame."""

    main: Flower
    others: list[Flower]
    greens: list[Flower]
    wrapping: str

    @property
    def faces(self) -> list[Flower]:
        return [flower for flower in self.others if flower.painter.faces]

    @property
    def sprigs(self) -> list[Flower]:
        """Companions that stand upright: they are set like branches at the rim."""
        return [flower for flower in self.others if not flower.painter.faces]


class Spot(NamedTuple):
    x: float
    y: float
    radius: float
    lean: float = 0
    tilt: float = 0


def outside_in(count: int) -> list[tuple[int, float]]:
    """The places of a row, those of its ends first: (index, how far to the side, -1 to 1)."""
    places = [(index, 2 * index / (count - 1) - 1) for index in range(count)]
    return sorted(places, key=lambda place: -abs(place[1]))


def rim(
    canvas: Canvas,
    plants: list[Flower],
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    *,
    count: int,
    spread: float = 125,
    length: float = 150,
    start: float = 0.3,
) -> None:
    """Branches that stick out all around a mass of flowers, those of the sides first."""
    if not plants:
        return
    angles = [-spread + 2 * spread * index / (count - 1) for index in range(count)]
    order = sorted(range(count), key=lambda index: -abs(angles[index]))
    for index in order:
        angle = angles[index] + canvas.dice.throw(-5, 5)
        x, y = around(angle, 1)
        long = length * canvas.dice.throw(0.9, 1.12) * min(1, plants[index % len(plants)].painter.girth)
        canvas.sprig(plants[index % len(plants)], cx + x * rx * start, cy + y * ry * start, angle, long)


def heart(canvas: Canvas, cx: float, cy: float, rx: float, ry: float) -> None:
    """The dark green between the flowers."""
    paint = canvas.ink.glow("#24382a", "#2f4a35@.7", "#3d5c42/.7@.8", "#3d5c42/0")
    canvas.add(f'<ellipse cx="{cx:g}" cy="{cy:g}" rx="{rx:g}" ry="{ry:g}" fill="{paint}"/>')


def mound(canvas: Canvas, bouquet: Bouquet, cx: float, cy: float, rx: float, ry: float, radius: float) -> None:
    """A rounded mass: companions at the edge, the main flower around and in the middle, largest there."""
    rim(canvas, bouquet.greens, cx, cy, rx, ry, count=11, length=ry * 0.94)
    rim(canvas, bouquet.sprigs, cx, cy, rx, ry, count=8, spread=100, length=ry * 1.02, start=0.3)
    heart(canvas, cx, cy, rx * 0.98, ry * 0.98)
    if bouquet.main.painter.faces:
        _faces(canvas, bouquet, cx, cy, rx, ry, radius)
    else:
        _cups(canvas, bouquet, cx, cy, rx, ry, radius)


def _faces(canvas: Canvas, bouquet: Bouquet, cx: float, cy: float, rx: float, ry: float, radius: float) -> None:
    main = bouquet.main
    around_count = 5 if main.painter.girth > 1.25 else 6
    edge = bouquet.faces or [main]
    share = 0.62 if bouquet.faces else 0.8
    spots: list[tuple[Flower, Spot]] = []
    for index in range(around_count):
        turn = index * 360 / around_count
        x, y = around(turn, 1)
        spots.append((main, Spot(cx + x * rx * 0.62, cy + y * ry * 0.62, radius * 0.96, turn, 0.55)))
        turn += 180 / around_count
        x, y = around(turn, 1)
        companion = edge[index % len(edge)]
        spots.append((companion, Spot(cx + x * rx * 0.93, cy + y * ry * 0.93, radius * share, turn, 0.6)))
    for flower, spot in sorted(spots, key=lambda pair: (pair[0] is main, pair[1].y)):
        strong = ".24" if main.species == "hydrangea" else ".3"
        shade = "" if flower is not main else strong if spot.y > cy - ry * 0.3 else ".18"
        canvas.head(flower, spot.x, spot.y, spot.radius, lean=spot.lean, tilt=spot.tilt, shade=shade)
    canvas.head(main, cx + 2, cy + ry * 0.04, radius * 1.12)


def _cups(canvas: Canvas, bouquet: Bouquet, cx: float, cy: float, rx: float, ry: float, radius: float) -> None:
    """Upright flowers in three rows, those of the back higher."""
    for index, companion in enumerate(bouquet.faces[:2]):
        for hand in (-1, 1):
            x, y = cx + hand * rx * 0.86, cy + ry * (0.05 + index * 0.35)
            canvas.head(companion, x, y, radius * 0.6, lean=hand * 70, tilt=0.6, shade="")
    for row, (count, up, reach) in enumerate(((4, -0.62, 0.62), (5, -0.12, 0.86), (4, 0.36, 0.62))):
        for _, side in outside_in(count):
            lift = (1 - side * side) * ry * 0.2
            x, y = cx + side * rx * reach, cy + ry * up - lift
            size = radius * (0.86 + row * 0.07)
            canvas.head(bouquet.main, x, y, size, lean=side * 34, shade=".4" if row else "")


def fan(canvas: Canvas, flower: Flower, foot: tuple[float, float], spots: list[Spot], *, stem: float = 3.6) -> None:
    """Flowers on visible stems that meet at ``foot``; ``spots`` from the back to the front."""
    lines = ""
    x0, y0 = foot
    for spot in spots:
        bend = (spot.x - x0) * 0.18
        lines += path("M", x0, y0, "Q", x0 + bend, (y0 + spot.y) / 2, spot.x, spot.y + spot.radius * 0.5)
    canvas.stems(lines, stem)
    for spot in spots:
        lean = spot.lean or (spot.x - x0) * 0.16
        inner = abs(spot.x - x0) < 70 and spot.y > spots[0].y + 30
        canvas.head(flower, spot.x, spot.y, spot.radius, lean=lean, tilt=spot.tilt, shade=".2" if inner else "")


def tails(
    canvas: Canvas, x: float, y: float, end: float, *, half: float = 42, count: int = 9, width: float = 4.4
) -> None:
    """The cut stems under a tie at (x, y), spreading down to ``end``."""
    lines = ""
    for index, side in outside_in(count):
        low = end - side * side * 8 + (index % 3) * 4
        lines += path("M", x + side * half * 0.22, y, "Q", x + side * half * 0.34, (y + low) / 2, x + side * half, low)
    canvas.stems(lines, width)


def leaves(
    canvas: Canvas, kind: str, tint: str, foot: tuple[float, float], fans: list[tuple[float, float]], breadth: float = 1
) -> None:
    """Leaves of the plant itself: (angle, length) each, from ``foot``."""
    draw, natural = {"blade": (foliage.blade, 200), "broad": (foliage.broad, 100)}[kind]
    name = canvas.ink.once(f"{kind}/{tint}", lambda: f"<g>{draw(canvas.ink, TINTS[tint])}</g>")
    for angle, length in fans:
        canvas.add(
            use(
                name,
                f"translate({foot[0]:g} {foot[1]:g})",
                rotate(angle),
                scale(length / natural * breadth, length / natural),
            )
        )


def ellipse_point(cx: float, cy: float, rx: float, ry: float, angle: float) -> tuple[float, float]:
    turn = math.radians(angle)
    return cx + math.sin(turn) * rx, cy - math.cos(turn) * ry
