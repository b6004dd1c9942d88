"""The sender's gift page: plain words, corrections after a failure, and nothing of the recipient."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from addressless import answers, claims
from addressless.models import Claim
from interflora.lib import links
from notifications.models import Message
from notifications.rendering import render
from orders.models import Order
from tests.addressless.factories import (
    age,
    let_window_end,
    make_failed,
    make_invited,
    make_started,
    open_session,
)
from tests.addressless.pages import Browser, text_of, url
from tests.florists.factories import make_address, next_served_day

pytestmark = pytest.mark.django_db


def token_of(claim: Claim) -> str:
    return links.token(claim.order.link())


def page_of(claim: Claim) -> str:
    answer = Browser().get(url("gift_status", token_of(claim)))
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "no-referrer"
    return text_of(answer)


def test_story_in_plain_words() -> None:
    started = make_started(contact="a@belle-adresse.example")
    assert "L’invitation part" in page_of(started)
    invited = make_invited(contact="b@belle-adresse.example")
    assert "Envoyée à b@belle-adresse.example" in page_of(invited)
    answers.accept(open_session(invited), make_address(), next_served_day(), "afternoon")
    assert "Votre cadeau est accepté" in page_of(invited)


def order_page_of(claim: Claim) -> str:
    return text_of(Browser().get(reverse("orders:order_page", args=[token_of(claim)])))


def test_the_order_page_leads_to_the_link_that_its_buyer_passes_on() -> None:
    claim = make_invited("personal_link")
    page = order_page_of(claim)
    for words in ("Transmettez le lien à la personne", "Prendre le lien à transmettre", "Lien prêt à transmettre."):
        assert words in page
    assert "Invitation envoyée." not in page
    answers.accept(open_session(claim), make_address(), next_served_day(), "afternoon")
    assert "La personne a choisi le lieu et le jour." in order_page_of(claim)


def test_open_gift_reads_the_same_after_a_quiet_refusal_and_during_a_decline() -> None:
    claim = make_invited()
    before = page_of(claim)
    answers.refuse_quietly(open_session(claim))
    assert page_of(claim) == before
    other = make_invited(contact="noe@belle-adresse.example")
    before = page_of(other)
    answers.decline(open_session(other))
    assert page_of(other) == before


def test_silent_refusal_and_expiry_end_with_the_same_words() -> None:
    pages = []
    for quiet in (True, False):
        claim = make_invited(contact=f"lou{quiet}@belle-adresse.example")
        if quiet:
            answers.refuse_quietly(open_session(claim))
        let_window_end(claim)
        claims.expire(claim.pk)
        bodies = [page_of(claim), text_of(Browser().get(reverse("orders:order_page", args=[token_of(claim)])))]
        mails = Message.objects.filter(about=f"order:{claim.order.public_id}").order_by("pk")
        bodies += [mail.template for mail in mails]
        pages.append(
            [re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|Bagatelle \d+|lou(True|False)", "N", body) for body in bodies]
        )
    assert pages[0] == pages[1]


def test_acceptance_leaks_no_address_to_the_sender() -> None:
    claim = make_invited()
    address = make_address(phone="+33611223344", commune="Rennes", access_code="Z9Z9Z9")
    answers.accept(open_session(claim), address, next_served_day(), "afternoon")
    token = token_of(claim)
    seen = [
        Browser().get(url("gift_status", token)).content.decode(),
        Browser().get(reverse("orders:order_page", args=[token])).content.decode(),
    ]
    for message in Message.objects.exclude(template__startswith="florist_"):
        body = render(message)
        seen += [body.subject, body.text, body.html, str(message.context)]
    marks = ["Hirondelles", "Madeleine", "35000", "Rennes", "Z9Z9Z9", "611223344", "11 22 33 44", "Lilas"]
    assert not [mark for mark in marks if any(mark in text for text in seen)]
    rows = [str(row) for model in (Claim, Message, Order) for row in model.objects.values()]
    assert not [mark for mark in marks[:-1] if any(mark in row for row in rows)]


def test_sender_corrects_the_contact_after_a_failure() -> None:
    claim = make_failed()
    browser, token = Browser(), token_of(claim)
    page = url("gift_status", token)
    answer = browser.submit(url("gift_correct", token), page=page, channel="sms", phone="06 12")
    assert "Ce numéro est incomplet" in text_of(answer)
    answer = browser.submit(url("gift_correct", token), page=page, channel="sms", phone="06 98 76 54 32")
    assert answer["Location"] == page
    claim.refresh_from_db()
    assert (claim.channel, claim.generation) == ("sms", 1)


def test_sender_takes_the_personal_link_after_a_failure() -> None:
    claim = make_failed()
    token = token_of(claim)
    Browser().submit(url("gift_correct", token), page=url("gift_status", token), channel="personal_link")
    claim.refresh_from_db()
    assert links.url(claim.link()) in Browser().get(url("gift_status", token)).content.decode()


def test_corrections_are_not_offered_while_the_contact_works() -> None:
    claim = make_invited()
    token = token_of(claim)
    assert "Corriger" not in page_of(claim)
    for name in ("gift_resend", "gift_correct"):
        answer = Browser().submit(url(name, token), page=url("gift_status", token), channel="personal_link")
        assert answer.status_code == 409
        assert "la situation a changé" in text_of(answer)
    assert Claim.objects.get(pk=claim.pk).generation == 0


def test_sender_cancels_until_acceptance() -> None:
    claim = make_invited()
    token = token_of(claim)
    bare = Browser().submit(url("gift_cancel", token), page=url("gift_status", token))
    assert "Cochez la case pour annuler" in text_of(bare)
    assert Claim.objects.get(pk=claim.pk).status == "invited"
    answer = Browser().submit(url("gift_cancel", token), page=url("gift_status", token), sure="on")
    assert answer.status_code == 302
    words = page_of(claim)
    assert "Ce cadeau est annulé" in words
    assert "Remboursement de 55,80 €" in words
    again = Browser().submit(url("gift_cancel", token), page=url("gift_status", token), sure="on")
    assert again.status_code == 409


def test_declined_gift_is_told_plainly() -> None:
    claim = make_invited()
    answers.decline(open_session(claim))
    age(claim, settles_at=timedelta(minutes=15))
    claims.settle(claim.pk)
    assert "La personne n’a pas souhaité recevoir ces fleurs." in page_of(claim)


def test_a_claim_token_does_not_open_the_sender_s_page() -> None:
    claim = make_invited()
    assert Browser().get(url("gift_status", links.token(claim.link()))).status_code == 404
