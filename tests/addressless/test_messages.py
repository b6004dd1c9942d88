"""What leaves: the first contact carries a first name, a code, a link and who we are, and nothing else, everywhere."""

from __future__ import annotations

import re

import pytest

from addressless import claims, invitations
from florists import deliveries
from interflora.lib import clock, links
from notifications import gsm7
from notifications.models import Message
from notifications.rendering import render
from orders.models import Order
from tests.addressless.factories import invitation_of, make_draft, make_failed, make_invited, make_started, pay

pytestmark = pytest.mark.django_db
CHANNELS = ["email", "sms", "twitter_dm"]
FORBIDDEN = re.compile(r"colis|frais|urgent|gratuit|promo|cliquez", re.IGNORECASE)


def texts_of(message: Message) -> list[str]:
    body = render(message)
    return [text for text in (body.subject, body.text, body.html) if text]


def code_of(link: links.Link) -> str:
    return "-".join(re.findall("....", links.code(link)))


@pytest.mark.parametrize("channel", CHANNELS)
def test_first_contact_names_the_sender_the_code_the_link_and_the_house(channel: str) -> None:
    claim = make_started(channel)
    deliveries.set_card(claim.order.delivery, "Je t’attends mardi")
    body = render(invitation_of(claim)).text
    for part in ("Camille vous offre des fleurs", links.url(claim.link()), code_of(claim.link()), "Interflora"):
        assert part in body
    assert links.url(claim.stop_link()) in body
    whole = " ".join(texts_of(invitation_of(claim)))
    assert not FORBIDDEN.search(whole)
    for private in ("Martin", "camille@", "Je t’attends", "Bagatelle", "45,90"):
        assert private not in whole


@pytest.mark.parametrize("channel", CHANNELS)
def test_unfit_first_name_becomes_somebody(channel: str) -> None:
    claim = make_draft(channel)
    pay(claim.order)
    Order.objects.filter(pk=claim.order_id).update(sender_first_name="banque.fr")
    invitations.start(claim.pk)
    whole = " ".join(texts_of(invitation_of(claim)))
    assert "Quelqu" in whole
    assert "banque" not in whole


@pytest.mark.parametrize("template", ["gift_invitation", "gift_reminder", "gift_canceled"])
def test_texts_are_gsm7_and_at_most_four_parts(template: str) -> None:
    claim = make_invited("sms")
    if template == "gift_reminder":
        claim.next_reminder_at = clock.now()
        claim.save(update_fields=["next_reminder_at"])
        assert invitations.remind(claim.pk)
    if template == "gift_canceled":
        assert claims.cancel_by_sender(claim.pk)
    body = render(Message.objects.get(about=claim.about, template=template)).text
    cost = gsm7.cost(body)
    assert cost.is_gsm7
    assert cost.parts <= 4
    assert not re.search(r"https?://\S*[.,;]( |$)", body)


def test_reminder_says_the_deadline_in_words() -> None:
    claim = make_invited()
    claim.next_reminder_at = clock.now()
    claim.save(update_fields=["next_reminder_at"])
    invitations.remind(claim.pk)
    reminder = Message.objects.get(about=claim.about, template="gift_reminder")
    body = render(reminder)
    assert "à 20\u00a0h" in body.text
    assert "20\u00a0h" in body.html
    assert reminder.expires_at == claim.expires_at


@pytest.mark.parametrize("template", ["gift_contact_failed", "order_confirmed"])
def test_messages_to_the_sender_hold_no_contact(template: str) -> None:
    claim = make_failed()
    message = Message.objects.get(about=f"order:{claim.order.public_id}", template=template)
    assert message.recipient_plain == "camille@martin.example"
    assert not [text for text in texts_of(message) if "belle-adresse" in text]


@pytest.mark.parametrize(("channel", "is_told"), [("email", 0), ("sms", 0), ("twitter_dm", 0), ("personal_link", 1)])
def test_only_who_passes_the_link_on_is_told_where_it_is(channel: str, is_told: int) -> None:
    claim = make_started(channel)
    message = Message.objects.get(about=f"order:{claim.order.public_id}", template="order_confirmed")
    body = render(message)
    for text in (body.text, body.html):
        assert "vous ne verrez pas son adresse" in text
        assert text.count("Le lien à transmettre vous-même est sur la page de votre commande.") == is_told


def test_sender_is_told_accepted_and_nothing_more() -> None:
    from addressless import answers
    from tests.addressless.factories import open_session
    from tests.florists.factories import make_address, next_served_day

    claim = make_invited()
    answers.accept(open_session(claim), make_address(), next_served_day(), "afternoon")
    message = Message.objects.get(about=f"order:{claim.order.public_id}", template="gift_accepted")
    body = render(message).text
    assert "Votre cadeau est accepté." in body
    assert "matin" not in body
    assert "après-midi" not in body
