"""Flowers with a disc or an open heart, seen from the front: daisy, sunflower, gerbera, anemone…"""

from __future__ import annotations

import math

from catalog.drawing.ink import Dice, Ink, around, dot, mix, path, pen, petal, ring, shape, tone, use
from catalog.drawing.palette import TINTS, Tint


def _seeds(ink: Ink, count: int, reach: float, size: float, *colors: str) -> str:
    """``count`` seeds in the spiral of a sunflower, the colors from the middle outwards."""
    text = ""
    for index in range(count):
        share = index / count
        x, y = around(index * 137.5, reach * math.sqrt(share))
        color = colors[int(share * len(colors))]
        seed = ink.share(dot(0, 0, size * (0.8 + share * 0.4), color))
        text += use(seed, f"translate({x:.3g} {y:.3g})")
    return text


def sunflower(ink: Ink, tint: Tint) -> str:
    """Two rows of flames around a wide brown disc."""
    text = ""
    dice = Dice("sunflower")
    for count, length, width, depth, start in ((17, 100, 16, 1.1, 0), (17, 93, 15, 0.35, 10.6)):
        fill = ink.fade(tone(tint, depth + 1.5), tone(tint, depth + 0.75), tone(tint, depth + 0.3))
        body = shape(petal(length, width, belly=0.6, tip=0.02, foot=0.9), fill, tone(tint, 2.4), 1)
        veins = (-0.35, 0.35) if ink.detail else (0,)
        for side in veins:
            body += pen(
                path("M", side * width, -length * 0.5, "L", side * width * 0.6, -length * 0.82), tone(tint, 2), 0.9
            )
        text += ring(ink.share(f"<g>{body}</g>"), count, start=start, wobble=3, dice=dice)
    text += dot(0, 0, 53, ink.glow("#2b1608", "#3a1f0d@.45", "#6b3d14@.8", "#8a5218"), ' stroke="#2b1608"')
    return text + _seeds(
        ink, 110 if ink.detail else 48, 49, 2.5 if ink.detail else 3.2, "#4c2f14", "#6f4518", "#a8691c", "#c98a24"
    )


def daisy(ink: Ink, tint: Tint) -> str:
    """White rays, each with its two grooves, and a yellow button."""
    fill = ink.fade(tone(tint, 1.9), tone(tint, 0.8), tone(tint, 0))
    data = petal(100, 15, belly=0.72, tip=0.85, foot=0.3)
    body = shape(data, fill, tone(tint, 2.4), 1)
    for side in (-0.3, 0.3):
        body += pen(path("M", side * 12, -40, "L", side * 16, -86), tone(tint, 1.9), 0.9)
    name = ink.share(f"<g>{body}</g>")
    text = ring(name, 11, start=8, wobble=4, dice=Dice("daisy")) + ring(
        name, 11, start=24, wobble=4, dice=Dice("d"), size=0.95
    )
    text += dot(0, 0, 30, ink.glow("#ffe168", "#f6bf26", "#c98510", cx=0.42, cy=0.38, r=0.65), ' stroke="#a86a0a"')
    return text + _seeds(ink, 60 if ink.detail else 26, 27, 1.9 if ink.detail else 2.6, "#fff0a0", "#d99413", "#b8740c")


def gerbera(ink: Ink, tint: Tint) -> str:
    """Many narrow rays in two rows, a short inner frill and a dark eye."""
    text = ""
    dice = Dice("gerbera")
    rows = ((23, 100, 12, 0.9, 0), (23, 90, 11.5, 0.35, 8), (21, 58, 7.5, 0.9, 3), (19, 44, 5.5, 0.3, 9))
    for count, length, width, depth, start in rows:
        fill = ink.fade(tone(tint, depth + 1.3), tone(tint, depth + 0.55), tone(tint, depth))
        body = shape(petal(length, width, belly=0.74, tip=0.7, foot=0.4), fill, tone(tint, 2.3), 0.9)
        if length > 70:
            body += pen(path("M", 0, -length * 0.55, "V", -length * 0.93), tone(tint, depth + 1), 0.9)
            body = f"<g>{body}</g>"
        text += ring(ink.share(body), count, start=start, wobble=2, dice=dice)
    text += dot(0, 0, 29, ink.glow("#3a3a1c", "#23160f", "#3b2416"), ' stroke="#1d120b"')
    fluff = ink.share(dot(0, -25, 3, "#e8c45a"))
    text += ring(fluff, 20, wobble=4, dice=dice)
    return text + _seeds(ink, 40 if ink.detail else 20, 19, 2.2, "#93a04c", "#6f7a35", "#4a3520")


