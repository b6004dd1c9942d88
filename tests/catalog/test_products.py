"""The product and its page."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog import versions
from catalog.composition import validate_composition
from catalog.models import AddOn, Product, ProductVariant
from tests.catalog.factories import make_add_on, make_occasion, make_product

pytestmark = pytest.mark.django_db
ROW = {"species": "rose", "color": "red", "label": "roses rouges", "stems": [9, 15, 25]}


def test_saving_writes_what_is_searched_and_sorted(client) -> None:
    product = make_product(name="Été à Nîmes")
    product.occasions.add(make_occasion("fete-des-meres", name="Fête des mères", synonyms="maman"))
    product.save()
    assert product.sort_key == "ete a nimes"
    assert product.search_flower == "rose roses rose roses rosier"
    assert product.search_head == "bouquet ete a nimes roses rouges a grandes fleurs rouge red bouquet"
    for word in ("fete des meres", "maman", "bouquet rond", "round bouquet", "roses rouges", "flowers"):
        assert word in product.search_text
    assert (product.main_flower, product.flowers) == ("rose", ["rose"])


def test_label_and_recipe_of_a_size() -> None:
    product = make_product(
        composition=[ROW, {"species": "fern", "color": "forest", "label": "fougères", "stems": [0, 2, 3]}]
    )
    small, medium, _ = product.variants.all()
    assert small.label == "Rouge Opéra, petit"
    assert (small.recipe(), medium.recipe()) == (["9 roses rouges"], ["15 roses rouges", "2 fougères"])
    assert product.flowers == ["rose"]


def test_one_stem_is_told_in_the_singular() -> None:
    product = make_product(composition=[ROW | {"label": "rose rouge / roses rouges", "stems": [1, 3, 0]}])
    assert [variant.recipe() for variant in product.variants.all()] == [["1 rose rouge"], ["3 roses rouges"], []]


def test_a_vase_is_offered_only_with_stems_to_put_in_it(client) -> None:
    make_add_on(is_for_stems=True)
    assert "Vase en verre" in client.get(make_product().get_absolute_url()).content.decode()
    assert "Vase en verre" not in client.get(make_product("p", kind="plant").get_absolute_url()).content.decode()
    assert "Vase en verre" not in client.get(make_product("v", arrangement="vase").get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "change", [{"price_cents": 499}, {"price_cents": 50_001}, {"height_cm": 4}, {"width_cm": 251}, {"stems": 0}]
)
def test_the_database_refuses_an_impossible_size(change: dict[str, int]) -> None:
    make_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductVariant.objects.filter(size="small").update(**change)


def test_the_database_refuses_an_unknown_vat_rate_and_a_second_same_size() -> None:
    product = make_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.update(vat_bp=1960)
    with pytest.raises(IntegrityError), transaction.atomic():
        AddOn.objects.create(slug="x", name="x", price_cents=500, vat_bp=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductVariant.objects.create(
            product=product, size="small", price_cents=3000, height_cm=30, width_cm=30, stems=3
        )


@pytest.mark.parametrize(
    "composition",
    [
        [], {}, "rose", [{}], [ROW | {"species": "triffid"}], [ROW | {"color": "octarine"}], [ROW | {"stems": [1, 2]}],
        [ROW | {"stems": [1, 2, -3]}], [ROW | {"stems": "123"}], [ROW | {"label": ""}], [ROW | {"more": 1}],
        [ROW | {"label_en": "a" * 81}], [ROW | {"label_en": 1}],
        [ROW | {"species": "fern"}, ROW],
    ],
)  # fmt: skip
def test_a_recipe_that_cannot_be_drawn_is_refused(composition: object) -> None:
    with pytest.raises(ValidationError):
        validate_composition(composition)


def test_page_offers_sizes_and_fitting_add_ons(client) -> None:
    product = make_product()
    vase = make_add_on()
    make_add_on("ruban", name="Ruban de deuil", fits_joy=False, fits_funeral=True)
    page = client.get(product.get_absolute_url()).content.decode()
    for variant in product.variants.all():
        assert f'name="variant" value="{variant.pk}"' in page
    assert page.count(" checked") == 1
    assert f'name="add_ons" value="{vase.pk}"' in page
    assert "Ruban de deuil" not in page
    assert 'action="/panier/' in page
    assert "55,00\u00a0€" in page
    Product.objects.update(is_funeral=True)
    versions.bump()
    page = client.get(product.get_absolute_url()).content.decode()
    assert "Ruban de deuil" in page and "Vase en verre" not in page


def test_page_speaks_to_search_engines_and_shares(client) -> None:
    page = client.get(make_product().get_absolute_url()).content.decode()
    assert '<link rel="canonical" href="http://testserver/bouquets/rouge-opera/">' in page
    assert '<meta property="og:title" content="Rouge Opéra">' in page
    assert '<meta itemprop="price" content="55.00">' in page


def test_unknown_product_is_not_found_and_costs_no_write(client) -> None:
    assert client.get("/bouquets/nope/").status_code == 404
    assert client.post("/bouquets/").status_code == 405


def test_nothing_inline_in_the_pages(demo: None, client) -> None:
    for address in ("/", "/bouquets/", "/bouquets/rouge-opera/", "/bouquets/?q=zzzz"):
        page = client.get(address).content.decode()
        assert "style=" not in page and "<style" not in page and "onclick" not in page
        assert page.count("<script") == page.count('<script type="module" src=')


def test_version_counts_up_and_never_doubles_its_row() -> None:
    assert versions.current() == 0
    versions.bump()
    first = versions.current()
    versions.bump()
    assert versions.current() == first + 1
