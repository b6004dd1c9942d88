"""Alcohol: the law's two sentences stand beside it wherever it is offered or ordered, and nowhere else."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from catalog import versions
from catalog.demo import loading
from catalog.models import AddOn
from interflora.lib import links
from orders.models import Order
from tests.addressless.pages import text_of
from tests.orders import buying
from tests.orders.factories import make_add_on, make_variant

pytestmark = pytest.mark.django_db

WARNING = "L’abus d’alcool est dangereux pour la santé, à consommer avec modération. Vente interdite aux mineurs."
PROMISE = "En commandant de l’alcool, vous déclarez avoir 18 ans ou plus"
HANDED = "à remettre à une personne majeure seulement"


@pytest.mark.parametrize("is_alcohol", [True, False])
def test_the_warning_goes_with_the_drink_from_its_page_to_the_florist(client: Client, is_alcohol: bool) -> None:
    times = int(is_alcohol)
    variant, drink = make_variant(), make_add_on(name="Demi-bouteille", is_alcohol=is_alcohol)
    make_add_on()
    versions.bump()
    assert text_of(client.get(variant.product.get_absolute_url())).count(WARNING) == times
    buying.open_shop()
    buying.add_to_cart(client, variant, add_ons=drink.pk)
    assert text_of(client.get(reverse("orders:cart"))).count(WARNING) == times
    order = buying.type_address(client)
    recap = text_of(client.get(reverse("orders:details")))
    assert (recap.count(WARNING), recap.count(PROMISE)) == (times, times)
    Order.objects.filter(pk=order.pk).update(status="canceled", canceled_at=order.created_at)
    assert text_of(client.get(links.path(order.link()))).count(WARNING) == times
    assert render_to_string("florists/_items.html", {"delivery": order.delivery}).count(HANDED) == times


def test_the_demonstration_says_which_of_its_gifts_is_alcohol() -> None:
    loading.load()
    assert list(AddOn.objects.filter(is_alcohol=True).values_list("slug", flat=True)) == ["champagne"]


def test_terms_say_who_may_not_buy_it(client: Client) -> None:
    assert "ne sont ni vendus ni remis à des mineurs" in text_of(client.get(reverse("pages:terms")))
