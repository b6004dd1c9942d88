"""Papers, ribbons, vases, pots, boxes and baskets."""

from __future__ import annotations

from catalog.drawing.canvas import Canvas
from catalog.drawing.ink import mix, path, pen, shape, tone
from catalog.drawing.palette import TINTS, Tint

PAPERS: dict[str, Tint] = {
    "kraft": Tint("#ecd3a8", "#d8b684", "#b58d57", "#80603a"),
    "ivory": Tint("#fffaf0", "#f5ebd8", "#dccbac", "#a8936d"),
    "blush": Tint("#fdeae4", "#f3cfc4", "#dba89b", "#a9746a"),
    "sage": Tint("#e6ecdc", "#c4d1b6", "#97aa88", "#667a59"),
    "night": Tint("#7d8db3", "#3f4f7a", "#2a3658", "#161f38"),
    "terracotta": Tint("#eab390", "#cf8258", "#a65c37", "#70391d"),
    "glass": Tint("#f4faf8", "#dcebe8", "#b2cdc9", "#7fa19d"),
    "white": Tint("#ffffff", "#f4f2ee", "#d5d1c8", "#98938a"),
}

GROUNDS: dict[str, tuple[str, str]] = {
    "kraft": ("#fbf6ec", "#eadfc9"),
    "ivory": ("#fbf4ef", "#eddcd0"),
    "blush": ("#fdf5f1", "#f2dcd3"),
    "sage": ("#f8f7ee", "#dde3d0"),
    "night": ("#f6f4f1", "#d8dbe4"),
    "terracotta": ("#fcf5ec", "#eedac6"),
    "glass": ("#f8f8f2", "#dce6e0"),
    "white": ("#faf6f0", "#e3dccf"),
}


def ground(canvas: Canvas, wrapping: str, floor: float = 0) -> None:
    """A sheet of warm paper, a wash of color behind the flowers, the shadow of what stands at ``floor``."""
    near, far = GROUNDS[wrapping]
    paint = canvas.ink.glow(near, mix(near, far, 0.55) + "@.6", far, cx=0.5, cy=0.42, r=0.72)
    canvas.add(f'<path d="M0 0h400v500H0z" fill="{paint}"/>')
    if floor:
        shadow = canvas.ink.glow("#4a3a22/.38", "#4a3a22/.16@.5", "#4a3a22/0")
        canvas.add(f'<ellipse cx="204" cy="{floor:g}" rx="150" ry="24" fill="{shadow}"/>')


def bow(canvas: Canvas, x: float, y: float, tint: Tint, size: float = 1) -> None:
    """A ribbon tied in a bow, its two tails hanging."""
    fill = canvas.ink.fade(tone(tint, 1.8), tone(tint, 1), tone(tint, 0.4))
    line = tone(tint, 2.4)
    tails = shape(
        "M-3 2C-10 26-22 44-20 72L-11 64L-4 74C-6 46 0 26 4 4zM2 2C10 24 24 40 26 66L17 60L10 70C10 44 2 26-3 4z",
        fill,
        line,
        1,
    )
    loops = shape("M0 0C-14-24-46-26-50-8C-52 10-22 14 0 0zM0 0C14-24 46-26 50-8C52 10 22 14 0 0z", fill, line, 1)
    loops += pen("M-6-3C-18-12-34-14-42-7M6-3C18-12 34-14 42-7", line, 1)
    knot = f'<rect x="-8" y="-9" width="16" height="17" rx="5" fill="{fill}" stroke="{line}"/>'
    canvas.add(f'<g transform="translate({x:g} {y:g})scale({size:g})">{tails}{loops}{knot}</g>')


def twine(canvas: Canvas, x: float, y: float, half: float) -> None:
    """Five turns of raffia around a sheaf, and a small knot."""
    turns = "".join(
        path("M", x - half, y + step * 4, "Q", x, y + step * 4 + 7, x + half, y + step * 4) for step in range(5)
    )
    canvas.add(pen(turns, "#7d5f33", 4.4) + pen(turns, "#d9b878", 3))
    canvas.add(pen(f"M{x + 4} {y + 14}c14 6 26 20 24 34M{x + 2} {y + 14}c-10 10-16 22-12 36", "#b08a4c", 2.2))


