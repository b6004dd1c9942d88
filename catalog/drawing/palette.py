"""The colors a flower is painted with. A tint is a small ramp: from the lit edge of a petal to its heart."""

from typing import NamedTuple


class Tint(NamedTuple):
    """``light`` the lit edge, ``base`` the petal, ``deep`` its fold, ``line`` the pen that outlines it."""

    light: str
    base: str
    deep: str
    line: str


TINTS: dict[str, Tint] = {
    "white": Tint("#fffefb", "#faf6ed", "#e0d8c8", "#a99e88"),
    "cream": Tint("#fffaec", "#f8e9c9", "#e2c793", "#ad8d57"),
    "ivory": Tint("#fffdf3", "#f9f2dd", "#e2d5ae", "#a39265"),
    "blush": Tint("#fff1ec", "#f8d3cb", "#e3a39c", "#b46c69"),
    "pink": Tint("#fddde4", "#f1a3b6", "#d56a88", "#a23f5f"),
    "peony": Tint("#fbc4d4", "#e8789b", "#c23f6c", "#8a2149"),
    "fuchsia": Tint("#f7a8cb", "#d9418a", "#a81c62", "#740f43"),
    "red": Tint("#ea7a68", "#c92a31", "#8f1624", "#580a12"),
    "burgundy": Tint("#c76b7c", "#8c2440", "#5c1228", "#370817"),
    "coral": Tint("#ffcdb8", "#f58f72", "#d65f48", "#9b3a2b"),
    "peach": Tint("#ffe6d1", "#fbc195", "#e6935f", "#ad6335"),
    "orange": Tint("#ffd09a", "#f5943a", "#d3661a", "#93420d"),
    "apricot": Tint("#ffecc9", "#fbcf8d", "#e8a551", "#ae7228"),
    "yellow": Tint("#fff3b0", "#fbd341", "#e3a11b", "#a36d0d"),
    "lemon": Tint("#fffbd6", "#fbee8f", "#e3cc4b", "#a5901f"),
    "lilac": Tint("#f4e8fa", "#d8bce8", "#aa84c6", "#775395"),
    "purple": Tint("#d9bdf0", "#9a68c4", "#693a97", "#452165"),
    "violet": Tint("#bda9ee", "#6d50b8", "#46308a", "#2b1c5c"),
    "blue": Tint("#cfe0f8", "#7fa6de", "#4a74b8", "#2f5088"),
    "sky": Tint("#e9f4fd", "#b4d5f0", "#7da9d4", "#4b7aa6"),
    "green": Tint("#eef5d2", "#c5d98c", "#8fae54", "#5d7a2f"),
    "sage": Tint("#dbe6d3", "#9fb59a", "#6b8770", "#48624f"),
    "forest": Tint("#a9c48d", "#5f8a54", "#365f3d", "#214229"),
    "olive": Tint("#d5d9ae", "#9aa36d", "#6b7546", "#4a5230"),
    "silver": Tint("#e6eee6", "#b4c6b9", "#869e92", "#5f786d"),
}
