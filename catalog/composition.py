"""The recipe of a product: which flowers, in which colour, how many stems in each size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from catalog.drawing.palette import TINTS
from catalog.drawing.species import SPECIES
from interflora.lib.languages import shown

SIZES = 3


@dataclass(frozen=True)
class Line:
    """``stems``: how many in the small, medium and large size. ``label``: « roses rouges », or both forms when one
    stem is possible: « rose rouge / roses rouges »; ``label_en`` the same in English, or nothing."""

    species: str
    color: str
    label: str
    stems: tuple[int, int, int]
    label_en: str = ""

    def told(self, size: int) -> str:
        """« 3 roses rouges » for the size number ``size`` (0–2), in the reader's language; empty when this size has
        none."""
        count = self.stems[size]
        one, _, many = shown(self.label, self.label_en).partition(" / ")
        return f"{count} {one if count == 1 else many or one}" if count else ""


def lines(composition: Any) -> list[Line]:
    """The recipe as typed lines; expects what ``validate_composition`` accepts."""
    return [
        Line(
            species=row["species"],
            color=row["color"],
            label=row["label"],
            label_en=row.get("label_en", ""),
            stems=(row["stems"][0], row["stems"][1], row["stems"][2]),
        )
        for row in composition
    ]


def validate_composition(value: Any) -> None:
    """Raises ``ValidationError`` with a sentence that names the faulty line."""
    if not isinstance(value, list) or not value:
        raise ValidationError(gettext("Indiquez au moins une fleur, la principale en premier."))
    for number, row in enumerate(value, start=1):
        _validate_row(number, row)
    if SPECIES[value[0]["species"]].is_foliage and len(value) > 1:
        raise ValidationError(
            gettext("La première ligne est la fleur principale\u00a0: un feuillage ne peut pas y être.")
        )


def _validate_row(number: int, row: Any) -> None:
    if not isinstance(row, dict) or set(row) - {"label_en"} != {"species", "color", "label", "stems"}:
        raise ValidationError(
            gettext(
                "Ligne %(n)s\u00a0: il faut exactement species, color, label et stems. "
                "label_en, le nom en anglais, peut s’y ajouter."
            ),
            params={"n": number},
        )
    if row["species"] not in SPECIES:
        raise ValidationError(
            gettext("Ligne %(n)s\u00a0: fleur inconnue. Les fleurs dessinées sont\u00a0: %(known)s."),
            params={"n": number, "known": ", ".join(SPECIES)},
        )
    if row["color"] not in TINTS:
        raise ValidationError(
            gettext("Ligne %(n)s\u00a0: couleur inconnue. Les couleurs dessinées sont\u00a0: %(known)s."),
            params={"n": number, "known": ", ".join(TINTS)},
        )
    stems = row["stems"]
    whole = isinstance(stems, list) and all(isinstance(count, int) and 0 <= count <= 200 for count in stems)
    if not whole or len(stems) != SIZES:
        raise ValidationError(
            gettext("Ligne %(n)s\u00a0: stems est une liste de trois nombres entiers (petit, moyen, grand)."),
            params={"n": number},
        )
    label, english = row["label"], row.get("label_en", "")
    if not (isinstance(label, str) and isinstance(english, str)) or not label or max(len(label), len(english)) > 80:
        raise ValidationError(
            gettext("Ligne %(n)s\u00a0: label et label_en nomment la fleur, en 80 signes au plus."),
            params={"n": number},
        )
