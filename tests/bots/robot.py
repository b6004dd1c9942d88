"""A machine that treats a link as its behavior says, over whatever carries its requests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from tests.bots.behaviors import SAME_ORIGIN, Behavior, Pressing
from tests.bots.forms import Fields, Form, Page

# The pages of somebody's gift, order or job; the shop window is nobody's.
PERSONAL = re.compile(r"/(cadeau|suivi|verifier|commande|stop|fleuriste|est-ce-une-arnaque)/")
NO_POST = re.compile(r"/(langue|fleuriste/entrer/demo)/")
HOPS = 5


class Answer(NamedTuple):
    """One answer: its status, where it leads, its text ("" for anything but a page)."""

    status: int
    location: str
    text: str


# method, whole address, fields of a form, headers
Carry = Callable[[str, str, Fields | None, dict[str, str]], Answer]


@dataclass
class Robot:
    """One run of one behavior. `statuses` counts what it was answered."""

    behavior: Behavior
    carry: Carry
    origins: tuple[str, ...]
    seen: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)

    def treat(self, link: str) -> None:
        """One link of a message: asked with each method, then what the behavior does with the page behind it."""
        query = self.behavior.query
        for method in self.behavior.methods:
            self._ask(method, link + (f"{'&' if '?' in link else '?'}{query}" if query else ""))
        self._roam(link, self.behavior.depth)

    def _roam(self, address: str, depth: int) -> None:
        is_reader = depth <= 1 and self.behavior.pressing is Pressing.NOTHING
        if is_reader or depth < 1 or address in self.seen or not self._is_personal(address):
            return
        self.seen.add(address)
        self._read(self._follow("GET", address, None), depth)

    def _read(self, found: tuple[str, Answer], depth: int) -> None:
        address, answer = found
        page = Page(answer.text)
        if self.behavior.pressing not in {Pressing.NOTHING, Pressing.BROWSER}:
            for form in page.forms:
                self._submit(address, form, depth)
        for link in page.links:
            self._roam(urljoin(address, link).partition("#")[0], depth - 1)

    def _submit(self, page: str, form: Form, depth: int) -> None:
        target = urljoin(page, form.action or page)
        if form.method != "post" or not self._is_personal(target) or NO_POST.search(target):
            return
        for fields in self._filled(form):
            done = self._follow("POST", target, fields)
            mark = f"posted {target} {sorted(set(fields) - {'csrfmiddlewaretoken', 'shown'})}"
            if depth > 1 and mark not in self.seen:
                self.seen.add(mark)
                self._read(done, depth - 1)

    def _filled(self, form: Form) -> Iterator[Fields]:
        match self.behavior.pressing:
            case Pressing.BUTTONS:
                yield from (form.filled | button for button in form.buttons)
            case Pressing.FIRST_CHOICE:
                yield form.filled | form.choices
            case _:
                yield form.filled

    def _follow(self, method: str, address: str, fields: Fields | None) -> tuple[str, Answer]:
        answer = self._ask(method, address, fields)
        for _hop in range(HOPS):
            target = urljoin(address, answer.location)
            if not answer.location or not self._is_ours(target):
                break
            address, answer = target, self._ask("GET", target)
        return address, answer

    def _ask(self, method: str, address: str, fields: Fields | None = None) -> Answer:
        parts = urlsplit(address)
        headers = {"User-Agent": self.behavior.agent} | self.behavior.headers
        if method == "POST":
            headers |= {"Sec-Fetch-Site": self.behavior.site} if self.behavior.site else {}
            if self.behavior.site != SAME_ORIGIN:
                headers |= {"Origin": "https://ailleurs.example", "X-CSRFToken": ""}
            else:
                headers |= {"Origin": f"{parts.scheme}://{parts.netloc}"}
        answer = self.carry(method, address, fields, headers)
        self.statuses[answer.status] += 1
        return answer

    def _is_ours(self, address: str) -> bool:
        return address.startswith(self.origins)

    def _is_personal(self, address: str) -> bool:
        return self._is_ours(address) and bool(PERSONAL.match(urlsplit(address).path))
