"""The words a product is searched by, in both languages, folded (``catalog/wording.py``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import override

from catalog.drawing.arrangements import Arrangement
from catalog.drawing.species import SPECIES
from catalog.models.choices import Color
from catalog.wording import fold

if TYPE_CHECKING:
    from catalog.models.products import Product


class Words(NamedTuple):
    """``flower``: the main one's names. ``head``: the name and the subtitle. ``text``: everything said of it."""

    flower: str
    head: str
    text: str


def words_of(product: Product) -> Words:
    """What ``catalog/search.py`` compares with. The occasions count once the product has a primary key.

    The French head goes from the kind to the colour, the English one from the colour to the kind: « bouquet blanc »
    and "white bouquet" must not be found where one language ends and the other begins."""
    color = Color(product.colors[0]) if product.colors else None
    with override("fr"):
        flower = _flower(product.main_flower)
        head = f"{product.get_kind_display()} {product.name} {product.headline} {color.label if color else ''}"
        others = ["fleurs", *_others(product)]
        others += [line.label for line in product.recipe]
    with override("en"):
        flower += f" {_flower(product.main_flower)}"
        head += f" {color.label if color else ''} {product.name_en} {product.headline_en} {product.get_kind_display()}"
        others += ["flowers", *_others(product)]
        others += [line.label_en for line in product.recipe]
    others += _occasions(product)
    flower = f"{flower} {SPECIES[product.main_flower].synonyms}"
    return Words(fold(flower)[:240], fold(head)[:800], fold(" ".join([head, flower, *others])))


def _flower(species: str) -> str:
    return f"{SPECIES[species].name} {SPECIES[species].plural}"


def _others(product: Product) -> list[str]:
    """Colors, flowers and form in the active language."""
    words = [str(Color(color).label) for color in product.colors]
    words += [f"{_flower(name)} {SPECIES[name].synonyms}" for name in product.flowers]
    words.append(str(Arrangement(product.arrangement).label))
    return words


def _occasions(product: Product) -> list[str]:
    if not product.pk:
        return []
    return [" ".join(row) for row in product.occasions.values_list("name", "synonyms", "name_en", "synonyms_en")]
