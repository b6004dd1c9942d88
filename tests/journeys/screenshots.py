"""Pictures of the shop's main pages, as a person meets them, at 360 and 1440 px.

    .venv/bin/python -m tests.journeys.screenshots [folder]

Starts a shop of its own on a throwaway folder, buys and gives in it, and writes `docs/screenshots/<page>-<width>.png`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from playwright.sync_api import Browser, Page, sync_playwright

from interflora.dev.tools import CHECKOUT, chromium
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE, QUIET
from tests.journeys.stack import JourneyStack, start
from tests.journeys.test_gifts import offer_for


def take(page: Page, folder: Path, name: str) -> None:
    """One picture of the first screen, and of the whole page where it is short."""
    page.wait_for_load_state("networkidle")
    width = (page.viewport_size or {"width": 0})["width"]
    page.screenshot(path=folder / f"{name}-{width}.png", animations="disabled")


def tour(browser: Browser, stack: JourneyStack, viewport: dict[str, int], folder: Path) -> None:
    """Buy a gift, accept it, deliver it, and take a picture of each main page on the way."""

    def newcomer() -> Page:
        context = browser.new_context(viewport=viewport, locale="fr-FR", timezone_id="Europe/Paris")  # type: ignore[arg-type]
        return context.new_page()

    width = viewport["width"]
    email, to = f"ecran-{width}@exemple.fr", f"jeanne-{width}@exemple.fr"
    sender, recipient, florist = newcomer(), newcomer(), newcomer()
    for name, path in (("home", ""), ("list", "bouquets/"), ("product", "bouquets/jardin-de-bagatelle/")):
        sender.goto(stack.shop_url + path)
        take(sender, folder, name)
    steps.choose_bouquet(sender, stack, "Jardin de Bagatelle")
    sender.get_by_label("SMS", exact=True).check()
    take(sender, folder, "delivery-step")
    steps.give_contact(sender, "E-mail", "Son adresse e-mail", to)
    steps.write_card(sender)
    steps.give_details(sender, email)
    steps.pay(sender)
    steps.open_gift(recipient, steps.link_in(stack.wait_message(to, "/cadeau/", "email"), "/cadeau/"))
    take(recipient, folder, "claim")
    steps.accept_gift(recipient)
    take(recipient, folder, "acceptance")
    sender.goto(steps.link_in(stack.wait_message(email, "est accepté", "email"), "/commande/"))
    take(sender, folder, "order")
    order = str(stack.sql("select public_id from orders_order where sender_email = %s", email)[0][0])
    florist.goto(steps.link_in(offer_for(stack, order), "/fleuriste/"))
    florist.wait_for_timeout(2_100)  # an answer under two seconds is taken for a machine's
    florist.get_by_role("button", name="J’accepte cette livraison").click()
    take(florist, folder, "florist-sheet")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as data, sync_playwright() as playwright:
        stack = start(Path(data))
        try:
            browser = playwright.chromium.launch(executable_path=chromium() or None, args=QUIET)
            for viewport in (PHONE, DESK):
                tour(browser, stack, viewport, folder)
            browser.close()
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
