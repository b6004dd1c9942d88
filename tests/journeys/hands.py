"""Two ways to use a page, by what it says: with a finger or a mouse, and with the keyboard alone."""

from __future__ import annotations

import re
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from interflora.lib.reading import READING_TIME
from tests.journeys.inspect import inspect, sticks_out

READING_MILLISECONDS = READING_TIME.total_seconds() * 1000 + 100
MOST_PRESSES = 80
HAS_FOCUS = "([e, group]) => e === document.activeElement || (group !== '' && document.activeElement.name === group)"
# What holds the focus is seen: it or its label is drawn around, and nothing covers it in the window.
FOCUS_IS_SEEN = """() => {
  const e = document.activeElement, parts = [e, ...(e.labels ?? [])], box = e.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + box.height / 2);
  const isDrawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return parts.some((part) => isDrawn(getComputedStyle(part))) && parts.some((part) => part.contains(top));
}"""


class Hands(Protocol):
    """What a person does with a page, naming everything by its visible words."""

    page: Page

    def go(self, address: str) -> None:
        """Open an address, from a message or typed."""

    def fill(self, label: str, text: str) -> None:
        """Write into a field, in place of what it held."""

    def choose(self, words: str) -> None:
        """The radio button or box whose words begin like this."""

    def pick(self, label: str, number: int) -> None:
        """The option of a list, counted from its first line at 0."""

    def press(self, button: str) -> None:
        """A button that leads to another page."""

    def follow(self, link: str) -> None:
        """A link of the page's own words, not of its foot."""

    def unfold(self, summary: str) -> None:
        """Show what a page keeps folded."""


def spoken(words: str) -> str:
    """A pattern of these words, whatever blanks the page has between them."""
    return r"\s".join(map(re.escape, words.split()))


class _Eyes:
    """What both ways share: where things are, and a look at every page that comes."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)
        self._look()

    def _look(self) -> None:
        """Each page as it is shown: the same address may ask, refuse or thank."""
        if getattr(self.page, "without_scripts", False):
            assert not sticks_out(self.page)
            return
        heading = self.page.get_by_role("heading", level=1).inner_text()
        wrong = self.page.locator(".field--invalid, [role=alert]").count()
        inspect(self.page, f"{heading} {wrong}")

    def _field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{spoken(label)}( \(facultatif\))?$"))

    def _choice(self, words: str) -> Locator:
        name = re.compile(rf"^\s*{spoken(words)}")
        return self.page.get_by_role("radio", name=name).or_(self.page.get_by_role("checkbox", name=name)).first

    def _button(self, name: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("button", name=name, exact=True)

    def _link(self, name: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("link", name=name, exact=True)

    def _summary(self, words: str) -> Locator:
        return self.page.locator("summary", has_text=words)


class Taps(_Eyes):
    """A finger on a phone."""

    def fill(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def choose(self, words: str) -> None:
        self._choice(words).check()

    def pick(self, label: str, number: int) -> None:
        self._field(label).select_option(index=number)

    def press(self, button: str) -> None:
        self._leave_by(self._button(button))

    def follow(self, link: str) -> None:
        self._leave_by(self._link(link))

    def unfold(self, summary: str) -> None:
        self._summary(summary).click()

    def _leave_by(self, door: Locator) -> None:
        with self.page.expect_navigation():
            door.click()
        self._look()


class Keys(_Eyes):
    """Tab, Enter, Space and the arrows; whatever has the focus shows it."""

    def fill(self, label: str, text: str) -> None:
        self.reach(self._field(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, words: str) -> None:
        wanted = self._choice(words)
        self._press_until("Tab", wanted, group=wanted.get_attribute("name") or "")
        self._press_until("ArrowDown", wanted)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def pick(self, label: str, number: int) -> None:
        self.reach(self._field(label))
        self.page.keyboard.press("Home")
        for _ in range(number):
            self.page.keyboard.press("ArrowDown")

    def press(self, button: str) -> None:
        self._leave_by(self._button(button))

    def follow(self, link: str) -> None:
        self._leave_by(self._link(link))

    def unfold(self, summary: str) -> None:
        self.reach(self._summary(summary))
        self.page.keyboard.press("Enter")

    def _leave_by(self, door: Locator) -> None:
        self.reach(door)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self._look()

    def reach(self, wanted: Locator) -> None:
        """Bring the focus here, and see it. Raises AssertionError."""
        self._press_until("Tab", wanted)

    def _press_until(self, key: str, wanted: Locator, group: str = "") -> None:
        """Until this has the focus, or one of its group of radio buttons, and shows it. Raises AssertionError."""
        element = wanted.element_handle()
        for _ in range(MOST_PRESSES):
            if self.page.evaluate(HAS_FOCUS, [element, group]):
                assert self.page.evaluate(FOCUS_IS_SEEN), f"the focus on {wanted} is not seen, on {self.page.url}"
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard never reaches {wanted} on {self.page.url}")


def read(hands: Hands) -> None:
    """Stay as long on a page as its reader must: an answer under two seconds is taken for a machine's."""
    hands.page.wait_for_timeout(READING_MILLISECONDS)
