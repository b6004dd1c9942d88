"""Flowers seen from the side: the stem joins at (0, 0), the flower stands above it, about 150 units high."""

from __future__ import annotations

import math

from catalog.drawing.ink import Dice, Ink, around, dot, mix, path, pen, petal, ring, scale, shape, tone, use
from catalog.drawing.palette import Tint

STEM = "#6f8f4e"
STEM_LINE = "#4c6a35"


def tulip(ink: Ink, tint: Tint) -> str:
    """A closed cup of pointed petals."""
    back = ink.fade(tone(tint, 2.2), tone(tint, 1.5), tone(tint, 0.9))
    side = ink.fade(tone(tint, 1.9), tone(tint, 1.15), tone(tint, 0.55))
    front = ink.fade(mix(tone(tint, 1.5), "#d8d98a", 0.35), tone(tint, 1), tone(tint, 0.35), tone(tint, 0.1))
    text = shape(
        "M-24-90C-26-118-18-136-8-146C4-136 14-118 14-96zM30-90C30-116 26-134 14-145C2-134-8-116-8-96z",
        back,
        tone(tint, 2.4),
        1.2,
    )
    left = shape(
        "M0 2C-44 2-66-44-54-92C-50-110-42-128-36-140C-18-122 4-88 6-40C6-20 4-6 0 2z", side, tone(tint, 2.4), 1.2
    )
    left += pen("M-10-6C-38-30-46-78-38-124", tone(tint, 1.9), 1) + pen(
        "M-6-8C-26-36-34-74-30-112", tone(tint, 1.6), 0.8
    )
    half = ink.share(f"<g>{left}</g>")
    text += use(half) + use(half, "scale(-1 1)")
    text += shape(
        "M0 3C-38 3-46-52-32-90C-24-108-10-122 1-132C12-122 25-108 32-90C46-52 38 3 0 3z", front, tone(tint, 2.4), 1.2
    )
    text += pen("M0-4C-4-40-3-84 0-122", tone(tint, 1.5), 1.2)
    for x in (-10, -19, 10, 19) if ink.detail else (-14, 14):
        text += pen(path("M", x * 0.5, -14, "C", x * 1.2, -44, x * 1.2, -76, x * 0.6, -106), tone(tint, 1.35), 0.9)
    return text


def iris(ink: Ink, tint: Tint) -> str:
    """Three standards above, three falls below, each with its gold blaze."""
    up = ink.fade(tone(tint, 1.7), tone(tint, 0.85), tone(tint, 0.15))
    down = ink.fade(tone(tint, 0.7), tone(tint, 1.5), tone(tint, 2), y=-1)
    text = shape("M-6-62C-4-96 8-128 26-140C40-120 26-84 8-60z", up, tone(tint, 2.5), 1.1)
    standard = shape("M0-58C-34-70-58-106-46-140C-40-156-24-160-8-152C14-140 12-92 0-58z", up, tone(tint, 2.5), 1.1)
    standard += pen("M-2-62C-18-84-28-112-26-146", tone(tint, 1.6), 1) + pen(
        "M-1-64C-10-88-14-112-12-140", tone(tint, 1.5), 0.8
    )
    half = ink.share(f"<g>{standard}</g>")
    text += use(half, "translate(4 0)rotate(-8)") + use(half, "translate(2 0)rotate(8)scale(-1 1)")
    fall = shape(
        "M0-62C-26-70-62-74-86-56C-106-40-104-6-84 6C-62 16-44-4-34-24C-24-42-12-50 0-54z", down, tone(tint, 2.7), 1.1
    )
    fall += shape("M-8-60C-30-66-50-64-66-52C-52-50-30-48-8-54z", "#f4c63d", "#b98514", 0.8)
    for data in ("M-66-52C-84-44-94-26-88-6", "M-60-50C-72-40-80-22-76-2", "M-52-49C-60-40-62-26-58-10"):
        fall += pen(data, tone(tint, 2.7), 0.9)
    flank = ink.share(f"<g>{fall}</g>")
    text += use(flank) + use(flank, "scale(-1 1)")
    text += shape("M0-64C-22-54-36-26-28 6C-22 28 18 30 26 6C34-24 20-54 0-64z", down, tone(tint, 2.7), 1.1)
    text += shape("M0-60C-10-48-12-30-4-14C4-14 11-32 9-46C8-52 4-58 0-60z", "#f7cf4b", "#b98514", 0.8)
    for data in ("M-6-20C-16-8-18 4-14 14", "M0-12C0 0 0 10 0 20", "M6-20C16-8 18 4 13 14"):
        text += pen(data, tone(tint, 2.8), 0.9)
    return text + shape("M-9-66C-12-80-4-90 0-92C6-88 12-80 9-66C4-60-5-60-9-66z", tone(tint, 0.6), tone(tint, 2.4), 1)


