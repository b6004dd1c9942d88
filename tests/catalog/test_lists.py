"""Lists: filters, order, pages; few queries, light pages."""

import re

import pytest

from catalog import versions
from catalog.models import Product, ProductVariant
from catalog.wording import fold
from tests.catalog.factories import make_occasion, make_product

pytestmark = pytest.mark.django_db


def slugs(response) -> list[str]:
    """The products listed, without the suggestions of an empty page."""
    page = response.content.decode().partition("suggestions-title")[0]
    return re.findall(r'class="bouquet"><a href="/bouquets/([\w-]+)/"', page)


def test_filters_by_occasion_color_price_flower_and_pets(client) -> None:
    love = make_occasion("amour")
    rose = make_product("rose", prices=(2500, 3000), is_pet_safe=True)
    rose.occasions.add(love)
    rose.save()
    lily = {"species": "lily", "color": "white", "label": "lys", "stems": [3, 5, 9]}
    make_product("lys", prices=(6000, 8000), composition=[lily], colors=["white"])
    versions.bump()
    assert sorted(slugs(client.get("/bouquets/"))) == ["lys", "rose"]
    assert slugs(client.get("/bouquets/?occasion=amour")) == ["rose"]
    assert slugs(client.get("/occasions/amour/")) == ["rose"]
    assert slugs(client.get("/bouquets/?couleur=white")) == ["lys"]
    assert slugs(client.get("/bouquets/?prix=25-35")) == ["rose"]
    assert slugs(client.get("/bouquets/?prix=75-120")) == ["lys"]
    assert slugs(client.get("/bouquets/?fleur=lily")) == ["lys"]
    assert slugs(client.get("/bouquets/?animaux=oui")) == ["rose"]
    assert slugs(client.get("/bouquets/?couleur=white&animaux=oui")) == []
    assert slugs(client.get("/bouquets/?q=lys&couleur=red")) == []


def test_orders(client) -> None:
    make_product("cher", prices=(9000,), name="Zinnia", rank=1)
    make_product("doux", prices=(2500,), name="Été", rank=3)
    make_product("juste", prices=(4000,), name="Abricot", rank=2)
    assert slugs(client.get("/bouquets/")) == ["cher", "juste", "doux"]
    assert slugs(client.get("/bouquets/?tri=prix")) == ["doux", "juste", "cher"]
    assert slugs(client.get("/bouquets/?tri=prix-decroissant")) == ["cher", "juste", "doux"]
    assert slugs(client.get("/bouquets/?tri=nom")) == ["juste", "doux", "cher"]
    assert slugs(client.get("/bouquets/?tri=nouveautes")) == ["juste", "doux", "cher"]


def test_pages_of_24_and_48(demo: None, client) -> None:
    assert len(slugs(client.get("/bouquets/"))) == 24
    assert len(slugs(client.get("/bouquets/?page=2"))) == 16
    assert len(slugs(client.get("/bouquets/?par=48"))) == 40
    both = slugs(client.get("/bouquets/")) + slugs(client.get("/bouquets/?page=2"))
    assert len(set(both)) == 40


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ("/bouquets/?page=3", "/bouquets/?page=2"),
        ("/bouquets/?page=99", "/bouquets/?page=2"),
        ("/bouquets/?par=48&page=2", "/bouquets/?par=48"),
        ("/bouquets/?couleur=pink&page=400", "/bouquets/?couleur=pink"),
        ("/bouquets/?q=roses&page=7", "/bouquets/?q=roses"),
        ("/bouquets/?q=zzzz&page=2", "/bouquets/?q=zzzz"),
        ("/occasions/anniversaire/?page=5", "/occasions/anniversaire/"),
        (f"/bouquets/?page={'9' * 3000}", "/bouquets/?page=2"),
    ],
)
def test_a_page_past_the_end_leads_to_the_last_one(
    demo: None, client, django_assert_max_num_queries, asked: str, last: str
) -> None:
    with django_assert_max_num_queries(7):
        response = client.get(asked)
    assert (response.status_code, response["Location"]) == (302, last)
    assert len(slugs(client.get(last))) > 0 or "zzzz" in last


