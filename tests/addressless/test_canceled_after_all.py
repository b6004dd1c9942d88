"""Accepted, then canceled: the recipient is written to once, where and in words that tell the sender nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addressless import answers, canceled_gifts, sweeps, trackings
from addressless.models import Claim, InvitedContact
from interflora.lib import clock
from notifications import outbox
from notifications.models import Message
from notifications.rendering import render
from orders import cancellation
from orders.models import RefundCause
from tests.addressless.factories import CONTACTS, age_messages, make_invited, open_session
from tests.addressless.test_tracking import OWN, make_accepted
from tests.florists.factories import make_address, next_served_day
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
SHOWS_NOTHING = "Les fleurs qui vous étaient proposées ne le sont plus."


def cancel(claim: Claim, cause: RefundCause = RefundCause.STAFF) -> None:
    """The order ends, and nobody was awake to hear of it."""
    assert cancellation.cancel(claim.order_id, cause)
    assert sweeps.sweep() >= 1
    sweeps.sweep()


def told(claim: Claim) -> list[Message]:
    abouts = [claim.about, f"tracking:{claim.public_id}"]
    rows = Message.objects.filter(about__in=abouts, status="queued")
    return list(rows.exclude(template="gift_tracking").order_by("pk"))


@pytest.mark.parametrize("cause", [RefundCause.STAFF, RefundCause.UNDELIVERABLE])
def test_without_a_contact_of_their_own_the_invited_one_reads_words_that_show_nothing(cause: RefundCause) -> None:
    claim = make_accepted()
    cancel(claim, cause)
    message = told(claim)[0]
    assert [row.template for row in told(claim)] == ["gift_canceled"]
    text = render(message).text
    assert SHOWS_NOTHING in text
    assert not [word for word in ("accept", "livraison", "adresse", "/suivi/", "Rennes", "Camille") if word in text]


def test_it_reads_like_the_withdrawal_of_a_gift_nobody_answered() -> None:
    accepted = make_accepted()
    cancel(accepted)
    open_gift = make_invited(contact="sacha@exemple.example")
    assert cancellation.cancel(open_gift.order_id, RefundCause.STAFF)
    sweeps.sweep()
    bodies = [render(told(claim)[0]) for claim in (accepted, open_gift)]
    assert bodies[0].subject == bodies[1].subject
    assert bodies[0].text.split("/cadeau/stop/")[0] == bodies[1].text.split("/cadeau/stop/")[0]


def test_a_contact_of_ones_own_is_told_in_full_and_the_other_nothing() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    cancel(claim)
    message = told(claim)[0]
    assert [(row.template, row.about) for row in told(claim)] == [("gift_news", f"tracking:{claim.public_id}")]
    assert "Vos fleurs ne viendront pas" in render(message).text
    assert render(message).subject == "Vos fleurs ne viendront pas"


def test_a_contact_the_sender_knows_reads_of_no_state() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", CONTACTS["email"])
    cancel(claim)
    body = render(told(claim)[0])
    assert "tapez votre code de suivi" in body.text
    assert "ne viendront pas" not in f"{body.subject}{body.text}{body.html}"


def test_it_leaves_even_when_the_window_is_long_over(standins: StandIns) -> None:
    claim = make_accepted()
    past = clock.now() - timedelta(days=2)
    Claim.objects.filter(pk=claim.pk).update(invited_at=past - timedelta(days=7), expires_at=past)
    cancel(claim)
    outbox.send_due(50)
    assert SHOWS_NOTHING in standins.messages("email", to=CONTACTS["email"])[-1]["text"]


def test_a_text_waits_for_the_morning_and_for_a_day_with_room() -> None:
    claim = make_invited("sms")
    age_messages(claim, timedelta())
    other = make_invited("sms", sender={"sender_email": "sacha@exemple.example"})
    age_messages(other, timedelta())
    answers.accept(open_session(claim), make_address(), next_served_day(), "morning")
    cancel(claim)
    message = told(claim)[0]
    assert clock.paris(message.not_before).date() == clock.paris_today() + timedelta(days=1)
    assert clock.in_message_hours(message.not_before)


def test_after_ne_plus_etre_contacte_nothing_is_written() -> None:
    claim = make_accepted()
    answers.leave_alone(list(InvitedContact.objects.filter(claim=claim)), everybody=False)
    cancel(claim)
    assert told(claim) == []


def test_a_gift_that_goes_on_is_not_told_canceled() -> None:
    claim = make_accepted()
    assert canceled_gifts.tell(claim.pk) is False
    assert canceled_gifts.untold() == []
