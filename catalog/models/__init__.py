"""What is sold: occasions, products in three sizes, add-ons, and the number of the current catalogue."""

from catalog.models.add_ons import AddOn
from catalog.models.choices import SIZE_ORDER, VAT_RATES_BP, Color, Kind, Size
from catalog.models.occasions import Occasion
from catalog.models.products import Product, ProductQuerySet, ProductVariant
from catalog.models.versions import CatalogVersion

__all__ = [
    "SIZE_ORDER",
    "VAT_RATES_BP",
    "AddOn",
    "CatalogVersion",
    "Color",
    "Kind",
    "Occasion",
    "Product",
    "ProductQuerySet",
    "ProductVariant",
    "Size",
]
