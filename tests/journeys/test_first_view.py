"""What a telephone fetches to see the list for the first time."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from tests.journeys.conftest import PHONE
from tests.journeys.stack import JourneyStack

MOST_REQUESTS = 12
MOST_BYTES = 150_000


def test_an_address_too_long_gets_a_page_of_ours_from_the_real_server(browser: Browser, stack: JourneyStack) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    answer = page.goto(stack.shop_url + "bouquets/?q=" + "a" * 8_000)
    assert (answer.status if answer else 0, page.title()) == (414, "Cette adresse est trop longue – Interflora")
    context.close()


def test_the_first_view_of_the_list_is_light(browser: Browser, stack: JourneyStack) -> None:
    context = browser.new_context(viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="fr-FR")
    page = context.new_page()
    asked: list[str] = []
    weights: list[float] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")

    def note(event: dict[str, Any]) -> None:
        asked.append(event["request"]["url"])

    wire.on("Network.requestWillBeSent", note)
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.goto(stack.shop_url + "bouquets/")
    page.wait_for_load_state("networkidle")
    context.close()
    assert 4 < len(asked) <= MOST_REQUESTS, asked
    assert sum(weights) <= MOST_BYTES
