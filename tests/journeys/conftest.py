"""A running shop once per run, a real Chromium once per file; a fresh browser context per person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from interflora.dev.tools import chromium
from tests.journeys.stack import JourneyStack, start

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1440, "height": 900}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys are left out where there is no browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.skipif(not chromium(), reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JourneyStack]:
    folder = tmp_path_factory.mktemp("shop")
    running = start(folder)
    try:
        yield running
    finally:
        running.stop()
        if kept := os.environ.get("JOURNEY_LOGS"):
            shutil.copytree(folder / "logs", Path(kept), dirs_exist_ok=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file: its event loop must be gone before other tests of the process use the database."""
    with sync_playwright() as playwright:
        # With its scrollbars, which take room as on most desks: what counts 100vw sticks out beside them.
        started = playwright.chromium.launch(
            executable_path=chromium() or None, args=QUIET, ignore_default_args=["--hide-scrollbars"]
        )
        yield started
        started.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`person(width=…)`: a page in a browser of one's own, French, every failed load or script error noted."""
    contexts: list[BrowserContext] = []
    # A headless browser says so; the shop takes those that do for machines.
    user_agent = USER_AGENT.format(version=browser.version.split(".")[0])

    def come_in(viewport: dict[str, int] = PHONE, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            user_agent=user_agent,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(45_000)
        page = context.new_page()
        page.without_scripts = not scripts  # type: ignore[attr-defined]
        return page

    yield come_in
    for context in contexts:
        context.close()