def test_flowers_are_offered_from_a_to_z_in_each_language(demo: None, client) -> None:
    for language, some in (("fr", ["anémone", "iris", "œillet", "orchidée"]), ("en", ["anemone", "daffodil", "peony"])):
        page = client.get("/bouquets/", headers={"accept-language": language}).content.decode()
        select = re.search(r'<select id="f-flower".*?</select>', page, re.S)
        assert select is not None
        offered = re.findall(r'<option value="\w+">([^<]+)<', select[0])
        assert len(offered) == 27
        assert [fold(name) for name in offered] == sorted(fold(name) for name in offered)
        places = [next(i for i, name in enumerate(offered) if name.startswith(one)) for one in some]
        assert places == sorted(places)


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=abc", "page=²", "page=", "par=7", "par=", "couleur=nope", "tri=x", "prix=1-2",
        "fleur=%00", "occasion=nope", "animaux=non", "q=%20%20", "x=1", "couleur=red&couleur=",
        "occasion=&couleur=&prix=&fleur=&tri=preferes",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_shows_the_first_page(demo: None, client, query: str) -> None:
    assert slugs(client.get(f"/bouquets/?{query}")) == slugs(client.get("/bouquets/"))


def test_a_combination_asked_of_an_occasion_goes_to_the_list(demo: None, client) -> None:
    response = client.get("/occasions/amour/?couleur=red")
    assert (response.status_code, response["Location"]) == (301, "/bouquets/?occasion=amour&couleur=red")
    assert client.get("/occasions/nope/").status_code == 404


def test_combinations_are_not_indexed_and_point_to_their_list(demo: None, client) -> None:
    page = client.get("/bouquets/?occasion=amour&couleur=red").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in page
    assert '<link rel="canonical" href="http://testserver/occasions/amour/">' in page
    assert "noindex" not in client.get("/bouquets/").content.decode()


def test_a_page_of_48_is_light(demo: None, client) -> None:
    for number in range(8):
        make_product(f"encore-{number}")
    versions.bump()
    response = client.get("/bouquets/?par=48")
    assert len(slugs(response)) == 48
    assert len(response.content) < 60_000


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/bouquets/",
        "/bouquets/?par=48",
        "/occasions/amour/",
        "/bouquets/?q=rozes",
        "/bouquets/?q=zzzz",
        "/bouquets/rouge-opera/",
    ],
)
def test_at_most_five_queries_cold_and_few_warm(
    demo: None, client, django_assert_max_num_queries, address: str
) -> None:
    with django_assert_max_num_queries(5):
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(3 if "q=" in address else 1):
        client.get(address)


def test_a_change_of_the_catalogue_shows_at_once(demo: None, client) -> None:
    client.get("/bouquets/")
    Product.objects.filter(slug="rouge-opera").update(name="Rouge Bastille")
    assert "Rouge Bastille" not in client.get("/bouquets/").content.decode()
    versions.bump()
    assert "Rouge Bastille" in client.get("/bouquets/").content.decode()


def test_a_product_without_a_size_on_sale_is_not_shown(client) -> None:
    product = make_product()
    ProductVariant.objects.update(is_active=False)
    assert slugs(client.get("/bouquets/")) == []
    assert client.get(product.get_absolute_url()).status_code == 404


def test_home_sells_the_gift_without_an_address(demo: None, client) -> None:
    page = client.get("/").content.decode()
    assert "Vous ne connaissez pas l’adresse\u00a0?" in page
    assert page.count('class="bouquet"') == 8
    assert "jardin-de-bagatelle-large" in page


def test_sitemap_and_robots(demo: None, client) -> None:
    sitemap = client.get("/sitemap.xml")
    assert sitemap["Content-Type"] == "application/xml"
    assert sitemap.content.decode().count("<loc>") == 2 + 15 + 40
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
