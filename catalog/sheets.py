"""A product's page, made once for each version of the catalogue."""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import render_to_string

from catalog import shelves
from catalog.browsing import Choice
from catalog.models import AddOn, Product, ProductVariant

COMPANIONS = 4


class Sheet(NamedTuple):
    """``html_form`` goes inside the form that adds to the cart; empty when there is no such product."""

    name: str = ""
    headline: str = ""
    story: str = ""
    path: str = ""
    picture_url: str = ""
    html_top: str = ""
    html_form: str = ""
    html_bottom: str = ""

    @classmethod
    def of(cls, slug: str) -> Sheet:
        """Four queries at most."""
        product = Product.objects.on_sale().filter(slug=slug).first()
        if product is None:
            return cls()
        variants = list(ProductVariant.objects.filter(product=product, is_active=True).order_by("price_cents"))
        for variant in variants:
            variant.product = product
        ctx = {
            "product": product,
            "variants": variants,
            "chosen": variants[len(variants) // 2],
            "add_ons": _add_ons(product),
            "companions": _companions(product),
        }
        return cls(
            name=product.shown_name,
            headline=product.shown_headline,
            story=product.shown_story,
            path=product.get_absolute_url(),
            picture_url=product.picture_url("large"),
            html_top=render_to_string("catalog/_product_top.html", ctx),
            html_form=render_to_string("catalog/_product_form.html", ctx),
            html_bottom=render_to_string("catalog/_product_bottom.html", ctx),
        )


def _add_ons(product: Product) -> list[AddOn]:
    fitting = AddOn.objects.filter(**{"fits_funeral" if product.is_funeral else "fits_joy": True}, is_active=True)
    return list(fitting if product.wants_vase else fitting.filter(is_for_stems=False))


def _companions(product: Product) -> list[shelves.Card]:
    """Other products of the same tone: for a mourning, never a birthday bouquet."""
    others = Choice().products().exclude(pk=product.pk).filter(is_funeral=product.is_funeral)
    if not product.is_funeral:
        others = others.filter(colors__overlap=product.colors)
    return shelves.cards(others[:COMPANIONS])[0]
