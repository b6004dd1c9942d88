"""Somebody known on X signs a gift as the account that is theirs, and the person who receives it reads so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stack import JourneyStack


def to_details(page: Page, stack: JourneyStack, to: str) -> None:
    """Up to the page that asks who offers."""
    steps.choose_bouquet(page, stack)
    steps.give_contact(page, "E-mail", "Son adresse e-mail", to)
    steps.write_card(page)
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("E-mail").fill("pas encore")


def consent(page: Page, button: str, handle: str = "Marie_Madeleine") -> None:
    """On X's own page, as its holder."""
    page.get_by_role("link", name="Continuer sur X").click()
    steps.look(page)
    page.get_by_label("Connecté comme").fill(handle)
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize(
    ("viewport", "scripts", "name"), [(PHONE, True, "tel"), (DESK, True, "bureau"), (PHONE, False, "sans-script")]
)
def test_a_gift_is_signed_with_a_verified_account(
    stack: JourneyStack, person: Callable[..., Page], viewport: dict[str, int], scripts: bool, name: str
) -> None:
    to = f"signe-recoit-{name}@exemple.fr"
    sender, recipient = (person(viewport, scripts=scripts) for _ in range(2))
    to_details(sender, stack, to)
    sender.get_by_role("button", name="Se connecter à X").click()
    steps.look(sender)
    consent(sender, "Annuler")
    expect(sender.get_by_role("status")).to_contain_text("Vous n’avez pas donné votre accord sur X.")
    consent(sender, "Autoriser l’application")
    expect(sender.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    steps.look(sender)
    sender.get_by_role("button", name="Signer @Marie_Madeleine").click()
    expect(sender.get_by_label("Prénom")).to_have_value("Camille")
    expect(sender.get_by_label("E-mail")).to_have_value("pas encore")
    steps.give_details(sender, f"signe-{name}@exemple.fr")
    steps.pay(sender)
    invitation = stack.wait_message(to, "/cadeau/", "email")
    assert "Marie_Madeleine" not in str(invitation)
    steps.open_gift(recipient, steps.link_in(invitation, "/cadeau/"))
    expect(recipient.get_by_role("heading", level=1)).to_have_text(
        "@Marie_Madeleine, compte X vérifié, vous offre ces fleurs"
    )


def test_a_sender_thinks_again_and_keeps_the_first_name(stack: JourneyStack, person: Callable[..., Page]) -> None:
    page = person()
    to_details(page, stack, "resigne@exemple.fr")
    page.get_by_role("button", name="Se connecter à X").click()
    consent(page, "Autoriser l’application")
    page.get_by_role("button", name="Signer @Marie_Madeleine").click()
    page.get_by_label("Nom", exact=True).fill("Martin")
    page.get_by_role("button", name="Signer de mon prénom seulement").click()
    expect(page.get_by_role("button", name="Se connecter à X")).to_be_visible()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Martin")
    page.get_by_label("E-mail").fill("resigne-camille@exemple.fr")
    page.get_by_label("E-mail").press("Enter")
    page.wait_for_url("**/c/pay/**")
