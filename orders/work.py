"""What the florist makes, frozen on the work order in the florists' language; no price anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import override

from catalog.models import ProductVariant
from orders.models import CartLine

Item = dict[str, Any]


def of_cart(cart_lines: Sequence[CartLine]) -> list[Item]:
    """One item for each line of the cart."""
    return [
        {
            **_flowers(line.variant),
            "quantity": line.quantity,
            "add_ons": [add_on.name for add_on in line.add_ons.all()],
            "has_alcohol": any(add_on.is_alcohol for add_on in line.add_ons.all()),
        }
        for line in cart_lines
    ]


def with_other_flowers(item: Item, variant: ProductVariant) -> Item:
    """The same number of them, with the same accessories."""
    return {**item, **_flowers(variant)}


def _flowers(variant: ProductVariant) -> Item:
    """`product_en` is for the recipient."""
    with override("fr"):
        return {
            "product": variant.product.name,
            "product_en": variant.product.name_en,
            "size": str(variant.get_size_display()),
            "recipe": variant.recipe(),
            "picture": variant.product.picture_url("large"),
        }
