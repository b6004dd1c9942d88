"""The basket over HTTP."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import Cart, CartLine
from tests.orders.buying import add_to_cart
from tests.orders.factories import make_add_on, make_variant

pytestmark = pytest.mark.django_db


def cart_page(client: Client) -> str:
    return client.get(reverse("orders:cart")).content.decode()


def test_an_empty_cart_is_honest_and_makes_no_row(client: Client) -> None:
    assert "Votre panier est encore vide" in cart_page(client)
    assert Cart.objects.count() == 0
    assert "boutique" not in client.cookies


def test_the_total_shows_the_delivery(client: Client) -> None:
    add_to_cart(client, make_variant(price_cents=4590), add_ons=make_add_on(price_cents=1290).pk)
    page = cart_page(client)
    for price in ("58,80\u00a0€", "9,90\u00a0€", "68,70\u00a0€"):
        assert price in page


def test_the_same_bouquet_twice_is_one_line(client: Client) -> None:
    variant = make_variant()
    add_to_cart(client, variant)
    add_to_cart(client, variant)
    assert list(CartLine.objects.values_list("quantity", flat=True)) == [2]
    assert client.session["cart_count"] == 2
    add_to_cart(client, variant, add_ons=make_add_on().pk)
    assert CartLine.objects.count() == 2


def test_quantity_changes_and_lines_leave(client: Client) -> None:
    add_to_cart(client, make_variant())
    line = CartLine.objects.get()
    client.post(reverse("orders:cart_line", args=[line.pk]), {"quantity": "3"})
    assert (CartLine.objects.get().quantity, client.session["cart_count"]) == (3, 3)
    client.post(reverse("orders:cart_line", args=[line.pk]), {"quantity": "0"})
    assert (CartLine.objects.count(), client.session["cart_count"]) == (0, 0)


@pytest.mark.parametrize("quantity", ["-1", "10", "beaucoup", ""])
def test_nonsense_quantities_change_nothing(client: Client, quantity: str) -> None:
    add_to_cart(client, make_variant())
    line = CartLine.objects.get()
    client.post(reverse("orders:cart_line", args=[line.pk]), {"quantity": quantity})
    assert CartLine.objects.get().quantity == 1


def test_a_cart_never_lists_more_than_stripes_page_can(client: Client) -> None:
    add_ons = [make_add_on().pk for _ in range(4)]
    for _ in range(20):
        add_to_cart(client, make_variant(), add_ons=add_ons)
    assert CartLine.objects.count() == 19
    assert "Votre panier est plein" in cart_page(client)


def test_a_full_cart_says_so(client: Client) -> None:
    variant = make_variant()
    add_to_cart(client, variant, quantity=9)
    answer = client.post(reverse("orders:cart_add"), {"variant": variant.pk}, follow=True)
    assert "Votre panier est plein" in answer.content.decode()
    assert CartLine.objects.get().quantity == 9


def test_somebody_elses_line_is_out_of_reach(client: Client) -> None:
    add_to_cart(client, make_variant())
    other = Client()
    add_to_cart(other, make_variant())
    line = CartLine.objects.order_by("pk").first()
    assert line is not None
    other.post(reverse("orders:cart_line", args=[line.pk]), {"quantity": "0"})
    assert CartLine.objects.filter(pk=line.pk).exists()


def test_what_is_not_sold_is_refused(client: Client) -> None:
    variant = make_variant()
    variant.is_active = False
    variant.save()
    for typed in (variant.pk, "999999", "x", ""):
        answer = client.post(reverse("orders:cart_add"), {"variant": typed}, follow=True)
        assert "n’est plus en vente" in answer.content.decode()
    assert CartLine.objects.count() == 0


def test_a_line_that_left_the_catalogue_blocks_the_next_step(client: Client) -> None:
    variant = make_variant()
    add_to_cart(client, variant)
    variant.is_active = False
    variant.save()
    page = cart_page(client)
    assert "retirez-le pour continuer" in page
    assert "Choisir la livraison" not in page
