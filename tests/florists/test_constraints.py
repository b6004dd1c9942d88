"""The database refuses a work order, an offer or an audit row that contradicts itself, whoever writes it."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User

from florists import jobs
from florists.models import (
    AddressKey,
    AddressRead,
    ClosingDay,
    Delivery,
    DeliveryOffer,
    ServedPostcode,
    SignInLink,
)
from interflora.lib import clock
from tests.constraints import Case, Change, Prepare, declared, refused, repeated, twice, without, written
from tests.florists.factories import (
    in_charge,
    make_accepted,
    make_address_key,
    make_delivery,
    make_draft,
    make_florist,
    make_offer,
    next_served_day,
)

pytestmark = pytest.mark.django_db
NOW = clock.now()
_numbers = count(1)


@pytest.fixture(autouse=True)
def network() -> None:
    """Two florists for one place, so that a ladder has two rungs."""
    make_address_key()
    make_florist("35000")
    make_florist("35000")


def offered() -> DeliveryOffer:
    return make_offer(make_delivery())


def two_rungs() -> tuple[DeliveryOffer, DeliveryOffer]:
    """Of one delivery: the first is being asked."""
    first = offered()
    return first, DeliveryOffer.objects.get(delivery=first.delivery, rank=first.rank + 1)


def taken_and_waiting() -> tuple[DeliveryOffer, DeliveryOffer]:
    """Of one delivery: the first florist has it."""
    delivery = make_accepted()
    first, second = delivery.offers.order_by("rank")[:2]
    return first, second


def make_failed() -> Delivery:
    delivery = make_accepted()
    assert jobs.mark_failed(delivery, in_charge(delivery), "absent")
    return delivery


def served() -> tuple[ServedPostcode, ServedPostcode]:
    first, second = make_florist("35000", "35700").served_postcodes.order_by("pk")
    return first, second


def closings() -> tuple[ClosingDay, ClosingDay]:
    florist, day = make_florist(), next_served_day()
    return (
        ClosingDay.objects.create(florist=florist, day=day),
        ClosingDay.objects.create(florist=florist, day=next_served_day(10)),
    )


def sign_in() -> SignInLink:
    return SignInLink.objects.create(florist=make_florist(), token_digest=f"t{next(_numbers)}", expires_at=NOW)


def key() -> AddressKey:
    return AddressKey.objects.create(epoch=f"2020-W{next(_numbers):03d}", public_key=b"k" * 32)


def read() -> AddressRead:
    user = User.objects.create_user("ines")
    return AddressRead.objects.create(delivery=make_accepted(), purpose="staff", user=user, reason="Perdu")


def a_read_that_says(**values: Any) -> Prepare:
    """Written wrong from the start: once there, a row of the audit does not change at all."""

    def prepare() -> Change:
        delivery = make_accepted()
        row = {"purpose": "job", "florist": in_charge(delivery)} | values
        return lambda: AddressRead.objects.create(delivery=delivery, **row)

    return prepare


def a_read_reviewed_by_its_reader() -> Change:
    row = read()
    return lambda: AddressRead.objects.filter(pk=row.pk).update(reviewed_at=NOW, reviewed_by=row.user)


OPENED = ("status", "opened_at", "deadline_at")
NO_STEP = {"next_step": "", "next_step_owner": "", "next_step_due_at": None}
CASES: list[Case] = [
    ("florist_capacity_positive", written(make_florist, daily_capacity=0)),
    ("Florist.public_id", repeated(twice(make_florist), "public_id")),
    ("Florist.email", repeated(twice(make_florist), "email")),
    ("served_postcode_once_per_florist", repeated(served, "postcode")),
    ("closing_day_once_per_florist", repeated(closings, "day")),
    ("SignInLink.public_id", repeated(twice(sign_in), "public_id")),
    ("SignInLink.token_digest", repeated(twice(sign_in), "token_digest")),
    # Work orders
    (
        "delivery_status_known",
        without("delivery_florist_when_accepted", written(make_accepted, status="lost", **NO_STEP)),
    ),
    ("delivery_florist_when_accepted", written(make_accepted, florist=None)),
    ("delivery_florist_when_accepted", written(make_accepted, accepted_at=None)),
    ("delivery_florist_when_accepted", written(make_accepted, status="to_assign")),
    ("delivery_dated_when_released", written(make_accepted, day=None)),
    ("delivery_dated_when_released", written(make_accepted, half_day="night")),
    ("delivery_dated_when_released", written(make_accepted, released_at=None)),
    ("delivery_swapped_by_who_answered", written(make_accepted, is_swapped=True)),
    ("delivery_swapped_by_who_answered", written(make_draft, is_swapped=True, is_gift=True)),
    ("delivery_departed_at", written(make_accepted, departed_at=NOW)),
    ("delivery_departed_at", written(make_accepted, status="out_for_delivery")),
    ("delivery_delivered_at", written(make_accepted, delivered_at=NOW)),
    ("delivery_failed_at", written(make_accepted, failed_at=NOW)),
    ("delivery_failed_at", written(make_accepted, status="failed", departed_at=NOW)),
    ("delivery_canceled_at", written(make_accepted, canceled_at=NOW)),
    ("delivery_held_before_any_florist", written(make_accepted, held_at=NOW)),
    ("delivery_step_whole", written(make_failed, next_step="")),
    ("delivery_step_whole", written(make_failed, next_step_due_at=None)),
    ("delivery_step_while_underway", written(make_accepted, **NO_STEP)),
    (
        "delivery_no_step_at_rest",
        written(make_draft, next_step="offer", next_step_owner="system", next_step_due_at=NOW),
    ),
    ("Delivery.public_id", repeated(twice(make_draft), "public_id")),
    # Offers
    ("offer_rank_once", repeated(two_rungs, "rank")),
    ("offer_one_open_per_delivery", repeated(two_rungs, *OPENED, token_digest="x")),
    ("offer_one_accepted_per_delivery", repeated(taken_and_waiting, *OPENED, "answered_at", token_digest="x")),
    ("offer_status_known", written(offered, status="maybe", answered_at=NOW)),
    ("offer_sent_unless_planned", written(offered, token_digest=None)),
    ("offer_sent_unless_planned", written(offered, status="planned")),
    ("offer_answered_at", written(offered, answered_at=NOW)),
    ("offer_answered_at", written(offered, status="refused")),
    ("DeliveryOffer.public_id", repeated(two_rungs, "public_id")),
    ("DeliveryOffer.token_digest", repeated(twice(offered), "token_digest")),
    # The vault
    ("AddressKey.epoch", repeated(twice(key), "epoch")),
    ("address_read_by_someone_for_a_reason", a_read_that_says(florist=None)),
    ("address_read_by_someone_for_a_reason", a_read_that_says(purpose="staff")),
    ("address_read_by_someone_for_a_reason", a_read_that_says(reason="Perdu")),
    ("address_read_reviewed_by_another", written(read, reviewed_at=NOW)),
    ("address_read_reviewed_by_another", a_read_reviewed_by_its_reader),
]


@pytest.mark.parametrize(("rule", "prepare"), CASES, ids=[rule for rule, _prepare in CASES])
def test_the_database_refuses(rule: str, prepare: Prepare) -> None:
    refused(rule, prepare())


def test_every_rule_of_the_schema_is_broken_at_least_once() -> None:
    assert {rule for rule, _prepare in CASES} == declared("florists")