def paper_back(canvas: Canvas, wrapping: str) -> None:
    """The sheet that rises behind a wrapped bouquet, its corners folded."""
    tint = PAPERS[wrapping]
    fill = canvas.ink.fade(tone(tint, 1.7), tone(tint, 1), tone(tint, 0.5))
    line = tone(tint, 2.3)
    canvas.add(
        shape(
            "M200 452L40 196L66 92L120 130L168 62L222 112L284 58L316 124L366 120L358 204z",
            fill,
            line,
            1.3,
            ' stroke-linejoin="round"',
        )
    )
    canvas.add(
        shape(
            "M200 452L66 92L120 130zM200 452L168 62L222 112zM200 452L284 58L316 124z",
            tone(tint, 1.6),
            more=' opacity=".35"',
        )
    )


def paper_front(canvas: Canvas, wrapping: str) -> None:
    """The two sheets crossed in front of a wrapped bouquet, down to a narrow foot."""
    tint = PAPERS[wrapping]
    line = tone(tint, 2.4)
    left = canvas.ink.fade(tone(tint, 1.55), tone(tint, 0.9), tone(tint, 0.35), x=0.6, y=0.4)
    right = canvas.ink.fade(tone(tint, 0.3), tone(tint, 0.9), tone(tint, 1.5), x=0.8, y=-0.2)
    canvas.add(
        shape(
            "M362 200C346 236 300 262 246 292L166 400L152 470C176 480 226 480 248 470L234 404C290 340 340 262 362 200z",
            right,
            line,
            1.3,
        )
    )
    canvas.add(pen("M342 226C310 290 268 344 226 396M318 244C288 300 254 346 222 392", tone(tint, 1.7), 1.1))
    canvas.add(
        shape(
            "M36 194C58 240 128 286 262 306C256 344 244 376 234 404L248 470C224 482 176 482 152 470L166 400C104 340 60 262 36 194z",
            left,
            line,
            1.3,
        )
    )
    canvas.add(
        pen(
            "M60 222C96 290 136 346 176 398M92 252C124 304 152 350 186 396M132 274C158 318 176 354 194 396",
            tone(tint, 1.75),
            1.1,
        )
    )
    canvas.add(pen("M262 306C256 344 244 376 234 404", tone(tint, 2), 1.6))
    canvas.add(pen("M172 412L164 472M188 414L186 476M212 414L214 476M226 412L236 472", tone(tint, 1.9), 1))


def collar_back(canvas: Canvas, wrapping: str) -> None:
    """The fluted paper seen behind a round bouquet."""
    tint = PAPERS[wrapping]
    fill = canvas.ink.fade(tone(tint, 1.9), tone(tint, 1.1), tone(tint, 0.4))
    data = "M200 400L34 244C26 226 40 214 34 196C52 190 48 168 62 158C120 90 280 90 338 158C352 168 348 190 366 196C360 214 374 226 366 244z"
    canvas.add(shape(data, fill, tone(tint, 2.2), 1.2))


def collar_front(canvas: Canvas, wrapping: str) -> None:
    """The paper cone in front, with its pleats, under a round bouquet."""
    tint = PAPERS[wrapping]
    line = tone(tint, 2.3)
    fill = canvas.ink.fade(tone(tint, 1.4), tone(tint, 0.55), tone(tint, 1.2), x=1, y=0)
    data = "M34 244C44 262 58 258 68 276C82 282 92 286 104 302C120 302 134 312 146 322C164 316 184 326 200 330C216 326 236 316 254 322C266 312 280 302 296 302C308 286 318 282 332 276C342 258 356 262 366 244C330 316 262 368 222 400C214 406 186 406 178 400C138 368 70 316 34 244z"
    canvas.add(shape(data, fill, line, 1.3))
    folds = "M68 276C100 326 150 366 184 400M104 302C132 336 164 372 190 402M146 322C162 350 180 380 196 403M200 330V404M254 322C238 350 220 380 204 403M296 302C268 336 236 372 210 402M332 276C300 326 250 366 216 400"
    canvas.add(pen(folds, tone(tint, 1.9), 1.1))


