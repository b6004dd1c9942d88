"""Leaves and branches: the stem starts at (0, 0) and grows upwards, about 180 units."""

from __future__ import annotations

from catalog.drawing.ink import Ink, mix, path, pen, petal, scale, shape, tone, use
from catalog.drawing.palette import Tint
from catalog.drawing.upright import move_to


def _leaf(ink: Ink, tint: Tint, length: float, width: float, tip: float = 0.1, belly: float = 0.45) -> str:
    fill = ink.fade(tone(tint, 1.9), tone(tint, 1.2), tone(tint, 0.6))
    body = shape(petal(length, width, belly=belly, tip=tip), fill, tone(tint, 2.6), 1)
    return body + pen(path("M", 0, 0, "V", -length * 0.88), tone(tint, 2.4), 0.9)


def eucalyptus(ink: Ink, tint: Tint) -> str:
    """Pairs of round powdery leaves along a reddish twig."""
    text = pen("M0 0C6-60-6-120 2-184", "#a58c77", 2.6)
    fill = ink.fade(tone(tint, 1.7), tone(tint, 0.9), tone(tint, 0.35))
    body = shape("M0 0C-16-2-27-16-22-32C-16-46 14-47 21-33C27-17 16-2 0 0z", fill, tone(tint, 2.4), 1)
    body += pen("M0 0V-34M0-14l-10-10M0-14l10-10", tone(tint, 1.9), 0.8)
    name = ink.share(f"<g>{body}</g>")
    for row in range(6):
        size = 0.94 - row * 0.1
        for side in (-1, 1):
            text += use(
                name, move_to(2 * side, -22 - row * 29 - side * 7), f"rotate({side * (72 - row * 6)})", scale(size)
            )
    return text + use(name, "translate(2-182)", scale(0.4))


def ruscus(ink: Ink, tint: Tint) -> str:
    """Glossy pointed ovals, one on each side in turn."""
    text = pen("M0 0C4-60-4-120 0-180", tone(tint, 2.2), 2.6)
    name = ink.share(f"<g>{_leaf(ink, tint, 58, 15)}</g>")
    for row in range(8):
        side = -1 if row % 2 else 1
        text += use(name, move_to(0, -16 - row * 21), f"rotate({side * (50 - row * 2)})", scale(1.05 - row * 0.06))
    return text + use(name, "translate(0-174)", scale(0.62))


def fern(ink: Ink, tint: Tint) -> str:
    """A feather of narrow leaflets that shortens to a point."""
    text = ""
    name = ink.share(f"<g>{_leaf(ink, tint, 52, 8, 0.3)}</g>")
    rows = 14 if ink.detail else 11
    for row in range(rows):
        share = row / rows
        size = (0.62 + share * 2.2) if share < 0.2 else 1.08 - (share - 0.2) * 1.15
        for side in (-1, 1):
            text += use(
                name, move_to(0, -18 - share * 160), f"rotate({side * round(72 - share * 34)})", scale(max(size, 0.16))
            )
    return text + pen("M0 0V-184", tone(tint, 2.3), 2)


def olive(ink: Ink, tint: Tint) -> str:
    """Narrow leaves in pairs, dark above and silver below."""
    text = pen("M0 0C-4-60 6-120 0-178", "#8d8468", 2.6)
    dark = ink.share(f"<g>{_leaf(ink, tint, 54, 8)}</g>")
    pale = Tint(*(mix(color, "#dfe6da", 0.5) for color in tint))
    light = ink.share(f"<g>{_leaf(ink, pale, 50, 7.5)}</g>")
    for row in range(8):
        for side in (-1, 1):
            name = light if (row + side) % 3 == 0 else dark
            text += use(name, move_to(0, -20 - row * 20), f"rotate({side * (46 - row)})", scale(1.06 - row * 0.06))
    return text + use(dark, "translate(0-174)", scale(0.6))


