"""A delivery kept back: nobody is asked, nothing is lost, and it goes on where it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from florists import deliveries, holds, jobs, offers
from florists.deliveries import TransitionRefused
from florists.models import Delivery, DeliveryOffer
from notifications.models import Message
from tests.florists.factories import (
    in_charge,
    make_accepted,
    make_address,
    make_address_key,
    make_delivered,
    make_delivery,
    make_draft,
    make_florist,
    make_offer,
    next_served_day,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def network() -> None:
    make_address_key()
    make_florist()
    make_florist()


def again(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("florist").get(pk=delivery.pk)


def state(delivery: Delivery) -> tuple[str, str, str]:
    row = again(delivery)
    return row.status, row.next_step, row.next_step_owner


def test_nobody_is_asked_while_it_is_held() -> None:
    delivery = make_delivery()
    assert holds.hold(delivery)
    assert state(delivery) == ("to_assign", "held", "staff")
    assert offers.open_next(delivery.pk) is False
    assert offers.sweep() == 0
    assert state(delivery) == ("to_assign", "held", "staff")
    assert DeliveryOffer.objects.exclude(status="planned").count() == 0
    assert Message.objects.count() == 0


def test_holding_twice_changes_nothing_more() -> None:
    delivery = make_delivery()
    assert holds.hold(delivery)
    since = again(delivery).held_at
    assert holds.hold(delivery) is False
    assert again(delivery).held_at == since
    assert delivery.events.filter(kind="held").count() == 1


def test_a_job_given_is_taken_back_and_its_florist_is_asked_first_again() -> None:
    delivery = make_delivery()
    assert offers.refuse(make_offer(delivery).pk, "full")
    second = make_offer(delivery)
    assert offers.accept(second.pk)
    assert holds.hold(again(delivery))
    assert state(delivery) == ("to_assign", "held", "staff")
    assert again(delivery).florist is None
    assert Message.objects.filter(template="florist_withdrawn").count() == 2  # e-mail and text
    assert holds.resume(again(delivery))
    assert state(delivery) == ("to_assign", "offer", "system")
    assert make_offer(delivery).florist == second.florist  # the one who had refused is not asked again


def test_an_open_proposal_is_taken_back() -> None:
    delivery = make_delivery()
    offer = make_offer(delivery)
    assert holds.hold(again(delivery))
    assert offers.accept(offer.pk) is False
    assert DeliveryOffer.objects.get(pk=offer.pk).status == "withdrawn"


def test_a_florist_who_started_goes_on() -> None:
    delivery = make_accepted()
    jobs.start_preparing(delivery, in_charge(delivery))
    with pytest.raises(TransitionRefused):
        holds.hold(delivery)
    with pytest.raises(TransitionRefused):
        holds.hold(make_delivered())
    assert state(delivery) == ("preparing", "deliver", "florist")


def test_it_stays_held_when_the_gift_gets_its_address_or_another_date() -> None:
    gift = make_draft(is_gift=True)
    deliveries.await_address(gift)
    assert holds.hold(gift)
    deliveries.plan(gift, make_address(), next_served_day(), "morning")
    assert deliveries.release(gift)
    assert state(gift) == ("to_assign", "held", "staff")
    deliveries.change_slot(gift, next_served_day(4), "morning")
    assert state(gift) == ("to_assign", "held", "staff")
    assert holds.resume(gift)
    assert state(gift) == ("to_assign", "offer", "system")
    assert holds.resume(gift) is False


def test_staff_of_the_network_cannot_offer_what_is_held() -> None:
    delivery, user = make_delivery(), User.objects.create_user("reseau")
    assert holds.hold(delivery)
    with pytest.raises(TransitionRefused):
        offers.offer_to(delivery, make_florist(), user)
    with pytest.raises(TransitionRefused):
        offers.reassign(delivery, user)


def test_a_held_delivery_can_be_canceled() -> None:
    delivery = make_delivery()
    assert holds.hold(delivery)
    assert deliveries.cancel(delivery)
    assert (again(delivery).status, again(delivery).held_at) == ("canceled", None)


def test_the_database_keeps_a_held_delivery_from_every_florist() -> None:
    delivery = make_accepted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(held_at=delivery.accepted_at)