def vase(canvas: Canvas, wrapping: str) -> tuple[str, str]:
    """A clear vase from y 300 to 470: what is behind the stems, what is in front."""
    tint = PAPERS["glass"]
    body = "M146 300C152 330 122 352 118 398C116 440 126 464 140 470C172 476 228 476 260 470C274 464 284 440 282 398C278 352 248 330 254 300z"
    water = "M121 380C150 388 250 388 279 380C284 420 280 456 260 466C228 473 172 473 140 466C120 456 116 420 121 380z"
    back = shape(body, canvas.ink.fade("#e3efec/.9", "#ffffff/.75", "#dbe9e6/.9", x=1, y=0))
    back += shape(water, canvas.ink.fade("#b7d3cd/.75", "#d9eae6/.7", "#b0cec8/.8", x=1, y=0))
    front = f'<path d="{body}" fill="none" stroke="{tint.line}" stroke-width="1.5"/>'
    front += pen("M121 380C150 388 250 388 279 380", "#8fb3ad", 1.2)
    front += shape("M132 392C128 420 132 444 142 458C136 430 138 408 142 388z", "#ffffff", more=' opacity=".75"')
    front += pen("M262 350C270 366 273 386 272 410", "#ffffff", 3, ' opacity=".7"')
    front += f'<ellipse cx="200" cy="300" rx="54" ry="8" fill="#ffffff" fill-opacity=".25" stroke="{tint.line}" stroke-width="1.5"/>'
    return back, front


def pot(canvas: Canvas, wrapping: str, top: float = 350, half: float = 78) -> None:
    """A flower pot with its rim."""
    tint = PAPERS[wrapping]
    fill = canvas.ink.fade(
        tone(tint, 1.9),
        tone(tint, 0.9) + "@.3",
        tone(tint, 0.35) + "@.42",
        tone(tint, 1.1) + "@.7",
        tone(tint, 2.1),
        x=1,
        y=0,
    )
    line = tone(tint, 2.5)
    foot = half * 0.68
    canvas.add(
        shape(
            f"M{200 - half + 6} {top + 20}L{200 - foot} 464C{200 - foot + 6} 474 {200 + foot - 6} 474 {200 + foot} 464L{200 + half - 6} {top + 20}z",
            fill,
            line,
            1.4,
        )
    )
    canvas.add(
        shape(
            f"M{200 - half + 7} {top + 26}C150 {top + 38} 250 {top + 38} {200 + half - 7} {top + 26}L{200 + half - 6} {top + 18}H{200 - half + 6}z",
            tone(tint, 2.4),
            more=' opacity=".35"',
        )
    )
    canvas.add(
        shape(
            f"M{200 - half} {top}C{200 - half * 0.6:g} {top + 10} {200 + half * 0.6:g} {top + 10} {200 + half} {top}L{200 + half - 3} {top + 24}C{200 + half * 0.6:g} {top + 34} {200 - half * 0.6:g} {top + 34} {200 - half + 3} {top + 24}z",
            fill,
            line,
            1.4,
        )
    )


def soil(canvas: Canvas, top: float = 350, half: float = 78) -> None:
    canvas.add(f'<ellipse cx="200" cy="{top + 2:g}" rx="{half - 3:g}" ry="11" fill="#4b3a28" stroke="#2e2216"/>')


def box(canvas: Canvas, wrapping: str) -> None:
    """A round hat box with a band of ribbon."""
    tint = PAPERS[wrapping]
    fill = canvas.ink.fade(tone(tint, 1.6), tone(tint, 0.5) + "@.35", tone(tint, 1) + "@.7", tone(tint, 1.9), x=1, y=0)
    canvas.add(
        shape("M66 300L76 452C110 478 290 478 324 452L334 300C300 330 100 330 66 300z", fill, tone(tint, 2.5), 1.4)
    )
    ribbon = TINTS["blush"] if wrapping not in ("blush", "ivory") else TINTS["forest"]
    band = canvas.ink.fade(tone(ribbon, 1.8), tone(ribbon, 0.7) + "@.4", tone(ribbon, 1.9), x=1, y=0)
    canvas.add(
        shape("M71 372L73 400C108 428 292 428 327 400L329 372C292 400 108 400 71 372z", band, tone(ribbon, 2.4), 1.1)
    )
    bow(canvas, 200, 404, ribbon, 0.85)