def pistachio(ink: Ink, tint: Tint) -> str:
    """Leaflets in feathers: the full green that florists call lentisque."""
    text = pen("M0 0C4-60-4-110 0-160", "#8a6d4f", 2.6)
    single = ink.share(f"<g>{_leaf(ink, tint, 36, 10, 0.5, 0.5)}</g>")
    spray = "".join(
        use(single, move_to(0, -10 - row * 17), f"rotate({side * 58})", scale(1 - row * 0.12))
        for row in range(4)
        for side in (-1, 1)
    )
    name = ink.share(
        f"<g>{pen('M0 0V-74', tone(tint, 2.3), 1.6)}{spray}{use(single, 'translate(0-66)', scale(0.8))}</g>"
    )
    for y, turn, size in ((-24, -56, 1), (-40, 54, 1), (-84, -44, 0.92), (-100, 44, 0.9), (-140, 0, 0.85)):
        text += use(name, move_to(0, y), f"rotate({turn})" if turn else "", scale(size))
    return text


def ivy(ink: Ink, tint: Tint) -> str:
    """A trailing stem of five-pointed leaves edged with cream."""
    text = pen("M0 0C16-50-16-110 4-176", tone(tint, 2.4), 2.2)
    fill = ink.fade(tone(tint, 1.9), tone(tint, 1.1))
    data = "M0 0C-8 4-20 4-26-4C-24-12-22-14-30-22C-20-26-16-28-13-40C-6-36-3-44 0-56C3-44 6-36 13-40C16-28 20-26 30-22C22-14 24-12 26-4C20 4 8 4 0 0z"
    body = shape(data, fill, mix(tone(tint, 0), "#f3efcf", 0.5), 1.8, ' stroke-linejoin="round"')
    body += pen("M0 0V-44M0-4L-22-20M0-4L22-20", tone(tint, 0.4), 0.9)
    name = ink.share(f"<g>{body}</g>")
    for row in range(7):
        side = -1 if row % 2 else 1
        text += use(name, move_to(side * 7, -14 - row * 25), f"rotate({side * 58})", scale(1 - row * 0.09))
    return text + use(name, "translate(4-170)", scale(0.4))


def grass(ink: Ink, tint: Tint) -> str:
    """Arching blades and three drooping ears."""
    straw = mix(tone(tint, 0.7), "#dcb878", 0.55)
    text = pen("M0 0C-4-70-14-130-40-160M0 0C2-80 4-130 10-176M0 0C6-60 20-120 50-150", tone(tint, 1.3), 1.8)
    text += pen("M0 0C-14-50-34-90-62-104M0 0C14-50 36-84 66-92", tone(tint, 0.9), 2.4)
    grain = ink.share(shape("M0 0C-5-4-5-12 0-18C5-12 5-4 0 0z", straw, tone(tint, 2), 0.7))
    ear = "".join(use(grain, move_to(0, -row * 6), f"rotate({side * 34})") for row in range(6) for side in (-1, 1))
    name = ink.share(f"<g>{ear}{use(grain, 'translate(0-34)')}</g>")
    for x, y, turn in ((-38, -158, -44), (10, -174, 6), (48, -148, 44)):
        text += use(name, move_to(x, y), f"rotate({turn})")
    return text


def blade(ink: Ink, tint: Tint) -> str:
    """The long plain leaf of a tulip, an iris, a narcissus: 200 units, slightly bent."""
    fill = ink.fade(tone(tint, 1.9), tone(tint, 1.1), tone(tint, 0.5))
    text = shape("M-6 0C-26-60-22-140 10-204C14-140 16-60 8 0z", fill, tone(tint, 2.5), 1.2)
    return (
        text
        + pen("M0 0C-6-70-4-140 8-190", tone(tint, 2.2), 0.9)
        + pen("M-6-20C-14-80-8-140 6-180", tone(tint, 1.6), 0.8)
    )


def broad(ink: Ink, tint: Tint) -> str:
    """A broad veined leaf (hydrangea, rose): 100 units."""
    body = _leaf(ink, tint, 100, 38, 0.15, 0.48)
    for y in (20, 38, 56, 72):
        reach = 30 - abs(46 - y) * 0.35
        body += pen(path("M", 0, -y, "Q", -reach * 0.6, -y - 8, -reach, -y - 20), tone(tint, 2.2), 0.8)
        body += pen(path("M", 0, -y, "Q", reach * 0.6, -y - 8, reach, -y - 20), tone(tint, 2.2), 0.8)
    return body
