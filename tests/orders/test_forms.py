"""Each step refuses nonsense with a sentence beside the field, and keeps what was typed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import Order
from tests.florists.factories import next_served_day
from tests.orders import buying
from tests.orders.factories import make_occasion, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client: Client) -> Client:
    buying.open_shop()
    variant = make_variant()
    variant.product.occasions.add(make_occasion("Joyeux anniversaire à toi.", "Bon anniversaire."))
    buying.add_to_cart(client, variant)
    return client


def post(client: Client, step: str, /, **data: str) -> str:
    answer = client.post(reverse(f"orders:{step}"), data)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez un code postal à cinq chiffres."),
        ("7501", "Un code postal compte cinq chiffres. Exemple\u00a0: 75011"),
        ("97400", "Nous ne connaissons pas ce code postal en France métropolitaine."),
        ("99999", "Nous ne connaissons pas ce code postal en France métropolitaine."),
        ("75011", "Aucun de nos fleuristes ne livre encore à ce code postal."),
    ],
)
def test_a_postcode_we_cannot_serve(buyer: Client, typed: str, sentence: str) -> None:
    page = post(buyer, "address", postcode=typed)
    assert sentence in page
    assert f'value="{typed}"' in page or not typed


def test_a_postcode_gives_its_towns_and_days(buyer: Client) -> None:
    page = post(buyer, "address", postcode="35 000")
    assert "35000 Rennes" in page
    assert next_served_day().isoformat() in page
    assert Order.objects.count() == 0


def test_an_incomplete_address_keeps_what_was_typed(buyer: Client) -> None:
    data = buying.ADDRESS | {"day": "", "half_day": "", "line1": "", "name": "Madeleine <b>Canari</b>"}
    page = post(buyer, "address", **data)
    for sentence in ("Indiquez le numéro et la rue.", "Choisissez un jour.", "Choisissez le matin ou l’après-midi."):
        assert sentence in page
    assert "Madeleine &lt;b&gt;Canari&lt;/b&gt;" in page
    assert Order.objects.count() == 0


@pytest.mark.parametrize("change", [{"commune": "Paris"}, {"day": "2020-01-01"}, {"day": "demain"}, {"phone": "12"}])
def test_an_impossible_address_is_refused(buyer: Client, change: dict[str, str]) -> None:
    data = buying.ADDRESS | {"day": next_served_day().isoformat()} | change
    page = post(buyer, "address", **data)
    assert "field__error" in page
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 256, "255 caractères au plus"),
        ("Va sur www.exemple.fr", "retirez-la"),
        ("Écris-moi à a@exemple.fr", "Pas d’adresse e-mail sur la carte"),
        ("Appelle le 06 12 34 56 78", "Pas de numéro de téléphone sur la carte"),
        ("Suis @camille_m", "Pas d’identifiant"),
    ],
)
def test_a_card_that_cannot_be_printed(buyer: Client, text: str, sentence: str) -> None:
    order = buying.type_address(buyer)
    page = post(buyer, "card", text=text, **{"continue": "1"})
    assert sentence in page
    assert text[:40] in page
    order.refresh_from_db()
    assert order.delivery.card_text == ""


def test_ready_texts_and_preview_work_without_javascript(buyer: Client) -> None:
    buying.type_address(buyer)
    page = buyer.get(reverse("orders:card")).content.decode()
    assert "Joyeux anniversaire à toi." in page
    occasion = Order.objects.get().occasion_id
    page = post(buyer, "card", text="brouillon", ready="Bon anniversaire.", occasion=str(occasion))
    assert ">\nBon anniversaire.</textarea>" in page
    page = post(buyer, "card", text="Mille pensées", show="preview", occasion=str(occasion))
    assert ">Mille pensées</div>" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first_name": ""}, "Indiquez votre prénom."),
        ({"first_name": "Camille2"}, "Lettres, trait d’union et apostrophe seulement."),
        ({"first_name": "La Poste"}, "Ce mot est réservé"),
        ({"email": "camille"}, "Cette adresse ne semble pas complète."),
        ({"name": ""}, "Indiquez votre nom."),
        ({"phone": "12"}, "Ce numéro ne semble pas complet."),
        ({"phone": "01 42 68 53 00", "marketing": "on"}, "indiquez un numéro de mobile français"),
        ({"phone": "", "marketing": "on"}, "indiquez un numéro de mobile français"),
    ],
)
def test_details_that_cannot_be_right(buyer: Client, change: dict[str, str], sentence: str) -> None:
    order = buying.type_address(buyer)
    page = post(buyer, "details", **(buying.DETAILS | {"shown_cents": str(order.total_cents)} | change))
    assert sentence in page
    order.refresh_from_db()
    assert order.sender_email == ""


def test_no_box_is_ticked_in_advance(buyer: Client) -> None:
    buying.type_address(buyer)
    page = buyer.get(reverse("orders:details")).content.decode()
    assert 'type="checkbox"' in page
    assert "checked" not in page
    assert "J’accepte de recevoir par SMS" in page
    assert "Pour que notre service vous joigne en cas de difficulté. Le fleuriste ne le reçoit pas." in page
