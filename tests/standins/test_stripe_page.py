"""The payment page, as a person without JavaScript uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from tests.standin_client import StandIns
from tests.standins.conftest import Shop, order


@pytest.fixture
def session(bank: Any) -> Any:
    return bank.v1.checkout.sessions.create(order())


def act(browser: requests.Session, session: Any, what: str, **fields: str) -> requests.Response:
    return browser.post(session.url, {"do": what, **fields}, allow_redirects=False)


def test_page_shows_what_is_bought_and_four_ways_on(browser: requests.Session, session: Any) -> None:
    text = browser.get(session.url).text
    for words in (
        "Pivoines du matin",
        "45,90\u00a0€",
        "Livraison",
        "54,90\u00a0€",
        "Payer 54,90\u00a0€",
        "Refuser la carte",
        "Payer par prélèvement (confirmé plus tard)",
        'href="http://127.0.0.1:8000/panier/">Revenir à la boutique',
        "Fournisseurs simulés – rien ne sort de cette machine",
    ):
        assert words in text, words
    assert re.search(r"<script|style=|\son\w+=", text) is None


def test_paying_leads_back_to_the_shop(browser: requests.Session, session: Any, bank: Any) -> None:
    answer = act(browser, session, "pay", email="lou@example.fr", name="Lou Petit")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:8000/commande/retour/?session_id={session.id}"
    assert bank.v1.checkout.sessions.retrieve(session.id).customer_details.email == "lou@example.fr"


def test_paying_twice_takes_the_money_once(browser: requests.Session, session: Any, standins: StandIns) -> None:
    first, second = act(browser, session, "pay"), act(browser, session, "pay")
    assert first.headers["Location"] == second.headers["Location"]
    assert [charge["amount"] for charge in standins.ledger()["charges"]] == [5490]


def test_declined_card_may_try_again(browser: requests.Session, session: Any, standins: StandIns) -> None:
    assert "Votre carte a été refusée. Rien n’a été débité." in act(browser, session, "decline").text
    assert act(browser, session, "pay").status_code == 303
    ledger = standins.ledger()
    assert [charge["status"] for charge in ledger["charges"]] == ["failed", "succeeded"]
    assert [intent["amount_received"] for intent in ledger["payment_intents"]] == [5490]


def test_delayed_payment_is_confirmed_from_the_page(
    browser: requests.Session, session: Any, standins: StandIns
) -> None:
    assert act(browser, session, "delayed").status_code == 303
    page = f"{standins.url}/c/pay/{session.id}"
    assert "La banque confirme le prélèvement" in browser.get(page).text
    assert "Ce paiement est fait." in browser.post(page, {"do": "settle"}).text
    assert standins.ledger()["sessions"][0]["payment_status"] == "paid"


def test_shop_may_never_hear_of_a_payment(
    browser: requests.Session, session: Any, shop: Shop, standins: StandIns
) -> None:
    act(browser, session, "pay_silently")
    standins.drain()
    assert shop.heard == []
    assert standins.ledger()["sessions"][0]["payment_status"] == "paid"


def test_expired_page_says_so_and_takes_a_payment_that_had_left(
    browser: requests.Session, session: Any, standins: StandIns
) -> None:
    act(browser, session, "expire")
    assert "Ce lien de paiement a expiré. Rien n’a été débité." in browser.get(session.url).text
    assert standins.ledger()["charges"] == []
    assert act(browser, session, "pay_late").status_code == 303
    assert standins.ledger()["sessions"][0]["payment_status"] == "paid"


def test_unknown_page_is_404(browser: requests.Session, standins: StandIns) -> None:
    assert browser.get(f"{standins.url}/c/pay/cs_none").status_code == 404
