"""Somebody in marketing, alone in the back office, with a text to send before noon."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import DESK
from tests.journeys.inspect import inspect
from tests.journeys.stack import JourneyStack, wait_for

FIRST, SECOND = "+33644556677", "+33644556688"


def buy_with_consent(stack: JourneyStack, page: Page, phone: str) -> None:
    steps.choose_bouquet(page, stack)
    steps.give_address(page)
    steps.write_card(page)
    steps.give_details(page, f"client{phone[-2:]}@exemple.fr", marketing_phone=phone)
    steps.pay(page)
    wait_for(lambda: stack.sql("select 1 from notifications_contact where phone = %s", phone))


def send_campaign(page: Page, stack: JourneyStack, name: str, text: str) -> None:
    page.goto(stack.backoffice_url + "gestion/notifications/campaign/add/")
    page.get_by_label("Nom").first.fill(name)
    page.get_by_label("Segment").select_option(label="Tout le monde")
    page.get_by_label("Texte").first.fill(text)
    expect(page.locator("[data-sms-cost]")).to_contain_text("1 SMS par personne")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("link", name="Coût et approbation…").click()
    expect(page.locator("body")).to_contain_text("Est-ce que cela finira")
    desk = page.viewport_size
    assert desk
    page.set_viewport_size({"width": 360, "height": 800})
    inspect(page)
    page.set_viewport_size(desk)
    inspect(page)
    page.get_by_role("button", name="Approuver").click()
    page.get_by_role("link", name="Programmer…").click()
    page.get_by_label("Maintenant").check()
    page.get_by_role("button", name="Programmer").click()
    expect(page.locator("body")).to_contain_text("La campagne est programmée")


def test_a_campaign_goes_to_those_who_agreed_once_and_never_after_stop(
    stack: JourneyStack, person: Callable[..., Page]
) -> None:
    shopper, marketer = person(), person(DESK)
    for phone in (FIRST, SECOND):
        buy_with_consent(stack, shopper, phone)

    steps.enter_back_office(marketer, stack, "marketing")
    expect(marketer.locator("body")).not_to_contain_text("Commandes")
    marketer.goto(stack.backoffice_url + "gestion/notifications/segment/add/")
    reached = marketer.locator("[data-segment-people]")
    marketer.get_by_role("textbox", name="Nom").fill("Tout le monde")
    expect(reached).to_have_text("2 personnes")
    marketer.get_by_label("ceux qui n’ont jamais acheté").check()
    expect(reached).to_have_text("0 personne")
    steps.look(marketer)
    marketer.get_by_label("tout le monde").check()
    expect(reached).to_have_text("2 personnes")
    marketer.get_by_role("button", name="Enregistrer", exact=True).click()

    send_campaign(marketer, stack, "Pivoines", "Bonjour {prenom}, les pivoines sont la.")
    for phone in (FIRST, SECOND):
        stack.wait_message(phone, "pivoines", "sms")
        texts = [m for m in stack.messages_to(phone, "sms") if "pivoines" in m["text"]]
        assert len(texts) == 1
        assert texts[0]["text"].startswith("Bonjour Camille, les pivoines sont la.")
        assert "STOP" in texts[0]["text"].upper()

    # The page follows the run by itself, and says the end in words; nobody reloads it.
    expect(marketer.locator("[data-run-words]")).to_have_text(re.compile("Tout est parti|Terminée"), timeout=60_000)
    expect(marketer.locator("[data-run-figures] dd").first).to_have_text("2")
    for width in (360, DESK["width"]):
        marketer.set_viewport_size({"width": width, "height": 900})
        inspect(marketer)

    # One says STOP by text, the other on the page of the link.
    stack.standins.text_in(FIRST, "Stop.")
    stopping = person()
    stopping.goto(steps.link_in(stack.messages_to(SECOND, "sms")[-1], "/stop/"))
    steps.look(stopping)
    stopping.get_by_role("button").first.click()
    wait_for(lambda: stack.sql("select count(*) from notifications_stopentry")[0][0] == 2)

    marketer.goto(stack.backoffice_url + "gestion/notifications/segment/")
    expect(marketer.locator("#result_list")).to_contain_text("0")
    assert len([m for m in stack.messages_to(FIRST, "sms") if "pivoines" in m["text"]]) == 1
