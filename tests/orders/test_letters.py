"""The sender's letters as received: French, exact, with the one link, nothing of the recipient's side."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from interflora.lib import links
from notifications import outbox
from orders import cancellation, payments
from orders.models import Order, RefundCause
from tests.orders import work
from tests.orders.factories import make_order
from tests.orders.test_changes import deliver
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def bought(standins: StandIns, *, is_gift: bool = False) -> Order:
    order = make_order(is_gift=is_gift)
    standins.pay(payments.start(order, shown_cents=order.total_cents))
    payments.reconcile(order.payments.get().pk)
    return Order.objects.select_related("delivery").get(pk=order.pk)


def received(standins: StandIns) -> list[tuple[str, str]]:
    outbox.send_due(50)
    return [(m["subject"], m["text"]) for m in standins.messages("email", to="camille@martin.example")]


def test_the_confirmation_of_a_known_address(standins: StandIns) -> None:
    order = bought(standins)
    ((subject, text),) = received(standins)
    assert subject == f"Votre commande {order} est confirmée"
    for part in (
        "Bonjour Camille,",
        "Livraison\u00a0: 9,90\u00a0€",
        "Total, livraison comprise\u00a0: 55,80\u00a0€",
        "Livraison prévue",
        links.url(order.link()),
    ):
        assert part in text.replace("\r\n", "\n"), text
    assert "&" not in text
    assert "Rennes" not in text


def test_the_confirmation_of_a_gift(standins: StandIns) -> None:
    bought(standins, is_gift=True)
    ((_subject, text),) = received(standins)
    assert "vous ne verrez pas son adresse" in text
    assert "Livraison prévue" not in text


def test_canceling_is_told_twice_and_no_more(standins: StandIns, client: Client) -> None:
    order = bought(standins)
    cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    work.settle(standins, client)
    subjects = [subject for subject, _text in received(standins)]
    assert subjects[1:] == [f"Votre commande {order} est annulée", "Votre remboursement est envoyé à votre banque"]


@pytest.mark.parametrize("cause", [RefundCause.EXPIRED, RefundCause.UNDELIVERABLE])
def test_an_ended_gift_reads_alike_whatever_happened(standins: StandIns, cause: RefundCause) -> None:
    order = bought(standins, is_gift=True)
    cancellation.cancel(order.pk, cause)
    text = received(standins)[1][1]
    assert "Ce cadeau n’a pas pu être remis." in text
    assert "Le remboursement de 55,80\u00a0€ est demandé." in text


def test_delivered_to_the_half_day(standins: StandIns) -> None:
    order = bought(standins)
    deliver(order)
    work.follow_deliveries()
    subject, text = received(standins)[1]
    assert subject == "Vos fleurs sont livrées"
    assert re.search(r"Vos fleurs ont été livrées \w+ \w+ \w+, (le matin|l’après-midi) \(", text), text
    assert "Lilas" not in text
