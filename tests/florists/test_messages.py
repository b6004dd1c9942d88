"""What florists receive, word for word where it matters, and never a town."""

from __future__ import annotations

import pytest

from florists import deliveries, jobs, sessions
from notifications.models import Message
from notifications.rendering import render
from tests.florists.factories import make_accepted, make_address_key, make_delivered, make_florist, next_served_day

pytestmark = pytest.mark.django_db


def test_every_message_renders_on_both_channels_without_place(paris_clock):
    make_address_key()
    florist = make_florist("35000")
    make_delivered()
    deliveries.set_card(make_accepted(), "Un autre texte")
    deliveries.cancel(make_accepted())
    changed = make_accepted()
    deliveries.change_slot(changed, next_served_day(), "morning")
    lost = make_accepted()
    jobs.mark_failed(lost, florist, "absent")
    sessions.send_link(florist.email)
    sessions.send_link(florist.phone)
    seen = set()
    for message in Message.objects.all():
        rendered = render(message)
        text = f"{rendered.subject}\n{rendered.text}\n{rendered.html}"
        for hidden in ("Rennes", "35000", "Canari", "Hirondelles", "{{", "{%", "&#x27;"):
            assert hidden not in text, message.template
        if message.channel == "email":
            assert rendered.subject
        seen.add((message.template, str(message.channel)))
    names = ("offer", "thanks", "card_changed", "canceled", "withdrawn", "sign_in")
    assert seen == {(f"florist_{name}", channel) for name in names for channel in ("email", "sms")}


def test_the_text_of_a_proposal(paris_clock):
    make_address_key()
    make_florist("35000")
    make_accepted()
    text = render(Message.objects.get(template="florist_offer", channel="sms")).text
    assert text.startswith(
        "Interflora : une livraison pour jeudi 12 février, l'après-midi. "
        "Merci de répondre avant mardi 10 février à 12 h : "
        "http://gestion.testserver/fleuriste/proposition/"
    )
