"""Buying for a known address, HTTP in; HTTP, rows, messages and provider requests out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from interflora.lib import links
from notifications.models import Message
from orders import cart as carts
from orders.models import Order, Payment
from tests.florists.factories import make_address_key, make_florist, next_served_day
from tests.orders import buying, work
from tests.orders.factories import make_add_on, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


def test_a_bouquet_for_a_known_address_is_bought(client: Client, standins: StandIns) -> None:
    order, page = buying.prepare(client, make_variant(price_cents=4590))
    standins.pay(page)
    standins.deliver(client)
    work.handle_events()
    order.refresh_from_db()
    assert (order.status, order.total_cents, order.delivery.status) == ("paid", 5580, "to_assign")
    assert order.delivery.card_text == "Avec toute mon affection. Camille"
    answer = client.get(reverse("orders:return"), {"session": Payment.objects.get().session_id or ""})
    assert (answer.status_code, answer["Location"]) == (302, links.path(order.link()))
    shown = client.get(answer["Location"]).content.decode()
    assert "Votre commande est confirmée" in shown
    assert "Madeleine Canari, 35000 Rennes" in shown
    assert buying.STREET not in shown
    assert client.session.get("cart") is None
    assert list(Message.objects.filter(about=f"order:{order.public_id}").values_list("template", flat=True)) == [
        "order_confirmed"
    ]


def test_the_return_page_confirms_when_no_webhook_came(client: Client, standins: StandIns) -> None:
    order, page = buying.prepare(client, make_variant())
    session = standins.pay(page)
    answer = client.get(reverse("orders:return"), {"session": session["id"]})
    assert answer.status_code == 302
    order.refresh_from_db()
    assert order.status == "paid"
    standins.deliver(client)
    work.handle_events()
    assert list(order.events.values_list("kind", flat=True)).count("paid") == 1


def test_the_return_page_before_payment_says_it_is_being_checked(client: Client, standins: StandIns) -> None:
    order, _page = buying.prepare(client, make_variant())
    answer = client.get(reverse("orders:return"), {"session": Payment.objects.get().session_id or ""})
    assert "Paiement en cours de vérification" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "pending"


@pytest.mark.parametrize("session", ["\0", "é", "cs_test_unknown", 300 * "x"])
def test_a_forged_return_is_a_page_like_any_other(client: Client, session: str) -> None:
    answer = client.get(reverse("orders:return"), {"session": session})
    assert answer.status_code == 200
    assert "Aucun paiement en cours" in answer.content.decode()


def test_another_browser_at_the_return_page_gets_no_link(client: Client, standins: StandIns) -> None:
    order, page = buying.prepare(client, make_variant())
    session = standins.pay(page)
    shown = Client().get(reverse("orders:return"), {"session": session["id"]}).content.decode()
    assert "Votre paiement est reçu" in shown
    assert links.token(order.link()) not in shown


def test_what_was_shown_is_what_is_charged(client: Client, standins: StandIns) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant(price_cents=4590), add_ons=make_add_on(price_cents=1290).pk)
    buying.type_address(client)
    buying.write_card(client)
    page = client.get(reverse("orders:details")).content.decode()
    assert "68,70\u00a0€" in page
    assert "Commander avec obligation de paiement" in page
    buying.press_pay(client)
    sent = standins.ledger()["sessions"][0]
    assert sent["amount_total"] == 6870


def test_a_total_that_changed_in_another_tab_is_refused(client: Client, standins: StandIns) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant(price_cents=4590))
    buying.type_address(client)
    buying.write_card(client)
    before = buying.shown_total(client)
    buying.add_to_cart(client, make_variant(price_cents=3000))
    answer = client.post(reverse("orders:details"), buying.DETAILS | {"shown_cents": str(before)})
    assert answer.status_code == 409
    assert "Le total a changé" in answer.content.decode()
    assert standins.ledger()["sessions"] == []
    assert buying.shown_total(client) == before + 3000


def test_pressing_pay_twice_opens_one_session(client: Client, standins: StandIns) -> None:
    _order, first = buying.prepare(client, make_variant())
    assert buying.press_pay(client) == first
    assert len(standins.ledger()["sessions"]) == 1


def test_stripe_out_of_reach_breaks_no_page_and_charges_nothing(client: Client, standins: StandIns) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    buying.type_address(client)
    buying.write_card(client)
    standins.fault(
        provider="stripe", operation="checkout.sessions.create", kind="error", status=500, count=9, saved=False
    )
    data = buying.DETAILS | {"shown_cents": str(buying.shown_total(client))}
    answer = client.post(reverse("orders:details"), data)
    assert answer.status_code == 503
    assert "Rien n’a été débité" in answer.content.decode()
    standins.post("reset")
    assert buying.press_pay(client).startswith("http")
    assert Payment.objects.count() == 1


def test_a_corrected_e_mail_reaches_stripe_too(client: Client, standins: StandIns) -> None:
    _order, wrong = buying.prepare(client, make_variant(), email="camile@martin.example")
    right = buying.press_pay(client, email="camille@martin.example")
    work.close_sessions()
    told = [(session["customer_email"], session["status"]) for session in standins.ledger()["sessions"]]
    assert wrong != right
    assert told == [("camile@martin.example", "expired"), ("camille@martin.example", "open")]


def test_a_bouquet_chosen_after_paying_stays_in_the_cart(client: Client, standins: StandIns) -> None:
    _order, page = buying.prepare(client, make_variant())
    session = standins.pay(page)
    standins.deliver(client)
    work.handle_events()
    buying.add_to_cart(client, make_variant())
    assert client.get(reverse("orders:return"), {"session": session["id"]}).status_code == 302
    cart = carts.current(client.session)
    assert cart is not None
    assert cart.lines.count() == client.session["cart_count"] == 1


def test_a_lost_answer_finds_the_same_session_again(client: Client, standins: StandIns) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    buying.type_address(client)
    buying.write_card(client)
    fault = {"provider": "stripe", "operation": "checkout.sessions.create", "kind": "drop_after_effect", "count": 1}
    standins.fault(**fault)
    assert buying.press_pay(client).startswith("http")
    assert len(standins.ledger()["sessions"]) == 1


def test_nothing_of_the_recipient_is_sent_to_stripe(client: Client, standins: StandIns) -> None:
    buying.prepare(client, make_variant())
    sent = str(standins.requests("stripe"))
    for secret in ("Canari", "Hirondelles", "35000", "Rennes", "B4512", "affection", "/commande/"):
        assert secret not in sent.replace("/commande/retour/", "").replace("/commande/paiement-interrompu/", "")


def test_leaving_stripe_keeps_everything(client: Client, standins: StandIns) -> None:
    buying.prepare(client, make_variant())
    page = client.get(reverse("orders:unpaid")).content.decode()
    assert "Rien n’a été débité" in page
    assert reverse("orders:details") in page


def test_the_typed_address_never_comes_back(client: Client) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    buying.type_address(client)
    for name in ("orders:address", "orders:card", "orders:details"):
        assert "Hirondelles" not in client.get(reverse(name)).content.decode()
    page = client.get(reverse("orders:address")).content.decode()
    assert "Adresse enregistrée" in page


def test_only_the_summary_rests_readable_and_encrypted(client: Client) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    order = buying.type_address(client)
    sealed = bytes(Order.objects.get(pk=order.pk).recipient_sealed or b"")
    assert sealed
    assert b"Canari" not in sealed


def test_without_an_order_each_step_leads_back_to_the_cart(client: Client) -> None:
    for name in ("orders:card", "orders:details"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, "/panier/")
    answer = client.get(reverse("orders:address"))
    assert (answer.status_code, answer["Location"]) == (302, "/panier/")


def test_checkout_pages_are_private(client: Client) -> None:
    buying.open_shop()
    buying.add_to_cart(client, make_variant())
    buying.type_address(client)
    for name in ("orders:cart", "orders:address", "orders:card", "orders:details", "orders:return"):
        answer = client.get(reverse(name))
        assert "no-store" in answer["Cache-Control"], name
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_without_an_address_key_the_address_is_refused_kindly_and_nothing_typed_is_lost(client: Client) -> None:
    make_florist()
    buying.add_to_cart(client, make_variant())
    typed = buying.ADDRESS | {"day": next_served_day().isoformat()}
    answer = client.post(reverse("orders:address"), typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Nous ne pouvons pas garder d’adresse en ce moment" in page
    assert [value for value in typed.values() if value not in page] == []
    assert Order.objects.count() == 0
    make_address_key()
    assert client.post(reverse("orders:address"), typed)["Location"] == "/commande/carte/"