def anemone(ink: Ink, tint: Tint) -> str:
    """Broad satin petals, a pale halo, and a black heart ringed with black stamens."""
    text = ""
    dice = Dice("anemone")
    for count, length, start, depth in ((5, 100, 0, 0.75), (5, 92, 36, 0.35)):
        fill = ink.fade(
            mix(tone(tint, 0), "#ffffff", 0.5),
            tone(tint, 0.35 + depth),
            tone(tint, 1.3 + depth * 0.3),
            tone(tint, 0.4 + depth),
        )
        body = shape(petal(length, 44, belly=0.62, tip=0.7, foot=0.4), fill, tone(tint, 2.3), 1.1)
        for side in (-0.6, -0.25, 0.1, 0.45, 0.7) if ink.detail else (-0.4, 0, 0.4):
            vein = path("M", side * 15, -length * 0.4, "Q", side * 36, -length * 0.6, side * 42, -length * 0.86)
            body += pen(vein, tone(tint, 1.7), 0.8)
        text += ring(ink.share(f"<g>{body}</g>"), count, start=start, wobble=4, dice=dice)
    text += dot(0, 0, 34, ink.glow("#ffffff/0.95", "#ffffff/0.75@.6", "#ffffff/0"))
    count = 26 if ink.detail else 18
    stamen = ink.share(f"<g>{pen('M0-14V-30', '#2a2438', 1.2)}{dot(0, -32, 3.4, '#1d1a2b')}</g>")
    text += ring(stamen, count, wobble=7, dice=dice)
    text += dot(0, 0, 16, ink.glow("#4b4a63", "#211d30@.5", "#15121f", cx=0.4, cy=0.35, r=0.7))
    return text + _seeds(ink, 22, 13, 1.2, "#5d5c78", "#3c3850")


def poppy(ink: Ink, tint: Tint) -> str:
    """Four crumpled silk petals around a green capsule and a crown of gold."""
    text = ""
    for index, (length, half, start) in enumerate(((100, 82, 0), (100, 82, 180), (92, 74, 92), (90, 72, 268))):
        data = path("M", 0, 0, "C", -half * 0.6, 4, -half * 1.1, -length * 0.4, -half * 0.86, -length * 0.72)
        data += path("Q", -half * 0.66, -length * 0.82, -half * 0.56, -length * 0.94, "Q", -half * 0.3, -length * 0.9)
        data += path("", -half * 0.16, -length * 1.01, "Q", half * 0.1, -length * 0.95, half * 0.3, -length)
        data += path("Q", half * 0.5, -length * 0.9, half * 0.72, -length * 0.84, "Q", half * 0.8, -length * 0.68)
        data += path("", half * 0.92, -length * 0.62, "C", half * 1.05, -length * 0.3, half * 0.6, 4, 0, 0, "z")
        fill = ink.fade(tone(tint, 1.6), tone(tint, 1.05), tone(tint, 0.55 + index % 2 * 0.2), tone(tint, 0.1))
        body = shape(data, fill, tone(tint, 2.2), 1)
        for side in (-0.75, -0.5, -0.22, 0.1, 0.4, 0.68):
            fold = path(
                "M",
                side * 12,
                -26,
                "Q",
                side * half * 0.5,
                -length * 0.5,
                side * half,
                -length * (0.9 - abs(side) * 0.22),
            )
            body += pen(fold, tone(tint, 1.5), 0.8)
        text += use(ink.share(f"<g>{body}</g>"), f"rotate({start})" if start else "")
    stamen = ink.share(f"<g>{pen('M0-10V-30', '#d9a81f', 1.1)}{dot(0, -32, 3.6, '#f7cf45')}</g>")
    text += ring(stamen, 30 if ink.detail else 20, wobble=9, dice=Dice("poppy"))
    text += dot(0, 0, 14, ink.glow("#e6efb4", "#a9bf62", "#6c8538"), ' stroke="#556b2c"')
    return text + ring(ink.share(pen("M0 0V-11", "#f3e9a0", 2.2)), 7)


