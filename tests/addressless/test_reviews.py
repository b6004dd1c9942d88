"""Invitations that staff look at first: who knows of it, what a decision does, and what none does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from addressless import blocks, claims, invitations, reviews, sweeps
from addressless.models import Claim, Review
from interflora.lib import clock
from notifications.models import Message
from notifications.rendering import render
from orders.models import Order, Refund
from tests.addressless.factories import (
    age,
    invitation_of,
    make_draft,
    make_failed,
    make_gift,
    make_started,
    pay,
    settle_message,
)
from tests.addressless.test_sender_pages import order_page_of, page_of
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
CONTACT = "lou@belle-adresse.example"


def of_one_sender(number: int) -> list[Claim]:
    """Gifts paid one after the other by Camille, each to somebody else."""
    return [make_started(contact=f"lou{each}@belle-adresse.example") for each in range(number)]


def for_one_person(number: int, contact: str = CONTACT) -> list[Claim]:
    """Gifts paid by so many people for the same person."""
    senders = [{"sender_email": f"ami{each}@exemple.fr"} for each in range(number)]
    return [make_started(contact=contact, sender=sender) for sender in senders]


def sent(claim: Claim) -> int:
    return Message.objects.filter(about=claim.about, template="gift_invitation").count()


def told(claim: Claim, template: str) -> int:
    return Message.objects.filter(about=f"order:{claim.order.public_id}", template=template).count()


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("ines", is_staff=True)


def test_the_sixth_new_person_of_a_day_waits_whatever_browser_pays(staff: User) -> None:
    *five, sixth = of_one_sender(6)
    assert [sent(claim) for claim in five] == [1] * 5
    assert (sent(sixth), sixth.status, sixth.contact_failed_at) == (0, "draft", None)
    review = Review.objects.get()
    assert (review.claim_id, review.reason, review.status) == (sixth.pk, "sender_limit", "open")
    order = Order.objects.get(pk=sixth.order_id)
    assert (order.next_step, order.next_step_owner) == ("treat", "staff")
    assert order.next_step_due_at == review.due_at + timedelta(hours=1)
    sweeps.sweep()
    assert (sent(sixth), Review.objects.count()) == (0, 1)


def test_an_invitation_in_review_is_not_started_again() -> None:
    of_one_sender(6)
    waiting = Review.objects.get().claim
    age(Claim.objects.exclude(pk=waiting.pk).latest("pk"), started_at=timedelta(days=2))  # nothing to look at any more
    assert invitations.start(waiting.pk)
    assert (sent(waiting), Review.objects.get().status) == (0, "open")


def test_its_sender_is_told_honestly_with_a_way_to_ask_for_more() -> None:
    sixth = of_one_sender(6)[-1]
    for page in (page_of(sixth), order_page_of(sixth)):
        assert "cinq nouvelles personnes en vingt-quatre heures" in page
        assert "Écrivez-nous ou appelez-nous" in page
        assert "Passé ce moment, vous êtes remboursé en entier" in page
    assert "Annuler et être remboursé" in page_of(sixth)
    letter = render(Message.objects.get(template="gift_in_review"))
    assert "quelqu’un de notre service regarde ce cadeau" in letter.text
    assert "mailto:" in letter.html


def test_people_known_to_the_sender_do_not_count() -> None:
    for claim in of_one_sender(4):
        age(claim, started_at=timedelta(days=2))
        claims.cancel_by_sender(claim.pk)
    again = of_one_sender(4)
    new = [make_started(contact=f"noe{each}@belle-adresse.example") for each in range(6)]
    assert [sent(claim) for claim in again + new] == [1] * 9 + [0]


def test_another_spelling_of_the_sender_is_the_same_sender() -> None:
    of_one_sender(5)
    sixth = make_started(contact="noe@belle-adresse.example", sender={"sender_email": "Camille+fleurs@martin.example"})
    assert (sent(sixth), Review.objects.count()) == (0, 1)


def test_what_staff_send_leaves_once_by_a_worker(staff: User) -> None:
    sixth = of_one_sender(6)[-1]
    review = Review.objects.get()
    assert reviews.send(review.pk, staff)
    assert not reviews.send(review.pk, staff)
    assert not reviews.refuse(review.pk, staff)
    assert sent(sixth) == 0
    assert Order.objects.get(pk=sixth.order_id).next_step == "invite"
    sweeps.sweep()
    sweeps.sweep()
    assert sent(sixth) == 1
    assert "L’invitation part" in page_of(sixth)
    review.refresh_from_db()
    assert (review.status, review.handled_by) == ("sent", staff)


def test_a_block_made_while_staff_look_still_holds(staff: User) -> None:
    sixth = of_one_sender(6)[-1]
    blocks.block_pair(sixth)
    assert reviews.send(Review.objects.get().pk, staff)
    sweeps.sweep()
    sixth.refresh_from_db()
    assert (sent(sixth), sixth.contact_failed_at is not None) == (0, True)


def test_what_staff_refuse_is_refunded_once_and_the_sender_reads_why(staff: User) -> None:
    sixth = of_one_sender(6)[-1]
    review = Review.objects.get()
    assert reviews.refuse(review.pk, staff)
    assert not reviews.refuse(review.pk, staff)
    sixth.refresh_from_db()
    assert (sixth.status, sent(sixth)) == ("canceled", 0)
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("staff", 5580)]
    assert "Notre service a annulé cette commande." in order_page_of(sixth)


def test_nobody_deciding_in_three_days_refunds(staff: User) -> None:
    sixth = of_one_sender(6)[-1]
    review = Review.objects.get()
    assert not reviews.lapse(review.pk)
    Review.objects.update(due_at=clock.now())
    sweeps.sweep()
    sweeps.sweep()
    review.refresh_from_db()
    sixth.refresh_from_db()
    assert (review.status, review.handled_by, sixth.status) == ("lapsed", None, "canceled")
    assert Refund.objects.count() == 1
    assert not reviews.send(review.pk, staff)


def test_a_sender_who_cancels_meanwhile_leaves_nothing_to_decide(staff: User) -> None:
    sixth = of_one_sender(6)[-1]
    assert claims.cancel_by_sender(sixth.pk)
    review = Review.objects.get()
    assert review.status == "moot"
    assert not reviews.send(review.pk, staff)
    assert not reviews.refuse(review.pk, staff)
    assert list(Refund.objects.values_list("cause", flat=True)) == ["sender_canceled"]


def test_what_staff_turned_away_is_not_counted_against_the_sender(staff: User) -> None:
    of_one_sender(6)
    assert reviews.refuse(Review.objects.get().pk, staff)
    claim = Claim.objects.order_by("pk").first()
    assert claim is not None
    settle_message(invitation_of(claim), "failed", error_code="550")
    assert invitations.hear(invitation_of(claim).pk)
    invitations.resend(claim.pk)  # to somebody written to already: nobody new
    assert sent(claim) == 2


# --- Above five senders for one person ---------------------------------------------------------------------------
def test_the_sixth_sender_to_one_person_waits_and_cannot_tell() -> None:
    sixth = for_one_person(6)[-1]
    other = make_draft(contact="noe@belle-adresse.example", sender={"sender_email": "sacha@exemple.fr"})
    pay(other.order)
    assert invitations.start(other.pk)
    assert sent(sixth) == 0
    assert (Review.objects.get().claim_id, Review.objects.get().reason) == (sixth.pk, "many_senders")
    assert page_of(sixth) == page_of(other).replace("noe@belle", "lou@belle")
    ours, theirs = (order_page_of(claim).split("Ce que vous offrez")[0] for claim in (sixth, other))
    assert ours.replace(str(sixth.order), "") == theirs.replace(str(other.order), "")
    assert told(sixth, "gift_in_review") == 0


def test_a_contact_corrected_to_that_person_waits_as_well(staff: User) -> None:
    claim = make_failed(contact="perdu@belle-adresse.example")
    for_one_person(5)
    invitations.correct(claim.pk, make_gift(contact=CONTACT))
    assert (sent(claim), Review.objects.get().generation) == (1, 1)
    assert "L’invitation part" in page_of(claim)
    assert reviews.send(Review.objects.get().pk, staff)
    sweeps.sweep()
    claim.refresh_from_db()
    assert (claim.is_in_review, claim.postponed_until is not None) == (False, True)  # the person's day is full


def test_gifts_of_more_than_a_week_ago_do_not_count() -> None:
    for claim in for_one_person(5):
        age(claim, started_at=timedelta(days=7, minutes=1))
    later = make_started(contact=CONTACT, sender={"sender_email": "sacha@exemple.fr"})
    assert (later.is_in_review, Review.objects.count()) == (False, 0)


def test_refused_for_its_recipient_it_reads_like_any_contact_out_of_reach(staff: User) -> None:
    sixth = for_one_person(6)[-1]
    unreachable = make_failed(contact="perdu@belle-adresse.example")
    age(unreachable, contact_failed_at=claims.UNREACHABLE_AFTER)
    assert claims.give_up(unreachable.pk)
    assert reviews.refuse(Review.objects.get().pk, staff)
    assert Claim.objects.get(pk=sixth.pk).status == "unreachable"
    assert list(Refund.objects.values_list("cause", flat=True)) == ["unreachable", "unreachable"]
    assert page_of(sixth) == page_of(unreachable)
    letters = Message.objects.filter(template="order_canceled").order_by("pk")
    assert len({render(letter).text.split("Votre commande")[0] for letter in letters}) == 1


# --- In the back office ------------------------------------------------------------------------------------------
@pytest.fixture
def support(backoffice: Settings, staff_groups: None) -> Client:
    user = User.objects.create_user("aline", is_staff=True)
    user.groups.add(Group.objects.get(name="support"))
    return sign_in(Client(), user)


@pytest.fixture
def waiting() -> Review:
    of_one_sender(6)
    return Review.objects.get()


def test_support_finds_it_on_the_board_and_sees_what_made_it(waiting: Review, support: Client) -> None:
    change = reverse("admin:addressless_review_change", args=[waiting.pk])
    board = support.get(reverse("admin:board")).content.decode()
    assert change in board
    page = support.get(change).content.decode()
    assert page.count("camille@martin.example") == 5
    assert "Envoyer l’invitation" in page
    assert "Annuler et rembourser" in page
    assert CONTACT.split("@")[1] not in page


@pytest.mark.parametrize(("action", "status"), [("send", "sent"), ("refuse", "refused")])
def test_each_button_decides_without_the_keys_of_gifts(
    waiting: Review, support: Client, action: str, status: str
) -> None:
    data = {"action": action, "_selected_action": waiting.pk}
    assert support.post(reverse("admin:addressless_review_changelist"), data).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.status, waiting.handled_by.username if waiting.handled_by else "") == (status, "aline")
    change = reverse("admin:addressless_review_change", args=[waiting.pk])
    assert change not in support.get(reverse("admin:board")).content.decode()
