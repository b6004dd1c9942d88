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


def test_of_eight_new_people_paid_at_once_five_are_written_to() -> None:
    with racers([start] * PROCESSES) as race:
        for _ in range(ROUNDS):
            number = next(_numbers)
            contacts = [f"lou{number}-{place}@belle-adresse.example" for place in range(PROCESSES)]
            first = make_paid_gifts(contacts, [f"camille{number}@exemple.fr"] * PROCESSES)
            assert all(race(1, first))
            gifts = Claim.objects.filter(pk__gte=first)
            assert gifts.filter(invitations=1).count() == 5
            assert gifts.filter(invitations=0, reviews__reason="sender_limit").count() == PROCESSES - 5


def test_of_eight_senders_to_one_person_at_once_two_are_told_of_three_wait_and_staff_look_at_three() -> None:
    with racers([start] * PROCESSES) as race:
        for _ in range(ROUNDS):
            number = next(_numbers)
            senders = [f"ami{number}-{place}@exemple.fr" for place in range(PROCESSES)]
            first = make_paid_gifts([f"lou{number}@belle-adresse.example"] * PROCESSES, senders)
            assert all(race(1, first))
            gifts = Claim.objects.filter(pk__gte=first)
            assert gifts.filter(invitations=1).count() == 2
            assert gifts.filter(invitations=0, postponed_until__isnull=False).count() == 3
            assert gifts.filter(invitations=0, reviews__reason="many_senders").count() == PROCESSES - 5
