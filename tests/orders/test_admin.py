"""Orders and money in the back office: readable, read-only, actions that call the verbs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from interflora.lib import clock
from orders import cancellation
from orders.models import Order, Refund, RefundCause
from tests.orders import work
from tests.orders.factories import make_paid
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]


@pytest.fixture
def orders(request: pytest.FixtureRequest) -> list[Order]:
    """A known address, a gift, and a canceled order, made by the shop before the role changes."""
    made = [make_paid(), make_paid(is_gift=True), make_paid()]
    cancellation.cancel(made[2].pk, RefundCause.SENDER_CANCELED)
    request.getfixturevalue("backoffice")
    return made


def signed_in(group: str) -> Client:
    user = User.objects.create_user(group, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    sign_in(client, user)
    return client


def act(client: Client, model: str, action: str, *pks: int) -> Any:
    url = reverse(f"admin:orders_{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": pks}, follow=True)


def test_lists_and_pages_are_readable(orders: list[Order]) -> None:
    client = signed_in("support")
    assert client.get(reverse("admin:orders_order_changelist")).status_code == 200
    for order in orders:
        page = client.get(reverse("admin:orders_order_change", args=[order.pk]))
        assert page.status_code == 200
        assert "paiement reçu" in page.content.decode()
    for model in ("payment", "refund"):
        assert client.get(reverse(f"admin:orders_{model}_changelist")).status_code == 200
    assert client.get(reverse("admin:orders_refund_change", args=[Refund.objects.get().pk])).status_code == 200


def test_an_order_is_found_by_its_printed_number(orders: list[Order]) -> None:
    client = signed_in("support")
    page = client.get(reverse("admin:orders_order_changelist"), {"q": str(orders[0]).lower()}).content.decode()
    assert str(orders[0]) in page
    assert str(orders[1]) not in page


def test_status_and_money_cannot_be_typed(orders: list[Order]) -> None:
    client = signed_in("administrateur")
    order = orders[0]
    client.post(reverse("admin:orders_order_change", args=[order.pk]), {"status": "delivered", "total_cents": "1"})
    order.refresh_from_db()
    assert (order.status, order.total_cents) == ("paid", 5580)
    for verb in ("add", "delete"):
        args = [] if verb == "add" else [order.pk]
        assert client.get(reverse(f"admin:orders_order_{verb}", args=args)).status_code == 403


def test_support_cancels_and_refunds(orders: list[Order]) -> None:
    client = signed_in("support")
    url = reverse("admin:orders_order_refund", args=[orders[0].pk])
    assert client.get(url).status_code == 200
    assert Refund.objects.count() == 1
    for _twice in range(2):
        client.post(url, {"shown": 5580, "typed": "55,80"})
    orders[0].refresh_from_db()
    assert orders[0].status == "canceled"
    assert work.refunds_at_rest() == [("sender_canceled", 5580, "requested"), ("staff", 5580, "requested")]
    assert orders[0].events.get(kind="canceled").actor == "support"


def test_accounting_reads_orders_and_retries_refunds(orders: list[Order]) -> None:
    client = signed_in("comptabilité")
    assert client.post(reverse("admin:orders_order_refund", args=[orders[0].pk])).status_code == 403
    act(client, "order", "cancel_and_refund", orders[0].pk)
    orders[0].refresh_from_db()
    assert orders[0].status == "paid"
    now = clock.now()
    Refund.objects.update(status="failed", failed_at=now, problem="failed", problem_at=now)
    answer = act(client, "refund", "ask_again", Refund.objects.get().pk)
    assert "1 remboursement demandé de nouveau" in answer.content.decode()
    assert Refund.objects.get().generation == 1


def test_a_problem_is_marked_solved(orders: list[Order]) -> None:
    Order.objects.filter(pk=orders[0].pk).update(problem="late", problem_at=clock.now())
    client = signed_in("support")
    page = client.get(reverse("admin:orders_order_changelist"), {"probleme": "tous"}).content.decode()
    assert str(orders[0]) in page
    assert str(orders[1]) not in page
    act(client, "order", "mark_solved", orders[0].pk)
    orders[0].refresh_from_db()
    assert orders[0].problem == ""


@pytest.mark.parametrize("group", ["marketing", "catalogue"])
def test_others_see_no_order(orders: list[Order], group: str) -> None:
    client = signed_in(group)
    for model in ("order", "payment", "refund", "stripeevent"):
        assert client.get(reverse(f"admin:orders_{model}_changelist")).status_code == 403
