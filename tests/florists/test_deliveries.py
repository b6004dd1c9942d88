"""The work order's verbs, and the database rules behind them."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from florists import deliveries, jobs, offers
from florists.calendar import SlotUnavailable
from florists.deliveries import NotReady, TransitionRefused
from florists.jobs import NotYours
from florists.models import Delivery, DeliveryOffer, SealedAddress
from florists.signals import delivery_changed
from florists.states import DeliveryStatus, Owner, Step
from interflora.lib import clock
from notifications.models import Message
from tests.florists.factories import (
    WHAT,
    in_charge,
    make_accepted,
    make_address,
    make_address_key,
    make_delivered,
    make_delivery,
    make_draft,
    make_florist,
    make_offer,
)

pytestmark = pytest.mark.django_db
THURSDAY, FRIDAY = date(2026, 2, 12), date(2026, 2, 13)


@pytest.fixture(autouse=True)
def ground(paris_clock):
    make_address_key()
    make_florist("35000", "35200")


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def planned(*, is_gift: bool = False) -> Delivery:
    return deliveries.plan(make_draft(is_gift=is_gift), make_address(), THURSDAY, "morning")


# --- Drafts ------------------------------------------------------------------------------------------------------
def test_a_draft_is_never_offered():
    delivery = planned()
    assert delivery.status == DeliveryStatus.DRAFT
    assert not offers.open_next(delivery.pk)
    assert (delivery.day, delivery.half_day, delivery.next_step) == (THURSDAY, "morning", "")


def test_a_basket_change_rewrites_the_draft_and_keeps_the_card():
    delivery = planned()
    deliveries.set_card(delivery, "Bon anniversaire")
    deliveries.rewrite_draft(delivery, what=WHAT * 2, is_gift=False, florist_pay_cents=5600)
    row = fresh(delivery)
    assert (len(row.items), row.card_text, row.florist_pay_cents, row.day) == (2, "Bon anniversaire", 5600, THURSDAY)
    assert SealedAddress.objects.count() == 1


def test_turning_a_draft_into_a_gift_forgets_the_address():
    delivery = planned()
    deliveries.rewrite_draft(delivery, what=WHAT, is_gift=True)
    row = fresh(delivery)
    assert (row.is_gift, row.day, row.half_day, row.florist_pay_cents) == (True, None, "", 2800)
    assert SealedAddress.objects.count() == 0
    assert DeliveryOffer.objects.count() == 0


def test_a_paid_delivery_is_no_longer_rewritten():
    delivery = make_delivery()
    with pytest.raises(TransitionRefused):
        deliveries.rewrite_draft(delivery, what=WHAT, is_gift=True)


def test_an_impossible_slot_leaves_everything_as_it_was():
    delivery = planned()
    before = bytes(SealedAddress.objects.get().blob)
    with pytest.raises(SlotUnavailable):
        deliveries.plan(delivery, make_address(postcode="29000", commune="Quimper"), FRIDAY, "morning")
    assert bytes(SealedAddress.objects.get().blob) == before
    assert fresh(delivery).day == THURSDAY


# --- Release -----------------------------------------------------------------------------------------------------
def test_a_known_address_is_released_once(django_capture_on_commit_callbacks):
    delivery = planned()
    heard: list[tuple[int, str]] = []

    def hear(sender, delivery_pk, status, **kwargs):
        heard.append((delivery_pk, status))

    delivery_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        assert deliveries.release(delivery)
        assert not deliveries.release(delivery)
    delivery_changed.disconnect(hear)
    assert heard == [(delivery.pk, "to_assign")]
    row = fresh(delivery)
    assert (row.next_step, row.next_step_owner) == (Step.OFFER, Owner.SYSTEM)
    assert row.next_step_due_at is not None
    assert row.next_step_due_at > clock.now()


def test_a_gift_waits_for_its_address_then_is_released():
    delivery = make_draft(is_gift=True)
    assert not deliveries.release(delivery)
    assert deliveries.await_address(delivery)
    assert not deliveries.await_address(delivery)
    with pytest.raises(NotReady):
        deliveries.release(delivery)
    deliveries.plan(delivery, make_address(), THURSDAY, "afternoon")
    assert fresh(delivery).status == DeliveryStatus.AWAITING_ADDRESS
    assert deliveries.release(delivery)
    assert fresh(delivery).status == DeliveryStatus.TO_ASSIGN


def test_a_known_address_awaits_nothing():
    with pytest.raises(TransitionRefused):
        deliveries.await_address(make_draft())


# --- Changes -----------------------------------------------------------------------------------------------------
def test_who_may_change_what_until_preparation():
    known, gift = make_accepted(), make_accepted(is_gift=True)
    assert deliveries.sender_may_change(known)
    assert not deliveries.sender_may_change(gift)
    assert deliveries.recipient_may_change(gift)
    assert not deliveries.recipient_may_change(known)
    for delivery in (known, gift):
        jobs.start_preparing(delivery, in_charge(delivery))
        row = fresh(delivery)
        assert not deliveries.sender_may_change(row)
        assert not deliveries.recipient_may_change(row)
        with pytest.raises(TransitionRefused):
            deliveries.plan(row, make_address(), FRIDAY, "morning")
        with pytest.raises(TransitionRefused):
            deliveries.change_slot(row, FRIDAY, "morning")
        with pytest.raises(TransitionRefused):
            deliveries.set_card(row, "Autre texte")


def test_a_new_address_after_acceptance_is_ranked_and_offered_anew():
    elsewhere = make_florist("56000", postcode="56000", commune="Vannes", department="56")
    delivery = make_accepted()
    first = in_charge(delivery)
    deliveries.plan(delivery, make_address(postcode="56000", commune="Vannes"), FRIDAY, "morning")
    row = fresh(delivery)
    assert (row.status, row.florist, row.day) == (DeliveryStatus.TO_ASSIGN, None, FRIDAY)
    assert Message.objects.filter(template="florist_withdrawn", recipient_plain=first.email).count() == 1
    assert make_offer(row).florist == elsewhere
    assert deliveries.served_days(row)[0] == date(2026, 2, 10)
    elsewhere.is_active = False
    elsewhere.save(update_fields=["is_active"])
    assert deliveries.served_days(row) == []


def test_a_new_date_asks_the_same_florists():
    delivery = make_delivery(day=THURSDAY)
    make_offer(delivery)
    deliveries.change_slot(delivery, FRIDAY, "morning")
    row = fresh(delivery)
    assert (row.status, row.day, row.half_day) == (DeliveryStatus.TO_ASSIGN, FRIDAY, "morning")
    assert list(row.offers.order_by("rank").values_list("status", flat=True)) == ["withdrawn", "planned"]
    with pytest.raises(SlotUnavailable):
        deliveries.change_slot(delivery, date(2026, 2, 15), "morning")


def test_the_same_date_changes_nothing():
    delivery = make_accepted(day=THURSDAY, half_day="morning")
    deliveries.change_slot(delivery, THURSDAY, "morning")
    assert fresh(delivery).status == DeliveryStatus.ACCEPTED


def test_the_florist_is_told_of_a_new_card_each_time():
    delivery = make_accepted()
    for text in ("Un", "Un", "Deux"):
        deliveries.set_card(delivery, text)
    assert Message.objects.filter(template="florist_card_changed", channel="email").count() == 2


def test_a_failed_delivery_gets_a_second_try():
    delivery = make_accepted()
    jobs.mark_failed(delivery, in_charge(delivery), "absent")
    deliveries.change_slot(delivery, FRIDAY, "morning", user=User.objects.create_user("network"))
    row = fresh(delivery)
    assert (row.status, row.problem, row.failed_at, row.departed_at) == (DeliveryStatus.TO_ASSIGN, "", None, None)
    assert make_offer(row).florist == delivery.florist


# --- Cancellation ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [planned, make_delivery, make_accepted])
def test_canceling_before_departure_erases_and_stays_canceled(make):
    delivery = make()
    assert deliveries.cancel(delivery)
    assert deliveries.cancel(delivery)
    row = fresh(delivery)
    assert (row.status, row.next_step) == (DeliveryStatus.CANCELED, "")
    assert SealedAddress.objects.count() == 0
    assert not offers.open_next(row.pk)
    assert [event.kind for event in row.events.all()].count("canceled") == 1


def test_canceling_tells_the_florist_who_had_accepted():
    delivery = make_accepted()
    deliveries.cancel(delivery)
    assert Message.objects.filter(template="florist_canceled").count() == 2


def test_flowers_that_have_left_are_not_canceled():
    delivery = make_accepted()
    jobs.out_for_delivery(delivery, in_charge(delivery))
    assert not deliveries.cancel(delivery)
    assert not deliveries.cancel(make_delivered())
    assert fresh(delivery).status == DeliveryStatus.OUT_FOR_DELIVERY


@pytest.mark.parametrize("by_staff", [True, False])
def test_closing_a_failed_delivery_clears_its_step(by_staff):
    delivery = make_accepted()
    jobs.mark_failed(delivery, in_charge(delivery), "absent")
    if by_staff:
        user = User.objects.create_user("network")
        assert jobs.close(delivery, user)
        assert not jobs.close(delivery, user)
    else:
        assert deliveries.cancel(delivery)
        assert deliveries.cancel(delivery)
    row = fresh(delivery)
    assert (row.status, row.next_step) == (DeliveryStatus.FAILED, "")
    assert [event.kind for event in row.events.all()].count("closed") == 1


# --- Jobs --------------------------------------------------------------------------------------------------------
def test_steps_belong_to_the_florist_in_charge():
    delivery = make_accepted()
    with pytest.raises(NotYours):
        jobs.mark_delivered(delivery, make_florist("35000"))


def test_delivered_and_failed_exclude_each_other():
    delivered, failed = make_delivered(), make_accepted()
    with pytest.raises(TransitionRefused):
        jobs.mark_failed(delivered, in_charge(delivered), "absent")
    jobs.mark_failed(failed, in_charge(failed), "absent")
    with pytest.raises(TransitionRefused):
        jobs.mark_delivered(failed, in_charge(failed))


def test_forgotten_taps_are_filled_in():
    row = fresh(make_delivered())
    assert row.preparing_at == row.departed_at == row.delivered_at == clock.now()
    assert not jobs.start_preparing(row, in_charge(row))


# --- What the database refuses -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "values",
    [
        {"status": "lost"},
        {"status": "accepted", "florist": None},
        {"accepted_at": None},
        {"day": None},
        {"half_day": "night"},
        {"released_at": None},
        {"status": "delivered"},
        {"delivered_at": clock.now()},
        {"failed_at": clock.now()},
        {"canceled_at": clock.now()},
        {"departed_at": clock.now()},
        {"next_step": ""},
        {"next_step_due_at": None},
        {"next_step": "", "next_step_owner": "", "next_step_due_at": None},
        {"status": "to_assign"},
    ],
)
def test_a_status_without_its_facts_is_refused(values):
    delivery = make_accepted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**values)


def test_every_paid_state_has_a_dated_owner():
    for delivery in (make_delivery(), make_offer(make_delivery()).delivery, make_accepted()):
        row = fresh(delivery)
        assert row.next_step_owner
        assert row.next_step_due_at is not None
        assert row.next_step_due_at > clock.now()