def daffodil(ink: Ink, tint: Tint) -> str:
    """Six points behind an orange trumpet with a frilled rim."""
    fill = ink.fade(tone(tint, 1.8), tone(tint, 0.9), tone(tint, 0.2))
    body = shape(petal(100, 34, belly=0.55, tip=0.1, foot=0.5), fill, tone(tint, 2.3), 1)
    for side in (-0.4, 0, 0.4):
        body += pen(path("M", side * 20, -40, "Q", side * 34, -62, side * 16, -88), tone(tint, 1.7), 0.8)
    name = ink.share(f"<g>{body}</g>")
    text = ring(name, 3, start=0) + ring(name, 3, start=60)
    rim = "M"
    count = 18
    for index in range(count):
        x, y = around(index * 360 / count, 45 if index % 2 else 39)
        rim += path(x, y) if index == 0 else path("L", x, y)
    orange = TINTS["orange"]
    text += shape(
        rim + "z",
        ink.glow(orange.line, orange.deep + "@.4", orange.base + "@.75", "#ffb84d"),
        orange.line,
        1.6,
        ' stroke-linejoin="round"',
    )
    text += ring(ink.share(pen("M0-18V-38", orange.line, 0.9)), 18)
    text += dot(0, 0, 17, ink.glow("#8a4106", orange.deep))
    return text + ring(ink.share(dot(0, -7, 3.4, "#ffd45e")), 6) + dot(0, 0, 3.4, "#f4f0b0")


def lily(ink: Ink, tint: Tint) -> str:
    """A star of six recurved points, freckled, with long rust-tipped stamens."""
    text = ""
    blush = mix(tone(tint, 1), "#e58aa6", 0.35)
    for width, start, size in ((29, 0, 1.0), (23, 60, 0.98)):
        fill = ink.fade("#b9cf8a", tone(tint, 1.35), tone(tint, 0.5), tone(tint, 0.05))
        data = path("M", 0, 4, "C", -width * 0.5, -8, -width * 1.2, -46, -width * 0.95, -62)
        data += path("C", -width * 0.8, -84, -9, -94, 3, -104, "C", 5, -92, width * 0.8, -84, width * 0.95, -62)
        data += path("C", width * 1.2, -46, width * 0.5, -8, 0, 4, "z")
        body = shape(data, fill, tone(tint, 2.5), 1.1)
        body += pen(path("M", 0, -6, "C", -2, -40, 1, -70, 2, -98), blush if width > 25 else tone(tint, 1.9), 2.4)
        for side in (-1, 1):
            body += pen(path("M", side * 5, -16, "Q", side * width * 0.75, -50, side * 6, -88), tone(tint, 1.7), 0.8)
        freckles = ((-7, -26), (7, -30), (-10, -38), (4, -42), (10, -44), (-5, -48), (-11, -52))
        for x, y in freckles[: 7 if ink.detail else 4]:
            body += dot(x, y, 1.6, mix(blush, "#8f2f4c", 0.5))
        text += ring(ink.share(f"<g>{body}</g>"), 3, start=start, size=size)
    text += dot(0, 0, 15, ink.glow("#8aa64a", "#c6d79a/0.9@.5", "#dfe8c0/0"))
    stamen = pen("M0 0Q5-24 2-52", "#a9c07a", 2.2) + (
        '<ellipse cx="2" cy="-54" rx="10" ry="3.8" fill="#9a4a16" stroke="#5c2708" transform="rotate(-12 2 -54)"/>'
    )
    text += ring(ink.share(f"<g>{stamen}</g>"), 6, start=28, wobble=6, dice=Dice("lily"))
    return text + pen("M0 0Q-10-20-14-34", "#7c9a3c", 3.6) + dot(-15, -37, 5, "#5f7d2c")


