"""Search forgives accents and typos, and never pretends."""

import pytest

from catalog.browsing import Choice
from catalog.models import Product
from catalog.shelves import page_of
from catalog.wording import fold, query_words

pytestmark = pytest.mark.django_db

SAFE_ONLY = "Seulement ce qui est sans danger pour les chats et les chiens."


def first(text: str) -> Product:
    return Product.objects.get(slug=page_of(Choice(text=text)).cards[0].slug)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("pivoinne", "jardin-de-bagatelle"),
        ("rozes", "rouge-opera"),
        ("bouqet blanc", "blanc-de-montmartre"),
        ("TOURNESOLE", "plein-soleil"),
        ("hortencia", "hortensia-du-perron"),
        ("oeillets", "oeillets-de-nice"),
        ("Œillet", "oeillets-de-nice"),
        ("orchidé", "orchidee-saint-germain"),
        ("mimoza", "mimosa-de-tanneron"),
        ("roses rouges", "rouge-opera"),
        ("une seule rose rouge", "la-rose"),
        ("muguet du 1er mai", "muguet-de-chaville"),
        ("jardin bagatel", "jardin-de-bagatelle"),
        ("peonies", "jardin-de-bagatelle"),
        ("White bouquet", "blanc-de-montmartre"),
        ("red roses", "rouge-opera"),
        ("a single red rose", "la-rose"),
        ("sunflowr", "plein-soleil"),
        ("lily", "lys-de-chaillot"),
        ("lilies", "lys-de-chaillot"),
        ("lily of the valley", "muguet-de-chaville"),
        ("daffodil", "premiers-narcisses"),
        ("baby's breath", "oeillets-de-nice"),
    ],
)
def test_the_right_product_comes_first(demo: None, typed: str, slug: str) -> None:
    assert first(typed).slug == slug


@pytest.mark.parametrize(
    ("typed", "occasion"),
    [
        ("fete des meres", "fete-des-meres"),
        ("maman", "fete-des-meres"),
        ("obseques", "deuil"),
        ("annifersaire", "anniversaire"),
        ("mother's day", "fete-des-meres"),
        ("flowers for mum", "fete-des-meres"),
        ("funeral", "deuil"),
    ],
)
def test_an_occasion_is_found_by_its_words(demo: None, typed: str, occasion: str) -> None:
    shelf = page_of(Choice(text=typed))
    assert shelf.is_close is False
    for card in shelf.cards[:4]:
        assert Product.objects.filter(slug=card.slug, occasions__slug=occasion).exists()


@pytest.mark.parametrize(
    "typed", ["chat", "Chats", "cat", "félin", "matou", "toutou", "sans danger pour un chien", "pet safe flowers"]
)
def test_an_animal_asks_for_what_is_safe_for_pets(demo: None, client, typed: str) -> None:
    safe = Product.objects.filter(is_pet_safe=True).order_by("rank").values_list("slug", flat=True)
    shelf = page_of(Choice(text=typed, per_page=48))
    assert [card.slug for card in shelf.cards] == list(safe)
    assert (len(safe), shelf.is_close) == (11, False)
    assert SAFE_ONLY in client.get("/bouquets/", {"q": typed}).content.decode()
    assert SAFE_ONLY not in client.get("/bouquets/", {"q": typed, "animaux": "oui"}).content.decode()


def test_a_flower_for_somebody_with_a_cat_is_both(demo: None) -> None:
    shelf = page_of(Choice(text="roses chat", per_page=48))
    found = Product.objects.filter(slug__in=[card.slug for card in shelf.cards])
    assert shelf.is_close is False
    assert (shelf.cards[0].slug, shelf.total) == ("rouge-opera", 8)
    assert all(product.is_pet_safe and "rose" in product.search_text for product in found)


@pytest.mark.parametrize("typed", ["lys chat", "chat zzzz"])
def test_a_flower_that_harms_a_cat_is_not_offered_with_it(demo: None, typed: str) -> None:
    shelf = page_of(Choice(text=typed, per_page=48))
    assert (shelf.is_close, shelf.total) == (True, 11)
    assert all(card.is_pet_safe for card in shelf.cards)


def test_nonsense_finds_nothing_and_says_so(demo: None, client) -> None:
    response = client.get("/bouquets/", {"q": "zzzz"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Aucune fleur ne répond à «\u00a0zzzz\u00a0»" in page
    assert page.count('class="bouquet"') == 3


def test_words_found_apart_are_announced_as_close(demo: None, client) -> None:
    shelf = page_of(Choice(text="rose zzzz"))
    assert shelf.is_close is True
    assert shelf.cards
    assert "Rien ne répond exactement à ces mots." in client.get("/bouquets/", {"q": "rose zzzz"}).content.decode()


@pytest.mark.parametrize("typed", ["'%", "\\", "%%%", "\x00", "  ", "<b>", "a" * 3000, "🌹", "&|!:*()"])
def test_odd_input_never_breaks(demo: None, client, typed: str) -> None:
    response = client.get("/bouquets/", {"q": typed})
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()


def test_a_product_taken_off_sale_is_not_found(demo: None) -> None:
    Product.objects.filter(slug="jardin-de-bagatelle").update(is_active=False)
    assert [card.slug for card in page_of(Choice(text="pivoinne")).cards] == ["retombee-de-mariee"]


def test_folding() -> None:
    assert fold("Cœur d’Été, « Œillets »") == "coeur d ete oeillets"
    assert query_words("Fête des Mères") == ["fete", "meres"]
    assert query_words("Flowers for my mother") == ["flowers", "mother"]
    assert query_words("de la") == ["de", "la"]
