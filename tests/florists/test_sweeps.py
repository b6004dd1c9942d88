"""One row that cannot move never keeps the others waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from florists import offers
from florists.models import Delivery, Florist
from interflora.lib import clock
from tests.florists.factories import make_address_key, make_delivery, make_florist, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(settings) -> None:
    settings.SITE_ROLE = "worker"
    make_address_key()


def test_a_delivery_that_cannot_be_offered_does_not_hold_the_next_ones(worker):
    unreachable = make_florist("35000")
    broken = make_delivery()
    Florist.objects.filter(pk=unreachable.pk).update(email="")  # nobody to write to: offering it fails
    make_florist("29000", postcode="29000", commune="Quimper", department="29")
    sound = make_delivery(postcode="29000", commune="Quimper")
    assert offers.sweep() == 1
    assert Delivery.objects.get(pk=broken.pk).status == "to_assign"
    assert Delivery.objects.get(pk=sound.pk).status == "offered"


def test_silent_florists_are_timed_out_past_a_row_that_fails(worker):
    make_florist("35000")
    first, second = make_offer(make_delivery()), make_offer(make_delivery())
    type(first).objects.update(deadline_at=clock.now() - timedelta(minutes=1))
    over = {"next_step": "", "next_step_owner": "", "next_step_due_at": None, "canceled_at": clock.now()}
    Delivery.objects.filter(pk=first.delivery_id).update(status="canceled", **over)  # its offer was forgotten
    offers.sweep()
    assert type(second).objects.get(pk=second.pk).status == "timed_out"
