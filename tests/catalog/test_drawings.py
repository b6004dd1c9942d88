"""Drawn bouquets: the same recipe gives the same picture, light enough for a list, well formed."""

import gzip
import re
from xml.etree import ElementTree

import pytest

from catalog.composition import lines
from catalog.demo.loading import PRODUCTS
from catalog.drawing import Drawing
from catalog.drawing.arrangements import Arrangement
from catalog.drawing.painters import PAINTERS
from catalog.drawing.palette import TINTS
from catalog.drawing.papers import Wrapping
from catalog.drawing.picture import LAYOUTS, Ingredient
from catalog.drawing.species import SPECIES
from catalog.models import Product
from tests.catalog.factories import make_product


def drawing_of(seed) -> Drawing:
    composition = [
        {"species": name, "color": tint, "label": label, "stems": list(stems)}
        for name, tint, label, stems in seed.recipe
    ]
    return Drawing.of(lines(composition), arrangement=seed.arrangement, wrapping=seed.wrapping)


@pytest.mark.parametrize("seed", PRODUCTS, ids=lambda seed: seed.slug)
def test_list_picture_is_light_and_both_are_well_formed(seed) -> None:
    drawing = drawing_of(seed)
    small, large = drawing.svg("small"), drawing.svg("large")
    assert len(gzip.compress(small.encode())) <= 8000
    for text in (small, large):
        root = ElementTree.fromstring(text)
        assert root.get("viewBox") == "0 0 400 500"
        known = set(re.findall(r' id="([^"]+)"', text))
        assert set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text)) <= known
        assert (
            "style=" not in text
            and "<script" not in text
            and "http" not in text.replace(root.tag[1:].split("}")[0], "")
        )


def test_pictures_are_all_different() -> None:
    assert len({drawing_of(seed).svg("small") for seed in PRODUCTS}) == len(PRODUCTS)


def test_the_same_recipe_gives_the_same_bytes() -> None:
    seed = PRODUCTS[0]
    assert drawing_of(seed).svg("large") == drawing_of(seed).svg("large")
    assert drawing_of(seed).key == drawing_of(seed).key != drawing_of(PRODUCTS[1]).key


def test_every_species_form_and_paper_can_be_drawn() -> None:
    assert set(PAINTERS) == set(SPECIES)
    assert set(LAYOUTS) == set(Arrangement.values)
    for number, species in enumerate(SPECIES):
        tint = list(TINTS)[number % len(TINTS)]
        wrapping = Wrapping.values[number % len(Wrapping.values)]
        for arrangement in Arrangement.values:
            drawn = Drawing((Ingredient(species, tint, 9), Ingredient("fern", "forest", 3)), arrangement, wrapping)
            ElementTree.fromstring(drawn.svg("small"))


@pytest.mark.django_db
def test_every_picture_of_a_list_is_sent_in_eight_kilobytes(demo: None, client) -> None:
    for product in Product.objects.all():
        response = client.get(product.picture_url(), headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert len(response.content) <= 8000, product.slug
        assert len(gzip.decompress(response.content)) <= 24_000, product.slug


@pytest.mark.django_db
def test_picture_address_is_cached_for_ever_and_follows_the_recipe(client, django_assert_num_queries) -> None:
    product = make_product()
    address = product.picture_url()
    assert address == f"/images/bouquets/rouge-opera-small.{product.picture_key}.svg"
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content.decode() == product.drawing.svg("small")
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).decode() == product.drawing.svg("small")
    with django_assert_num_queries(0):
        client.get(address)
    product.wrapping = "sage"
    product.save()
    assert product.picture_url() != address
    # A frozen order line still shows the bouquet, but nobody keeps it for ever.
    assert (
        client.get(address.replace("small", "large").replace(address.split(".")[1], "0" * 12))["Cache-Control"]
        == "public, max-age=300"
    )


@pytest.mark.django_db
def test_unknown_picture_is_not_found(client) -> None:
    make_product()
    assert client.get("/images/bouquets/rouge-opera-huge.abc.svg").status_code == 404
    assert client.get("/images/bouquets/nothing-small.abc.svg").status_code == 404
    assert client.get("/images/photos/nothing-small.jpg").status_code == 404
