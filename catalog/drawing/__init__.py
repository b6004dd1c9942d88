"""Bouquets drawn from their recipe: the same recipe always gives the same SVG, byte for byte."""

from catalog.drawing.picture import Drawing

__all__ = ["Drawing"]
