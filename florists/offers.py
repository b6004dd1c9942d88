"""Walking the ladder: one florist is asked at a time, with a deadline; silence or refusal goes to the next.

Locks: Delivery, then its offers. Workers need no address. Every verb is safe to call twice and from two workers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from florists import deliveries, events, ladder, messages, states, steps, sweeps
from florists.capacity import Availability
from florists.deliveries import TransitionRefused
from florists.models import Delivery, DeliveryOffer, Florist
from florists.states import DeliveryStatus, EventKind, OfferStatus, Refusal, Step
from interflora.lib import clock, links
from interflora.lib.links import Link, Purpose

ANSWER_HOURS = 2
ANSWER_SAME_DAY = timedelta(minutes=20)
WORK_TIME = timedelta(minutes=30)
OPENING_HOUR = 8


def answer_by(delivery: Delivery, now: datetime) -> datetime | None:
    """When an offer made now must be answered: two working hours, 20 minutes for the same day.

    Never later than half an hour before the promised half-day ends; None when that moment has passed.
    """
    assert delivery.day is not None
    if clock.paris(now).date() == delivery.day:
        usual = max(now, clock.at_paris(delivery.day, OPENING_HOUR)) + ANSWER_SAME_DAY
    else:
        usual = clock.add_working_hours(now, ANSWER_HOURS)
    latest = steps.promise(delivery) - WORK_TIME
    return min(usual, latest) if latest > now else None


def open_next(delivery_pk: int) -> bool:
    """Ask the next free florist of the ladder; nobody left, or too late ⇒ the staff board. False when not due."""
    with transaction.atomic():
        delivery = deliveries.lock(delivery_pk)
        if delivery.status != DeliveryStatus.TO_ASSIGN or delivery.held_at is not None:
            return False
        offer = _next_free(delivery)
        deadline = answer_by(delivery, clock.now())
        if offer is None or deadline is None:
            _give_to_staff(delivery)
            return False
        _open(delivery, offer, deadline)
    return True


def accept(offer_pk: int) -> bool:
    """The florist takes the job. True for exactly one call, whoever else calls at the same time."""
    with transaction.atomic():
        delivery, offer = _lock(offer_pk)
        if offer.status != OfferStatus.OPEN or delivery.status != DeliveryStatus.OFFERED:
            return False
        if not offer.florist.is_active:
            return False
        _answer(offer, OfferStatus.ACCEPTED)
        deliveries.assign(delivery, offer.florist)
        events.record(delivery, EventKind.ACCEPTED, florist=offer.florist)
    return True


def refuse(offer_pk: int, reason: str) -> bool:
    """The florist says no (`reason`: a `Refusal`); the next one is asked. False when no longer open."""
    return _pass_on(offer_pk, OfferStatus.REFUSED, EventKind.REFUSED, Refusal(reason))


def time_out(offer_pk: int) -> bool:
    """Silence until the deadline: the next one is asked. False when answered or not yet due."""
    return _pass_on(offer_pk, OfferStatus.TIMED_OUT, EventKind.TIMED_OUT, "")


def give_back(delivery: Delivery, florist: Florist, reason: str) -> bool:
    """The florist in charge can no longer do it and has not left: the next one is asked."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        if row.florist_id != florist.pk or row.status not in {DeliveryStatus.ACCEPTED, DeliveryStatus.PREPARING}:
            return False
        offer = row.offers.select_for_update().get(status=OfferStatus.ACCEPTED)
        offer.refusal = Refusal(reason)
        _answer(offer, OfferStatus.REFUSED)
        events.record(row, EventKind.GIVEN_BACK, florist=florist, reason=reason)
        deliveries.to_assign(row)
    return True


