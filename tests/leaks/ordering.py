"""A gift ordered, paid and taken by a florist without a screen: where the canary and the recipients' stories start."""

from __future__ import annotations

import re
import time

from tests.journeys.stack import JourneyStack
from tests.leaks import browsing
from tests.leaks.browsing import Answer, Browser

FIRST_NAME, LAST_NAME = "Camille", "Martin"
READING_SECONDS = 2.1  # an answer under two seconds is taken for a machine's
PAID_PAGE = re.compile(r"/commande/([\w-]{43})/")
TABS = {"email": "email", "sms": "phone", "twitter_dm": "handle"}


class StoryError(RuntimeError):
    """A page did not do what the story expects of it; says which and what it read."""


def expect(answer: Answer, status: int, what: str) -> Answer:
    """The answer, when it has this status. Raises StoryError."""
    if answer.status != status:
        said = browsing.words(answer.body.decode("utf-8", "replace"))[:800]
        raise StoryError(f"{what}: {answer.method} {answer.url} answered {answer.status}, not {status}: {said}")
    return answer


def order_gift(stack: JourneyStack, browser: Browser, email: str, card: str, contact: dict[str, str]) -> str:
    """From an empty cart to a paid gift, as the sender does it; returns the token of the order's page.

    `contact`: the fields of the delivery step (`channel`, then the field of `TABS`; `invite_on`).
    """
    variant = stack.one("select min(id) from catalog_productvariant where is_active")
    expect(browser.post("/panier/ajouter/", variant=variant), 302, "cart")
    expect(browser.post("/commande/livraison/cadeau/", **contact), 302, "contact")
    expect(browser.post("/commande/carte/", text=card, **{"continue": "1"}), 302, "card")
    details = expect(browser.get("/commande/vous/"), 200, "details")
    return _pay(stack, browser, email, browsing.field_of(details, "shown_cents"))


def _pay(stack: JourneyStack, browser: Browser, email: str, cents: str) -> str:
    """Details, the payment page, and back."""
    typed = {"first_name": FIRST_NAME, "name": LAST_NAME, "email": email, "phone": "", "shown_cents": cents}
    checkout = expect(browser.post("/commande/vous/", **typed), 302, "details").header("Location")
    session = stack.standins.pay(checkout, email=email, name=f"{FIRST_NAME} {LAST_NAME}")
    back = browser.go(str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"]))
    found = PAID_PAGE.search(back.url)
    if not found:
        raise StoryError(f"no order page after paying: {back.url}")
    return found[1]


def take_job(browser: Browser, proposal: str) -> None:
    """A florist accepts the proposal behind this link, no faster than a person reads."""
    shown = browsing.field_of(expect(browser.get(proposal), 200, "proposal"), "shown")
    time.sleep(READING_SECONDS)
    expect(browser.send(f"{proposal.rstrip('/')}/accepter/", shown=shown), 200, "accepting the proposal")


def move_job(browser: Browser, job: str, *steps: str) -> None:
    """The florist who has the job says how far it is, before its day too."""
    for step in steps:
        expect(browser.send(f"{job}etape/", step=step, early="on"), 200, step)