def calla(ink: Ink, tint: Tint) -> str:
    """One white sheet rolled around a golden finger."""
    outer = ink.fade("#a9c27c", tone(tint, 1.1) + "@.35", tone(tint, 0.2), x=0.3)
    inner = ink.fade(mix(tone(tint, 2), "#a9b878", 0.4), tone(tint, 1.5) + "@.5", tone(tint, 0.6))
    text = shape(
        "M0 0C-6-34-46-64-50-110C-53-148-22-168 10-176C26-180 36-190 42-202C48-186 56-176 60-156C68-116 34-66 18-44C8-28 4-14 0 0z",
        outer,
        tone(tint, 2.6),
        1.3,
    )
    text += shape(
        "M-34-116C-34-146-10-160 14-166C28-170 36-180 41-192C46-178 50-168 51-154C54-122 30-92 8-70C-14-80-34-94-34-116z",
        inner,
        tone(tint, 2.2),
        1,
    )
    text += shape(
        "M2-72C-4-96-2-124 6-142C14-148 19-138 18-126C16-104 12-88 8-72z",
        ink.fade("#c98a14", "#f5c63a", "#fbe07a"),
        "#a86f0c",
        1,
    )
    text += shape(
        "M0 0C-6-34-46-64-50-110C-48-88-16-74 8-66C24-78 46-104 56-128C52-96 30-62 18-44C8-28 4-14 0 0z",
        outer,
        tone(tint, 2.5),
        1.1,
    )
    for data in ("M-34-84C-18-56-4-30 0-6", "M-12-70C-6-50 0-26 1-8", "M36-84C20-56 8-34 2-10"):
        text += pen(data, tone(tint, 1.9), 1)
    return text


def lavender(ink: Ink, tint: Tint) -> str:
    """A spike of small whorls above a bare gray-green stem."""
    text = pen("M0 0V-70", "#8ba07a", 3)
    floret = ink.share(
        shape(
            "M0 0C-9-3-10-15-1-19C9-16 9-4 0 0z",
            ink.fade(tone(tint, 2.2), tone(tint, 1), tone(tint, 0.5)),
            tone(tint, 2.6),
            1,
        )
    )
    bud = ink.share(f'<ellipse rx="4.6" ry="9" cy="-6" fill="{tone(tint, 1.9)}" stroke="{tone(tint, 2.8)}"/>')
    for row in range(8):
        y = -64 - row * 13 - (0 if row else -16)
        size = 1.14 - row * 0.075
        for angle in (-74, 74, -40, 40):
            text += use(bud if abs(angle) > 60 else floret, f"translate(0 {round(y)})", f"rotate({angle})", scale(size))
        text += use(floret, f"translate(-3 {round(y)})", scale(size)) + use(
            floret, f"translate(4 {round(y - 4)})", scale(size * 0.9)
        )
    return text


def delphinium(ink: Ink, tint: Tint) -> str:
    """A tall candle of five-petaled stars, buds at its tip."""
    text = pen("M0 0C3-70-3-150 0-244", STEM, 4)
    dice = Dice("delphinium")
    cup = shape(
        petal(20, 11, belly=0.6, tip=0.7),
        ink.fade(tone(tint, 1.5), tone(tint, 0.7), tone(tint, 0.2)),
        tone(tint, 2.2),
        0.9,
    )
    bloom = (
        ring(ink.share(cup), 5)
        + dot(0, 0, 5, "#fffdf2", f' stroke="{tone(tint, 2.6)}"')
        + dot(0, 1, 2, tone(tint, 2.8))
    )
    dark = ring(
        ink.share(
            shape(petal(20, 11, belly=0.6, tip=0.7), ink.fade(tone(tint, 2.2), tone(tint, 1.4)), tone(tint, 2.6), 0.9)
        ),
        5,
    )
    light, shaded = ink.share(f"<g>{bloom}</g>"), ink.share(f"<g>{dark}{dot(0, 0, 4, tone(tint, 0.5))}</g>")
    rows = 10 if ink.detail else 8
    for row in range(rows):
        share = row / (rows - 1)
        y = -18 - share * 172
        reach, size = 24 * (1 - share * 0.62), 1.12 - share * 0.6
        for place in (-1, 1, 0):
            name = light if place == 0 or row % 2 == (place > 0) else shaded
            text += use(
                name,
                move_to(place * reach + dice.throw(-4, 4), y + dice.throw(-5, 5)),
                f"rotate({round(dice.throw(0, 72))})",
                scale(size),
            )
    bud = ink.share(
        f'<ellipse rx="5" ry="7" fill="{ink.fade("#a3b977", tone(tint, 1.2))}" stroke="{tone(tint, 2.3)}"/>'
    )
    for index in range(7):
        text += use(bud, move_to((-1) ** index * (6 - index * 0.8), -196 - index * 8), scale(1 - index * 0.09))
    return text


