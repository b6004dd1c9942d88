"""« À traiter »: whatever is stuck is on it, once, for those who may see it; the normal state is empty."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from florists import address_keys
from florists.models import AddressKey, Delivery
from interflora.lib import clock
from notifications.models import Message, MessageStatus
from orders.models import Order, OrderProblem
from tests.florists.factories import make_delivery, make_florist
from tests.orders.factories import make_paid
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]


def signed_in(group: str) -> Client:
    user = User.objects.create_user(f"une-personne-{group}", password=None, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    sign_in(client, user)
    return client


@pytest.mark.usefixtures("backoffice")
def test_the_board_is_empty_when_all_is_well() -> None:
    address_keys.rotate()
    page = signed_in("support").get(reverse("admin:board"))
    assert "Rien n’attend personne" in page.content.decode()


@pytest.mark.parametrize(("group", "sees"), [("support", True), ("réseau", True), ("marketing", False)])
def test_the_board_says_that_no_address_can_be_kept(backoffice: Settings, group: str, sees: bool) -> None:
    client = signed_in(group)
    assert ("aucune clé" in client.get(reverse("admin:board")).content.decode()) is sees
    key, _made = address_keys.rotate()
    assert "aucune clé" not in client.get(reverse("admin:board")).content.decode()
    (Path(backoffice.ADDRESS_KEY_DIR) / f"{key.epoch}.key").unlink()
    assert ("clé privée introuvable" in client.get(reverse("admin:board")).content.decode()) is sees


@pytest.mark.usefixtures("backoffice")
def test_the_board_says_that_the_weekly_key_is_late() -> None:
    address_keys.rotate()
    next_week = clock.paris_today() - timedelta(days=clock.paris_today().weekday()) + timedelta(days=7)
    client = signed_in("support")
    monday, tuesday = clock.at_paris(next_week, 23, 59), clock.at_paris(next_week + timedelta(days=1), 0, 1)
    for moment, late in ((monday, False), (tuesday, True)):
        with time_machine.travel(moment, tick=False):
            sign_in(client, User.objects.get(username="une-personne-support"))
            page = client.get(reverse("admin:board")).content.decode()
        assert ("clé de la semaine en retard" in page) is late


def test_the_board_says_that_addresses_kept_before_cannot_be_read(backoffice: Settings) -> None:
    first, _made = address_keys.rotate()
    make_florist("35000")
    make_delivery()
    AddressKey.objects.filter(pk=first.pk).update(epoch="2020-W01")  # a week gone by
    old = Path(backoffice.ADDRESS_KEY_DIR)
    (old / f"{first.epoch}.key").rename(old / "2020-W01.key")
    address_keys.rotate()
    client = signed_in("support")
    assert "déjà reçues" not in client.get(reverse("admin:board")).content.decode()
    (old / "2020-W01.key").unlink()
    assert "déjà reçues" in client.get(reverse("admin:board")).content.decode()


def test_the_board_says_that_addresses_outlive_their_time(backoffice: Settings) -> None:
    address_keys.rotate()
    make_florist("35000")
    delivery = make_delivery()
    client = signed_in("support")
    assert "aurait dû être effacée" not in client.get(reverse("admin:board")).content.decode()
    rest = {"next_step": "", "next_step_owner": "", "next_step_due_at": None, "canceled_at": clock.now()}
    Delivery.objects.filter(pk=delivery.pk).update(status="canceled", **rest)
    assert "1 adresse aurait dû être effacée" in client.get(reverse("admin:board")).content.decode()


@pytest.mark.usefixtures("stuck_order", "backoffice")
@pytest.mark.parametrize(
    ("group", "sees"),
    [("support", True), ("comptabilité", True), ("réseau", False), ("marketing", False), ("catalogue", False)],
)
def test_an_order_with_a_problem_is_shown_to_those_who_may_see_orders(
    stuck_order: Order, group: str, sees: bool
) -> None:
    page = signed_in(group).get(reverse("admin:board")).content.decode()
    assert (str(stuck_order) in page) is sees


@pytest.mark.usefixtures("backoffice")
def test_a_message_of_unknown_outcome_is_shown_to_support() -> None:
    earlier = clock.now() - timedelta(minutes=16)
    Message.objects.create(
        template="order_confirmed",
        channel="email",
        recipient_plain="camille@exemple.fr",
        dedup_key="k",
        about="order:X",
        status=MessageStatus.UNKNOWN,
        handed_at=earlier,
        attempts=1,
    )
    assert "issue inconnue" in signed_in("support").get(reverse("admin:board")).content.decode()


@pytest.mark.usefixtures("backoffice")
@pytest.mark.parametrize(
    ("group", "shown", "hidden"),
    [
        ("support", ["orders/order", "addressless/claim"], ["notifications/campaign", "catalog/product/add"]),
        ("marketing", ["notifications/campaign", "notifications/contact"], ["orders/order", "addressless/claim"]),
        ("comptabilité", ["orders/payment", "orders/refund"], ["addressless/claim", "notifications/campaign"]),
        ("catalogue", ["catalog/product"], ["orders/order", "florists/delivery"]),
        ("réseau", ["florists/florist", "florists/delivery"], ["orders/payment", "notifications/contact"]),
        ("administrateur", ["orders/order", "notifications/campaign", "catalog/product", "auth/user"], []),
    ],
)
def test_each_group_sees_only_its_menus(group: str, shown: list[str], hidden: list[str]) -> None:
    page = signed_in(group).get(reverse("admin:index")).content.decode()
    assert [path for path in shown if f"/gestion/{path}" not in page] == []
    assert [path for path in hidden if f"/gestion/{path}" in page] == []


@pytest.fixture
def stuck_order() -> Order:
    order = make_paid()
    Order.objects.filter(pk=order.pk).update(problem=OrderProblem.NO_FLORIST, problem_at=clock.now())
    return order
