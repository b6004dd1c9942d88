"""The demonstration catalogue keeps what the shop promises of it."""

from collections import Counter

import pytest
from django.core.management import call_command

from catalog.composition import validate_composition
from catalog.demo.add_ons import ADD_ONS
from catalog.demo.loading import PRODUCTS, load
from catalog.demo.occasions import OCCASIONS
from catalog.demo.seeds import typeset
from catalog.drawing.species import SPECIES
from catalog.models import AddOn, CatalogVersion, Occasion, Product, ProductVariant


def test_forty_products_over_fifteen_occasions() -> None:
    assert len(PRODUCTS) == 40
    assert len(OCCASIONS) == 15
    used = Counter(occasion for product in PRODUCTS for occasion in product.occasions)
    assert set(used) == {occasion.slug for occasion in OCCASIONS}


def test_every_product_has_its_own_name_story_and_picture() -> None:
    for values in (
        [product.slug for product in PRODUCTS],
        [product.name for product in PRODUCTS],
        [product.story for product in PRODUCTS],
        [(product.recipe[0][0], product.arrangement) for product in PRODUCTS],
    ):
        assert len(values) == len(set(values))
    assert len({product.recipe[0][0] for product in PRODUCTS}) == 26
    assert len({product.arrangement for product in PRODUCTS}) == 12


def test_prices_lie_between_25_and_120_euros_and_grow_with_the_size() -> None:
    for product in PRODUCTS:
        small, medium, large = product.prices
        assert 25 <= small < medium < large <= 120, product.slug


def test_card_texts_fit_on_the_card() -> None:
    for occasion in OCCASIONS:
        assert occasion.card_texts
        assert all(0 < len(typeset(text)) <= 255 for text in occasion.card_texts)


def test_typography_is_french() -> None:
    assert typeset("L'eau : « oui » ! 10 %") == "L’eau\u00a0: «\u00a0oui\u00a0»\u00a0! 10\u00a0%"
    assert typeset("roses 'Red Naomi'") == "roses ‘Red Naomi’"


def test_loading_twice_changes_nothing(demo: None, django_assert_num_queries) -> None:
    before = list(Product.objects.order_by("pk").values_list("pk", "picture_key", "search_text", "updated_at"))
    with django_assert_num_queries(1 + 2):  # and the savepoint
        assert load() is False
    assert list(Product.objects.order_by("pk").values_list("pk", "picture_key", "search_text", "updated_at")) == before
    assert Product.objects.count() == 40
    assert ProductVariant.objects.count() == 120
    assert Occasion.objects.count() == len(OCCASIONS)
    assert AddOn.objects.count() == len(ADD_ONS)
    assert CatalogVersion.objects.count() == 1


def test_a_photo_sent_by_the_staff_survives_a_new_demonstration(demo: None) -> None:
    Product.objects.filter(slug="rouge-opera").update(photo="abc")
    CatalogVersion.objects.update(demo_digest="an older one")
    call_command("load_demo_catalogue")
    assert Product.objects.get(slug="rouge-opera").photo == "abc"


def test_pet_safe_means_no_toxic_flower_or_leaf(demo: None) -> None:
    for product in Product.objects.all():
        validate_composition(product.composition)
        toxic = {line.species for line in product.recipe if SPECIES[line.species].is_toxic}
        assert product.is_pet_safe is not bool(toxic), product.slug
    assert Product.objects.filter(is_pet_safe=True, flowers__contains=["lily"]).count() == 0
    assert Product.objects.filter(is_pet_safe=True).count() == 11


@pytest.mark.parametrize("slug", ["lys-de-chaillot", "gerbe-de-lys"])
def test_lilies_warn_about_cats(demo: None, client, slug: str) -> None:
    assert "Dangereux pour les chats." in client.get(f"/bouquets/{slug}/").content.decode()
