"""Rows of products ready for the screen, and the choices a list offers: plain values, one query each."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from django.db.models import Func
from django.urls import reverse

from catalog.browsing import Choice
from catalog.drawing.species import SPECIES
from catalog.models import Occasion, Product, ProductQuerySet
from catalog.wording import fold
from interflora.lib.languages import shown

CARD_FIELDS = ("slug", "picture_key", "photo", "is_pet_safe", "from_cents", "total")


class Card(NamedTuple):
    """A product in a list, its words in the reader's language."""

    slug: str
    path: str
    name: str
    headline: str
    picture_url: str
    is_pet_safe: bool
    from_cents: int


class Shelf(NamedTuple):
    """``is_close``: nothing holds every word of the search, these hold some."""

    cards: list[Card]
    total: int
    is_close: bool = False

    def pages(self, per_page: int) -> int:
        """How many pages hold all of them, one at least."""
        return max(1, -(-self.total // per_page))


class OccasionFacet(NamedTuple):
    slug: str
    name: str
    headline: str
    introduction: str


class Facets(NamedTuple):
    """``flowers``: species and its name, from A to Z, accents aside."""

    occasions: list[OccasionFacet]
    flowers: list[tuple[str, str]]


def cards(products: ProductQuerySet) -> tuple[list[Card], int]:
    """One query. The products need ``from_cents`` and ``total``."""
    rows = list(products.values_list("name", "name_en", "headline", "headline_en", *CARD_FIELDS))
    shop = reverse("catalog:list")
    made = [
        Card(
            slug,
            f"{shop}{slug}/",
            shown(name, name_en),
            shown(headline, headline_en),
            Product(slug=slug, picture_key=key, photo=photo).picture_url(),
            is_safe,
            cents,
        )
        for name, name_en, headline, headline_en, slug, key, photo, is_safe, cents, _ in rows
    ]
    return made, rows[0][-1] if rows else 0


def page_of(choice: Choice) -> Shelf:
    """The products of one page: one query, a second one when a search of several words finds nothing."""
    first = (choice.page - 1) * choice.per_page
    window = slice(first, first + choice.per_page)
    found, total = cards(choice.products()[window])
    if found or not choice.text or " " not in choice.text:
        return Shelf(found, total)
    found, total = cards(choice.products(every_word=False)[window])
    return Shelf(found, total, is_close=True)


def last_page(choice: Choice) -> int:
    """The number of the last page of what is asked: as many queries as its first page."""
    return page_of(replace(choice, page=1)).pages(choice.per_page)


def favorites(count: int) -> list[Card]:
    return cards(Choice().products().filter(is_funeral=False)[:count])[0]


def facets() -> Facets:
    """What the filters offer at present, in the reader's language: two queries."""
    present = (
        Product.objects.on_sale()
        .order_by()
        .annotate(flower=Func("flowers", function="unnest"))
        .values_list("flower", flat=True)
        .distinct()
    )
    return Facets(
        [
            OccasionFacet(one.slug, one.shown_name, one.shown_headline, one.shown_introduction)
            for one in Occasion.objects.filter(is_active=True)
        ],
        sorted(((slug, str(SPECIES[slug].name)) for slug in present if slug in SPECIES), key=lambda one: fold(one[1])),
    )
