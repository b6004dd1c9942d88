"""Two gifts that live alike in two far-apart towns: whatever their senders see has the same bytes, at every step."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import unified_diff
from typing import Any

import pytest
from django.conf import LazySettings

from addressless import answers, invitations
from addressless.models import Claim
from florists import jobs, offers
from interflora.lib import links
from notifications import outbox
from orders.models import Order
from tests.addressless.factories import invitation_of, make_draft, open_session, pay, settle_message
from tests.addressless.pages import Browser
from tests.florists.factories import in_charge, make_address, make_florist, make_offer, next_served_day
from tests.leaks.pages import comparable
from tests.orders import work
from tests.orders.factories import make_cart, make_variant
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
OWN_TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')
PAGES = ("", "cadeau/", "donnees/", "donnees.json")
# Postcode, town and department; the chosen day and half-day differ too, since neither is the sender's news.
TOWNS = (("35000", "Rennes", "35", 3, "morning"), ("06300", "Nice", "06", 5, "afternoon"))


class Gift:
    """One of the two, and what its sender can see."""

    def __init__(self, number: int, variant: Any) -> None:
        self.postcode, self.town, self.department, self.days, self.half_day = TOWNS[number]
        self.sender, self.contact = f"camille{number}@martin.example", f"lou{number}@belle-adresse.example"
        make_florist(self.postcode, postcode=self.postcode, commune=self.town, department=self.department)
        sender = {"sender_email": self.sender, "cart": make_cart(variant)}
        self.claim = make_draft(contact=self.contact, sender=sender)
        self.order_pk = self.claim.order_id

    @property
    def order(self) -> Order:
        return Order.objects.select_related("delivery").get(pk=self.order_pk)

    def pay(self) -> None:
        pay(self.order)

    def invite(self) -> None:
        assert invitations.start(self.claim.pk)
        settle_message(invitation_of(self.claim), "accepted")
        assert invitations.hear(invitation_of(self.claim).pk)

    def accept(self) -> None:
        claim = Claim.objects.get(pk=self.claim.pk)
        address = make_address(postcode=self.postcode, commune=self.town)
        answers.accept(open_session(claim), address, next_served_day(self.days), self.half_day)

    def leave(self) -> None:
        assert offers.accept(make_offer(self.order.delivery).pk)
        delivery = self.order.delivery
        assert jobs.out_for_delivery(delivery, in_charge(delivery))

    def deliver(self) -> None:
        delivery = self.order.delivery
        assert jobs.mark_delivered(delivery, in_charge(delivery))

    def seen(self, standins: StandIns) -> dict[str, str]:
        """Every page, copy of data and letter of the sender, ids and dates alike."""
        own = {self.sender: "<sender>", self.contact: "<contact>", links.token(self.order.link()): "<token>"}
        found = {}
        for page in PAGES:
            answer = Browser().get(f"{links.path(self.order.link())}{page}")
            headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()))
            found[page] = f"{answer.status_code}\n{headers}\n{answer.content.decode()}"
        for number, letter in enumerate(standins.messages("email", to=self.sender)):
            found[f"letter {number}"] = "\n".join(letter[part] for part in ("subject", "text", "html"))
        return {name: comparable(OWN_TOKEN.sub("", text), own) for name, text in found.items()}


def test_no_step_of_a_gift_tells_its_sender_the_town(standins: StandIns, settings: LazySettings) -> None:
    settings.GIFT_NEWS_AT_HALF_DAY_END = False
    variant = make_variant()
    gifts = [Gift(number, variant) for number in (0, 1)]
    steps: list[tuple[Callable[[Gift], None], str, int]] = [
        (Gift.pay, "paid", 1),
        (Gift.invite, "paid", 1),
        (Gift.accept, "paid", 2),
        (Gift.leave, "paid", 2),
        (Gift.deliver, "delivered", 3),
    ]
    for step, status, letters in steps:
        for gift in gifts:
            step(gift)
        work.follow_deliveries()
        outbox.send_due(50)
        one, other = (gift.seen(standins) for gift in gifts)
        assert list(one) == list(other)
        first, second = ("\n".join(seen.values()).splitlines() for seen in (one, other))
        assert list(unified_diff(first, second, lineterm="", n=0)) == [], step.__name__
        assert [gift.order.status for gift in gifts] == [status, status]
        assert len(one) == len(PAGES) + letters, step.__name__
        for word in ("Rennes", "Nice", "35000", "06300", "Les Lilas"):
            assert word not in "".join(one.values()) + "".join(other.values())