def orchid(ink: Ink, tint: Tint) -> str:
    """Two round wings, three sepals, and the colored lip of a phalaenopsis."""
    fill = ink.fade(tone(tint, 1.55), tone(tint, 0.75), tone(tint, 0.05))
    sepal = shape(petal(92, 30, belly=0.55, tip=0.5, foot=0.4), fill, tone(tint, 2.1), 1)
    sepal += (
        pen("M0-12V-80", tone(tint, 1.6), 0.8)
        + pen("M-5-14Q-20-48-8-76", tone(tint, 1.6), 0.8)
        + pen("M5-14Q20-48 8-76", tone(tint, 1.6), 0.8)
    )
    name = ink.share(f"<g>{sepal}</g>")
    text = use(name) + use(name, "rotate(128)") + use(name, "rotate(232)")
    wing = shape(
        "M4-2C20-62 62-78 92-52C112-34 108 2 84 14C56 26 22 16 4-2z",
        ink.glow(tone(tint, 0), tone(tint, 0.35) + "@.5", tone(tint, 1.2), cx=0.6, cy=0.4, r=0.7),
        tone(tint, 2.1),
        1,
    )
    for data in ("M12-6Q46-40 78-54", "M14-4Q54-24 98-30", "M14-1Q56-4 98-6", "M14 2Q48 14 78 12"):
        wing += pen(data, tone(tint, 1.5), 0.8)
    side = ink.share(f"<g>{wing}</g>")
    text += use(side) + use(side, "scale(-1 1)")
    lip = TINTS["fuchsia"]
    text += shape(
        "M0 2C-18-2-30 10-24 24C-16 34-8 26-6 20C-12 40-16 46 0 58C16 46 12 40 6 20C8 26 16 34 24 24C30 10 18-2 0 2z",
        ink.fade(lip.deep, lip.base, "#f6d35b"),
        lip.line,
        1.2,
    )
    text += pen("M-2 56C-10 66-18 62-20 56M2 56C10 66 18 62 20 56", lip.deep, 1.6)
    text += "".join(dot(x, y, 1.5, lip.line) for x, y in ((-8, 13), (8, 13), (-13, 19), (13, 19), (0, 27)))
    return (
        text
        + f'<ellipse cy="2" rx="8" ry="10" fill="{tone(tint, 0)}" stroke="{tone(tint, 2.3)}"/>'
        + dot(0, 6, 3, "#f3c94e")
    )


def hydrangea(ink: Ink, tint: Tint) -> str:
    """A round head of four-petaled florets, lighter where the light falls."""
    text = dot(0, 0, 82, tone(tint, 2.6))
    count = 46 if ink.detail else 29
    dice = Dice("hydrangea")
    quarter = "M0 0C-15-4-17-19-2-24C15-21 17-6 0 0z"
    for index in reversed(range(count)):
        share = index / count
        x, y = around(index * 137.5, 84 * math.sqrt(share))
        light = (x + y * 1.3) / 260 + dice.throw(-0.2, 0.2) + share * 0.3
        base = (0.05, 0.55, 1.0, 1.45)[min(3, max(0, round((light + 0.4) * 3.4)))]
        fill = ink.fade(tone(tint, base + 0.9), tone(tint, base))
        cross = ink.share(f'<path d="{quarter}" fill="{fill}" stroke="{tone(tint, base + 1.35)}"/>')
        floret = "".join(use(cross, f"rotate({turn})" if turn else "") for turn in (0, 90, 180, 270))
        floret += dot(0, 0, 3.2, mix(tint.light, "#f3f0b0", 0.7), f' stroke="{tone(tint, 2.3)}"')
        size = (0.98 if ink.detail else 1.24) * (1 - share * 0.2)
        name = ink.share(f"<g>{floret}</g>")
        text += use(name, f"translate({x:.3g} {y:.3g})", f"rotate({round(dice.throw(0, 90))})", f"scale({size:.2g})")
    return text
