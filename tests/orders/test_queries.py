"""The pages of the purchase ask the database a fixed, small number of questions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interflora.lib import links
from orders.models import Order
from tests.orders import buying
from tests.orders.factories import make_add_on, make_occasion, make_paid, make_variant
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def fill(client: Client, bouquets: int) -> None:
    buying.open_shop()
    for _ in range(bouquets):
        variant = make_variant()
        variant.product.occasions.add(make_occasion())
        buying.add_to_cart(client, variant, add_ons=[make_add_on().pk, make_add_on().pk])
    buying.type_address(client)


@pytest.mark.parametrize(
    ("name", "most"), [("orders:cart", 4), ("orders:address", 4), ("orders:card", 5), ("orders:details", 4)]
)
def test_a_step_costs_the_same_for_one_bouquet_or_eight(name: str, most: int) -> None:
    one, eight = Client(), Client()
    fill(one, 1)
    fill(eight, 8)
    counts = queries(one, reverse(name)), queries(eight, reverse(name))
    assert counts[0] == counts[1] <= most


def test_the_cart_badge_costs_nothing(client: Client) -> None:
    assert queries(client, reverse("orders:cart")) == 0


@pytest.mark.parametrize("is_gift", [False, True])
def test_the_order_page(client: Client, is_gift: bool) -> None:
    order = make_paid(is_gift=is_gift)
    assert queries(client, links.path(order.link())) <= 6


def test_the_back_office_list_costs_the_same_for_one_order_or_many(request: pytest.FixtureRequest) -> None:
    make_paid()
    from_one = Order.objects.count()
    assert from_one == 1
    for _ in range(5):
        make_paid(is_gift=True)
    request.getfixturevalue("backoffice")
    client = Client()
    sign_in(client, request.getfixturevalue("admin_user"))
    assert queries(client, reverse("admin:orders_order_changelist")) <= 10
