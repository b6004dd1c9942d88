"""Puts the demonstration catalogue in the database."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from catalog import versions
from catalog.demo.add_ons import ADD_ONS
from catalog.demo.bouquets import BOUQUETS
from catalog.demo.english import add_ons, bouquets, care, labels, occasions, plants
from catalog.demo.funeral import FUNERAL
from catalog.demo.occasions import OCCASIONS
from catalog.demo.plants import PLANTS
from catalog.demo.seeds import AddOnSeed, OccasionSeed, ProductSeed, ProductText, typeset, typeset_english
from catalog.drawing.picture import EDITION
from catalog.drawing.species import SPECIES
from catalog.models import AddOn, CatalogVersion, Occasion, Product, ProductVariant, Size

# Raise it when Product.derive changes, so that rows already loaded follow.
DERIVED = 6
PRODUCTS = [*BOUQUETS, *PLANTS, *FUNERAL]
ENGLISH: dict[str, ProductText] = bouquets.BOUQUETS | plants.PLANTS | plants.FUNERAL


def digest() -> str:
    """Changes with the demonstration data and with the way it is drawn."""
    french = (EDITION, DERIVED, OCCASIONS, ADD_ONS, PRODUCTS)
    english = (ENGLISH, occasions.OCCASIONS, add_ons.ADD_ONS, labels.LABELS, care.CARE)
    return hashlib.sha256(repr((french, english)).encode()).hexdigest()


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
        Occasion.objects.update_or_create(slug=occasion.slug, defaults=_occasion(occasion) | {"position": position})
    for position, add_on in enumerate(ADD_ONS, start=1):
        AddOn.objects.update_or_create(slug=add_on.slug, defaults=_add_on(add_on) | {"position": position})
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


def _occasion(seed: OccasionSeed) -> dict[str, Any]:
    english = occasions.OCCASIONS[seed.slug]
    return {
        "name": typeset(seed.name),
        "name_en": typeset_english(english.name),
        "headline": typeset(seed.headline),
        "headline_en": typeset_english(english.headline),
        "introduction": typeset(seed.introduction),
        "introduction_en": typeset_english(english.introduction),
        "synonyms": seed.synonyms,
        "synonyms_en": english.synonyms,
        "card_texts": [typeset(text) for text in seed.card_texts],
        "card_texts_en": [typeset_english(text) for text in english.card_texts],
    }


def _add_on(seed: AddOnSeed) -> dict[str, Any]:
    name, description = add_ons.ADD_ONS[seed.slug]
    return seed._asdict() | {
        "name": typeset(seed.name),
        "name_en": typeset_english(name),
        "description": typeset(seed.description),
        "description_en": typeset_english(description),
    }


def _values(seed: ProductSeed, rank: int) -> dict[str, Any]:
    species = [SPECIES[row[0]] for row in seed.recipe]
    english = ENGLISH[seed.slug]
    return {
        "name": typeset(seed.name),
        "name_en": typeset_english(english.name),
        "headline": typeset(seed.headline),
        "headline_en": typeset_english(english.headline),
        "story": typeset(seed.story),
        "story_en": typeset_english(english.story),
        "kind": seed.kind,
        "composition": [
            {
                "species": name,
                "color": tint,
                "label": typeset(label),
                "label_en": typeset_english(labels.LABELS[label]),
                "stems": list(stems),
            }
            for name, tint, label, stems in seed.recipe
        ],
        "arrangement": seed.arrangement,
        "wrapping": seed.wrapping,
        "colors": seed.colors,
        "care": typeset(seed.care),
        "care_en": typeset_english(care.CARE[seed.care]),
        "is_pet_safe": not any(one.is_toxic for one in species),
        "pet_note": typeset(seed.pet_note),
        "pet_note_en": typeset_english(english.pet_note),
        "is_scented": any(one.is_scented for one in species),
        "sheds_pollen": any(one.sheds_pollen for one in species),
        "irritates_skin": any(one.irritates_skin for one in species),
        "is_funeral": seed.is_funeral,
        "rank": rank,
    }
