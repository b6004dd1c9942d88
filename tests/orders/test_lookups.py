"""« Retrouver ma commande »: the same answer for everybody, and mails to the addresses of orders alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from interflora.lib import clock, links
from notifications import outbox
from notifications.models import Message
from orders import lookups, tasks
from orders.models import Lookup, Order
from tests.addressless.factories import CONTACTS, make_invited
from tests.addressless.pages import text_of
from tests.orders.factories import make_order, make_paid
from tests.orders.test_privacy import make_closed
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
FIND, ASKED = "/commande/retrouver/", "/commande/retrouver/demande/"
CAMILLE = "camille@martin.example"


def ask(email: str, **headers: str) -> object:
    return Client(headers=headers or None).post(FIND, {"email": email})


def sweep() -> list[Message]:
    tasks.sweep_lookups()
    return list(Message.objects.filter(template="order_links").order_by("pk"))


def later(**ago: float) -> None:
    """As if what was asked so far had been asked that long before."""
    for lookup in Lookup.objects.all():
        Lookup.objects.filter(pk=lookup.pk).update(asked_at=lookup.asked_at - timedelta(**ago))


def test_a_lost_link_is_mailed_to_the_address_of_the_order(standins: StandIns) -> None:
    first, second = make_paid(), make_paid(is_gift=True)
    assert ask(" Camille@Martin.example ")["Location"] == ASKED  # type: ignore[index]
    (message,) = sweep()
    assert message.recipient_plain == CAMILLE
    assert message.about == f"order:{second.public_id}"
    assert links.token(second.link()) not in str(message.context)
    outbox.send_due(50)
    told = [m for m in standins.messages("email", to=CAMILLE) if m["subject"] == "Le lien de votre commande"]
    assert len(told) == 1
    text = told[0]["text"].replace("\r\n", "\n")
    assert "Bonjour Camille," in text
    assert text.index(links.url(second.link())) < text.index(links.url(first.link()))
    assert f"Commande {first}, passée " in text


def test_known_and_unknown_leave_the_same_trace_and_the_same_page(
    django_assert_num_queries: object, client: Client
) -> None:
    make_paid()
    answers = {}
    for email in (CAMILLE, "personne@nulle-part.example"):
        with django_assert_num_queries(6):  # type: ignore[operator]
            answer = client.post(FIND, {"email": email})
        page = client.get(answer["Location"])
        answers[email] = (answer.status_code, answer.content, sorted(answer.headers.items()), text_of(page))
    assert answers[CAMILLE] == answers["personne@nulle-part.example"]
    assert Message.objects.filter(template="order_links").count() == 0  # nothing is looked up before the worker
    assert [lookup.email for lookup in Lookup.objects.order_by("email")] == [CAMILLE, "personne@nulle-part.example"]
    assert [message.recipient_plain for message in sweep()] == [CAMILLE]


def test_at_most_one_mail_an_hour(client: Client) -> None:
    make_paid()
    for _ in range(3):
        assert ask(CAMILLE)["Location"] == ASKED  # type: ignore[index]
        assert len(sweep()) == 1
    later(minutes=59)
    ask("CAMILLE@martin.example")
    assert len(sweep()) == 1
    later(minutes=2)
    ask(CAMILLE)
    assert len(sweep()) == 2


def test_only_what_was_paid_within_a_year_and_still_has_its_sender() -> None:
    make_order()
    old, erased = make_paid(), make_closed()
    Order.objects.filter(pk=old.pk).update(paid_at=clock.now() - timedelta(days=366))
    from_page = reverse("orders:data", args=[links.token(erased.link())])
    assert Client().post(from_page, {"sure": "on"}).status_code == 302
    ask(CAMILLE)
    assert sweep() == []
    assert Lookup.objects.get().answered_at is not None


def test_a_canceled_order_is_found_too() -> None:
    order = make_paid()
    Order.objects.filter(pk=order.pk).update(
        status="canceled", canceled_at=clock.now(), next_step="", next_step_owner="", next_step_due_at=None
    )
    ask(CAMILLE)
    assert len(sweep()) == 1


def test_each_spelling_of_an_address_hears_of_its_own_orders() -> None:
    make_paid()
    other = make_paid(sender_email="Camille@martin.example")
    ask(CAMILLE)
    told = {message.recipient_plain: [o["number"] for o in message.context["orders"]] for message in sweep()}
    assert set(told) == {CAMILLE, "Camille@martin.example"}
    assert told["Camille@martin.example"] == [other.public_id]


def test_a_recipient_is_never_found() -> None:
    make_invited("email")
    ask(CONTACTS["email"])
    assert sweep() == []


def test_nothing_is_told_twice_by_two_workers() -> None:
    make_paid()
    lookups.ask(CAMILLE, "fr")
    pk = Lookup.objects.get().pk
    assert lookups.answer(pk) is True
    assert lookups.answer(pk) is False
    assert Message.objects.filter(template="order_links").count() == 1


def test_what_was_typed_goes_after_a_day() -> None:
    ask("personne@nulle-part.example")
    sweep()
    assert Lookup.objects.count() == 1
    later(hours=25)
    tasks.sweep_lookups()
    assert Lookup.objects.count() == 0


def test_the_mail_speaks_the_language_of_the_page(standins: StandIns) -> None:
    make_paid()
    ask(CAMILLE, **{"Accept-Language": "en"})
    sweep()
    outbox.send_due(50)
    assert "The link to your order" in [m["subject"] for m in standins.messages("email", to=CAMILLE)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez l’adresse e-mail de votre commande."),
        ("camille", "Cette adresse ne semble pas complète. Exemple\u00a0: camille@exemple.fr"),
        ("<b>@x", "Cette adresse ne semble pas complète. Exemple\u00a0: camille@exemple.fr"),
    ],
)
def test_a_mistyped_address_is_said_beside_the_field(client: Client, typed: str, sentence: str) -> None:
    answer = client.post(FIND, {"email": typed})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    assert "<b>@x" not in page
    assert Lookup.objects.count() == 0


def test_one_address_of_the_network_asks_twenty_times_in_ten_minutes(client: Client) -> None:
    caches["default"].clear()
    for number in range(20):
        assert client.post(FIND, {"email": f"essai-{number}@exemple.fr"}).status_code == 302
    answer = client.post(FIND, {"email": "essai-20@exemple.fr"})
    assert answer.status_code == 429
    assert "Beaucoup de demandes sont venues d’ici." in answer.content.decode()
    assert Lookup.objects.count() == 20


@pytest.mark.parametrize("path", ["/", "/aide/", "/commande/inconnu/"])
def test_where_it_is_found(client: Client, path: str) -> None:
    assert f'href="{FIND}"' in client.get(path).content.decode()
