"""Pen and paper: short numbers, mixed colors, and the definitions one picture shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from catalog.drawing.palette import Tint


def n(value: float) -> str:
    """A coordinate as short as can be: whole above 20, one decimal below."""
    rounded = round(value) if abs(value) >= 20 else round(value, 1)
    text = f"{rounded:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def path(*parts: str | float) -> str:
    """Path data from letters and numbers: the blank is dropped wherever SVG allows it."""
    text = ""
    for part in parts:
        word = part if isinstance(part, str) else n(part)
        if text and not isinstance(part, str) and text[-1] not in "MLCQSAHVZz" and word[0] != "-":
            text += " "
        text += word
    return text


def mix(one: str, other: str, share: float) -> str:
    """The color ``share`` (0–1) of the way from ``one`` to ``other``."""
    pairs = zip((one[1:3], one[3:5], one[5:7]), (other[1:3], other[3:5], other[5:7]), strict=True)
    return "#" + "".join(f"{round(int(a, 16) * (1 - share) + int(b, 16) * share):02x}" for a, b in pairs)


def tone(tint: Tint, depth: float) -> str:
    """A color of the ramp: 0 the light, 1 the base, 2 the fold, 3 the line."""
    step = min(int(depth), 2)
    return mix(tint[step], tint[step + 1], depth - step)


def around(angle: float, radius: float) -> tuple[float, float]:
    """The point at ``radius`` in the direction ``angle``: degrees, 0 up, clockwise."""
    turn = math.radians(angle)
    return math.sin(turn) * radius, -math.cos(turn) * radius


class Dice:
    """A small generator of our own: the same throws on every version of Python."""

    def __init__(self, seed: str) -> None:
        self._state = 7
        for letter in seed:
            self._state = (self._state * 31 + ord(letter)) % 2147483647

    def throw(self, low: float, high: float) -> float:
        self._state = (self._state * 48271 + 11) % 2147483647
        return low + (high - low) * (self._state / 2147483647)


class Ink:
    """The definitions of one picture: gradients and shapes drawn once, used many times.

    ``detail`` is 1 for the large picture (veins, finer layers), 0 for the one of the lists."""

    def __init__(self, detail: int) -> None:
        self.detail = detail
        self._known: dict[str, str] = {}
        self._defs: list[str] = []

    def _name(self) -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        first, second = divmod(len(self._known), 52)
        return letters[second] + (letters[first - 1] if first else "")

    def share(self, body: str) -> str:
        """The id of ``body``, an element that starts with its tag: ``<g …>``, ``<path …>``."""
        if body not in self._known:
            name = self._known[body] = self._name()
            tag, space, rest = body.partition(" ")
            if not space or ">" in tag:
                tag, _, rest = body.partition(">")
                self._defs.append(f'{tag} id="{name}">{rest}')
            else:
                self._defs.append(f'{tag} id="{name}" {rest}')
        return self._known[body]

    def once(self, key: str, draw: Callable[[], str]) -> str:
        """The id of what ``draw`` returns, drawn the first time ``key`` is asked for."""
        if key not in self._known:
            self._known[key] = self.share(draw())
        return self._known[key]

    def fade(self, *stops: str, x: float = 0, y: float = 1) -> str:
        """A paint that goes evenly through ``stops``, by default from the foot of a shape to its tip."""
        x1, y1 = max(x, 0), max(y, 0)
        x2, y2 = max(-x, 0), max(-y, 0)
        body = f'<linearGradient x1="{n(x1)}" x2="{n(x2)}" y1="{n(y1)}" y2="{n(y2)}">{_stops(stops)}</linearGradient>'
        return f"url(#{self.share(body)})"

    def glow(self, *stops: str, r: float = 0.5, cx: float = 0.5, cy: float = 0.5) -> str:
        """A paint that goes evenly from the middle of a shape to its rim."""
        place = "" if (cx, cy, r) == (0.5, 0.5, 0.5) else f' cx="{n(cx)}" cy="{n(cy)}" r="{n(r)}"'
        return f"url(#{self.share(f'<radialGradient{place}>{_stops(stops)}</radialGradient>')})"

    def defs(self) -> str:
        return f"<defs>{''.join(self._defs)}</defs>"


def _stops(stops: Iterable[str]) -> str:
    """``#rrggbb`` or ``#rrggbb/opacity`` or either with ``@offset``."""
    listed = list(stops)
    text = ""
    for index, stop in enumerate(listed):
        color, _, offset = stop.partition("@")
        color, _, opacity = color.partition("/")
        place = float(offset) if offset else index / (len(listed) - 1)
        text += f'<stop offset="{n(place)}" stop-color="{color}"' if place else f'<stop stop-color="{color}"'
        text += f' stop-opacity="{opacity}"/>' if opacity else "/>"
    return text


