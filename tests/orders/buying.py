"""A buyer's steps over HTTP, each through the forms the pages show."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from catalog.models import ProductVariant
from orders.models import Order
from tests.florists.factories import make_address_key, make_florist, next_served_day

STREET = "17 rue des Hirondelles-Canari"
ADDRESS = {
    "postcode": "35000",
    "commune": "Rennes",
    "name": "Madeleine Canari",
    "line1": STREET,
    "line2": "",
    "access_code": "B4512",
    "phone": "",
    "note": "",
    "half_day": "afternoon",
}
DETAILS = {
    "first_name": "Camille",
    "name": "Martin",
    "email": "camille@martin.example",
    "phone": "",
}


def open_shop() -> None:
    """One florist in Rennes and a key for the vault."""
    make_address_key()
    make_florist()


def add_to_cart(client: Client, variant: ProductVariant, **more: Any) -> None:
    answer = client.post(reverse("orders:cart_add"), {"variant": variant.pk, **more})
    assert (answer.status_code, answer["Location"]) == (302, "/panier/")


def type_address(client: Client, **changes: str) -> Order:
    data = ADDRESS | {"day": next_served_day().isoformat()} | changes
    answer = client.post(reverse("orders:address"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == "/commande/carte/"
    return Order.objects.get(public_id=client.session["order"])


def write_card(client: Client, text: str = "Avec toute mon affection. Camille") -> None:
    answer = client.post(reverse("orders:card"), {"text": text, "continue": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/commande/vous/")


def shown_total(client: Client) -> int:
    page = client.get(reverse("orders:details")).content.decode()
    found = re.search(r'name="shown_cents" value="(\d+)"', page)
    assert found is not None
    return int(found[1])


def press_pay(client: Client, **changes: str) -> str:
    """The address of Stripe's page."""
    data = DETAILS | {"shown_cents": str(shown_total(client))} | changes
    answer = client.post(reverse("orders:details"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer["Location"]


def prepare(client: Client, variant: ProductVariant, **changes: str) -> tuple[Order, str]:
    """From the product page to Stripe's."""
    open_shop()
    add_to_cart(client, variant)
    order = type_address(client)
    write_card(client)
    return order, press_pay(client, **changes)
