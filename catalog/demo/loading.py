"""Puts the demonstration catalogue in the database."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from catalog import versions
from catalog.demo.add_ons import ADD_ONS
from catalog.demo.bouquets import BOUQUETS
from catalog.demo.funeral import FUNERAL
from catalog.demo.occasions import OCCASIONS
from catalog.demo.plants import PLANTS
from catalog.demo.seeds import ProductSeed, typeset
from catalog.drawing.picture import EDITION
from catalog.drawing.species import SPECIES
from catalog.models import AddOn, CatalogVersion, Occasion, Product, ProductVariant, Size

# Raise it when Product.derive changes, so that rows already loaded follow.
DERIVED = 5
PRODUCTS = [*BOUQUETS, *PLANTS, *FUNERAL]


def digest() -> str:
    """Changes with the demonstration data and with the way it is drawn."""
    return hashlib.sha256(repr((EDITION, DERIVED, OCCASIONS, ADD_ONS, PRODUCTS)).encode()).hexdigest()


@transaction.atomic
def load() -> bool:
    """Creates or refreshes the demonstration catalogue; False (one query) when it is already the present one.
    Products made by the staff are left alone; a photo sent for a demonstration product stays."""
    told = digest()
    if CatalogVersion.objects.filter(pk=1, demo_digest=told).exists():
        return False
    versions.bump()
    CatalogVersion.objects.select_for_update().get(pk=1)
    for position, occasion in enumerate(OCCASIONS, start=1):
        values = {
            "name": typeset(occasion.name),
            "headline": typeset(occasion.headline),
            "introduction": typeset(occasion.introduction),
            "synonyms": occasion.synonyms,
            "card_texts": [typeset(text) for text in occasion.card_texts],
            "position": position,
        }
        Occasion.objects.update_or_create(slug=occasion.slug, defaults=values)
    for position, add_on in enumerate(ADD_ONS, start=1):
        values = add_on._asdict() | {
            "name": typeset(add_on.name),
            "description": typeset(add_on.description),
            "position": position,
        }
        AddOn.objects.update_or_create(slug=add_on.slug, defaults=values)
    for rank, seed in enumerate(PRODUCTS, start=1):
        _load_product(seed, rank)
    CatalogVersion.objects.filter(pk=1).update(demo_digest=told)
    return True


def _load_product(seed: ProductSeed, rank: int) -> None:
    product, _ = Product.objects.update_or_create(slug=seed.slug, defaults=_values(seed, rank))
    product.occasions.set(Occasion.objects.filter(slug__in=seed.occasions))
    product.save()
    for index, size in enumerate(Size):
        ProductVariant.objects.update_or_create(
            product=product,
            size=size,
            defaults={
                "price_cents": seed.prices[index] * 100,
                "height_cm": seed.heights[index],
                "width_cm": seed.widths[index],
                "stems": sum(stems[index] for *_, stems in seed.recipe),
            },
        )


def _values(seed: ProductSeed, rank: int) -> dict[str, Any]:
    species = [SPECIES[row[0]] for row in seed.recipe]
    return {
        "name": typeset(seed.name),
        "headline": typeset(seed.headline),
        "story": typeset(seed.story),
        "kind": seed.kind,
        "composition": [
            {"species": name, "color": tint, "label": typeset(label), "stems": list(stems)}
            for name, tint, label, stems in seed.recipe
        ],
        "arrangement": seed.arrangement,
        "wrapping": seed.wrapping,
        "colors": seed.colors,
        "care": typeset(seed.care),
        "is_pet_safe": not any(one.is_toxic for one in species),
        "pet_note": typeset(seed.pet_note),
        "is_scented": any(one.is_scented for one in species),
        "sheds_pollen": any(one.sheds_pollen for one in species),
        "irritates_skin": any(one.irritates_skin for one in species),
        "is_funeral": seed.is_funeral,
        "rank": rank,
    }
