"""What a sender could infer, and what could still leave after the end: late news, blocks, reminders."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from addressless import answers, blocks, claims, invitations, sweeps
from addressless.models import Claim, InvitedContact
from interflora.lib import clock
from notifications.models import Message
from orders import cancellation
from orders.models import Order, RefundCause
from tests.addressless.factories import (
    age,
    invitation_of,
    make_failed,
    make_gift,
    make_invited,
    make_started,
    open_session,
    settle_message,
)
from tests.addressless.pages import Browser, text_of, url
from tests.addressless.test_sender_pages import page_of, token_of
from tests.florists.factories import make_address, make_florist, next_served_day
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db


def again(claim: Claim) -> Claim:
    return Claim.objects.select_related("order").get(pk=claim.pk)


def timeline_of(claim: Claim) -> list[str]:
    return list(claim.order.events.order_by("pk").values_list("kind", flat=True))


def fail_contact(claim: Claim) -> None:
    """The invitation that was handed over comes back."""
    settle_message(invitation_of(claim), "undelivered")
    assert invitations.hear(invitation_of(claim).pk)


def test_opening_the_link_of_a_failed_contact_shows_the_sender_nothing() -> None:
    claim = make_failed()
    page, story, order = page_of(claim), timeline_of(claim), Order.objects.get(pk=claim.order_id)
    assert invitations.arrived(claim.pk) is True
    assert again(claim).status == "invited"
    assert (page_of(claim), timeline_of(claim)) == (page, story)
    assert Order.objects.get(pk=claim.order_id).next_step_due_at == order.next_step_due_at
    make_florist()
    answers.accept(open_session(again(claim)), make_address(), next_served_day(), "afternoon")
    assert again(claim).status == "accepted"


def test_a_contact_thought_lost_that_has_it_after_all_needs_no_correction() -> None:
    claim = make_invited("sms")
    fail_contact(claim)
    settle_message(invitation_of(claim), "delivered")
    sweeps.sweep()
    assert again(claim).contact_failed_at is None
    order = Order.objects.get(pk=claim.order_id)
    assert (order.next_step, order.next_step_owner) == ("answer", "recipient")


def test_sending_again_to_somebody_who_reported_looks_as_for_an_open_gift() -> None:
    claim, reported = make_invited(contact="a@belle-adresse.example"), make_invited(contact="b@belle-adresse.example")
    answers.refuse_quietly(open_session(reported), report="Cette personne me suit.")
    stories = []
    for gift in (claim, reported):
        Claim.objects.filter(pk=gift.pk).update(contact_failed_at=clock.now())
        invitations.resend(gift.pk)
        stories.append((again(gift).contact_failed_at, timeline_of(gift)))
    assert stories[0] == stories[1]
    assert Message.objects.filter(about=reported.about).count() == 1


def test_the_loss_of_a_message_after_a_quiet_refusal_is_no_news() -> None:
    claim = make_invited()
    answers.refuse_quietly(open_session(claim))
    settle_message(invitation_of(claim), "failed")
    assert invitations.hear(invitation_of(claim).pk) is False
    assert again(claim).contact_failed_at is None


def test_peace_asked_before_the_window_opens_lets_the_sender_choose_another_contact() -> None:
    claim = make_started()
    answers.leave_alone([InvitedContact.objects.get(claim=claim)], everybody=False)
    sweeps.sweep()
    assert again(claim).contact_failed_at is not None
    order = Order.objects.get(pk=claim.order_id)
    assert (order.next_step, order.next_step_owner) == ("correct_contact", "sender")
    invitations.correct(claim.pk, make_gift("sms"))
    assert invitation_of(claim).channel == "sms"


def test_no_reminder_reaches_a_blocked_contact_or_stands_beside_a_new_invitation() -> None:
    claim = make_invited()
    fail_contact(claim)
    age(claim, next_reminder_at=timedelta(days=3))
    invitations.resend(claim.pk)
    sweeps.sweep()
    assert Message.objects.filter(about=claim.about, template="gift_reminder").count() == 0
    next_reminder = again(claim).next_reminder_at
    assert next_reminder is not None
    assert next_reminder > clock.now() + timedelta(hours=12)
    blocks.block_pair(again(claim))
    age(claim, next_reminder_at=timedelta(days=3))
    sweeps.sweep()
    assert Message.objects.filter(about=claim.about, template="gift_reminder").count() == 0


def test_contacts_cannot_be_tried_out_on_a_gift_that_waits_for_its_answer() -> None:
    claim = make_invited()
    page = url("gift_status", token_of(claim))
    answer = Browser().submit(url("gift_correct", token_of(claim)), page=page, channel="email", email="rien")
    assert answer.status_code == 409
    assert "Entre-temps, la situation a changé" in text_of(answer)


def test_an_accepted_gift_that_could_not_be_delivered_reads_like_any_other() -> None:
    claim = make_invited()
    answers.accept(open_session(claim), make_address(), next_served_day(), "afternoon")
    assert cancellation.cancel(claim.order_id, RefundCause.UNDELIVERABLE)
    text = page_of(claim)
    assert "Nous vous écrirons une fois les fleurs livrées" not in text
    other = make_invited(contact="noe@belle-adresse.example")
    Claim.objects.filter(pk=other.pk).update(
        invited_at=clock.now() - timedelta(days=7), expires_at=clock.now() - timedelta(minutes=1)
    )
    assert claims.expire(other.pk)
    assert text == page_of(other)


@pytest.fixture
def invited(db: None) -> Claim:
    return make_invited()


def test_a_forged_save_in_the_back_office_writes_nothing(invited: Claim, backoffice: Settings) -> None:
    client = Client()
    sign_in(client, User.objects.create_superuser("ines", password="bouquet-de-test"))
    address = reverse("admin:addressless_claim_change", args=[invited.pk])
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, {"_save": "1"}, headers={"host": "gestion.testserver"})
    assert answer.status_code == 302
    assert [sql["sql"] for sql in queries if sql["sql"].startswith('UPDATE "addressless_claim"')] == []
