"""What is left of an address once its time has come: nothing, in batches, whatever one row does."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from florists import deliveries, erasure, jobs
from florists.models import Delivery, SealedAddress
from florists.states import DeliveryStatus, EventKind
from interflora.lib import clock
from tests.florists.factories import (
    make_accepted,
    make_address,
    make_address_key,
    make_delivered,
    make_draft,
    make_florist,
    next_served_day,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def florist(vault):
    return make_florist("35000")


def test_addresses_are_erased_fourteen_days_after_delivery(florist, paris_clock, settings):
    delivery = make_delivered()
    settings.SITE_ROLE = "worker"
    paris_clock.moment += timedelta(days=14, seconds=-1)
    assert erasure.erase_old() == 0
    paris_clock.moment += timedelta(seconds=1)
    assert erasure.erase_old() == 1
    assert erasure.erase_old() == 0
    assert SealedAddress.objects.count() == 0
    assert delivery.events.filter(kind=EventKind.ADDRESS_ERASED).count() == 1


def test_canceling_erases_at_once(florist):
    delivery = make_accepted()
    assert deliveries.cancel(delivery)
    assert SealedAddress.objects.count() == 0


def test_failed_deliveries_are_erased_after_fourteen_days_too(florist, paris_clock):
    delivery = make_accepted()
    jobs.mark_failed(delivery, florist, "absent")
    paris_clock.moment += timedelta(days=14)
    assert erasure.erase_old() == 1


def test_a_draft_nobody_paid_is_erased_after_a_week(florist, paris_clock):
    delivery = make_draft()
    deliveries.plan(delivery, make_address(), next_served_day(), "morning")
    paris_clock.moment += timedelta(days=7)
    assert erasure.erase_old() == 1
    assert Delivery.objects.get(pk=delivery.pk).status == DeliveryStatus.DRAFT


@pytest.mark.parametrize("days", [2, 14])
def test_the_number_of_days_is_a_setting(florist, paris_clock, settings, days):
    settings.ADDRESS_KEEP_DAYS = days
    make_delivered()
    paris_clock.moment += timedelta(days=days, seconds=-1)
    assert erasure.erase_old() == 0
    paris_clock.moment += timedelta(seconds=1)
    assert erasure.erase_old() == 1


# --- Batches -----------------------------------------------------------------------------------------------------
def make_canceled(number: int) -> list[int]:
    """Deliveries canceled whose address was forgotten."""
    pks = []
    for _ in range(number):
        delivery = make_draft()
        deliveries.plan(delivery, make_address(), next_served_day(), "morning")
        pks.append(delivery.pk)
    Delivery.objects.filter(pk__in=pks).update(status=DeliveryStatus.CANCELED, canceled_at=clock.now())
    return pks


@pytest.mark.parametrize("batch", [1, 2, 5, 1000])
def test_every_batch_size_erases_everything_and_tells_each_delivery_once(florist, batch):
    pks = make_canceled(5)
    assert erasure.erase_old(batch=batch) == 5
    assert SealedAddress.objects.count() == 0
    told = Delivery.objects.filter(events__kind=EventKind.ADDRESS_ERASED).values_list("pk", flat=True)
    assert sorted(told) == pks


def test_a_batch_costs_the_same_for_few_rows_or_many(florist, django_assert_num_queries):
    make_canceled(8)
    with django_assert_num_queries(8):  # a list, a savepoint, two locks, one deletion, the events; then an empty list
        assert erasure.erase_old() == 8


def test_a_row_that_cannot_go_keeps_nobody_else(florist):
    first, stuck, last = make_canceled(3)
    rule = f"ADD CONSTRAINT broken CHECK (delivery_id <> {stuck}) NOT VALID"
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE florists_deliveryevent {rule}")
    assert erasure.erase_old() == 2
    assert list(SealedAddress.objects.values_list("pk", flat=True)) == [stuck]
    assert first < stuck < last


def test_a_sweep_stops_in_time_and_the_next_one_goes_on(florist):
    make_canceled(3)
    assert erasure.erase_old(seconds=0.0) == 0
    assert erasure.erase_old() == 3


def test_what_was_sealed_anew_after_the_list_was_made_stays(florist, paris_clock):
    delivery = make_draft()
    deliveries.plan(delivery, make_address(), next_served_day(), "morning")
    paris_clock.moment += timedelta(days=7)
    listed = list(erasure.due().values_list("pk", flat=True))
    deliveries.plan(delivery, make_address(), next_served_day(), "morning")
    assert listed == [delivery.pk]
    assert erasure.erase(listed) == 0
    assert SealedAddress.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_holds_is_left_to_the_next_sweep(settings):
    settings.SITE_ROLE = "worker"
    make_address_key()
    make_florist("35000")
    held, free = make_canceled(2)
    erased: list[int] = []

    def sweep() -> None:
        erased.append(erasure.erase_old())
        connections.close_all()

    with transaction.atomic():
        deliveries.lock(held)
        other = threading.Thread(target=sweep)
        other.start()
        other.join(20)
    assert erased == [1]
    assert list(SealedAddress.objects.values_list("pk", flat=True)) == [held]
    assert erasure.erase_old() == 1
    assert free != held


def test_addresses_past_their_time_for_a_day_are_counted(florist, paris_clock):
    make_delivered()
    paris_clock.moment += timedelta(days=14, hours=23)
    assert erasure.overdue() == 0
    paris_clock.moment += timedelta(hours=1)
    assert erasure.overdue() == 1
    erasure.erase_old()
    assert erasure.overdue() == 0