def use(name: str, *moves: str) -> str:
    """A copy of a shared shape, moved."""
    moved = "".join(move for move in moves if move)
    return f'<use href="#{name}" transform="{moved}"/>' if moved else f'<use href="#{name}"/>'


def rotate(angle: float) -> str:
    text = n(round(angle) % 360)
    return "" if text == "0" else f"rotate({text})"


def scale(x: float, y: float | None = None) -> str:
    sx = f"{x:.2g}".replace("0.", ".") if abs(x) < 1 else f"{x:.3g}"
    if y is None or abs(y - x) < 0.01:
        return "" if sx == "1" else f"scale({sx})"
    sy = f"{y:.2g}".replace("0.", ".") if abs(y) < 1 else f"{y:.3g}"
    return f"scale({sx} {sy})"


def move(x: float, y: float) -> str:
    return f"translate({n(x)} {n(y)})" if round(x, 1) or round(y, 1) else ""


def ring(
    name: str, count: int, *, start: float = 0, wobble: float = 0, dice: Dice | None = None, size: float = 1
) -> str:
    """``count`` copies of a petal around the middle."""
    text = ""
    for index in range(count):
        angle = start + index * 360 / count
        grown = size
        if dice and wobble:
            angle += dice.throw(-wobble, wobble)
            grown *= dice.throw(1 - wobble / 90, 1 + wobble / 130)
        text += use(name, rotate(angle), scale(grown))
    return text


def petal(length: float, width: float, *, belly: float = 0.6, tip: float = 0.7, foot: float = 0.2) -> str:
    """Path data of a petal from (0, 0) up to (0, -length). ``width``: half of it, at its widest. ``belly``: where
    that is (0–1). ``tip``: 1 a broad round end, 0 a sharp one. ``foot``: how wide it starts."""
    y = -length * belly
    rise = -length
    return path(
        "M", 0, 0,
        "C", -width * foot, 0, -width, y + length * belly * 0.45, -width, y,
        "C", -width, y - length * (1 - belly) * 0.7, -width * tip, rise, 0, rise,
        "S", width, y - length * (1 - belly) * 0.7, width, y,
        "C", width, y + length * belly * 0.45, width * foot, 0, 0, 0, "z",
    )  # fmt: skip


def shape(data: str, fill: str, line: str = "", width: float = 1.2, more: str = "") -> str:
    stroke = f' stroke="{line}"' + (f' stroke-width="{n(width)}"' if width != 1 else "") if line else ""
    return f'<path d="{data}" fill="{fill}"{stroke}{more}/>'


def pen(data: str, line: str, width: float = 1.2, more: str = "") -> str:
    """A line without a fill, with round ends."""
    return f'<path d="{data}" fill="none" stroke="{line}" stroke-width="{n(width)}" stroke-linecap="round"{more}/>'


def dot(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    place = (f' cx="{n(x)}"' if round(x, 1) else "") + (f' cy="{n(y)}"' if round(y, 1) else "")
    return f'<circle{place} r="{n(r)}" fill="{fill}"{more}/>'