def hyacinth(ink: Ink, tint: Tint) -> str:
    """A thick scented candle of curled stars."""
    text = pen("M0 10V-60", "#86a55d", 12)
    lobe = shape(
        "M0 0C-6-4-8-14-4-20C-2-24 4-24 6-19C8-12 6-4 0 0z",
        ink.fade(tone(tint, 1.7), tone(tint, 0.85), tone(tint, 0.15)),
        tone(tint, 2.1),
        0.9,
    )
    star = ink.share(f"<g>{ring(ink.share(lobe), 6)}{dot(0, 0, 4, tone(tint, 2.1))}{dot(0, 0, 1.8, tint.light)}</g>")
    dice = Dice("hyacinth")
    text += f'<ellipse cy="-92" rx="40" ry="84" fill="{tone(tint, 2.3)}"/>'
    spots = [(x, y) for row in range(9) for x, y in _row(row)]
    for x, y in spots:
        squash = 1 - abs(x) / 90
        text += use(star, move_to(x + dice.throw(-3, 3), y), scale(squash, 1), f"rotate({round(dice.throw(0, 60))})")
    return text


def _row(row: int) -> list[tuple[float, float]]:
    y = -16 - row * 19.5
    reach = 41 * math.sin(math.pi * min(0.95, 0.24 + row * 0.082))
    if row % 2:
        return [(-reach * 0.55, y), (reach * 0.55, y)]
    return [(-reach, y), (reach, y), (0, y)]


def lily_of_the_valley(ink: Ink, tint: Tint) -> str:
    """An arching stalk with white bells on one side."""
    text = pen("M0 0C-2-70 8-132 52-176", "#7d9a4e", 3)
    bell = shape(
        "M0 0C-10 1-15 10-14 20C-14 25-18 27-18 30C-12 30-10 27-6 30C-3 32 3 32 6 30C10 27 12 30 18 30C18 27 14 25 14 20C15 10 10 1 0 0z",
        ink.fade(tone(tint, 1.3), tone(tint, 0.3), tone(tint, 0), x=0.7, y=0.3),
        "#9aa388",
        1.1,
    )
    bell += pen("M-5 6Q-9 14-7 25M4 5Q8 14 6 25", tone(tint, 1.7), 0.8)
    name = ink.share(f"<g>{bell}</g>")
    for x, y, size, side in (
        (1, -62, 1.05, 1),
        (4, -84, 1, -1),
        (8, -104, 0.95, 1),
        (15, -122, 0.88, -1),
        (24, -140, 0.8, 1),
        (34, -156, 0.68, -1),
        (44, -168, 0.56, 1),
        (53, -176, 0.42, -1),
    ):
        dx, dy = side * 13 * size, 7
        text += pen(path("M", x, y, "Q", x + dx, y - 6, x + dx, y + dy), "#7d9a4e", 1.6)
        text += use(name, move_to(x + dx, y + dy), f"rotate({-side * 12})", scale(size))
    return text


