"""The ladder: one florist at a time, a deadline, the next one, then the staff board."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction

from florists import calendar, deliveries, jobs, ladder, offers, places, tasks
from florists.deliveries import TransitionRefused
from florists.models import ClosingDay, Delivery, DeliveryOffer, Florist, ServedPostcode
from florists.states import DeliveryStatus, OfferStatus, Owner, Refusal, Step
from interflora.lib import links
from interflora.lib.clock import PARIS
from interflora.lib.links import Link, Purpose
from notifications.models import Message
from tests.florists.factories import (
    make_accepted,
    make_address_key,
    make_delivery,
    make_florist,
    make_offer,
    next_served_day,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(paris_clock):
    make_address_key()


def statuses(delivery: Delivery) -> list[str]:
    return list(delivery.offers.order_by("rank").values_list("status", flat=True))


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=PARIS)


def test_the_ladder_ranks_near_and_free_florists_first():
    far = make_florist("35000", postcode="56000", commune="Vannes", department="56")
    near = make_florist("35000", postcode="35400", commune="Saint-Malo")
    here = make_florist("35000")
    closed = make_florist("35000")
    ClosingDay.objects.create(florist=closed, day=next_served_day())
    make_florist("35000", is_active=False)
    make_florist("35000", paused_until=next_served_day())
    make_florist("56000")
    day = next_served_day()
    assert ladder.candidates(calendar.check_slot("35000", day, "afternoon"), "35000", day) == [here, near, far]


def test_the_ladder_is_stored_when_the_address_is_planned():
    first, second = make_florist("35000"), make_florist("35000")
    delivery = make_delivery()
    rows = delivery.offers.order_by("rank").values_list("florist", "rank", "status", "token_digest")
    assert list(rows) == [(first.pk, 1, "planned", None), (second.pk, 2, "planned", None)]
    assert (delivery.status, delivery.next_step) == (DeliveryStatus.TO_ASSIGN, Step.OFFER)


def test_an_offer_is_sent_once_by_email_and_sms_without_the_town():
    florist = make_florist("35000")
    delivery = make_delivery()
    offer = make_offer(delivery)
    assert not offers.open_next(delivery.pk)
    messages = Message.objects.order_by("channel")
    assert [(m.template, m.channel, m.recipient_plain) for m in messages] == [
        ("florist_offer", "email", florist.email),
        ("florist_offer", "sms", florist.phone),
    ]
    for message in messages:
        assert message.context["link"] == links.reference(Link(Purpose.OFFER, offer.public_id))
        assert message.context["slot"] == "jeudi 12 février, l’après-midi"
        assert "Rennes" not in str(message.context)
        assert "35000" not in str(message.context)
        assert message.expires_at == offer.deadline_at
    assert offer.token_digest == links.digest(links.token(Link(Purpose.OFFER, offer.public_id)))


@pytest.mark.parametrize(
    ("now", "deadline"),
    [
        (paris(10, 10), paris(10, 12)),
        (paris(10, 18), paris(11, 9)),
        (paris(10, 23), paris(11, 10)),
        (paris(12, 13), paris(12, 13, 20)),
        (paris(12, 6), paris(12, 8, 20)),
        (paris(12, 18, 20), paris(12, 18, 30)),
        (paris(12, 18, 30), None),
    ],
)
def test_two_working_hours_or_twenty_minutes_the_same_day(now, deadline):
    delivery = Delivery(day=paris(12, 0).date(), half_day="afternoon")
    assert offers.answer_by(delivery, now) == deadline


def test_refusal_goes_to_the_next_then_to_staff():
    make_florist("35000")
    second = make_florist("35000")
    delivery = make_delivery()
    assert offers.refuse(make_offer(delivery).pk, Refusal.FULL)
    offer = make_offer(delivery)
    assert offer.florist == second
    assert offers.refuse(offer.pk, Refusal.FLOWERS)
    assert not offers.open_next(delivery.pk)
    delivery.refresh_from_db()
    assert statuses(delivery) == ["refused", "refused"]
    assert (delivery.status, delivery.next_step, delivery.next_step_owner) == (
        DeliveryStatus.TO_ASSIGN,
        Step.FIND_FLORIST,
        Owner.STAFF,
    )
    due = delivery.next_step_due_at
    assert not offers.open_next(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.next_step_due_at == due
    assert [event.kind for event in delivery.events.all()].count("ladder_exhausted") == 1


def test_silence_goes_to_the_next_at_the_deadline(paris_clock):
    make_florist("35000")
    second = make_florist("35000")
    delivery = make_delivery()
    offer = make_offer(delivery)
    paris_clock.set(10, 11, 59)
    assert not offers.time_out(offer.pk)
    tasks.sweep_offers()
    assert statuses(delivery) == ["open", "planned"]
    paris_clock.set(10, 12, 0)
    tasks.sweep_offers()
    assert statuses(delivery) == ["timed_out", "open"]
    assert delivery.offers.get(status="open").florist == second
    tasks.sweep_offers()
    assert statuses(delivery) == ["timed_out", "open"]
    assert not offers.time_out(offer.pk)


def test_the_sweeper_finds_what_a_lost_wake_up_left():
    make_florist("35000")
    delivery = make_delivery()
    tasks.sweep_offers()
    assert statuses(delivery) == ["open"]


def test_a_florist_full_since_the_ranking_is_passed_over():
    first, second = make_florist("35000", daily_capacity=1), make_florist("35000")
    waiting = make_delivery()
    assert make_accepted().florist == first
    assert make_offer(waiting).florist == second


def test_acceptance_is_once_and_final():
    florist = make_florist("35000")
    delivery = make_delivery()
    offer = make_offer(delivery)
    assert offers.accept(offer.pk)
    assert not offers.accept(offer.pk)
    assert not offers.refuse(offer.pk, Refusal.FULL)
    assert not offers.time_out(offer.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.florist, delivery.next_step) == (DeliveryStatus.ACCEPTED, florist, Step.PREPARE)
    assert delivery.next_step_due_at == paris(12, 19)


def test_an_offer_taken_away_cannot_be_accepted(paris_clock):
    make_florist("35000")
    delivery = make_delivery()
    offer = make_offer(delivery)
    assert deliveries.cancel(delivery)
    assert not offers.accept(offer.pk)
    assert statuses(delivery) == ["withdrawn"]
    assert Message.objects.filter(template="florist_offer").values_list("status", flat=True)[0] == "skipped"


def test_a_gone_florist_cannot_accept():
    florist = make_florist("35000")
    offer = make_offer(make_delivery())
    florist.is_active = False
    florist.save(update_fields=["is_active"])
    assert not offers.accept(offer.pk)


def test_giving_back_before_leaving_asks_the_next():
    first, second = make_florist("35000"), make_florist("35000")
    delivery = make_accepted()
    assert not offers.give_back(delivery, second, Refusal.FLOWERS)
    assert jobs.start_preparing(delivery, first)
    assert offers.give_back(delivery, first, Refusal.FLOWERS)
    assert not offers.give_back(delivery, first, Refusal.FLOWERS)
    assert make_offer(delivery).florist == second
    assert statuses(delivery) == ["refused", "open"]


def test_a_florist_who_has_left_cannot_give_back():
    florist = make_florist("35000")
    delivery = make_accepted()
    jobs.out_for_delivery(delivery, florist)
    assert not offers.give_back(delivery, florist, Refusal.FLOWERS)


def test_staff_reassign_to_the_next_and_tell_the_first():
    first = make_florist("35000")
    make_florist("35000")
    delivery = make_accepted()
    user = User.objects.create_user("network")
    offers.reassign(delivery, user)
    assert statuses(delivery) == ["withdrawn", "planned"]
    told = Message.objects.filter(template="florist_withdrawn")
    assert sorted(told.values_list("recipient_plain", flat=True)) == sorted([first.phone, first.email])


def test_staff_ask_a_florist_of_their_choice_before_the_others():
    make_florist("35000")
    second = make_florist("35000")
    outsider = make_florist("56000")
    delivery = make_delivery()
    make_offer(delivery)
    chosen = offers.offer_to(delivery, outsider, User.objects.create_user("network"))
    assert statuses(delivery) == ["withdrawn", "open", "planned"]
    assert (chosen.florist, chosen.rank) == (outsider, 2)
    assert delivery.offers.get(rank=3).florist == second
    assert offers.accept(chosen.pk)


def test_nobody_takes_flowers_that_have_left():
    florist = make_florist("35000")
    delivery = make_accepted()
    jobs.out_for_delivery(delivery, florist)
    with pytest.raises(TransitionRefused):
        offers.reassign(delivery, User.objects.create_user("network"))


def test_workers_walk_the_ladder_without_address_keys(settings):
    settings.SITE_ROLE, settings.ADDRESS_KEY_DIR = "worker", ""
    make_florist("35000")
    delivery = make_delivery()
    tasks.offer_delivery(delivery.pk)
    assert statuses(delivery) == ["open"]


def test_two_open_or_accepted_offers_are_impossible_in_the_database():
    make_florist("35000"), make_florist("35000")
    delivery = make_delivery()
    make_offer(delivery)
    other = delivery.offers.get(status="planned")
    sent = {"opened_at": other.delivery.created_at, "deadline_at": other.delivery.created_at, "token_digest": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryOffer.objects.filter(pk=other.pk).update(status=OfferStatus.OPEN, **sent)


def test_demo_florists_cover_france_twice_and_load_once(django_assert_max_num_queries):
    call_command("load_demo_florists", verbosity=0)
    assert Florist.objects.count() == 60
    served = ServedPostcode.objects.values_list("postcode", "florist")
    by_postcode: dict[str, set[int]] = {}
    for postcode, florist in served:
        by_postcode.setdefault(postcode, set()).add(florist)
    assert set(by_postcode) == set(places.postcodes())
    assert min(len(florists) for florists in by_postcode.values()) >= 2
    before = ServedPostcode.objects.count()
    with django_assert_max_num_queries(5):
        call_command("load_demo_florists", verbosity=0)
    assert (Florist.objects.count(), ServedPostcode.objects.count()) == (60, before)
