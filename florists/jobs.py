"""What the florist in charge does with a job, one tap each; and what happens when nothing is done in time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from florists import addresses, deliveries, events, messages, signals, states, steps, sweeps
from florists.deliveries import TransitionRefused
from florists.models import Delivery, Florist
from florists.states import DeliveryStatus, EventKind, OfferStatus, Owner, Problem, Step
from interflora.lib import clock


class NotYours(Exception):
    """Another florist, or nobody, is in charge of this delivery."""


def of_florist(florist: Florist) -> QuerySet[Delivery]:
    """The jobs of a florist, soonest first."""
    return florist.deliveries.filter(status__in=states.ASSIGNED).order_by("day", "-half_day", "pk")


def start_preparing(delivery: Delivery, florist: Florist) -> bool:
    """accepted → preparing: from now on nothing about it changes. False when already so, or further."""
    return _advance(delivery, florist, DeliveryStatus.PREPARING)


def out_for_delivery(delivery: Delivery, florist: Florist) -> bool:
    """→ out_for_delivery. False when already so, or further."""
    return _advance(delivery, florist, DeliveryStatus.OUT_FOR_DELIVERY)


def mark_delivered(delivery: Delivery, florist: Florist) -> bool:
    """→ delivered; steps the florist forgot to tap are filled in. False when already delivered."""
    return _advance(delivery, florist, DeliveryStatus.DELIVERED)


def is_early(delivery: Delivery, target: DeliveryStatus) -> bool:
    """Whether going to `target` now would be before the promised day in Paris: the florist is asked to confirm."""
    leaves = target in {DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.DELIVERED}
    if not leaves or delivery.status not in states.WITH_FLORIST or delivery.day is None:
        return False
    return clock.paris_today() < delivery.day


def mark_failed(delivery: Delivery, florist: Florist, problem: str) -> bool:
    """→ failed with a `Problem`: staff decide within two hours. False when already so."""
    return _advance(delivery, florist, DeliveryStatus.FAILED, Problem(problem))


def flag_late(pk: int) -> bool:
    """The half-day is over and the florist has not confirmed: staff call. False when not due."""
    with transaction.atomic():
        row = deliveries.lock(pk)
        due = row.next_step_owner == Owner.FLORIST and row.status in states.WITH_FLORIST
        if not due or row.next_step_due_at is None or row.next_step_due_at > clock.now():
            return False
        steps.set_step(row, Step.CHECK_LATE)
        row.save(update_fields=steps.FIELDS)
        events.record(row, EventKind.LATE)
    return True


def sweep_late() -> int:
    """Flag every job whose half-day has passed without confirmation."""
    late = Delivery.objects.filter(
        Q(next_step_owner=Owner.FLORIST, status__in=states.WITH_FLORIST, next_step_due_at__lte=clock.now())
    )
    return sweeps.run(flag_late, late.order_by("pk").values_list("pk", flat=True))


_CHAIN = [DeliveryStatus.ACCEPTED, DeliveryStatus.PREPARING, DeliveryStatus.OUT_FOR_DELIVERY]
_MARKS = {
    DeliveryStatus.PREPARING: ("preparing_at", EventKind.PREPARING),
    DeliveryStatus.OUT_FOR_DELIVERY: ("departed_at", EventKind.DEPARTED),
    DeliveryStatus.DELIVERED: ("delivered_at", EventKind.DELIVERED),
    DeliveryStatus.FAILED: ("failed_at", EventKind.FAILED),
}


def _advance(delivery: Delivery, florist: Florist, target: DeliveryStatus, problem: str = "") -> bool:
    """Walk the chain up to `target` in one transaction, with a mark and an event for each state passed."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        if row.florist_id != florist.pk:
            raise NotYours
        path = _path(DeliveryStatus(row.status), target)
        if not path:
            return False
        now = clock.now()
        data: dict[str, Any] = {"problem": problem} if problem else {}
        for status in path:
            column, kind = _MARKS[status]
            setattr(row, column, now)
            events.record(row, kind, florist=florist, **data)
        row.status, row.problem = target, problem
        _set_next(row)
        row.save(update_fields=[*steps.FIELDS, "problem", *(_MARKS[status][0] for status in path)])
        if target == DeliveryStatus.DELIVERED:
            offer = row.offers.select_related("florist", "delivery").get(status=OfferStatus.ACCEPTED)
            messages.delivery_confirmed(offer)
        signals.announce(row.pk, row.status)
    return True


def _path(current: DeliveryStatus, target: DeliveryStatus) -> list[DeliveryStatus]:
    """States still to pass; empty when there already or beyond. Raises `TransitionRefused`."""
    ends = {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}
    if current in ends and target in ends and current != target:
        raise TransitionRefused(current)
    if current in ends:
        return []
    if current not in _CHAIN:
        raise TransitionRefused(current)
    chain = [*_CHAIN, target] if target in ends else _CHAIN
    return chain[chain.index(current) + 1 : chain.index(target) + 1]


def _set_next(row: Delivery) -> None:
    match row.status:
        case DeliveryStatus.DELIVERED:
            steps.clear(row)
        case DeliveryStatus.FAILED:
            steps.set_step(row, Step.SOLVE)
        case _:
            steps.set_step(row, Step.DELIVER)


def close(delivery: Delivery, user: User) -> bool:
    """Staff close a failed delivery that will not be tried again; its address is erased. False when not failed."""
    with transaction.atomic():
        row = deliveries.lock(delivery.pk)
        if row.status != DeliveryStatus.FAILED or not row.next_step:
            return False
        steps.clear(row)
        row.save(update_fields=steps.FIELDS)
        events.record(row, EventKind.CLOSED, user=user)
        addresses.erase(row)
    return True
