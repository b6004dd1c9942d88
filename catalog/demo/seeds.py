"""The shape of the demonstration data, and its typography."""

from __future__ import annotations

import re
from typing import NamedTuple

NBSP = "\u00a0"


class OccasionSeed(NamedTuple):
    slug: str
    name: str
    headline: str
    introduction: str
    synonyms: str
    card_texts: list[str]


class OccasionText(NamedTuple):
    """An occasion in English."""

    name: str
    headline: str
    introduction: str
    synonyms: str
    card_texts: list[str]


class ProductText(NamedTuple):
    """A product in English."""

    name: str
    headline: str
    story: str
    pet_note: str = ""


class AddOnSeed(NamedTuple):
    slug: str
    name: str
    description: str
    price_cents: int
    vat_bp: int = 2000
    fits_funeral: bool = False
    fits_joy: bool = True
    is_for_stems: bool = False
    is_alcohol: bool = False


class ProductSeed(NamedTuple):
    """``recipe``: (species, tint, label, (small, medium, large) stems), the main flower first.
    ``prices``: euros for the three sizes. ``heights`` and ``widths``: centimeters for the three sizes."""

    slug: str
    name: str
    headline: str
    story: str
    arrangement: str
    wrapping: str
    colors: list[str]
    occasions: list[str]
    recipe: list[tuple[str, str, str, tuple[int, int, int]]]
    prices: tuple[int, int, int]
    heights: tuple[int, int, int]
    widths: tuple[int, int, int]
    care: str
    kind: str = "bouquet"
    pet_note: str = ""
    is_funeral: bool = False


def typeset(text: str) -> str:
    """French typography for text typed on a plain keyboard: ’ and no-break spaces."""
    text = re.sub(r" ([:;!?»€%])", NBSP + r"\1", _curled(text)).replace("« ", "«" + NBSP)
    return re.sub(r"(\d) (cm|°C|h|jours|tiges)\b", rf"\1{NBSP}\2", text)


def typeset_english(text: str) -> str:
    """English typography for text typed on a plain keyboard: ’, and figures that stay with their unit."""
    return re.sub(r"(\d) (cm|cl|g)\b", rf"\1{NBSP}\2", _curled(text))


def _curled(text: str) -> str:
    return re.sub(r"(^| )'([^']+)'", r"\1‘\2’", " ".join(text.split())).replace("'", "’")
