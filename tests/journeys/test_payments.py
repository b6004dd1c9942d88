"""A sender whose card is refused first, and another whose bank takes its time: what they read, and what happens."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.stack import JourneyStack


def to_the_payment(stack: JourneyStack, page: Page, email: str, to: str) -> None:
    steps.choose_bouquet(page, stack)
    steps.give_contact(page, "E-mail", "Son adresse e-mail", to)
    steps.write_card(page)
    steps.give_details(page, email)


def test_a_gift_whose_card_is_refused_first(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page, email, to = person(), "carte-refusee@exemple.fr", "recoit-ensuite@exemple.fr"
    to_the_payment(stack, page, email, to)
    page.get_by_role("button", name="Refuser la carte").click()
    assert stack.messages_to(to) == []
    steps.pay(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre cadeau attend une réponse")
    stack.wait_message(to, "/cadeau/", "email")
    stack.wait_message(email, "est confirmée", "email")


def test_a_gift_whose_bank_answers_later(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page, email, to = person(), "prelevement@exemple.fr", "recoit-plus-tard@exemple.fr"
    to_the_payment(stack, page, email, to)
    session = page.url
    page.locator("summary").click()
    page.get_by_role("button", name="Payer par prélèvement").click()
    page.wait_for_url("**/commande/retour/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paiement en cours de vérification")
    expect(page.locator("main")).not_to_contain_text("échec")
    steps.look(page)
    assert stack.messages_to(to) == []

    stack.standins.pay(session, how="settled")
    stack.wait_message(email, "est confirmée", "email")
    stack.wait_message(to, "/cadeau/", "email")
    page.get_by_role("link", name="Vérifier de nouveau").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre cadeau attend une réponse")
    steps.look(page)