def reassign(delivery: Delivery, user: User) -> None:
    """Staff take the job from whoever has it and ask the next of the ladder. Raises `TransitionRefused`."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        _take(row, user)


def offer_to(delivery: Delivery, florist: Florist, user: User) -> DeliveryOffer:
    """Staff ask a florist of their choice, now, before the rest of the ladder. Raises `TransitionRefused`."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        waiting = [
            offer.florist
            for offer in row.offers.filter(status=OfferStatus.PLANNED).select_related("florist").order_by("rank")
            if offer.florist_id != florist.pk
        ]
        _take(row, user)
        rank = ladder.store(row, [florist, *waiting])
        offer = row.offers.select_related("florist").get(rank=rank)
        deadline = answer_by(row, clock.now()) or clock.now() + ANSWER_SAME_DAY
        _open(row, offer, deadline)
    return offer


def sweep() -> int:
    """Time out silent florists and ask the next ones: what a lost wake-up left behind. Returns rows handled."""
    overdue = DeliveryOffer.objects.filter(status=OfferStatus.OPEN, deadline_at__lte=clock.now())
    handled = sweeps.run(time_out, overdue.order_by("pk").values_list("pk", flat=True))
    waiting = Delivery.objects.filter(status=DeliveryStatus.TO_ASSIGN, next_step=Step.OFFER)
    return handled + sweeps.run(open_next, waiting.order_by("pk").values_list("pk", flat=True))


def _lock(offer_pk: int) -> tuple[Delivery, DeliveryOffer]:
    delivery = deliveries.lock(DeliveryOffer.objects.values_list("delivery", flat=True).get(pk=offer_pk))
    offer = DeliveryOffer.objects.select_related("florist").select_for_update(of=("self",)).get(pk=offer_pk)
    return delivery, offer


def _next_free(delivery: Delivery) -> DeliveryOffer | None:
    """The first planned rung whose florist is still free that day; busy ones before it are dropped."""
    assert delivery.day is not None
    planned = list(
        delivery.offers.filter(status=OfferStatus.PLANNED)
        .select_related("florist")
        .select_for_update(of=("self",))
        .order_by("rank")
    )
    availability = Availability.of([offer.florist for offer in planned], delivery.day, delivery.day)
    for offer in planned:
        if availability.is_open(offer.florist, delivery.day):
            return offer
        offer.delete()
    return None


def _open(delivery: Delivery, offer: DeliveryOffer, deadline: datetime) -> None:
    offer.status, offer.opened_at, offer.deadline_at = OfferStatus.OPEN, clock.now(), deadline
    offer.token_digest = links.digest(links.token(Link(Purpose.OFFER, offer.public_id)))
    offer.save(update_fields=["status", "opened_at", "deadline_at", "token_digest"])
    offer.delivery = delivery
    deliveries.mark_offered(delivery, deadline)
    events.record(delivery, EventKind.OFFERED, florist=offer.florist, rank=offer.rank)
    messages.offer_made(offer)


def _give_to_staff(delivery: Delivery) -> None:
    if delivery.next_step != Step.FIND_FLORIST:
        steps.set_step(delivery, Step.FIND_FLORIST)
        delivery.save(update_fields=steps.FIELDS)
        events.record(delivery, EventKind.LADDER_EXHAUSTED)


def _pass_on(offer_pk: int, status: OfferStatus, kind: EventKind, reason: str) -> bool:
    with transaction.atomic():
        delivery, offer = _lock(offer_pk)
        if offer.status != OfferStatus.OPEN or offer.deadline_at is None:
            return False
        if status == OfferStatus.TIMED_OUT and offer.deadline_at > clock.now():
            return False
        offer.refusal = reason
        _answer(offer, status)
        events.record(delivery, kind, florist=offer.florist, reason=reason)
        deliveries.to_assign(delivery)
    return True


def _answer(offer: DeliveryOffer, status: OfferStatus) -> None:
    offer.status, offer.answered_at = status, clock.now()
    offer.save(update_fields=["status", "answered_at", "refusal"])


def _take(row: Delivery, user: User) -> None:
    allowed = {*states.UNDERWAY} - {DeliveryStatus.OUT_FOR_DELIVERY}
    if row.status not in allowed or row.held_at is not None:
        raise TransitionRefused(row.status)
    ladder.withdraw(row)
    events.record(row, EventKind.REASSIGNED, florist=row.florist, user=user)
    deliveries.to_assign(row)
