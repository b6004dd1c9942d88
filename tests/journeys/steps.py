"""What people do, in the words they see. Each page met on the way is inspected where scripts run."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.inspect import inspect
from tests.journeys.stack import JourneyStack

PASSWORD = "bouquet-de-demo"  # what `./shop run` prints
CARD = "Joyeux anniversaire, je pense à toi. Camille"
STREET, BELL = "12 rue des Lilas", "Durand – 3e étage"
ADDRESS = re.compile(r"https?://127\.0\.0\.1:\d+/[^\s\"<>]+")


def look(page: Page) -> None:
    """Inspect the page, unless this person's browser runs no scripts."""
    if not getattr(page, "without_scripts", False):
        inspect(page)


def enter_back_office(page: Page, stack: JourneyStack, username: str) -> None:
    """Both steps of a sign-in, with the code the demonstration shows."""
    page.goto(stack.backoffice_url + "gestion/")
    look(page)
    page.get_by_label("Nom d’utilisateur").fill(username)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()
    look(page)
    page.get_by_label("Code à six chiffres").fill(page.locator("[data-demo-code]").inner_text())
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator("body")).to_contain_text("À traiter")


def choose_bouquet(page: Page, stack: JourneyStack, name: str = "Rouge Opéra") -> None:
    page.goto(stack.shop_url)
    look(page)
    page.goto(stack.shop_url + f"bouquets/?q={name}")
    look(page)
    page.get_by_role("link", name=re.compile(name)).first.click()
    look(page)
    take_bouquet(page)


def take_bouquet(page: Page) -> None:
    """From a bouquet's own page to its delivery."""
    page.get_by_role("button", name=re.compile("panier", re.IGNORECASE)).click()
    look(page)
    page.get_by_role("link", name=re.compile("livraison", re.IGNORECASE)).first.click()
    look(page)


def give_address(page: Page) -> None:
    page.get_by_label("Code postal de la livraison").fill("69002")
    page.get_by_role("button", name="Voir les jours de livraison").click()
    look(page)
    page.get_by_label("Nom du destinataire").fill("Jeanne Durand")
    page.get_by_label("Numéro et rue").fill(STREET)
    page.get_by_label("Jour de livraison").select_option(index=2)
    page.get_by_label("matin").check()
    page.get_by_role("button", name="Continuer vers la carte").click()


def give_contact(page: Page, tab: str, label: str = "", contact: str = "") -> None:
    page.get_by_label(tab, exact=True).check()
    if label:
        page.get_by_label(label).fill(contact)
    page.get_by_role("button", name="Continuer vers la carte").click()


def write_card(page: Page, text: str = CARD) -> None:
    look(page)
    page.get_by_label("Votre message").fill(text)
    page.get_by_role("button", name="Continuer vers vos coordonnées").click()


def give_details(page: Page, email: str, marketing_phone: str = "") -> None:
    look(page)
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Martin")
    page.get_by_label("E-mail").fill(email)
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    if marketing_phone:
        page.get_by_label("Téléphone").fill(marketing_phone)
        page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Commander avec obligation de paiement").click()


def pay(page: Page) -> None:
    """Pay on the provider's page and come back to the order."""
    page.get_by_role("button", name=re.compile("^Payer \\d")).click()
    page.wait_for_url(re.compile("/commande/"))
    look(page)


def link_in(message: dict[str, Any], path: str) -> str:
    """The first address in a message, as received, that leads to `path`."""
    found: str = next(link for link in ADDRESS.findall(message["text"]) if path in link)
    return found.rstrip(".,)")


def open_gift(page: Page, link: str) -> None:
    page.goto(link)
    look(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("vous offre des fleurs")
    page.get_by_role("button", name="Découvrir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("vous offre ces fleurs")
    look(page)


def accept_gift(page: Page, postcode: str = "29200") -> None:
    page.get_by_role("link", name="Accepter").click()
    look(page)
    page.get_by_label("Code postal").fill(postcode)
    page.get_by_role("button", name="Voir les jours").click()
    look(page)
    page.get_by_label("Nom sur la sonnette").fill(BELL)
    page.get_by_label("Numéro et rue").fill(STREET)
    page.get_by_label("Jour", exact=True).select_option(index=2)
    page.get_by_label("matin").check()
    page.get_by_role("button", name="Accepter et faire livrer ici").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est accepté")
    look(page)


def decline_gift(page: Page, way: str = "Refuser") -> None:
    """Refuse in three taps, no faster than a person reads."""
    page.get_by_role("link", name="Refuser").click()
    look(page)
    page.wait_for_timeout(2_100)  # an answer under two seconds is taken for a machine's
    page.get_by_role("radio", name=re.compile(f"^\\s*{way}")).first.check()
    page.get_by_role("button", name="Continuer").click()
    look(page)
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name=re.compile("^Oui, refuser")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est noté")
    look(page)


def deliver(page: Page, stack: JourneyStack, offer: dict[str, Any]) -> None:
    """The florist: the offer's link, one tap to accept, three to deliver."""
    page.goto(link_in(offer, "/fleuriste/"))
    look(page)
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="J’accepte cette livraison").click()
    expect(page.locator("address")).to_contain_text(STREET)
    look(page)
    for step in ("Je prépare", "En route", "C’est livré"):
        early = page.get_by_role("checkbox", name="Je livre avant le jour prévu")
        if step != "Je prépare" and early.count():
            early.check()
        page.get_by_role("button", name=step).click()
        look(page)
    expect(page.locator("main")).to_contain_text("livrée")
