"""Flowers made of many layers, seen from the front, 100 units in radius: rose, peony, ranunculus…"""

from __future__ import annotations

import math
from itertools import pairwise

from catalog.drawing.ink import Dice, Ink, around, dot, mix, path, pen, petal, ring, shape, tone, use
from catalog.drawing.palette import TINTS, Tint


def rose(ink: Ink, tint: Tint) -> str:
    """Wide petals with a rolled edge around a tight spiral."""
    text = ""
    dice = Dice("rose")
    for count, length, width, depth, start in ((5, 100, 66, 0.25, 8), (5, 84, 58, 0.45, 44), (5, 66, 50, 0.75, 10)):
        fill = ink.fade(tone(tint, depth + 1.5), tone(tint, depth + 0.65), tone(tint, depth * 0.6))
        body = shape(petal(length, width, belly=0.62, tip=0.78, foot=0.3), fill, tone(tint, 2.3), 1)
        edge = path("M", -width * 0.72, -length * 0.84, "Q", 0, -length * 1.02, width * 0.72, -length * 0.84)
        edge += path("Q", 0, -length * 0.9, -width * 0.72, -length * 0.84)
        body += shape(edge, tone(tint, depth * 0.3))
        if ink.detail:
            for side in (-0.45, 0, 0.45):
                vein = path(
                    "M", side * width * 0.5, -length * 0.45, "Q", side * width, -length * 0.6, side * width * 1.1
                )
                body += pen(vein + path("", -length * 0.8), tone(tint, depth + 1.4), 0.7)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=start, wobble=3, dice=dice)
    turn = 25.0
    for index, radius in enumerate((47, 41, 34.5, 28, 21.5, 15.5, 10, 5.5)):
        x, y = around(turn, 47 - radius if index < 3 else 8 + (radius < 12) * -3)
        x, y = x * 0.55, y * 0.55
        fill = ink.fade(tone(tint, 2.1 + index * 0.06), tone(tint, 1.1), tone(tint, 0.15 + index * 0.08))
        oval = ink.share(f'<ellipse rx="{radius:g}" ry="{radius * 0.9:.3g}" fill="{fill}" stroke="{tone(tint, 2.4)}"/>')
        text += use(oval, f"translate({x:.2g} {y:.2g})", f"rotate({turn % 360:g})")
        turn += 137
    return text


def _ruffled(length: float, width: float, notches: int, depth: float) -> str:
    """A cupped petal whose end is scalloped ``notches`` times."""
    data = path("M", 0, 0, "C", -width * 0.5, -length * 0.06, -width * 1.12, -length * 0.42, -width, -length * 0.74)
    steps = [-1 + 2 * index / notches for index in range(notches + 1)]
    for left, right in pairwise(steps):
        middle = (left + right) / 2
        crest = -length * (1.09 - 0.3 * middle * middle)
        end = -length * (0.97 - 0.23 * right * right) + depth * (abs(right) < 0.8)
        data += path("Q", middle * width * 1.05, crest - depth, right * width, end)
    return data + path("C", width * 1.12, -length * 0.42, width * 0.5, -length * 0.06, 0, 0, "z")


def peony(ink: Ink, tint: Tint) -> str:
    """A great bowl of broad ruffled petals, deepest in its heart, a few gold stamens there."""
    text = ""
    dice = Dice("peony")
    layers = (
        (6, 100, 60, 4, 0.1, 0), (6, 88, 54, 4, 0.35, 31), (6, 74, 46, 3, 0.55, 8), (6, 59, 37, 3, 0.85, 40),
        (6, 44, 27, 3, 0.7, 12), (5, 30, 19, 2, 1.05, 44),
    )  # fmt: skip
    for count, length, width, notches, depth, start in layers:
        fill = ink.fade(
            tone(tint, depth + 1.55), tone(tint, depth + 0.85), tone(tint, depth + 0.2), tone(tint, depth * 0.25)
        )
        body = shape(_ruffled(length, width, notches, 4.5), fill, tone(tint, 2.25), 1)
        for side in (-0.6, -0.2, 0.2, 0.6) if ink.detail else (-0.4, 0.35):
            vein = path("M", side * width * 0.5, -length * 0.42)
            vein += path(
                "Q", side * width * 0.95, -length * 0.62, side * width * 1.02, -length * (0.9 - abs(side) * 0.12)
            )
            body += pen(vein, tone(tint, depth + 1.05), 0.8)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=start, wobble=8, dice=dice)
    stamen = ink.share(dot(0, 0, 3.6, "#f8d565", ' stroke="#b9801f" stroke-width=".8"'))
    for index in range(14 if ink.detail else 9):
        x, y = around(index * 137.5, 3.9 * math.sqrt(index))
        text += use(stamen, f"translate({x:.2g} {y:.2g})")
    return text


