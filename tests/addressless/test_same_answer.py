"""Whoever may not be written to, whatever the reason: the same bytes, the same questions, the same time."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from addressless import answers, blocks, claims, limits, reach
from addressless.errors import CannotReach
from addressless.models import Claim, PairBlock
from interflora.lib import clock
from notifications import suppressions
from tests.addressless.factories import age, make_invited, open_session
from tests.addressless.pages import url
from tests.orders.factories import make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
TRIES, MOST, ROUNDS = 200, 0.05, 4
NEUTRAL = "Ce contact ne peut pas être joint par ce canal."
_callers = count(1)


def opted_out(contact: str) -> None:
    suppressions.suppress("email", contact, "asked")


def unreachable(contact: str) -> None:
    suppressions.suppress("email", contact, "dead")


def blocked(contact: str) -> None:
    claim = make_invited(contact=contact)
    answers.refuse_quietly(open_session(claim), report="Je ne veux rien de cette personne")
    assert claims.cancel_by_sender(claim.pk)


def resting(contact: str) -> None:
    claim = make_invited(contact=contact)
    answers.decline(open_session(claim))
    age(claim, settles_at=claims.UNDO_FOR)
    assert claims.settle(claim.pk)
    assert PairBlock.objects.filter(contact_digest=claim.contact_digest, until__gt=clock.now()).exists()


def invited(contact: str) -> None:
    make_invited(contact=contact)


WHY: dict[str, Callable[[str], None]] = {
    "lou0@belle-adresse.example": opted_out,
    "lou1@belle-adresse.example": unreachable,
    "lou2@belle-adresse.example": blocked,
    "lou3@belle-adresse.example": resting,
    "lou4@belle-adresse.example": invited,
}


@pytest.fixture
def sender() -> Client:
    """Camille, whose last gift was bought in this browser, with a bouquet in the basket."""
    for contact, happen in WHY.items():
        happen(contact)
    Claim.objects.filter(started_at__isnull=False).update(started_at=clock.now() - timedelta(days=3))
    client = Client()
    client.post(reverse("orders:cart_add"), {"variant": make_variant().pk})
    session = client.session
    session["order"] = Claim.objects.earliest("pk").order.public_id
    session.save()
    return client


def ask(client: Client, contact: str) -> Any:
    """The form sent from an address of its own, so that no limit answers in our place."""
    number = next(_callers)
    caller = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return client.post(url("gift"), {"channel": "email", "email": contact}, REMOTE_ADDR=caller)


def alike(text: str, contact: str) -> str:
    """The page without what was typed and its own token."""
    return re.sub(r'value="[^"]{64}"', "", text.replace(contact, "…"))


def test_the_same_bytes(sender: Client) -> None:
    pages = {contact: ask(sender, contact) for contact in WHY}
    assert {page.status_code for page in pages.values()} == {200}
    bodies = {alike(page.content.decode(), contact) for contact, page in pages.items()}
    headers = {str(sorted(page.headers.items())) for page in pages.values()}
    assert (len(bodies), len(headers)) == (1, 1)
    assert NEUTRAL in bodies.pop()


def test_the_same_questions_to_the_database(sender: Client) -> None:
    asked = set()
    for contact in WHY:
        with CaptureQueriesContext(connection) as queries:
            ask(sender, contact)
        shapes = [re.sub(r"'[^']*'(?:::\w+)?|\b\d+\b", "?", query["sql"]) for query in queries.captured_queries]
        asked.add("\n".join(shapes))
    assert len(asked) == 1
    questions = asked.pop()
    for table in ("notifications_suppression", "addressless_pairblock", "addressless_claim"):
        assert table in questions


def test_a_closed_account_and_one_that_opted_out(sender: Client, standins: StandIns) -> None:
    suppressions.suppress("twitter_dm", "lou_fleurs", "asked")
    pages = []
    for handle in ("ferme_a_tous", "lou_fleurs"):
        page = sender.post(url("gift"), {"channel": "twitter_dm", "handle": handle}, REMOTE_ADDR="10.9.9.9")
        pages.append(alike(page.content.decode(), handle))
    assert pages[0] == pages[1]
    assert NEUTRAL in pages[0]


def decide(sender: str, contact: str) -> None:
    """What the delivery step asks of a contact before its page is written, in its order."""
    limits.is_over_daily_limit(blocks.sender_digest(sender), reach.digest("email", contact))
    with pytest.raises(CannotReach, match="neutral"):
        reach.check("email", contact, sender_email=sender)


def medians(sender: str) -> list[float]:
    """Median time of each contact over 200 tries, next to that of all in the same try: the machine's speed changes."""
    shares: dict[str, list[float]] = {contact: [] for contact in WHY}
    for number in range(TRIES):
        taken = {}
        for place in range(len(WHY)):
            contact = list(WHY)[(number + place) % len(WHY)]
            start = time.perf_counter()
            decide(sender, contact)
            taken[contact] = time.perf_counter() - start
        for contact, seconds in taken.items():
            shares[contact].append(seconds / statistics.median(taken.values()))
    return [statistics.median(values) for values in shares.values()]


@pytest.mark.slow
def test_the_same_time(sender: Client) -> None:
    """Asked again when another process was in the way: a difference that is ours comes back every time."""
    seen: list[float] = []
    while len(seen) < ROUNDS and (not seen or seen[-1] >= MOST):
        found = medians(Claim.objects.earliest("pk").order.sender_email)
        seen.append(max(found) / min(found) - 1)
    assert min(seen) < MOST, seen
