"""The catalogue in English: everything the demonstration says has its English, and no page mixes the two."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.translation import override

from catalog import versions
from catalog.browsing import Choice, Sort
from catalog.demo.loading import PRODUCTS
from catalog.demo.seeds import typeset_english
from catalog.models import AddOn, Occasion, Product
from catalog.shelves import page_of
from interflora.lib import wording
from tests.catalog.factories import make_add_on, make_occasion, make_product

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en-GB,en;q=0.9,fr;q=0.5"}


def words_of(client: Client, address: str, headers: dict[str, str] | None = None) -> str:
    """Everything a page says, titles, descriptions and alternative texts included, without its addresses."""
    page = client.get(address, headers=headers or ENGLISH).content.decode()
    spoken = " ".join(re.findall(r'(?:content|alt|aria-label|placeholder)="(?!http)([^"]*)"', page))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page) + " " + spoken).split())


def french_texts() -> set[str]:
    """What the catalogue says in French and differently in English."""
    pairs: set[tuple[str, str]] = set()
    for product in Product.objects.all():
        pairs |= {(getattr(product, name), getattr(product, f"{name}_en")) for name in PRODUCT_TEXTS}
        for line in product.recipe:
            pairs |= set(zip(line.label.split(" / "), line.label_en.split(" / "), strict=True))
    for occasion in Occasion.objects.all():
        pairs |= {(getattr(occasion, name), getattr(occasion, f"{name}_en")) for name in OCCASION_TEXTS}
    for add_on in AddOn.objects.all():
        pairs |= {(add_on.name, add_on.name_en), (add_on.description, add_on.description_en)}
    return {french for french, english in pairs if french != english} - {""}


PRODUCT_TEXTS = ("name", "headline", "story", "care", "pet_note")
OCCASION_TEXTS = ("name", "headline", "introduction")


# --- The demonstration is whole ----------------------------------------------------------------------------------
def test_everything_the_demonstration_says_is_said_in_english(demo: None) -> None:
    for model, count in ((Product, 40), (Occasion, 15), (AddOn, 7)):
        assert model.objects.filter(has_english=True).count() == count
    for product in Product.objects.all():
        assert len(product.story_en) > 80, product.slug
        assert len({product.name_en, product.headline_en, product.story_en, product.care_en}) == 4
    assert Product.objects.values("name_en").distinct().count() == 40
    assert Product.objects.values("story_en").distinct().count() == 40
    for occasion in Occasion.objects.all():
        assert len(occasion.card_texts_en) == len(occasion.card_texts), occasion.slug


def test_card_texts_of_both_languages_may_be_written_on_a_card(demo: None) -> None:
    texts = [text for one in Occasion.objects.all() for text in [*one.card_texts, *one.card_texts_en]]
    assert [wording.screen_message(text) for text in texts] == texts


def test_english_typography_has_curly_quotes_and_no_french_blanks(demo: None) -> None:
    assert typeset_english("'Red Naomi' roses, 37.5 cl: it's a 180 g box") == (
        "‘Red Naomi’ roses, 37.5\u00a0cl: it’s a 180\u00a0g box"
    )
    for product in Product.objects.all():
        said = " ".join([product.name_en, product.headline_en, product.story_en, product.care_en, product.pet_note_en])
        said += " ".join(line.label_en for line in product.recipe)
        assert not re.search(r"'|\"|[«»]|\s[:;!?]", said), product.slug


# --- Pages -------------------------------------------------------------------------------------------------------
def test_no_page_of_the_catalogue_mixes_french_into_english(demo: None, client: Client) -> None:
    french = french_texts()
    assert len(french) > 250
    addresses = ["/", "/bouquets/?par=48", "/bouquets/?q=roses", "/bouquets/?q=zzzz", "/occasions/", "/panier/"]
    addresses += [f"/occasions/{slug}/" for slug in Occasion.objects.values_list("slug", flat=True)]
    addresses += [f"/bouquets/{seed.slug}/" for seed in PRODUCTS]
    for address in addresses:
        words = words_of(client, address)
        mixed = [text for text in french if re.search(rf"(?<!\w){re.escape(' '.join(text.split()))}(?!\w)", words)]
        assert mixed == [], address


def test_a_product_page_speaks_english_to_people_and_to_machines(demo: None, client: Client) -> None:
    response = client.get("/bouquets/oeillets-de-nice/", headers=ENGLISH)
    page = unescape(response.content.decode())
    product = Product.objects.get(slug="oeillets-de-nice")
    assert "<title>Carnations from Nice, Pink carnations and gypsophila – " in page
    assert '<meta property="og:title" content="Carnations from Nice">' in page
    assert f'<meta name="description" content="{product.story_en[:100]}' in page
    assert '<h1 itemprop="name">Carnations from Nice</h1>' in page
    assert f'<p itemprop="description">{product.story_en}</p>' in page
    assert 'alt="Carnations from Nice, Pink carnations and gypsophila"' in page
    words = words_of(client, "/bouquets/oeillets-de-nice/")
    assert "11 pink carnations 2 stems of gypsophila 2 stems of ruscus" in words
    assert product.care_en in words.replace("\u00a0", " ") or product.care_en.replace("\u00a0", " ") in words
    assert "Hand-blown glass vase Clear glass, 22 cm, the right height for the bouquet." in words


def test_a_page_is_kept_for_each_language(demo: None, client: Client) -> None:
    for headers, name, other in (
        (ENGLISH, "Opera Red", "Rouge Opéra"),
        ({"accept-language": "fr"}, "Rouge Opéra", "Opera Red"),
    ):
        for address in ("/", "/bouquets/", "/bouquets/rouge-opera/", "/bouquets/?q=rozes"):
            words = words_of(client, address, headers)
            assert (name in words, other in words) == (True, False), (address, headers)


def test_an_english_text_left_empty_is_shown_in_french(client: Client) -> None:
    product = make_product(name_en="Opera Red")
    words = words_of(client, product.get_absolute_url())
    assert "Opera Red Roses rouges à grandes fleurs Le rouge du rideau." in words
    assert "9 roses rouges" in words
    assert "Recoupez les tiges." in words


def test_what_lacks_its_english_is_known() -> None:
    line = {"species": "rose", "color": "red", "label": "roses rouges", "stems": [9, 15, 25]}
    product = make_product(name_en="Opera Red", headline_en="Red roses", story_en="The curtain.", care_en="Trim.")
    seen = [product.has_english]
    for name, value in (("composition", [line | {"label_en": "red roses"}]), ("pet_note", "Sans danger.")):
        setattr(product, name, value)
        product.save()
        seen.append(product.has_english)
    assert seen == [False, True, False]
    add_on, occasion = make_add_on(), make_occasion()
    assert (add_on.has_english, occasion.has_english) == (False, False)
    add_on.name_en = "Glass vase"
    add_on.save()
    occasion.name_en, occasion.headline_en = "Love", "Flowers to say I love you"
    occasion.save()
    assert (add_on.has_english, occasion.has_english) == (True, True)


def test_from_a_to_z_is_by_the_name_that_is_read() -> None:
    make_product("a", name="Abricot", name_en="Zest")
    make_product("z", name="Zinnia", name_en="Amber")
    for language, first in (("fr", "Abricot"), ("en", "Amber")):
        with override(language):
            assert page_of(Choice(sort=Sort.NAME)).cards[0].name == first


def test_what_is_searched_does_not_depend_on_who_saves() -> None:
    product = make_product(name_en="Opera Red")
    before = (product.search_flower, product.search_head, product.search_text, product.sort_key, product.sort_key_en)
    with override("en"):
        product.save()
    after = (product.search_flower, product.search_head, product.search_text, product.sort_key, product.sort_key_en)
    assert after == before
    versions.bump()
    assert "opera red" in product.search_head
