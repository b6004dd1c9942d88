"""Products for the tests: small, real, on sale."""

from __future__ import annotations

from typing import Any

from catalog.models import AddOn, Occasion, Product, ProductVariant, Size


def make_occasion(slug: str = "amour", **values: Any) -> Occasion:
    return Occasion.objects.create(
        slug=slug, **({"name": slug.capitalize(), "headline": f"Des fleurs : {slug}"} | values)
    )


def make_product(slug: str = "rouge-opera", *, prices: tuple[int, ...] = (3500, 5500, 8500), **values: Any) -> Product:
    """A product in as many sizes as ``prices`` (euro cents); red roses unless ``values`` say otherwise."""
    row = {"species": "rose", "color": "red", "label": "roses rouges", "stems": [9, 15, 25]}
    product = Product.objects.create(
        slug=slug,
        **(
            {
                "name": "Rouge Opéra",
                "headline": "Roses rouges à grandes fleurs",
                "story": "Le rouge du rideau.",
                "composition": [row],
                "arrangement": "dome",
                "wrapping": "kraft",
                "colors": ["red"],
                "care": "Recoupez les tiges.",
            }
            | values
        ),
    )
    for size, cents in zip(Size.values, prices, strict=False):
        ProductVariant.objects.create(
            product=product, size=size, price_cents=cents, height_cm=40, width_cm=30, stems=15
        )
    return product


def make_add_on(slug: str = "vase", **values: Any) -> AddOn:
    return AddOn.objects.create(slug=slug, **({"name": "Vase en verre", "price_cents": 1490} | values))