def basket_back(canvas: Canvas) -> None:
    """The handle that arches over the flowers."""
    arch = "M84 330C70 20 330 20 316 330"
    canvas.add(
        pen(arch, "#6d4a22", 13) + pen(arch, "#c1935a", 9.5) + pen(arch, "#8a6030", 9.5, ' stroke-dasharray="2 11"')
    )


def basket(canvas: Canvas) -> None:
    """A wicker basket: rows of rounded strands between a plaited rim and foot."""
    weave = canvas.ink.fade("#8d6231", "#c99c61@.4", "#b38449@.7", "#7a5227", x=1, y=0)
    canvas.add(shape("M60 318L92 458C130 474 270 474 308 458L340 318z", "#6d4a22", "#4d3214", 1.4))
    strand = canvas.ink.share('<path d="M-13 0c4-9 22-9 26 0c-4 9-22 9-26 0z" stroke="#5f3f1b"/>')
    # Strands never touch: those of one color are drawn together, which says their color once.
    strands: dict[str, str] = {}
    for row in range(8):
        half, y = 130 - row * 4.2, 338 + row * 15.5
        count = 10
        for index in range(count):
            x = 200 + (index - (count - 1) / 2) * half * 2 / count + (7 if row % 2 else -6)
            color = ("#b98a50", "#cda36b", "#c2955a", "#a97b42")[(index + row * 3) % 4]
            dip = 9 * (1 - ((x - 200) / half) ** 2)
            one = f'<use href="#{strand}" x="{x:.0f}" y="{y + dip:.0f}"/>'
            strands[color] = strands.get(color, "") + one
    canvas.add("".join(f'<g fill="{color}">{drawn}</g>' for color, drawn in strands.items()))
    for y, half in ((318, 146), (458, 112)):
        rim = path("M", 200 - half, y, "Q", 200, y + 26, 200 + half, y)
        canvas.add(
            pen(rim, "#5f3f1b", 15)
            + f'<path d="{rim}" fill="none" stroke="{weave}" stroke-width="12" stroke-linecap="round"/>'
            + pen(rim, "#6d4a22", 11, ' stroke-dasharray="1.5 10"')
        )


def bottle(canvas: Canvas, wrapping: str) -> tuple[str, str]:
    """A slim vase for one stem: what is behind the stem, what is in front."""
    tint = PAPERS[wrapping if wrapping != "kraft" else "glass"]
    body = "M184 300L186 352C186 372 158 384 156 420C154 452 164 468 176 472H224C236 468 246 452 244 420C242 384 214 372 214 352L216 300z"
    if wrapping in ("glass", "kraft"):
        back = shape(body, canvas.ink.fade("#dceae6/.9", "#ffffff/.8", "#d3e4e0/.9", x=1, y=0))
        back += shape(
            "M158 408C180 414 220 414 242 408C246 440 240 464 224 470H176C160 464 154 440 158 408z",
            "#b9d5cf",
            more=' opacity=".7"',
        )
        front = f'<path d="{body}" fill="none" stroke="{tint.line}" stroke-width="1.5"/>' + pen(
            "M168 420C166 440 170 454 176 460", "#ffffff", 4, ' opacity=".8"'
        )
        return back, front
    fill = canvas.ink.fade(tone(tint, 1.8), tone(tint, 0.4) + "@.36", tone(tint, 1) + "@.65", tone(tint, 1.9), x=1, y=0)
    return "", shape(
        body, fill, tone(tint, 2.5), 1.4
    ) + f'<ellipse cx="200" cy="300" rx="16" ry="4" fill="{tone(tint, 2.4)}"/>'
