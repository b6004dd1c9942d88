"""Rules no single row can carry, kept by real processes that send at one instant."""

from __future__ import annotations

from itertools import count

import pytest

from addressless import invitations
from addressless.models import Claim
from notifications.models import Message
from tests.addressless.factories import make_draft, pay
from tests.concurrency.racing import racers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PROCESSES, ROUNDS = 8, 5
_numbers = count(1)


def start(_round: int, claim_pk: int) -> bool:
    return invitations.start(claim_pk)


def make_paid_gifts(contacts: list[str], senders: list[str]) -> int:
    """One paid gift per process, none started; returns the first key."""
    claims = []
    for contact, email in zip(contacts, senders, strict=True):
        claim = make_draft(contact=contact, sender={"sender_email": email})
        pay(claim.order)
        claims.append(claim)
    assert [claim.pk for claim in claims] == list(range(claims[0].pk, claims[0].pk + len(claims)))
    return claims[0].pk


def test_of_gifts_to_one_person_paid_at_once_one_leaves() -> None:
    with racers([start] * PROCESSES) as race:
        for _ in range(ROUNDS):
            contact = f"lou{next(_numbers)}@belle-adresse.example"
            first = make_paid_gifts([contact] * PROCESSES, ["camille@exemple.fr"] * PROCESSES)
            assert all(race(1, first))
            gifts = Claim.objects.filter(pk__gte=first)
            assert gifts.filter(invitations=1, contact_failed_at=None).count() == 1
            assert gifts.filter(invitations=0, contact_failed_at__isnull=False).count() == PROCESSES - 1
            about = [claim.about for claim in gifts]
            assert Message.objects.filter(template="gift_invitation", about__in=about).count() == 1
