"""Somebody who knows the address, in a hurry, on a phone; then at a desk, with the keyboard only, without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stack import JourneyStack


@pytest.mark.parametrize(
    ("viewport", "scripts", "email"),
    [(PHONE, True, "phone@exemple.fr"), (DESK, True, "desk@exemple.fr"), (PHONE, False, "bare@exemple.fr")],
    ids=["phone", "desk", "no-scripts"],
)
def test_a_bouquet_goes_to_a_known_address(
    stack: JourneyStack, person: Callable[..., Page], viewport: dict[str, int], scripts: bool, email: str
) -> None:
    page = person(viewport, scripts=scripts)
    steps.choose_bouquet(page, stack)
    steps.give_address(page)
    steps.write_card(page)
    steps.give_details(page, email)
    steps.pay(page)
    message = stack.wait_message(email, "est confirmée", "email")
    page.goto(steps.link_in(message, "/commande/"))
    expect(page.locator("main")).to_contain_text("69002")
    expect(page.locator("body")).not_to_contain_text(steps.STREET)
    find_lost_order(page, stack, email)


def find_lost_order(page: Page, stack: JourneyStack, email: str) -> None:
    """A link cut on the way leads to its owner's mailbox, and from there to the order."""
    page.goto(stack.shop_url + "commande/lien-perdu/")
    page.get_by_role("main").get_by_role("link", name="Retrouver ma commande").click()
    steps.look(page)
    page.get_by_role("button", name="Recevoir mes liens").click()
    expect(page.locator("main")).to_contain_text("Indiquez l’adresse e-mail de votre commande.")
    page.get_by_label("Votre adresse e-mail").fill(email.upper())
    page.get_by_role("button", name="Recevoir mes liens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre boîte")
    steps.look(page)
    page.goto(steps.link_in(stack.wait_message(email, "Le lien de votre commande", "email"), "/commande/"))
    expect(page.locator("main")).to_contain_text("69002")


def _press_until(page: Page, name: str, most: int = 60) -> None:
    """Tab until the control of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return [e.labels?.[0]?.innerText, e.innerText,"
            " e.getAttribute('aria-label'), e.value].filter(Boolean).join(' ') }"
        )
        if name in focused:
            return
    raise AssertionError(f"the keyboard never reaches « {name} » on {page.url}")


def test_the_whole_order_can_be_made_with_the_keyboard(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page = person(DESK)
    page.goto(stack.shop_url + "bouquets/rouge-opera/")
    _press_until(page, "panier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/panier/")
    _press_until(page, "livraison")
    page.keyboard.press("Enter")
    page.wait_for_url("**/livraison/")
    _press_until(page, "Code postal de la livraison")
    page.keyboard.type("69002")
    page.keyboard.press("Enter")
    page.wait_for_url("**/adresse/")
    for label, typed in (("Nom du destinataire", "Jeanne Durand"), ("Numéro et rue", steps.STREET)):
        _press_until(page, label)
        page.keyboard.type(typed)
    _press_until(page, "Jour de livraison")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    _press_until(page, "Continuer vers la carte")
    page.keyboard.press("Enter")
    page.wait_for_url("**/carte/")
    _press_until(page, "Continuer vers vos coordonnées")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vous/")
    for label, typed in (("Prénom", "Camille"), ("Nom", "Martin"), ("E-mail", "clavier@exemple.fr")):
        _press_until(page, label)
        page.keyboard.type(typed)
    _press_until(page, "Commander avec obligation de paiement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/pay/**")


def test_nonsense_is_answered_beside_the_field_and_nothing_typed_is_lost(
    stack: JourneyStack, person: Callable[..., Page]
) -> None:
    page = person()
    steps.choose_bouquet(page, stack)
    page.get_by_label("SMS", exact=True).check()
    page.get_by_label("Son numéro de mobile").fill("06 12")
    page.get_by_role("button", name="Continuer vers la carte").click()
    expect(page.get_by_label("Son numéro de mobile")).to_have_value("06 12")
    expect(page.get_by_label("Son numéro de mobile")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("main")).to_contain_text("il faut dix chiffres")
