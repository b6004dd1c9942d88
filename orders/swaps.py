"""Another bouquet in place of the one that was bought, at the recipient's wish: never dearer than what was paid.

The order and its lines stay as sold (I14): only what the florist makes changes, and the sender reads it once the
flowers are delivered.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import ProductVariant
from florists.models import Delivery
from orders import work
from orders.models import LineKind, Order, OrderLine

OF_THE_PRICE = 6
CLOSEST_BELOW = 2
UNREAD = ("story", "story_en", "care", "care_en", "composition", "search_head", "search_text", "search_flower")


class BouquetGone(Exception):
    """This bouquet is not to be had in place of the one bought: retired meanwhile, of another price, or never was."""


def is_possible(delivery: Delivery) -> bool:
    """Only one kind of flowers was bought: there is no doubt which it replaces."""
    return len(delivery.items) == 1


def sold(order: Order) -> ProductVariant:
    """The flowers that were bought."""
    return ProductVariant.objects.select_related("product").get(pk__in=_lines(order).values("variant_id"))


def offered(order: Order) -> list[ProductVariant]:
    """A short list: what is safe for pets first, then what spares allergies.

    Of exactly the same price; from below only the closest, when no bouquet of that price suits a cat or an allergy, or
    when there is none at all. One query.
    """
    unread = [f"product__{name}" for name in UNREAD]
    dearest_first = _fitting(order).order_by("product_id", "-price_cents").distinct("product_id").defer(*unread)
    found = sorted((row for row in dearest_first if _may_replace(row)), key=_suits_first)
    chosen = [row for row in found if row.is_same_price][:OF_THE_PRICE]
    below = sorted((row for row in found if not row.is_same_price), key=lambda row: -row.price_cents)
    if not any(row.product.is_pet_safe for row in chosen):
        chosen += [row for row in below if row.product.is_pet_safe][:CLOSEST_BELOW]
    if not any(row.product.spares_allergies for row in chosen):
        chosen += [row for row in below if row.product.spares_allergies][:CLOSEST_BELOW]
    return sorted(chosen or below[:CLOSEST_BELOW], key=_suits_first)


def in_place(order: Order, variant_pk: int) -> list[work.Item]:
    """What the florist makes instead. One query; raises BouquetGone."""
    variant = _fitting(order).filter(pk=variant_pk).first()
    if variant is None or not _may_replace(variant):
        raise BouquetGone
    return [work.with_other_flowers(order.delivery.items[0], variant)]


def told_to_sender(order: Order) -> work.Item | None:
    """The flowers the recipient preferred, once the sender knows of the delivery; before, nothing tells."""
    is_told = order.status == Order.Status.DELIVERED and order.delivery.is_swapped
    return order.delivery.items[0] if is_told else None


def _lines(order: Order) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order, kind=LineKind.PRODUCT)


def _fitting(order: Order) -> QuerySet[ProductVariant, Any]:
    """On sale, another product, at most the price that was paid, of the same VAT: every account stays true."""
    paid = _lines(order).filter(vat_bp=OuterRef("product__vat_bp"))
    needs_vase = OrderLine.objects.filter(order=order, add_on__is_for_stems=True)
    return (
        ProductVariant.objects.select_related("product")
        .filter(Exists(paid.filter(unit_cents__gte=OuterRef("price_cents"))), is_active=True)
        .filter(product__is_active=True, product__is_funeral=False)
        .exclude(Exists(_lines(order).filter(variant__product=OuterRef("product"))))
        .annotate(is_same_price=Exists(paid.filter(unit_cents=OuterRef("price_cents"))), for_vase=Exists(needs_vase))
    )


def _may_replace(variant: Any) -> bool:
    """A vase that was bought needs stems."""
    return variant.product.wants_vase or not variant.for_vase


def _suits_first(variant: ProductVariant) -> tuple[bool, bool, int, int]:
    product = variant.product
    return not product.is_pet_safe, not product.spares_allergies, -variant.price_cents, product.rank
