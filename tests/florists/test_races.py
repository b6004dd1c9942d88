"""One proposal, many answers at the same instant, in real processes on PostgreSQL."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from florists import deliveries, offers
from florists.models import Delivery, DeliveryOffer, SealedAddress
from florists.states import DeliveryStatus, OfferStatus
from tests.florists.factories import make_address_key, make_delivery, make_florist, make_offer

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, ROUNDS = 32, 20

Verb = Callable[[int], bool]


def cancel(offer_pk: int) -> bool:
    return deliveries.cancel(DeliveryOffer.objects.select_related("delivery").get(pk=offer_pk).delivery)


def refuse(offer_pk: int) -> bool:
    return offers.refuse(offer_pk, "full")


def _serve(verb: Verb, subject: Any, answers: Any, place: int, barrier: Any) -> None:
    while True:
        barrier.wait(60)
        if subject.value == 0:
            break
        try:
            answers[place] = 1 if verb(subject.value) else 0
        except Exception:
            answers[place] = -1
        barrier.wait(60)
    connections.close_all()


@contextmanager
def racers(verbs: Sequence[Verb]) -> Iterator[Callable[[int], list[int]]]:
    """Processes started once; each call lets all of them run their verb on one subject at the same instant."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(verbs) + 1)
    subject, answers = context.Value("q", 0), context.Array("i", len(verbs))
    runners = [
        context.Process(target=_serve, args=(verb, subject, answers, place, barrier), daemon=True)
        for place, verb in enumerate(verbs)
    ]
    for runner in runners:
        runner.start()

    def race(pk: int) -> list[int]:
        subject.value = pk
        barrier.wait(60)
        barrier.wait(60)
        results = [int(answers[place]) for place in range(len(verbs))]
        assert -1 not in results, "a verb raised instead of answering"
        return results

    try:
        yield race
    finally:
        subject.value = 0
        barrier.wait(60)
        for runner in runners:
            runner.join(10)


def make_open_offer() -> DeliveryOffer:
    return make_offer(make_delivery())


def test_of_thirty_two_simultaneous_acceptances_one_wins():
    make_address_key()
    make_florist("35000", daily_capacity=1000)
    with racers([offers.accept] * PROCESSES) as race:
        for _ in range(ROUNDS):
            offer = make_open_offer()
            assert sum(race(offer.pk)) == 1
            delivery = Delivery.objects.get(pk=offer.delivery_id)
            assert delivery.status == DeliveryStatus.ACCEPTED
            assert delivery.events.filter(kind="accepted").count() == 1


def test_accept_refuse_and_cancel_at_once_agree_on_one_end():
    make_address_key()
    make_florist("35000", daily_capacity=1000)
    verbs: list[Verb] = [*[offers.accept] * 16, *[refuse] * 15, cancel]
    with racers(verbs) as race:
        for _ in range(ROUNDS):
            offer = make_open_offer()
            answers = race(offer.pk)
            assert sum(answers[:31]) <= 1
            assert answers[31] == 1
            offer.refresh_from_db()
            assert Delivery.objects.get(pk=offer.delivery_id).status == DeliveryStatus.CANCELED
            assert offer.status in {OfferStatus.WITHDRAWN, OfferStatus.REFUSED}
            assert not SealedAddress.objects.filter(delivery=offer.delivery_id).exists()


def test_two_workers_open_one_offer():
    make_address_key()
    make_florist("35000", daily_capacity=1000)
    make_florist("35000", daily_capacity=1000)
    with racers([offers.open_next] * 8) as race:
        for _ in range(ROUNDS):
            delivery = make_delivery()
            assert sum(race(delivery.pk)) == 1
            assert delivery.offers.filter(status=OfferStatus.OPEN).count() == 1
