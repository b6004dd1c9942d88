"""A headless browser that opens a link and clicks, one after the other, everything that can be clicked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Error, Page, sync_playwright

from interflora.dev.tools import chromium
from tests.bots.behaviors import Behavior
from tests.leaks.chrome import QUIET

MOST_CLICKS = 12
CLICKABLE = "main a[href], main button, main summary, main input[type=submit]"


@contextmanager
def opened() -> Iterator[Clicker | None]:
    """One Chromium; None where there is none."""
    path = chromium()
    if not path:
        yield None
        return
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield Clicker(running)
        finally:
            running.close()


@dataclass
class Clicker:
    """Treats links as a sandbox with a browser does: quickly, with scripts, with its own cookies."""

    browser: Browser

    def treat(self, link: str, behavior: Behavior, ip: str) -> int:
        """Open the link again for each thing to click; returns how many clicks were made."""
        context = self.browser.new_context(user_agent=behavior.agent, extra_http_headers={"X-Forwarded-For": ip})
        context.set_default_timeout(5_000)
        page = context.new_page()
        clicks = 0
        try:
            page.goto(link)
            for number in range(min(page.locator(CLICKABLE).count(), MOST_CLICKS)):
                if number:
                    page.goto(link)
                clicks += self._click(page, number)
        except Error:  # a page that is a file, or a window that closed itself: nothing left to click
            pass
        finally:
            context.close()
        return clicks

    @staticmethod
    def _click(page: Page, number: int) -> int:
        try:
            page.locator(CLICKABLE).nth(number).click(timeout=2_000)
            following = page.locator(CLICKABLE)
            for button in range(min(page.locator("main button").count(), 3)):
                page.locator("main button").nth(button).click(timeout=1_000)
            return 1 + (following.count() > 0)
        except Error:
            return 1
