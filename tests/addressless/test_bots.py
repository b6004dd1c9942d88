"""I8: whoever opens every link, clicks every button and submits every bare form records no answer."""

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

pytestmark = pytest.mark.django_db
OURS = ("/cadeau/", "/suivi/", "/verifier/", "/commande/", "/stop/")
AGENTS = ["Mozilla/5.0 (Windows NT 10.0) SafeLinks", "Mozilla/5.0 Mimecast", "Twitterbot/1.0", "curl/8", "WhatsApp/2"]
FORM = re.compile(r"<form([^>]*)>(.*?)</form>", re.S)
FIELD = re.compile(r"<input[^>]*>")
MOVED = ("status", "pending_answer", "settles_at", "quiet_at", "accepted_at", "ended_at", "expires_at", "generation")


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def bare_fields(form: str) -> dict[str, str]:
    """What a robot posts without choosing or typing: hidden fields and whatever is filled in already."""
    tags = [
        tag for tag in FIELD.findall(form) if attribute(tag, "type") not in ("radio", "checkbox") or "checked" in tag
    ]
    return {attribute(tag, "name"): attribute(tag, "value") for tag in tags if attribute(tag, "name")}


class Robot(Client):
    """Clicks and submits whatever a page offers, with the headers of a real browser."""

    def __init__(self, agent: str) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"User-Agent": agent})
        self.seen: set[str] = set()

    def roam(self, path: str, depth: int = 4) -> None:
        """Open a page, follow its links, submit its forms, and so on."""
        if depth == 0 or path in self.seen or not path.startswith(OURS):
            return
        self.seen.add(path)
        self.head(path)
        answer = self.get(path, follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self._press_everything(answer, here, depth)

    def _press_everything(self, answer: Any, here: str, depth: int) -> None:
        body = answer.content.decode()
        for attributes, form in FORM.findall(body):
            if attribute(attributes, "method") == "post" and "langue" not in attributes:
                target = attribute(attributes, "action") or here
                done = self.post(target, bare_fields(form), headers={"Sec-Fetch-Site": "same-origin"}, follow=True)
                if depth > 1 and done.status_code == 200 and f"posted {target}" not in self.seen:
                    self.seen.add(f"posted {target}")
                    self._press_everything(done, target, depth - 1)
        for found in re.findall(r'href="(/[^"]+)"', body):
            self.roam(found, depth - 1)


def state_of(claim: Claim) -> dict[str, Any]:
    return dict(Claim.objects.values(*MOVED).get(pk=claim.pk))


@pytest.mark.parametrize("agent", AGENTS)
def test_robot_roams_every_link_of_every_message_and_nothing_is_answered(agent: str) -> None:
    claim = make_invited()
    before, events = state_of(claim), OrderEvent.objects.count()
    order = Order.objects.values().get(pk=claim.order_id)
    robot = Robot(agent)
    for message in Message.objects.all():
        for found in re.findall(r"http://testserver(/\S+?)[\s\"<]", render(message).text + " "):
            robot.roam(found)
    assert url("claim_gift") in robot.seen or url("claim_accept") in robot.seen
    assert url("claim_decline") in robot.seen
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
