"""Before money moves or an address is shown, password and code again when the last ones are ten minutes old."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django import Settings

from florists import address_keys
from florists.models import AddressKey, AddressRead
from orders.models import Order, Refund
from tests.florists.factories import STREET, make_accepted, make_florist
from tests.orders.factories import make_paid
from tests.staff.conftest import CODE, LOGIN, PASSWORD, PROVE
from tests.staff_access import code_of, grow_old, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db: None) -> Order:
    """A paid order, made while this process still holds the shop's keys: name it before the others."""
    return make_paid()


@pytest.fixture
def vault(backoffice: Settings) -> AddressKey:
    return address_keys.rotate()[0]


@pytest.fixture
def inside(ines, enrolled, client):
    """Ines, in for eleven minutes."""
    sign_in(client, ines)
    grow_old(client, seconds=601)
    return client


def test_coming_in_is_a_proof_for_ten_minutes(order, ines, password_only):
    password_only.post(CODE, {"code": code_of(ines)})
    assert password_only.get(reverse("admin:orders_order_refund", args=[order.pk])).status_code == 200


def test_a_refund_asks_for_it_and_does_nothing_before(order, inside, ines):
    url = reverse("admin:orders_order_refund", args=[order.pk])
    answer = inside.get(url)
    assert answer.headers["Location"] == f"{PROVE}?next={url.replace('/', '%2F')}"
    text = inside.post(url, follow=True).content.decode()
    assert "Rien n’a encore été fait" in text
    assert Refund.objects.count() == 0
    answer = inside.post(PROVE, {"password": PASSWORD, "code": code_of(ines), "next": url})
    assert answer.headers["Location"] == url
    assert inside.get(url).status_code == 200
    inside.post(url, {"shown": order.total_cents, "typed": "55,80"})
    assert Refund.objects.get().payment.order == order


def test_refunds_of_lists_ask_for_it_too(order, inside, ines):
    ines.is_superuser = True
    ines.save()
    refund = order.payments.get().refunds.create(cause="staff", amount_cents=100)
    for model, action, row in (
        ("orders_order", "cancel_and_refund", order),
        ("orders_refund", "ask_again", refund),
    ):
        data = {"action": action, "_selected_action": [row.pk]}
        answer = inside.post(reverse(f"admin:{model}_changelist"), data, follow=True)
        assert answer.redirect_chain[-1][0].startswith(PROVE), action
    assert Order.objects.get(pk=order.pk).status == "paid"
    assert Refund.objects.get().attempts == 0


def test_an_address_asks_for_it(inside, ines, vault):
    ines.user_permissions.add(Permission.objects.get(codename="read_address"))
    make_florist("35000")
    delivery = make_accepted()
    url = reverse("admin:florists_delivery_adresse", args=[delivery.pk])
    reason = {"reason": "Le fleuriste est perdu"}
    assert inside.post(url, reason).headers["Location"].startswith(PROVE)
    assert AddressRead.objects.count() == 0
    inside.post(PROVE, {"password": PASSWORD, "code": code_of(ines)})
    assert STREET in inside.post(url, reason).content.decode()


@pytest.mark.parametrize(
    ("password", "sentence"), [("faux", "Ce n’est pas votre mot de passe."), (PASSWORD, "Ce code n’est pas le bon")]
)
def test_both_must_be_right(order, inside, ines, password, sentence):
    code = "rien" if password == PASSWORD else code_of(ines)
    page = inside.post(PROVE, {"password": password, "code": code})
    assert sentence in page.content.decode()
    assert inside.get(reverse("admin:orders_order_refund", args=[order.pk])).status_code == 302


def test_a_wrong_password_spends_no_code(inside, ines):
    code = code_of(ines)
    inside.post(PROVE, {"password": "faux", "code": code})
    assert inside.post(PROVE, {"password": PASSWORD, "code": code}).status_code == 302


def test_somebody_who_is_not_in_proves_nothing(ines, enrolled, client):
    client.post(LOGIN, {"username": "ines", "password": PASSWORD})
    answer = client.post(PROVE, {"password": PASSWORD, "code": code_of(ines)})
    assert answer.headers["Location"].startswith(LOGIN)


def test_a_clock_set_back_does_not_make_a_proof_last(order, inside):
    grow_old(inside, seconds=-3600)
    assert inside.get(reverse("admin:orders_order_refund", args=[order.pk])).status_code == 302
