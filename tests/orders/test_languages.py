"""One order, two readers: what was sold is frozen in both languages, the florist works in French."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import AddOn, Occasion, Product, ProductVariant
from interflora.lib import links
from notifications import rendering
from notifications.models import Message
from orders.models import Order
from tests.addressless.factories import make_invited
from tests.addressless.pages import Browser, text_of
from tests.orders import buying, work
from tests.orders.factories import make_add_on, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FRENCH = {"Accept-Language": "fr"}
LINE = {"species": "rose", "color": "red", "label": "roses rouges", "label_en": "red roses", "stems": [9, 15, 25]}


def sold() -> tuple[ProductVariant, AddOn]:
    variant = make_variant(name="Rouge Opéra", name_en="Opera Red", composition=[LINE], price_cents=4590)
    occasion = Occasion.objects.create(
        slug="amour", name="Amour", name_en="Love", headline="x", card_texts=["Toi."], card_texts_en=["You."]
    )
    variant.product.occasions.add(occasion)
    return variant, make_add_on(name="Vase en verre", name_en="Glass vase", price_cents=1290)


def test_an_english_buyer_reads_english_from_the_basket_to_the_mail(client: Client, standins: StandIns) -> None:
    variant, vase = sold()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    buying.open_shop()
    buying.add_to_cart(client, variant, add_ons=vase.pk)
    basket = text_of(client.get("/panier/"))
    assert "Opera Red Medium · €45.90 + Glass vase · €12.90" in basket
    order = buying.type_address(client)
    card = text_of(client.get(reverse("orders:card")))
    assert "You." in card and "Love" in card and "Amour" not in card
    buying.write_card(client)
    details = text_of(client.get(reverse("orders:details")))
    assert "Opera Red, medium €45.90 Glass vase €12.90 Delivery €9.90" in details
    page = buying.press_pay(client)
    asked = str(standins.requests("stripe"))
    assert "Opera Red, medium" in asked and "Glass vase" in asked and "Rouge Opéra" not in asked
    standins.pay(page)
    standins.deliver(client)
    work.handle_events()
    mail = rendering.render(Message.objects.get(template="order_confirmed")).text
    assert "Opera Red, medium: €45.90" in mail and "Glass vase: €12.90" in mail and "Delivery: €9.90" in mail
    order.refresh_from_db()
    delivery = order.delivery
    assert (delivery.items[0]["product"], delivery.items[0]["size"]) == ("Rouge Opéra", "Moyen")
    assert delivery.items[0]["product_en"] == "Opera Red"
    assert (delivery.items[0]["recipe"], delivery.items[0]["add_ons"]) == (["15 roses rouges"], ["Vase en verre"])


def test_the_order_page_follows_its_reader_and_keeps_the_names_of_that_day(client: Client, standins: StandIns) -> None:
    variant, vase = sold()
    buying.open_shop()
    buying.add_to_cart(client, variant, add_ons=vase.pk)
    order = buying.type_address(client)
    buying.write_card(client)
    standins.pay(buying.press_pay(client))
    standins.deliver(client)
    work.handle_events()
    Product.objects.update(name="Autre chose", name_en="Something else")
    AddOn.objects.update(name="Autre vase", name_en="Another vase")
    address = links.path(order.link())
    for headers, names in (
        (ENGLISH, "Opera Red, medium €45.90 Glass vase €12.90 Delivery €9.90"),
        (FRENCH, "Rouge Opéra, moyen 45,90 € Vase en verre 12,90 € Livraison 9,90 €"),
    ):
        assert names in text_of(client.get(address, headers=headers)).replace("\u00a0", " ")


def test_changing_the_language_in_the_middle_prices_nothing_again(client: Client) -> None:
    variant, vase = sold()
    buying.open_shop()
    buying.add_to_cart(client, variant, add_ons=vase.pk)
    order = buying.type_address(client)
    frozen = list(order.lines.values_list("pk", "label", "label_en", "total_cents"))
    client.post(reverse("orders:address"), headers=ENGLISH)
    buying.type_address(client)
    assert list(Order.objects.get().lines.values_list("pk", "label", "label_en", "total_cents")) == frozen
    assert [(french, english) for _pk, french, english, _cents in frozen] == [
        ("Rouge Opéra, moyen", "Opera Red, medium"),
        ("Vase en verre", "Glass vase"),
        ("Livraison", "Delivery"),
    ]


def test_a_name_without_english_is_sold_under_its_french_one(client: Client) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant(name="Rouge Opéra"), add_ons=make_add_on(name="Vase en verre").pk)
    order = buying.type_address(client)
    assert list(order.lines.values_list("label_en", flat=True)) == ["Rouge Opéra, medium", "", "Delivery"]
    assert "Vase en verre" in text_of(client.get(reverse("orders:details"), headers=ENGLISH))


def test_the_recipient_reads_the_flowers_in_their_own_language() -> None:
    claim = make_invited()
    delivery = claim.order.delivery
    delivery.items[0] |= {"product": "Rouge Opéra", "product_en": "Opera Red"}
    delivery.save(update_fields=["items"])
    for language, name, other in (("en", "Opera Red", "Rouge Opéra"), ("fr", "Rouge Opéra", "Opera Red")):
        browser = Browser()
        browser.cookies["langue"] = language
        page = unescape(browser.open_gift(claim).content.decode())
        assert f'alt="{name}"' in page and other not in re.sub(r'src="[^"]*"', "", page)