def mimosa(ink: Ink, tint: Tint) -> str:
    """Clusters of yellow down along a branch of feathered leaves."""
    text = pen("M0 0C4-60-4-120 6-196", "#8a7a4c", 3)
    barbs = "".join(f"M0-{y}l{-14 + y // 12} -9M0-{y}l{14 - y // 12} -9" for y in range(8, 76, 7 if ink.detail else 10))
    frond = ink.share(pen(f"M0 0V-80{barbs}", "#7f9a72", 1.7))
    for x, y, turn, size in (
        (2, -14, -62, 1),
        (2, -34, 58, 1.05),
        (0, -74, -56, 0.95),
        (0, -104, 60, 0.9),
        (3, -150, -46, 0.7),
        (5, -168, 44, 0.6),
    ):
        text += use(frond, move_to(x, y), f"rotate({turn})", scale(size))
    ball = ink.share(
        dot(
            0,
            0,
            7.5,
            ink.glow("#fff6b0", tone(tint, 1), tone(tint, 1.8), cx=0.4, cy=0.35, r=0.65),
            f' stroke="{tone(tint, 2.2)}" stroke-width=".9" stroke-dasharray="1.2 1.6"',
        )
    )
    dice = Dice("mimosa")
    for x, y, turn, reach in (
        (2, -40, -38, 62),
        (1, -58, 40, 62),
        (0, -88, -34, 58),
        (0, -112, 38, 54),
        (3, -136, -30, 44),
        (5, -160, 26, 40),
        (6, -178, 0, 34),
    ):
        for index in range(7 if ink.detail else 6):
            dx, dy = around(turn + (-1) ** index * 9, reach * (0.22 + index * 0.14))
            text += use(ball, move_to(x + dx + dice.throw(-3, 3), y + dy), scale(dice.throw(0.8, 1.15)))
    return text


def anthurium(ink: Ink, tint: Tint) -> str:
    """A lacquered heart, its point hanging to one side, and a cream finger."""
    heart = "M0 0C-8-34-50-44-68-16C-86 20-52 74 6 112C58 70 88 18 66-18C46-46 6-34 0 0z"
    gloss = ink.glow(
        tone(tint, 0.25), tone(tint, 0.85) + "@.3", tone(tint, 1.2) + "@.7", tone(tint, 1.9), cx=0.36, cy=0.34, r=0.8
    )
    body = shape(heart, gloss, tone(tint, 2.6), 1.4)
    for data in (
        "M0 4C4 40 6 74 6 106",
        "M-4 2C-34 4-52 22-50 44",
        "M5 2C36 2 56 20 52 44",
        "M-2 8C-20 26-26 50-18 76",
        "M4 8C26 26 32 50 26 76",
    ):
        body += pen(data, tone(tint, 1.9), 1)
    body += shape("M-58-10C-66 10-58 30-46 40C-50 20-50 4-58-10z", "#ffffff", more=' opacity=".45"')
    body += shape(
        "M-8 2C-4-8 6-8 10 0C18 24 22 48 20 66C17 74 10 72 8 64C2 42-4 22-8 2z",
        ink.fade("#f9efc4", "#f3d97c", "#d9b548", y=-1),
        "#a5812c",
        1.1,
    )
    return f'<g transform="translate(0-76)rotate(24)">{body}</g>'


def cyclamen(ink: Ink, tint: Tint) -> str:
    """Petals swept upwards like wings above a nodding throat."""
    fill = ink.fade(tone(tint, 2.1), tone(tint, 1), tone(tint, 0.4), tone(tint, 0.2))
    wing = shape("M0-18C-18-30-30-62-20-90C-14-106 8-112 16-96C22-70 12-40 0-18z", fill, tone(tint, 2.4), 1.1)
    wing += pen("M0-24C-8-44-10-66-4-92M2-26C6-46 8-66 6-88", tone(tint, 1.7), 0.9)
    name = ink.share(f"<g>{wing}</g>")
    text = "".join(
        use(name, f"rotate({turn} 0 -18)", scale(size))
        for turn, size in ((-18, 0.92), (22, 0.9), (-52, 0.95), (50, 0.95), (0, 1))
    )
    return text + shape("M-15-22C-15-8-8-2 0-2C8-2 15-8 15-22C6-30-6-30-15-22z", tone(tint, 2.2), tone(tint, 2.7), 1.1)


def gypsophila(ink: Ink, tint: Tint) -> str:
    """A mist of tiny white stars."""
    stalks, stars = "", ""
    dice = Dice("gypsophila")
    cup = f'<path d="M0-4l1.4 2.2 2.8-.4-1.2 2.4 1.6 2.4-2.8.2-1.8 2-1.6-2.2-2.8-.2 1-2.6-1.4-2.2 2.8-.2z" fill="{tone(tint, 0)}" stroke="{tone(tint, 2.4)}" stroke-width=".6"/>'
    star = ink.share(cup)
    for index in range(34 if ink.detail else 20):
        x, y = around(dice.throw(-42, 42), dice.throw(80, 168))
        stalks += path("M", x * 0.3, -34 - index % 5 * 11, "Q", x * 0.5, y * 0.8, x, y)
        stars += use(star, move_to(x, y), scale(dice.throw(0.8, 1.5)))
    return pen("M0 0V-78" + stalks, "#8fa676", 0.9) + stars


def move_to(x: float, y: float) -> str:
    return f"translate({round(x)} {round(y)})"
