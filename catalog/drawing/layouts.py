"""How each arrangement of cut flowers is laid out on the sheet."""

from __future__ import annotations

from catalog.drawing import wares
from catalog.drawing.canvas import Canvas
from catalog.drawing.masses import Bouquet, Spot, ellipse_point, fan, heart, leaves, mound, outside_in, rim, tails
from catalog.drawing.palette import TINTS, Tint

SATIN = Tint("#fffdf8", "#f3ecdf", "#d6c9b2", "#9d8f76")


def ribbon(bouquet: Bouquet) -> Tint:
    """A ribbon that answers the main flower."""
    if bouquet.main.tint in ("white", "cream", "ivory", "lemon"):
        return TINTS["sage"]
    if bouquet.main.tint in ("yellow", "orange", "apricot"):
        return TINTS["cream"]
    return TINTS[bouquet.main.tint]


def dome(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    wares.collar_back(canvas, bouquet.wrapping)
    mound(canvas, bouquet, 200, 192, 142, 130, 58)
    tails(canvas, 200, 396, 478)
    wares.collar_front(canvas, bouquet.wrapping)
    wares.bow(canvas, 200, 398, ribbon(bouquet), 1.05)


def wrapped(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    wares.paper_back(canvas, bouquet.wrapping)
    mound(canvas, bouquet, 200, 196, 138, 116, 55)
    wares.paper_front(canvas, bouquet.wrapping)
    wares.twine(canvas, 200, 394, 36)


def tall(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    foot = (200, 384)
    rim(canvas, bouquet.greens, 200, 384, 20, 60, count=9, spread=28, length=252, start=0.5)
    if bouquet.sprigs:
        rim(canvas, bouquet.sprigs, 200, 384, 20, 60, count=6, spread=32, length=280, start=0.4)
    for flower in bouquet.faces[:2]:
        spots = [Spot(92, 224, 30), Spot(306, 232, 30), Spot(152, 96, 26), Spot(258, 84, 26), Spot(204, 268, 30)]
        fan(canvas, flower, foot, spots, stem=2.8)
    if bouquet.main.painter.faces:
        spots = [
            Spot(140, 122, 46),
            Spot(262, 118, 46),
            Spot(88, 190, 46),
            Spot(312, 190, 46),
            Spot(200, 172, 56),
            Spot(146, 258, 50),
            Spot(258, 258, 52),
        ]
    else:
        spots = [
            Spot(160, 98, 38),
            Spot(240, 92, 38),
            Spot(88, 140, 40),
            Spot(312, 134, 40),
            Spot(200, 142, 42),
            Spot(128, 206, 42),
            Spot(276, 202, 42),
            Spot(202, 236, 44),
        ]
    fan(canvas, bouquet.main, foot, spots)
    tails(canvas, 200, 384, 482, half=58, count=11)
    wares.bow(canvas, 200, 388, ribbon(bouquet), 1.15)


def bunch(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    foot = (200, 372)
    main = bouquet.main
    rim(canvas, bouquet.greens, 200, 372, 30, 60, count=7, spread=30, length=250, start=0.4)
    tall_rows = main.painter.height > 160
    rows = (
        ((5, 116, 100), (6, 158, 124), (5, 202, 112), (4, 244, 82))
        if not tall_rows
        else ((5, 108, 84), (6, 132, 112), (7, 158, 128), (6, 188, 104), (5, 216, 78))
    )
    radius = 34 if not tall_rows else 30
    spots = []
    for count, y, reach in rows:
        for index in range(count):
            side = (index - (count - 1) / 2) / ((count - 1) / 2)
            spots.append(Spot(200 + side * reach, y + side * side * 20 + index % 2 * 9, radius, side * 24, 0.25))
    if main.painter.faces:
        heart(canvas, 200, 196, 120, 92)
    if main.species in ("tulip", "iris", "daffodil", "hyacinth"):
        leaves(canvas, "blade", "sage", foot, [(-42, 170), (42, 172), (-26, 210), (27, 206), (-12, 190), (10, 196)])
    fan(canvas, main, foot, spots, stem=3.2)
    for flower in bouquet.faces[:1]:
        fan(
            canvas,
            flower,
            foot,
            [Spot(128, 200, 20), Spot(272, 196, 20), Spot(200, 262, 22), Spot(210, 120, 18)],
            stem=2.4,
        )
    tails(canvas, 200, 366, 486, half=64, count=15, width=4)
    wares.twine(canvas, 200, 358, 25)


def cascade(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    rim(canvas, bouquet.greens, 200, 170, 130, 100, count=9, spread=120, length=120)
    for angle, length in ((196, 220), (166, 210), (181, 250), (208, 176), (152, 170)):
        for green in bouquet.greens[:2]:
            canvas.sprig(green, 200 + (180 - angle) * 0.9, 200, angle + len(green.species) % 3 * 4, length)
    for sprig in bouquet.sprigs:
        for angle in (172, 190, 182, -60, 60, -25, 25):
            canvas.sprig(sprig, 200, 200 if abs(angle) > 90 else 160, angle, 240 if abs(angle) > 90 else 140)
    heart(canvas, 200, 180, 118, 100)
    heart(canvas, 204, 290, 62, 110)
    main, edge = bouquet.main, bouquet.faces or [bouquet.main]
    small = [
        Spot(96, 190, 32, -80, 0.5),
        Spot(304, 186, 32, 80, 0.5),
        Spot(150, 88, 32, -30, 0.5),
        Spot(248, 84, 32, 30, 0.5),
        Spot(132, 272, 32, -120, 0.4),
        Spot(272, 270, 32, 120, 0.4),
        Spot(178, 376, 25, 190, 0.3),
        Spot(232, 398, 23, 170, 0.3),
        Spot(206, 442, 18, 180, 0.3),
    ]
    for index, spot in enumerate(small):
        canvas.head(
            edge[index % len(edge)],
            *spot[:3],
            lean=spot.lean * (1 if edge[index % len(edge)].painter.faces else 0.4),
            tilt=spot.tilt,
        )
    big = [
        Spot(200, 108, 46, 0, 0.5),
        Spot(130, 148, 47, -60, 0.5),
        Spot(270, 146, 47, 60, 0.5),
        Spot(162, 226, 48, -120, 0.4),
        Spot(242, 226, 48, 120, 0.4),
        Spot(204, 402, 26, 180, 0.4),
        Spot(208, 350, 34, 180, 0.4),
        Spot(202, 292, 43, 180, 0.4),
        Spot(201, 176, 55),
    ]
    for spot in big:
        lean = spot.lean if main.painter.faces else spot.lean * 0.7
        canvas.head(main, spot.x, spot.y, spot.radius, lean=lean, tilt=spot.tilt)


def vase(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping, floor=470)
    back, front = wares.vase(canvas, bouquet.wrapping)
    canvas.add(back)
    lines = "".join(
        f"M{200 + side * 30} 296Q{200 + side * 6} 370 {200 - side * 58} {452 - abs(side) * 6}"
        for side in (-1, -0.6, -0.2, 0.2, 0.6, 1)
    )
    canvas.stems(lines, 4)
    mound(canvas, bouquet, 200, 184, 142, 128, 57)
    canvas.add(front)


def basket(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping, floor=466)
    wares.basket_back(canvas)
    mound(canvas, bouquet, 200, 244, 150, 104, 54)
    wares.basket(canvas)


def box(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping, floor=462)
    rim(canvas, bouquet.greens, 200, 260, 130, 80, count=9, spread=84, length=104, start=0.5)
    heart(canvas, 200, 250, 138, 92)
    main, edge = bouquet.main, bouquet.faces
    rows = ((4, 186, 92, 42), (5, 232, 118, 46), (4, 282, 96, 50))
    for row, (count, y, reach, radius) in enumerate(rows):
        for index, side in outside_in(count):
            flower = edge[index % len(edge)] if edge and (row * 3 + index) % 4 == 1 else main
            size = radius * (0.78 if flower is not main else 1) / max(1.0, flower.painter.girth * 0.94)
            canvas.head(
                flower,
                200 + side * reach,
                y + side * side * 16,
                size,
                lean=side * 50 if flower.painter.faces else side * 20,
                tilt=abs(side) * 0.5,
            )
    wares.box(canvas, bouquet.wrapping)


def wreath(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    cx, cy, rx, ry = 200, 236, 128, 134
    paint = canvas.ink.glow("#3d5c42/0@.5", "#2f4a35@.62", "#24382a@.8", "#3d5c42@.94", "#3d5c42/0")
    canvas.add(f'<circle cx="{cx}" cy="{cy}" r="182" fill="{paint}"/>')
    greens = bouquet.greens or [bouquet.main]
    for index in range(18):
        angle = index * 360 / 18
        for turn, reach in ((62, 1.08), (112, 0.94)):
            x, y = ellipse_point(cx, cy, rx * reach, ry * reach, angle)
            canvas.sprig(greens[(index + turn) % len(greens)], x, y, angle + turn, 92)
    main, edge = bouquet.main, bouquet.faces
    places = []
    for index in range(12):
        angle = 15 + index * 30
        flower = edge[index // 2 % len(edge)] if edge and index % 2 else main
        x, y = ellipse_point(cx, cy, rx, ry, angle)
        places.append((flower, x, y, angle))
    for flower, x, y, angle in sorted(places, key=lambda place: place[0] is main):
        canvas.head(flower, x, y, (47 if flower is main else 32) / flower.painter.girth**0.5, lean=angle, tilt=0.2)
    wares.bow(canvas, 200, 384, SATIN, 1.5)


def spray(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping)
    rim(canvas, bouquet.greens, 200, 350, 20, 60, count=9, spread=34, length=290, start=0.3)
    rim(canvas, bouquet.greens, 200, 300, 80, 60, count=7, spread=78, length=150, start=0.4)
    rim(canvas, bouquet.sprigs, 200, 340, 30, 60, count=7, spread=30, length=225, start=0.3)
    heart(canvas, 200, 250, 104, 130)
    main, edge = bouquet.main, bouquet.faces
    for index, (x, y) in enumerate(((148, 128), (252, 128), (106, 204), (296, 204), (104, 286), (298, 286))):
        if edge:
            canvas.head(edge[index % len(edge)], x, y, 32, lean=(x - 200) * 0.7, tilt=0.5)
    spots = [
        Spot(200, 92, 36, 0, 0.4),
        Spot(166, 150, 42, -30, 0.4),
        Spot(236, 152, 42, 30, 0.4),
        Spot(138, 222, 47, -60, 0.4),
        Spot(264, 222, 47, 60, 0.4),
        Spot(150, 302, 48, -100, 0.3),
        Spot(252, 302, 48, 100, 0.3),
        Spot(200, 202, 48),
        Spot(201, 276, 56),
    ]
    for spot in spots:
        lean = spot.lean if main.painter.faces else spot.lean * 0.4
        canvas.head(main, spot.x, spot.y, spot.radius / main.painter.girth**0.4, lean=lean, tilt=spot.tilt)
    tails(canvas, 200, 366, 486, half=54, count=11)
    wares.bow(canvas, 200, 370, SATIN, 1.7)


def stem(canvas: Canvas, bouquet: Bouquet) -> None:
    wares.ground(canvas, bouquet.wrapping, floor=472)
    back, front = wares.bottle(canvas, bouquet.wrapping)
    canvas.add(back)
    for green, angle in zip(bouquet.greens * 2, (-27, 25), strict=False):
        canvas.sprig(green, 200, 310, angle, 190)
    for sprig in bouquet.others:
        canvas.sprig(sprig, 200, 310, 18, 220) if not sprig.painter.faces else canvas.head(sprig, 272, 214, 30)
    canvas.stems("M200 456C196 380 206 300 200 150", 6)
    leaf = bouquet.greens[0] if bouquet.greens else None
    if leaf is None:
        canvas.stems("M200 262Q180 240 160 236M200 292Q226 270 244 264", 2.6)
    canvas.head(bouquet.main, 200, 142, 92 / bouquet.main.painter.girth)
    canvas.add(front)
