"""I8: whoever opens every link, presses every button and submits every bare form records no answer.

`./shop bots` does the same over the whole shop, in every state.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from addressless.models import Claim, PairBlock, Report
from interflora.lib import links
from notifications.models import Message, Suppression
from notifications.rendering import render
from orders.models import Order, OrderEvent, Refund
from tests.addressless.factories import make_invited
from tests.addressless.pages import url
from tests.bots.behaviors import BEHAVIORS, Behavior, Pressing
from tests.bots.forms import Fields
from tests.bots.robot import Answer, Robot

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"
MOVED = ("status", "pending_answer", "settles_at", "quiet_at", "accepted_at", "ended_at", "expires_at", "generation")


def machine(behavior: Behavior) -> Robot:
    """A robot whose requests go straight to the views, the CSRF rule included."""
    client = Client(enforce_csrf_checks=True)

    def carry(method: str, address: str, fields: Fields | None, headers: dict[str, str]) -> Answer:
        sent: dict[str, Any] = {"headers": headers}
        if method == "POST":
            sent["data"] = fields or {}
        answer = getattr(client, method.lower())(address.removeprefix(ORIGIN), **sent)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        return Answer(
            answer.status_code, answer.headers.get("Location", ""), answer.content.decode() if is_page else ""
        )

    return Robot(behavior, carry, (f"{ORIGIN}/",))


def state_of(claim: Claim) -> dict[str, Any]:
    return dict(Claim.objects.values(*MOVED).get(pk=claim.pk))


@pytest.mark.parametrize("behavior", [one for one in BEHAVIORS if one.pressing is not Pressing.BROWSER], ids=str)
def test_a_machine_treats_every_link_of_every_message_and_nothing_is_answered(behavior: Behavior) -> None:
    claim = make_invited()
    before, events = state_of(claim), OrderEvent.objects.count()
    order = Order.objects.values().get(pk=claim.order_id)
    robot = machine(behavior)
    for message in Message.objects.all():
        for found in re.findall(rf"{ORIGIN}/[^\s\"<]+", render(message).text):
            robot.treat(found)
    assert robot.statuses.total() >= 2
    if behavior.depth == 4 and behavior.pressing is not Pressing.NOTHING:
        assert {ORIGIN + url("claim_accept"), ORIGIN + url("claim_decline")} <= robot.seen
    assert state_of(claim) == before
    assert OrderEvent.objects.count() == events
    assert Order.objects.values().get(pk=claim.order_id) == order
    for model in (Refund, Report, PairBlock, Suppression):
        assert model.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_a_link_changes_no_row(method: str) -> None:
    claim = make_invited()
    before = state_of(claim)
    for path in (links.path(claim.link()), links.path(claim.stop_link()), "/cadeau/", "/cadeau/refuser/", "/verifier/"):
        getattr(Client(), method)(path)
    assert state_of(claim) == before
    assert claim.sessions.count() == 0