def ranunculus(ink: Ink, tint: Tint) -> str:
    """Paper-thin round petals, tightly wound around a green button."""
    text = ""
    green = TINTS["green"]
    radii = (100, 89, 78, 67, 57, 47, 38, 30, 23) if ink.detail else (100, 87, 74, 61, 49, 38, 28)
    for index, radius in enumerate(radii):
        share = index / len(radii)
        top = mix(tone(tint, 0.1 + share * 0.5), green.light, max(0, share - 0.65))
        foot = mix(tone(tint, 1.3 + share * 0.5), green.base, max(0, share - 0.55))
        count = 6 if radius > 40 else 5
        # A broad cup: its sides meet the next petal's, so that only thin crescents remain in sight.
        half = radius * 0.72
        data = path("M", 0, 0, "C", -half * 0.6, 0, -half, -radius * 0.4, -half * 0.92, -radius * 0.62)
        data += path("C", -half * 0.7, -radius * 1.06, half * 0.7, -radius * 1.06, half * 0.92, -radius * 0.62)
        data += path("C", half, -radius * 0.4, half * 0.6, 0, 0, 0, "z")
        body = shape(data, ink.fade(foot, foot, top), mix(tone(tint, 2.15), "#ffffff", 0.1), 1)
        text += ring(ink.share(body), count, start=index * 27, wobble=2, dice=Dice(f"ranunculus{index}"))
    text += dot(0, 0, 17, ink.glow("#5d7a2f", "#8fae54", "#c5d98c"), ' stroke="#5d7a2f"')
    for index in range(7):
        x, y = around(index * 137.5, 4.4 * math.sqrt(index))
        text += dot(x, y, 2.2, "#41591f")
    return text


def carnation(ink: Ink, tint: Tint) -> str:
    """Crumpled fans: the edge of every petal is cut as with pinking shears, and paler."""
    text = ""
    dice = Dice("carnation")
    layers = (
        (7, 100, 55, 0.4),
        (7, 85, 47, 0.75),
        (6, 68, 42, 0.5),
        (6, 51, 33, 0.95),
        (5, 35, 25, 0.6),
        (4, 21, 17, 0.9),
    )
    for index, (count, length, width, depth) in enumerate(layers):
        teeth = max(5, round(width / 5.5))
        data = path("M", 0, 0, "C", -width * 0.4, -length * 0.1, -width, -length * 0.45, -width * 1.02, -length * 0.76)
        for tooth in range(teeth):
            left = -1.02 + 2.04 * (tooth + 0.5) / teeth
            right = -1.02 + 2.04 * (tooth + 1) / teeth
            wave = 4 * math.sin(tooth * 2.1 + index)
            data += path("L", left * width, -length * (1.03 - 0.21 * left * left) - wave)
            data += path("L", right * width, -length * (0.965 - 0.205 * right * right) - wave)
        data += path("C", width, -length * 0.45, width * 0.4, -length * 0.1, 0, 0, "z")
        fill = ink.fade(
            tone(tint, depth + 1.4),
            tone(tint, depth + 0.9) + "@.5",
            tone(tint, depth + 0.35) + "@.86",
            tone(tint, depth * 0.2),
        )
        body = shape(data, fill, tone(tint, 2.2), 1, ' stroke-linejoin="round"')
        for side in (-0.7, -0.35, 0, 0.35, 0.7) if ink.detail else (-0.5, 0, 0.5):
            fold = path(
                "M", side * width * 0.45, -length * 0.45, "L", side * width * 0.95, -length * (0.92 - abs(side) * 0.12)
            )
            body += pen(fold, tone(tint, depth + 1.2), 0.9)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=index * 31, wobble=11, dice=dice)
    return text


