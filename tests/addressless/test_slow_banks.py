"""A gift whose bank says no first, or answers days later: nobody is invited unpaid, nobody reads « échec »."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from addressless import sweeps
from addressless.models import Claim
from interflora.lib import clock
from notifications import outbox
from notifications.models import Message
from orders import checkout, payments
from orders.models import Order, Payment
from tests.addressless.pages import text_of, url
from tests.orders import buying, work
from tests.orders.factories import make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
LOU = "lou@belle-adresse.example"


@pytest.fixture
def stripe_page(client: Client, standins: StandIns) -> str:
    """Stripe's page for a gift by e-mail."""
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    assert client.post(url("gift"), {"channel": "email", "email": LOU}).status_code == 302
    buying.write_card(client)
    return buying.press_pay(client)


def hear(standins: StandIns, client: Client) -> None:
    """News from Stripe, then a sweep of the gifts, then the letters."""
    work.settle(standins, Client())
    sweeps.sweep()
    outbox.send_due(50)


def state() -> tuple[str, str, str]:
    return Order.objects.get().status, Payment.objects.latest("pk").status, Claim.objects.get().status


def letters_to(standins: StandIns, contact: str) -> list[str]:
    return [message["subject"] for message in standins.messages("email", to=contact)]


def back_from_stripe(client: Client) -> tuple[int, str]:
    answer = client.get(reverse("orders:return"))
    return answer.status_code, text_of(answer)


def test_a_card_refused_first_and_accepted_next(client: Client, standins: StandIns, stripe_page: str) -> None:
    standins.pay(stripe_page, how="declined")
    hear(standins, client)
    assert state() == ("pending", "pending", "draft")
    assert standins.messages() == []
    status, page = back_from_stripe(client)
    assert (status, "échec" in page.lower(), "refus" in page.lower()) == (200, False, False)
    assert buying.press_pay(client) == stripe_page  # the same page: nothing can be paid twice
    standins.pay(stripe_page)
    hear(standins, client)
    assert Order.objects.get().status == "paid"
    assert len(letters_to(standins, LOU)) == 1
    assert Order.objects.get().events.filter(kind="payment_declined").count() == 1


def test_a_payment_the_bank_examines_is_under_review_and_never_failed(
    client: Client, standins: StandIns, stripe_page: str
) -> None:
    standins.pay(stripe_page, how="delayed")
    hear(standins, client)
    assert state() == ("pending", "pending", "draft")
    status, page = back_from_stripe(client)
    assert status == 200
    assert "Paiement en cours de vérification" in page
    assert "quelques jours ; votre commande est gardée pendant ce temps" in page
    assert "échec" not in page.lower()
    assert "récapitulatif" not in page  # paying a second time is not proposed
    assert standins.messages() == []

    # Pressing « Commander » again leads to the same sentence, not to a second payment.
    answer = client.post(reverse("orders:details"), buying.DETAILS | {"shown_cents": str(buying.shown_total(client))})
    assert answer["Location"] == reverse("orders:return")
    assert Payment.objects.count() == 1

    standins.pay(stripe_page, how="settled")
    hear(standins, client)
    assert Order.objects.get().status == "paid"
    assert len(letters_to(standins, LOU)) == 1
    assert back_from_stripe(client)[0] == 302


def test_days_of_review_do_not_lose_the_order(client: Client, standins: StandIns, stripe_page: str) -> None:
    standins.pay(stripe_page, how="delayed")
    hear(standins, client)
    past = clock.now() - timedelta(days=3)
    Order.objects.update(expires_at=past)
    Payment.objects.update(expires_at=past)
    assert payments.reconcile(Payment.objects.get().pk) is False
    assert checkout.expire(Order.objects.get().pk) is False
    standins.pay(stripe_page, how="settled")
    hear(standins, client)
    assert Order.objects.get().status == "paid"
    assert work.refunds_at_rest() == []


def test_a_bank_that_says_no_days_later_is_told_by_letter(client: Client, standins: StandIns, stripe_page: str) -> None:
    standins.pay(stripe_page, how="delayed")
    hear(standins, client)
    standins.pay(stripe_page, how="bounced")
    for _twice in range(2):
        hear(standins, client)
        payments.fail(Payment.objects.get().pk)
    assert state() == ("pending", "failed", "draft")
    assert letters_to(standins, "camille@martin.example") == ["Votre paiement n’a pas abouti"]
    assert letters_to(standins, LOU) == []
    status, page = back_from_stripe(client)
    assert (status, "Rien n’a été débité" in page) == (200, True)
    second = buying.press_pay(client)
    assert second != stripe_page
    standins.pay(second)
    hear(standins, client)
    assert Order.objects.get().status == "paid"
    assert Message.objects.filter(template="gift_invitation").count() == 1
