"""A sender's copy of what is kept holds nothing of the recipient; after its erasure nobody is left."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from addressless import sweeps
from addressless.models import Claim
from florists import deliveries
from interflora.lib import clock, links
from notifications.models import Message
from orders import cancellation, privacy
from orders.models import Order, Payment, Refund, RefundCause
from orders.recipients import TooLate
from tests.addressless.factories import CONTACTS, make_invited
from tests.addressless.pages import Browser, text_of
from tests.florists.factories import STREET
from tests.orders.factories import make_paid

pytestmark = pytest.mark.django_db
YOU = ("Camille", "Martin", "camille@martin.example")


def page(order: Order, name: str = "data") -> str:
    return reverse(f"orders:{name}", args=[links.token(order.link())])


def make_closed(**fields: object) -> Order:
    """A delivered order with a card."""
    order = make_paid(**fields)
    deliveries.set_card(order.delivery, "Mille baisers")
    close(order)
    return Order.objects.select_related("delivery").get(pk=order.pk)


def close(order: Order) -> None:
    order.delivery.refresh_from_db()
    now = clock.now()
    type(order.delivery).objects.filter(pk=order.delivery_id).update(
        status="canceled", canceled_at=now, next_step="", next_step_owner="", next_step_due_at=None, florist=None
    )
    Order.objects.filter(pk=order.pk).update(
        status="delivered", delivered_at=now, next_step="", next_step_owner="", next_step_due_at=None
    )


def test_the_copy_holds_the_sender_and_nothing_of_the_recipient() -> None:
    order = make_paid()
    answer = Client().get(page(order, "data_copy"))
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store, private"
    whole = answer.content.decode()
    assert json.loads(whole)["you"]["email"] == "camille@martin.example"
    assert json.loads(whole)["order"]["total_cents"] == order.total_cents
    for private in (STREET, "Hirondelles", "Canari", "Rennes", "35000", "B4512"):
        assert private not in whole


@pytest.mark.parametrize("channel", ["email", "sms", "twitter_dm"])
def test_the_copy_of_a_gift_does_not_even_hold_the_contact_that_was_typed(channel: str) -> None:
    claim = make_invited(channel)
    whole = Client().get(page(claim.order, "data_copy")).content.decode()
    assert "gift_invitation" not in whole
    for part in CONTACTS[channel].split("|"):
        assert part not in whole


def test_erasing_leaves_an_order_without_anybody() -> None:
    order = make_closed()
    answer = Browser().submit(page(order), sure="on")
    assert answer["Location"] == links.path(order.link())
    order.refresh_from_db()
    assert order.erased_at is not None
    assert (order.sender_first_name, order.sender_name, order.sender_email, order.sender_phone) == ("", "", "", "")
    assert order.recipient_sealed is None
    order.delivery.refresh_from_db()
    assert order.delivery.card_text == ""
    written = Message.objects.filter(about=f"order:{order.public_id}")
    assert written.exists()
    assert not written.exclude(recipient_plain="").exists()
    assert all(message.context == {} for message in written)
    for path in (links.path(order.link()), page(order), page(order, "data_copy")):
        shown = Client().get(path)
        assert shown.status_code == 200
        assert not [word for word in YOU if word in shown.content.decode()]
    assert order.total_cents == Payment.objects.get(order=order).amount_cents
    assert not privacy.erase(order.pk)


def test_erasing_needs_a_box_and_a_closed_order() -> None:
    order = make_paid()
    assert "C’est possible une fois la commande close" in text_of(Client().get(page(order)))
    with pytest.raises(TooLate):
        privacy.erase(order.pk)
    close(order)
    assert "Cochez la case pour effacer." in text_of(Browser().submit(page(order)))
    order.refresh_from_db()
    assert order.erased_at is None


def test_money_on_its_way_back_keeps_the_sender_until_it_arrived() -> None:
    order = make_paid()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    with pytest.raises(TooLate):
        privacy.erase(order.pk)
    now = clock.now()
    Refund.objects.update(status="succeeded", submitted_at=now, succeeded_at=now, stripe_id="re_1")
    assert privacy.erase(order.pk)


def test_the_account_that_signed_goes_with_its_sender() -> None:
    claim = make_invited()
    Claim.objects.filter(pk=claim.pk).update(
        sender_x_id="77", sender_x_handle="camille", sender_x_verified_at=clock.now()
    )
    copied = Client().get(page(claim.order, "data_copy")).json()["you"]
    assert (copied["x_account"], copied["x_number"]) == ("camille", "77")
    close(claim.order)
    assert privacy.erase(claim.order_id)
    sweeps.purge()
    claim.refresh_from_db()
    assert (claim.sender_x_id, claim.sender_x_handle, claim.sender_x_verified_at) == ("", "", None)


def test_another_order_s_link_opens_nothing() -> None:
    assert Client().get(reverse("orders:data_copy", args=["x" * 43])).status_code == 404