def dahlia(ink: Ink, tint: Tint) -> str:
    """Row upon row of cupped pointed petals, as regular as a compass rose."""
    text = ""
    rows = (
        (16, 100, 17),
        (16, 89, 16.5),
        (15, 77, 16),
        (14, 65, 15),
        (13, 53, 13.5),
        (11, 41, 12),
        (9, 29, 10),
        (7, 18, 7),
    )
    for index, (count, length, width) in enumerate(rows):
        share = index / len(rows)
        fill = ink.fade(tone(tint, 2 + share * 0.4), tone(tint, 1 + share * 0.5), tone(tint, 0.2 + share * 0.7))
        body = shape(petal(length, width, belly=0.66, tip=0.1), fill, tone(tint, 2.4), 0.9)
        fold = path("M", 0, -length * 0.45, "L", 0, -length * 0.93)
        body += pen(fold, tone(tint, 1.9 + share * 0.5), 1)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=index * 11.25)
    return text + dot(0, 0, 7, tone(tint, 2.3))


def chrysanthemum(ink: Ink, tint: Tint) -> str:
    """A full mop of narrow petals that curl back towards a greenish heart."""
    text = ""
    dice = Dice("chrysanthemum")
    rows: tuple[tuple[int, int, float], ...] = (
        (22, 100, 8),
        (22, 88, 8),
        (20, 76, 7.8),
        (18, 63, 7.5),
        (16, 50, 7),
        (13, 38, 6.4),
        (10, 26, 5.6),
        (7, 15, 4.4),
    )
    if not ink.detail:
        rows = (18, 100, 10), (17, 85, 9.5), (16, 70, 9), (14, 55, 8.5), (11, 40, 8), (8, 25, 6.5), (6, 14, 5)
    for index, (count, length, width) in enumerate(rows):
        share = index / len(rows)
        heart = TINTS["green"].base
        top = mix(tone(tint, 0.05 + share * 0.5), heart, max(0, share - 0.6))
        foot = mix(tone(tint, 2.1 + share * 0.4), heart, max(0, share - 0.6))
        # Bent to one side, then the other: rows that cross make the mop.
        bend = width * (0.9 if index % 2 else -0.9)
        data = path("M", 0, 0, "C", -width, -length * 0.2, -width + bend, -length * 0.6, -width + bend, -length * 0.85)
        data += path("C", -width + bend, -length * 1.04, width + bend, -length * 1.04, width + bend, -length * 0.85)
        data += path("C", width + bend, -length * 0.6, width, -length * 0.2, 0, 0, "z")
        body = shape(data, ink.fade(foot, tone(tint, 1.2 + share * 0.4), top), tone(tint, 2.2), 0.8)
        text += ring(ink.share(body), count, start=index * 8.5, wobble=4, dice=dice)
    return text


def lisianthus(ink: Ink, tint: Tint) -> str:
    """A loose open cup: wavy petals that overlap like a skirt, a yellow-green heart."""
    text = ""
    for index, (count, length, width) in enumerate(((6, 100, 52), (6, 80, 45), (5, 58, 36))):
        foot = mix(TINTS["green"].base, tone(tint, 1.2), 0.45)
        data = path(
            "M", 0, 0, "C", -width * 0.5, -length * 0.15, -width * 1.1, -length * 0.5, -width * 0.98, -length * 0.8
        )
        data += path("C", -width * 0.7, -length * 1.02, -width * 0.45, -length * 0.9, -width * 0.1, -length)
        data += path("C", width * 0.3, -length * 1.1, width * 0.5, -length * 0.92, width * 0.95, -length * 0.72)
        data += path("C", width * 1.05, -length * 0.4, width * 0.4, -length * 0.15, 0, 0, "z")
        fill = ink.fade(foot, tone(tint, 1.15 - index * 0.1), tone(tint, 0.2), tone(tint, 0.75 + index * 0.2))
        body = shape(data, fill, tone(tint, 2), 1)
        for side in (-0.55, -0.2, 0.2, 0.55) if ink.detail else (-0.35, 0.3):
            vein = path(
                "M",
                side * width * 0.4,
                -length * 0.3,
                "Q",
                side * width,
                -length * 0.6,
                side * width * 1.15,
                -length * 0.86,
            )
            body += pen(vein, tone(tint, 1.5), 0.8)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=index * 29, wobble=4, dice=Dice(f"lisianthus{index}"))
    text += dot(0, 0, 17, ink.glow("#7f9c3e", mix("#b9cf74", tint.base, 0.3)))
    stamen = ink.share(dot(0, -12, 4, "#f4d35a", ' stroke="#a07a1c" stroke-width=".8"'))
    text += ring(stamen, 6)
    return text + dot(0, 0, 6, "#d7e39a", ' stroke="#5d7a2f"')
