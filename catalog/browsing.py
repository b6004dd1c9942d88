"""What a shopper asked of the list: read from the address, kept in links, turned into a query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, TextChoices, Window
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog import search
from catalog.drawing.species import SPECIES
from catalog.models import Color, Product, ProductQuerySet, ProductVariant
from catalog.wording import names_an_animal
from interflora.lib.languages import is_english

PAGE_SIZES = (24, 48)
LAST_PAGE = 400


class Sort(TextChoices):
    FAVORITES = "preferes", _("Nos préférés")
    CHEAPEST = "prix", _("Prix croissant")
    DEAREST = "prix-decroissant", _("Prix décroissant")
    NAME = "nom", _("De A à Z")
    NEWEST = "nouveautes", _("Nouveautés")


class Price(TextChoices):
    """Bands in euros; a product is in a band when one of its sizes is."""

    LOW = "25-35", _("De 25 à 35 €")
    MIDDLE = "35-50", _("De 35 à 50 €")
    HIGH = "50-75", _("De 50 à 75 €")
    TOP = "75-120", _("Plus de 75 €")


ORDERS: dict[str, tuple[str, ...]] = {
    Sort.FAVORITES: ("rank", "sort_key"),
    Sort.CHEAPEST: ("from_cents", "rank"),
    Sort.DEAREST: ("-from_cents", "rank"),
    Sort.NAME: ("sort_key",),
    Sort.NEWEST: ("-created_at", "rank"),
}


@dataclass(frozen=True)
class Choice:
    """A list page as asked for; an unknown value counts as none, so that an old link still shows flowers."""

    text: str = ""
    occasion: str = ""
    color: str = ""
    price: str = ""
    flower: str = ""
    for_pets: bool = False
    sort: str = ""
    page: int = 1
    per_page: int = PAGE_SIZES[0]

    @classmethod
    def read(cls, query: QueryDict, occasions: set[str]) -> Choice:
        def one_of(name: str, known: object) -> str:
            value = query.get(name, "")
            return value if value in known else ""  # type: ignore[operator]

        per_page = query.get("par", "")
        return cls(
            text=" ".join(query.get("q", "").split())[:80],
            occasion=one_of("occasion", occasions),
            color=one_of("couleur", Color.values),
            price=one_of("prix", Price.values),
            flower=one_of("fleur", SPECIES),
            for_pets=query.get("animaux") == "oui",
            sort=one_of("tri", Sort.values),
            page=_page(query.get("page", "")),
            per_page=int(per_page) if per_page in map(str, PAGE_SIZES) else PAGE_SIZES[0],
        )

    def query_string(self, **changes: object) -> str:
        """« ?couleur=pink&page=2 » for this choice with ``changes``; the first page unless it is named."""
        other = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        told = {
            "q": other.text,
            "occasion": other.occasion,
            "couleur": other.color,
            "prix": other.price,
            "fleur": other.flower,
            "animaux": "oui" if other.for_pets else "",
            "tri": other.sort,
            "par": other.per_page if other.per_page != PAGE_SIZES[0] else "",
            "page": other.page if other.page > 1 else "",
        }
        text = urlencode({name: value for name, value in told.items() if value})
        return f"?{text}" if text else ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.color or self.price or self.flower or self.for_pets)

    @property
    def names_an_animal(self) -> bool:
        """The list keeps to what is safe for pets because the search says so, not the filter."""
        return not self.for_pets and names_an_animal(self.text)

    @property
    def is_plain(self) -> bool:
        """Worth indexing: a list or an occasion, not one of its thousand combinations."""
        return not (self.text or self.is_filtered or self.sort or self.per_page != PAGE_SIZES[0])

    def products(self, *, every_word: bool = True) -> ProductQuerySet:
        """The products of all pages, in order, with ``from_cents`` and ``total`` (how many there are)."""
        found = Product.objects.on_sale().with_prices()
        if self.occasion:
            found = found.for_occasion(self.occasion)
        if self.color:
            found = found.of_color(self.color)
        if self.price:
            low, high = (int(euros) * 100 for euros in self.price.split("-"))
            sizes = ProductVariant.objects.filter(product=OuterRef("pk"), is_active=True)
            found = found.filter(Exists(sizes.filter(price_cents__gte=low, price_cents__lte=high)))
        if self.flower:
            found = found.with_flower(self.flower)
        if self.for_pets:
            found = found.for_pets()
        if self.text:
            found = search.find(found, self.text, every_word=every_word)
        if self.sort or not self.text:
            found = found.order_by(*_order(self.sort or Sort.FAVORITES), "pk")
        return found.annotate(total=Window(Count("pk")))


def _page(told: str) -> int:
    """1 for anything but a number; a number of many digits is cut, it is past the end all the same."""
    return min(max(int(told[:6]), 1), LAST_PAGE) if told.isascii() and told.isdigit() else 1


def _order(sort: str) -> tuple[str, ...]:
    """From A to Z is by the name that is read."""
    return ("sort_key_en",) if sort == Sort.NAME and is_english() else ORDERS[sort]
