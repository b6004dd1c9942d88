"""Somebody who does not know the address, and somebody slightly worried who gets a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from interflora.lib import links
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stack import JourneyStack, wait_for

SECRETS = (steps.STREET, steps.BELL, "29200", "Brest")


def give(stack: JourneyStack, page: Page, email: str, *contact: str) -> str:
    """Order a gift (`contact`: tab, label, what is typed) and pay it; return the order's public id."""
    steps.choose_bouquet(page, stack)
    steps.give_contact(page, *contact)
    steps.write_card(page)
    steps.give_details(page, email)
    steps.pay(page)
    return str(stack.sql("select public_id from orders_order where sender_email = %s", email)[0][0])


def offer_for(stack: JourneyStack, order: str) -> dict[str, Any]:
    """The text that offers this order's delivery to a florist."""
    found: dict[str, Any] = wait_for(lambda: _offer(stack, order))
    return found


def _offer(stack: JourneyStack, order: str) -> dict[str, Any] | None:
    asked = stack.sql(
        "select f.phone, o.token_digest from florists_deliveryoffer o join florists_florist f on f.id = o.florist_id"
        " join orders_order r on r.delivery_id = o.delivery_id where r.public_id = %s and o.status = 'open'",
        order,
    )
    for phone, digest in asked:
        for text in stack.messages_to(phone, "sms"):
            tokens = [link.rstrip("/.").rsplit("/", 1)[-1] for link in steps.ADDRESS.findall(text["text"])]
            if digest in map(links.digest, tokens):
                return text
    return None


def assert_nothing_leaks(stack: JourneyStack, page: Page, email: str) -> None:
    """The sender's page and every mail to the sender say nothing of the place."""
    for secret in SECRETS:
        expect(page.locator("body")).not_to_contain_text(secret)
        assert secret not in page.content()
        assert secret not in str(stack.messages_to(email))


@pytest.mark.parametrize(
    ("viewport", "scripts", "name"), [(PHONE, True, "tel"), (DESK, True, "bureau"), (PHONE, False, "sans-script")]
)
def test_a_gift_by_email_is_accepted_and_delivered(
    stack: JourneyStack, person: Callable[..., Page], viewport: dict[str, int], scripts: bool, name: str
) -> None:
    email, to = f"offre-{name}@exemple.fr", f"recoit-{name}@exemple.fr"
    sender, recipient, florist = (person(viewport, scripts=scripts) for _ in range(3))
    order = give(stack, sender, email, "E-mail", "Son adresse e-mail", to)

    link = steps.link_in(stack.wait_message(to, "/cadeau/", "email"), "/cadeau/")
    steps.open_gift(recipient, link)
    steps.accept_gift(recipient)
    code = recipient.locator(".code").inner_text()

    told = stack.wait_message(email, "est accepté", "email")
    sender.goto(steps.link_in(told, "/commande/"))
    expect(sender.locator("main")).to_contain_text("accepté")
    assert_nothing_leaks(stack, sender, email)

    steps.deliver(florist, stack, offer_for(stack, order))
    # News of a gift leaves at the end of the half-day: the exact time would tell something.
    stack.sql("update orders_order set next_step_due_at = now() + interval '1 day' where public_id = %s", order)

    # The link shows nothing more, to anyone; the code opens what is left to see.
    stranger = person(viewport, scripts=scripts)
    stranger.goto(link)
    expect(stranger.locator("main")).to_contain_text("Ce cadeau n’attend plus de réponse. Personne n’a rien à payer.")
    stranger.goto(stack.shop_url + "verifier/")
    steps.look(stranger)
    stranger.get_by_role("textbox").last.fill(code.lower().replace("-", " "))
    stranger.get_by_role("button", name="Vérifier").click()
    expect(stranger.locator("main")).to_contain_text("Vos fleurs sont arrivées")
    steps.look(stranger)
    sender.reload()
    assert_nothing_leaks(stack, sender, email)


def test_a_gift_by_text_is_declined_and_refunded_once(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender, recipient = person(), person()
    email = "offre-sms@exemple.fr"
    give(stack, sender, email, "SMS", "Son numéro de mobile", "06 12 34 56 78")
    before = len(stack.standins.ledger()["refunds"])

    link = steps.link_in(stack.wait_message("+33612345678", "/cadeau/", "sms"), "/cadeau/")
    steps.open_gift(recipient, link)
    steps.decline_gift(recipient)
    expect(recipient.get_by_role("button", name="Revenir sur mon refus")).to_be_visible()
    assert len(stack.standins.ledger()["refunds"]) == before

    # A quarter of an hour goes by.
    stack.sql("update addressless_claim set settles_at = settles_at - interval '16 minutes' where pending_answer <> ''")
    told = stack.wait_message(email, "Le remboursement de", "email")
    stack.wait_message(email, "Votre remboursement est envoyé à votre banque", "email")
    sender.goto(steps.link_in(told, "/commande/"))
    expect(sender.locator("main")).to_contain_text("Remboursement de")
    steps.look(sender)
    wait_for(lambda: len(stack.standins.ledger()["refunds"]) == before + 1)
    wait_for(lambda: stack.standins.ledger()["refunds"][-1]["status"] == "succeeded")


def test_a_gift_by_private_message_on_x(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender, recipient = person(), person()
    steps.choose_bouquet(sender, stack)
    steps.give_contact(sender, "Twitter", "Son nom de compte Twitter / X", "@ferme_a_tous")
    expect(sender.locator("main")).to_contain_text("ne peut pas être joint par ce canal")
    steps.give_contact(sender, "Twitter", "Son nom de compte Twitter / X", "@jeanne_d")
    steps.write_card(sender)
    steps.give_details(sender, "offre-x@exemple.fr")
    steps.pay(sender)
    message = wait_for(lambda: [m for m in stack.standins.messages(channel="twitter_dm") if "/cadeau/" in m["text"]])[0]
    steps.open_gift(recipient, steps.link_in(message, "/cadeau/"))
    steps.accept_gift(recipient)


def test_a_link_is_passed_on_by_the_sender(stack: JourneyStack, person: Callable[..., Page]) -> None:
    sender, recipient = person(), person()
    give(stack, sender, "offre-lien@exemple.fr", "Lien à transmettre")
    sender.get_by_role("link", name="Prendre le lien à transmettre").click()
    link = wait_for(lambda: [u for u in steps.ADDRESS.findall(sender.content()) if "/cadeau/" in u])[0]
    steps.look(sender)
    steps.open_gift(recipient, link)
    steps.accept_gift(recipient)
