"""Which function paints which species, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from catalog.drawing import daisies, foliage, layered, upright
from catalog.drawing.ink import Ink
from catalog.drawing.palette import Tint


class Painter(NamedTuple):
    """``faces``: the flower looks at us, drawn around (0, 0) with a radius of 100; else it stands on (0, 0),
    ``height`` units high. ``girth``: how much room it wants beside a rose's 1."""

    draw: Callable[[Ink, Tint], str]
    faces: bool = True
    height: float = 0
    girth: float = 1


PAINTERS: dict[str, Painter] = {
    "rose": Painter(layered.rose),
    "peony": Painter(layered.peony, girth=1.12),
    "ranunculus": Painter(layered.ranunculus, girth=0.92),
    "carnation": Painter(layered.carnation, girth=0.95),
    "dahlia": Painter(layered.dahlia, girth=1.08),
    "chrysanthemum": Painter(layered.chrysanthemum, girth=1.0),
    "lisianthus": Painter(layered.lisianthus, girth=0.95),
    "sunflower": Painter(daisies.sunflower, girth=1.22),
    "daisy": Painter(daisies.daisy, girth=0.86),
    "gerbera": Painter(daisies.gerbera, girth=1.08),
    "anemone": Painter(daisies.anemone, girth=1.0),
    "poppy": Painter(daisies.poppy, girth=1.05),
    "daffodil": Painter(daisies.daffodil, girth=0.98),
    "lily": Painter(daisies.lily, girth=1.4),
    "orchid": Painter(daisies.orchid, girth=0.95),
    "hydrangea": Painter(daisies.hydrangea, girth=1.35),
    "tulip": Painter(upright.tulip, faces=False, height=146, girth=1.12),
    "iris": Painter(upright.iris, faces=False, height=160, girth=1.25),
    "calla": Painter(upright.calla, faces=False, height=200, girth=1.2),
    "lavender": Painter(upright.lavender, faces=False, height=168, girth=0.95),
    "delphinium": Painter(upright.delphinium, faces=False, height=244, girth=1.3),
    "hyacinth": Painter(upright.hyacinth, faces=False, height=190, girth=1.25),
    "lily_of_the_valley": Painter(upright.lily_of_the_valley, faces=False, height=180, girth=1.15),
    "mimosa": Painter(upright.mimosa, faces=False, height=210, girth=1.1),
    "anthurium": Painter(upright.anthurium, faces=False, height=120, girth=1.2),
    "cyclamen": Painter(upright.cyclamen, faces=False, height=110, girth=1.0),
    "gypsophila": Painter(upright.gypsophila, faces=False, height=170, girth=1.2),
    "eucalyptus": Painter(foliage.eucalyptus, faces=False, height=190),
    "ruscus": Painter(foliage.ruscus, faces=False, height=190),
    "fern": Painter(foliage.fern, faces=False, height=184),
    "olive": Painter(foliage.olive, faces=False, height=190),
    "pistachio": Painter(foliage.pistachio, faces=False, height=190),
    "ivy": Painter(foliage.ivy, faces=False, height=190),
    "grass": Painter(foliage.grass, faces=False, height=190, girth=0.8),
}
