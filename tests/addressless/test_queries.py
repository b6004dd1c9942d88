"""What a recipient's pages ask the database: a fixed, small number of statements, whatever the network's size.

Counted: every SELECT (FOR UPDATE too), INSERT, UPDATE and DELETE. Not counted: BEGIN, COMMIT and savepoints.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from addressless.models import Claim, Review
from interflora.lib import clock, links, reading
from notifications.models import Message
from tests.addressless.factories import make_invited
from tests.addressless.pages import SAME_ORIGIN, Browser, address_data, read_stamp, session_of, url
from tests.florists.factories import make_florist
from tests.orders.factories import make_variant

pytestmark = pytest.mark.django_db
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Counting:
    """A browser that counts the statements of each of its requests."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.browser = claim, Browser()
        self.token = ""

    def _count(self, ask: Callable[[], Any], status: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        assert answer.status_code == status
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
        self.token = found.group(1) if found else self.token
        return len([query for query in asked.captured_queries if not query["sql"].startswith(CONTROL)])

    def get(self, path: str) -> int:
        return self._count(lambda: self.browser.get(path), 200)

    def post(self, path: str, data: dict[str, str] | None = None, *, status: int = 302) -> int:
        typed = {**(data or {}), "csrfmiddlewaretoken": self.token}
        return self._count(lambda: self.browser.post(path, typed, headers=SAME_ORIGIN), status)

    def open(self) -> tuple[int, int, int]:
        """The page of the link, « Découvrir », and the gift page behind it."""
        path = links.path(self.claim.link())
        return self.get(path), self.post(path), self.get(url("claim_gift"))

    def refuse(self, choice: str) -> int:
        data = {"choice": choice, "shown": read_stamp(self.claim), "text": "Non merci."}
        return self.post(url("claim_decline_confirm"), data)


def test_the_page_of_the_link_the_opening_and_the_gift_page() -> None:
    assert Counting(make_invited()).open() == (1, 2, 1)


@pytest.mark.parametrize("florists", [1, 8])
def test_an_acceptance(florists: int) -> None:
    claim = make_invited()
    for _ in range(florists - 1):
        make_florist()
    person = Counting(claim)
    person.open()
    assert person.get(url("claim_accept")) == 1
    assert person.post(url("claim_accept"), {"postcode": "35000"}, status=200) == 4
    assert person.post(url("claim_accept_address"), address_data()) == 8
    assert person.get(url("claim_accepted")) == 1


def test_an_acceptance_drops_what_still_waits_with_one_more() -> None:
    claim = make_invited()
    Review.objects.create(claim=claim, generation=claim.generation, reason="sender_limit", due_at=clock.now())
    Message.objects.filter(about=claim.about).update(status="queued", handed_at=None, accepted_at=None)
    person = Counting(claim)
    person.open()
    assert person.post(url("claim_accept_address"), address_data()) == 9


def test_another_bouquet() -> None:
    """What the preferred bouquet costs, where it is shown and where it is accepted; without one, nothing."""
    person = Counting(make_invited())
    other = make_variant()
    person.open()
    assert person.get(url("claim_swap")) == 3
    shown = reading.stamp(f"swap:{session_of(person.claim).pk}", clock.now() - timedelta(seconds=5))
    assert person.post(url("claim_swap"), {"bouquet": str(other.pk), "shown": shown}) == 4
    assert person.get(url("claim_gift")) == 2
    assert person.post(url("claim_accept_address"), address_data() | {"flowers": str(other.pk)}) == 9


@pytest.mark.parametrize(("choice", "most"), [("declined", 4), ("quiet", 5), ("reported", 7)])
def test_a_refusal_and_its_page(choice: str, most: int) -> None:
    person = Counting(make_invited())
    person.open()
    assert person.get(url("claim_decline")) == 1
    assert person.refuse(choice) == most
    assert person.get(url("claim_declined")) == 2


@pytest.mark.parametrize(("choice", "most"), [("declined", 3), ("quiet", 4)])
def test_a_refusal_taken_back(choice: str, most: int) -> None:
    person = Counting(make_invited())
    person.open()
    person.refuse(choice)
    assert person.post(url("claim_undo")) == most
