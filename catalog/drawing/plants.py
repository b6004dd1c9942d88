"""How a plant in its pot is laid out: each kind grows in its own way."""

from __future__ import annotations

from catalog.drawing import wares
from catalog.drawing.canvas import Canvas
from catalog.drawing.ink import around
from catalog.drawing.masses import Bouquet, Spot, fan, heart, leaves


def pot(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping, floor=468)
    grow = {
        "orchid": _orchid,
        "hydrangea": _hydrangea,
        "lily_of_the_valley": _blades,
        "hyacinth": _blades,
        "daffodil": _blades,
        "cyclamen": _stalks,
        "anthurium": _stalks,
        "lavender": _bush,
    }.get(bouquet.main.species, _ball)
    wares.soil(canvas)
    grow(canvas, bouquet)
    wares.pot(canvas, bouquet.wrapping)


def _orchid(canvas: Canvas, bouquet: Bouquet) -> None:
    leaves(canvas, "blade", "forest", (200, 360), [(-82, 130), (80, 134), (-58, 120), (56, 122)])
    canvas.stems(
        "M196 356C176 260 150 150 190 92C220 50 290 60 330 130M204 356C226 290 236 240 208 190C180 146 110 150 72 216",
        4.2,
    )
    high = [(338, 148, 30), (318, 104, 36), (278, 70, 40), (228, 62, 43), (184, 88, 45)]
    low = [(64, 232, 32), (88, 186, 38), (128, 158, 43), (174, 166, 46)]
    for x, y, radius in (*high, *low):
        canvas.head(bouquet.main, x, y, radius * 1.16, lean=(x - 200) * 0.06, shade=".15")
    canvas.head(bouquet.main, 214, 206, 54, shade=".15")


def _hydrangea(canvas: Canvas, bouquet: Bouquet) -> None:
    leaves(
        canvas,
        "broad",
        "forest",
        (200, 270),
        [
            (-108, 150),
            (108, 150),
            (-84, 176),
            (84, 176),
            (-62, 160),
            (62, 160),
            (-130, 120),
            (130, 120),
            (-20, 190),
            (22, 190),
        ],
    )
    heart(canvas, 200, 260, 120, 90)
    leaves(canvas, "broad", "forest", (200, 300), [(-70, 110), (70, 110), (-150, 80), (150, 80), (180, 70)])
    for spot in (
        Spot(200, 106, 52),
        Spot(106, 164, 50),
        Spot(294, 160, 50),
        Spot(136, 268, 50),
        Spot(266, 268, 50),
        Spot(201, 206, 60),
    ):
        canvas.head(bouquet.main, spot.x, spot.y, spot.radius, shade=".16")


def _blades(canvas: Canvas, bouquet: Bouquet) -> None:
    if bouquet.main.species == "lily_of_the_valley":
        leaves(canvas, "blade", "forest", (200, 356), [(-46, 210), (46, 210), (-24, 236), (26, 232)], 1.9)
        for foot, lean, length in ((176, -36, 236), (224, 18, 240), (188, -20, 262), (214, 2, 272), (200, -10, 290)):
            canvas.sprig(bouquet.main, foot, 356, lean, length)
        leaves(canvas, "blade", "forest", (200, 362), [(-64, 170), (64, 170), (-36, 128), (40, 124)], 1.9)
        return
    leaves(canvas, "blade", "forest", (200, 356), [(-38, 210), (38, 210), (-18, 240), (20, 236), (0, 230)])
    radius = 58 if bouquet.main.species == "hyacinth" else 46
    fan(
        canvas,
        bouquet.main,
        (200, 356),
        [Spot(92, 200, radius, -20), Spot(308, 196, radius, 20), Spot(200, 140, radius * 1.1, 1)],
        stem=9,
    )
    leaves(canvas, "blade", "forest", (200, 362), [(-56, 150), (56, 150), (-24, 130), (28, 126)])


def _stalks(canvas: Canvas, bouquet: Bouquet) -> None:
    tint = "forest" if bouquet.main.species == "anthurium" else "sage"
    leaves(
        canvas,
        "broad",
        tint,
        (200, 330),
        [(-92, 138), (92, 138), (-66, 156), (66, 156), (-40, 152), (40, 152), (-12, 140), (14, 140)],
    )
    heart(canvas, 200, 310, 100, 50)
    spots = [
        Spot(92, 176, 40),
        Spot(308, 170, 40),
        Spot(148, 108, 42),
        Spot(252, 104, 42),
        Spot(200, 172, 48),
        Spot(128, 246, 44),
        Spot(272, 244, 44),
        Spot(204, 266, 42),
    ]
    if bouquet.main.species == "cyclamen":
        spots = [spot._replace(radius=spot.radius * 1.2) for spot in spots]
    fan(canvas, bouquet.main, (200, 350), spots, stem=4)
    leaves(canvas, "broad", tint, (200, 352), [(-80, 110), (80, 110), (-46, 104), (46, 104), (4, 92)])


def _bush(canvas: Canvas, bouquet: Bouquet) -> None:
    leaves(canvas, "blade", "silver", (200, 356), [(angle, 150 - abs(angle) * 0.5) for angle in range(-75, 76, 15)])
    for index in range(17):
        angle = -44 + index * 5.5
        length = 250 + (index * 37 % 50) - abs(angle) * 0.9
        canvas.sprig(bouquet.main, 200 + angle * 0.7, 354, angle * 0.9, length)
    for index in range(9):
        angle = -36 + index * 9
        canvas.sprig(bouquet.main, 200 + angle, 356, angle, 180 + index * 53 % 40)


def _ball(canvas: Canvas, bouquet: Bouquet) -> None:
    """A dome of many heads over its leaves."""
    leaves(
        canvas,
        "broad",
        "forest",
        (200, 300),
        [(angle, 128) for angle in (-104, 104, -82, 82, -58, 58, -34, 34, -10, 12)],
    )
    heart(canvas, 200, 236, 138, 118)
    size = 34 if bouquet.main.species in ("chrysanthemum", "daisy", "cyclamen") else 44
    rings = (
        ((13, 0.92, 0.72), (9, 0.6, 0.46), (4, 0.26, 0.2)) if size < 40 else ((9, 0.86, 0.6), (5, 0.44, 0.3), (1, 0, 0))
    )
    for count, reach, tilt in rings:
        for angle in sorted((index * 360 / count for index in range(count)), key=lambda turn: around(turn, 1)[1]):
            x, y = around(angle, 1)
            canvas.head(bouquet.main, 200 + x * 134 * reach, 224 + y * 112 * reach, size, lean=angle, tilt=tilt)
    leaves(canvas, "broad", "forest", (200, 338), [(-96, 70), (96, 70), (-140, 50), (140, 50)])
