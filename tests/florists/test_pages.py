"""The florist's pages: GET shows, POST acts, and only the right florist sees an address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import reverse

from florists import address_keys, deliveries, jobs, offers, sessions
from florists.models import AddressRead, Delivery, DeliveryEvent, DeliveryOffer, Florist, SignInLink
from florists.states import DeliveryStatus, OfferStatus, Refusal
from interflora.lib import clock, links, reading
from interflora.lib.links import Link, Purpose
from interflora.lib.reading import AnswerTooEarly
from notifications.models import Message
from tests.florists.factories import (
    STREET,
    break_audit,
    make_accepted,
    make_address,
    make_delivered,
    make_delivery,
    make_draft,
    make_florist,
    make_offer,
    next_served_day,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def florist(vault, paris_clock) -> Florist:
    address_keys.rotate()
    return make_florist("35000", name="Les Lilas")


def signed_in(florist: Florist) -> Client:
    client = Client()
    session = client.session
    session["florist"] = florist.public_id
    session.save()
    return client


def offer_url(offer: DeliveryOffer, name: str = "offer") -> str:
    return reverse(f"florists:{name}", args=[links.token(Link(Purpose.OFFER, offer.public_id))])


def job_url(delivery: Delivery, name: str = "job") -> str:
    return reverse(f"florists:{name}", args=[delivery.public_id])


def body(response) -> str:
    return str(response.content.decode())


# --- The proposal ------------------------------------------------------------------------------------------------
def test_the_proposal_shows_town_half_day_recipe_and_pay_but_no_street(florist, client):
    offer = make_offer(make_delivery())
    response = client.get(offer_url(offer))
    text = body(response)
    assert response.status_code == 200
    for shown in ("Rennes", "jeudi 12 février", "7 pivoines roses", "28,00\u00a0€", "mardi 10 février à 12\u00a0h"):
        assert shown in text
    for hidden in (STREET, "Canari", "B4512", "35000"):
        assert hidden not in text
    assert response["Cache-Control"] == "no-store, private"
    assert AddressRead.objects.get().purpose == "offer"


def read(subject):
    return reading.stamp(subject, clock.now() - timedelta(seconds=3))


def accept(client, offer):
    """The button of a proposal, pressed by somebody who read it."""
    return client.post(offer_url(offer, "accept"), {"shown": read(f"offer:{offer.pk}")})


def open_job(client, offer):
    return client.post(offer_url(offer, "open_job"), {"shown": read(f"offer:{offer.pk}")})


def test_accepting_signs_in_and_shows_the_address_after(florist, client):
    offer = make_offer(make_delivery())
    response = accept(client, offer)
    assert response["Location"] == job_url(offer.delivery)
    assert STREET in body(client.get(response["Location"]))
    offer.refresh_from_db()
    assert offer.status == OfferStatus.ACCEPTED


def test_a_machine_that_presses_every_button_takes_no_job(florist, client):
    offer = make_offer(make_delivery())
    for shown in ("", "x", reading.stamp(f"offer:{offer.pk}"), read(f"offer:{offer.pk + 1}")):
        response = client.post(offer_url(offer, "accept"), {"shown": shown}, follow=True)
        assert "Prenez un instant pour lire" in body(response)
        offer.refresh_from_db()
        assert offer.status == OfferStatus.OPEN
    shown = re.search(r'name="shown" value="([^"]+)"', body(response))
    assert shown is not None
    with pytest.raises(AnswerTooEarly):
        reading.check(f"offer:{offer.pk}", shown[1])


def test_refusing_without_a_reason_asks_for_one_and_changes_nothing(florist, client):
    offer = make_offer(make_delivery())
    response = client.post(offer_url(offer, "refuse"))
    assert response.status_code == 422
    assert "Choisissez une raison" in body(response)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.OPEN


def test_refusing_is_final(florist, client):
    offer = make_offer(make_delivery())
    response = client.post(offer_url(offer, "refuse"), {"reason": "full"}, follow=True)
    assert "Vous avez refusé cette livraison" in body(response)
    accept(client, offer)
    offer.refresh_from_db()
    assert (offer.status, offer.refusal) == (OfferStatus.REFUSED, Refusal.FULL)


def test_a_closed_proposal_shows_neither_town_nor_button(florist, client):
    offer = make_offer(make_delivery())
    deliveries.cancel(offer.delivery)
    text = body(client.get(offer_url(offer)))
    assert "Cette proposition est close" in text
    assert "Rennes" not in text
    assert "<form" not in text


@pytest.mark.parametrize("name", ["offer", "accept", "refuse", "open_job"])
def test_an_unknown_proposal_link_has_its_own_page(florist, client, name):
    call = client.get if name == "offer" else client.post
    response = call(reverse(f"florists:{name}", args=["x" * 43]))
    assert response.status_code == 404
    assert "Ce lien n’ouvre rien" in body(response)


def test_a_sign_in_token_does_not_open_a_proposal(florist, client):
    sessions.send_link(florist.email)
    token = links.token(Link(Purpose.FLORIST_SIGN_IN, SignInLink.objects.get().public_id))
    assert client.get(reverse("florists:offer", args=[token])).status_code == 404


def test_an_accepted_proposal_opens_the_sheet_again_until_it_is_taken_back(florist, client):
    delivery = make_accepted()
    offer = delivery.offers.get()
    assert "Ouvrir la fiche" in body(client.get(offer_url(offer)))
    assert client.post(offer_url(offer, "open_job"))["Location"] == offer_url(offer)
    assert open_job(client, offer)["Location"] == job_url(delivery)
    deliveries.cancel(delivery)
    assert open_job(Client(), offer)["Location"] == offer_url(offer)


def test_posts_need_the_csrf_token(florist):
    offer = make_offer(make_delivery())
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(offer_url(offer, "accept")).status_code == 403


# --- The sheet ---------------------------------------------------------------------------------------------------
def test_each_display_of_the_sheet_is_audited(florist):
    delivery = make_accepted()
    client = signed_in(florist)
    for _ in range(2):
        text = body(client.get(job_url(delivery)))
        assert STREET in text
        assert "B4512" in text
    assert AddressRead.objects.filter(purpose="job", florist=florist).count() == 2


def test_without_audit_the_sheet_shows_no_address(florist):
    delivery = make_accepted()
    break_audit()
    response = signed_in(florist).get(job_url(delivery))
    assert response.status_code == 200
    assert STREET not in body(response)
    assert "L’adresse ne peut pas être affichée pour le moment" in body(response)


def test_gifts_forbid_calling_the_sender(florist):
    gift = make_accepted(is_gift=True)
    known = make_accepted()
    client = signed_in(florist)
    assert "Ne pas appeler l’expéditeur\u00a0: appelez le service" in body(client.get(job_url(gift)))
    assert "Ne pas appeler" not in body(client.get(job_url(known)))


def test_the_florist_sees_the_flowers_the_recipient_preferred_and_no_others(florist, client):
    gift = make_draft(is_gift=True)
    deliveries.await_address(gift)
    preferred = [{**gift.items[0], "product": "Roseraie", "recipe": ["9 roses roses"]}]
    with transaction.atomic():
        deliveries.place(deliveries.lock(gift.pk), make_address(), next_served_day(), "morning", what=preferred)
    offer = make_offer(gift)
    shown = [body(client.get(offer_url(offer)))]
    assert offers.accept(offer.pk)
    shown += [body(signed_in(florist).get(page)) for page in (job_url(gift), reverse("florists:today"))]
    assert ["Roseraie" in page for page in shown] == [True, True, True]
    assert [gift.items[0]["product"] in page for page in shown] == [False, False, False]


def test_another_florist_finds_no_sheet(florist):
    delivery = make_accepted()
    client = signed_in(make_florist("35000"))
    for name, method in [("job", "get"), ("card", "get"), ("step", "post"), ("problem", "post"), ("give_back", "post")]:
        response = getattr(client, method)(job_url(delivery, name), {"step": "delivered"})
        assert (response.status_code, "Cette livraison n’est pas chez vous" in body(response)) == (404, True)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.ACCEPTED


def test_nobody_signed_in_is_led_to_the_sign_in_page(florist, client):
    delivery = make_accepted()
    for url in (reverse("florists:today"), job_url(delivery), job_url(delivery, "card")):
        assert client.get(url)["Location"] == reverse("florists:sign_in")


def test_a_deactivated_florist_is_out_at_once(florist):
    delivery = make_accepted()
    client = signed_in(florist)
    Florist.objects.update(is_active=False)
    assert client.get(job_url(delivery))["Location"] == reverse("florists:sign_in")


def test_one_tap_after_another_to_the_door(florist, paris_clock):
    delivery = make_accepted()
    paris_clock.set(12, 8, 0)
    client = signed_in(florist)
    for step, status in [
        ("preparing", DeliveryStatus.PREPARING),
        ("out_for_delivery", DeliveryStatus.OUT_FOR_DELIVERY),
        ("delivered", DeliveryStatus.DELIVERED),
    ]:
        for _ in range(2):
            assert client.post(job_url(delivery, "step"), {"step": step}).status_code == 302
        delivery.refresh_from_db()
        assert delivery.status == status
    assert delivery.next_step == ""
    assert [event.kind for event in delivery.events.order_by("pk")][-3:] == ["preparing", "departed", "delivered"]
    assert Message.objects.filter(template="florist_thanks").count() == 2


@pytest.mark.parametrize("step", ["out_for_delivery", "delivered"])
def test_leaving_before_the_promised_day_is_confirmed(florist, step):
    delivery = make_accepted()
    client = signed_in(florist)
    early = body(client.post(job_url(delivery, "step"), {"step": step}, follow=True))
    assert "Cette livraison est prévue jeudi 12 février, l’après-midi" in early
    assert 'name="early"' in early
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.ACCEPTED
    client.post(job_url(delivery, "step"), {"step": step, "early": "on"})
    delivery.refresh_from_db()
    assert delivery.status == step


def test_what_was_delivered_is_listed_with_its_day(florist):
    make_delivered()
    text = body(signed_in(florist).get(reverse("florists:today")))
    assert "jeudi 12 février, l’après-midi (" in text


@pytest.mark.parametrize("step", ["", "canceled", "failed", "nonsense"])
def test_only_the_three_steps_can_be_tapped(florist, step):
    delivery = make_accepted()
    assert signed_in(florist).post(job_url(delivery, "step"), {"step": step}).status_code == 404
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.ACCEPTED


def test_absent_goes_to_the_service(florist):
    delivery = make_accepted()
    client = signed_in(florist)
    assert client.post(job_url(delivery, "problem")).status_code == 422
    client.post(job_url(delivery, "problem"), {"problem": "absent"})
    delivery.refresh_from_db()
    assert (delivery.status, delivery.problem, delivery.next_step_owner) == (DeliveryStatus.FAILED, "absent", "staff")
    assert "Non livrées" in body(client.get(reverse("florists:today")))


def test_giving_back_closes_the_sheet(florist):
    delivery = make_accepted()
    client = signed_in(florist)
    assert client.post(job_url(delivery, "give_back"), {"reason": "flowers"})["Location"] == reverse("florists:today")
    assert client.get(job_url(delivery)).status_code == 404


def test_the_card_shows_its_text_and_no_price(florist):
    delivery = make_accepted()
    deliveries.set_card(delivery, "Pour l’été de Léa\n<b>avec tendresse</b>")
    text = body(signed_in(florist).get(job_url(delivery, "card")))
    assert "Pour l’été de Léa<br>&lt;b&gt;avec tendresse&lt;/b&gt;" in text
    assert "€" not in text
    assert STREET not in text


def test_the_list_shows_jobs_by_day_without_any_address(florist, django_assert_max_num_queries):
    for _ in range(3):
        make_accepted()
    client = signed_in(florist)
    with django_assert_max_num_queries(8):
        text = body(client.get(reverse("florists:today")))
    assert text.count('class="job-line"') == 3
    assert "jeudi 12 février" in text
    assert STREET not in text
    assert AddressRead.objects.count() == 0


def test_the_list_leads_to_the_open_proposals(florist):
    offer = make_offer(make_delivery())
    client = signed_in(florist)
    assert offer_url(offer) in body(client.get(reverse("florists:today")))
    offers.refuse(offer.pk, Refusal.FULL)
    assert offer_url(offer) not in body(client.get(reverse("florists:today")))


# --- Reading changes nothing -------------------------------------------------------------------------------------
def test_no_get_or_head_changes_anything_but_the_audit(florist):
    accepted, offered = make_accepted(), make_offer(make_delivery())
    sessions.send_link(florist.email)
    token = links.token(Link(Purpose.FLORIST_SIGN_IN, SignInLink.objects.get().public_id))

    def state() -> list[object]:
        models = (Delivery, DeliveryOffer, DeliveryEvent, SignInLink, Message, Florist)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = state()
    scanner = signed_in(florist)
    paths = [reverse("florists:today"), reverse("florists:sign_in"), reverse("florists:use_link", args=[token])]
    paths += [offer_url(offered, name) for name in ("offer", "accept", "refuse", "open_job")]
    paths += [job_url(accepted, name) for name in ("job", "card", "step", "problem", "give_back")]
    paths += [reverse("florists:sign_out"), reverse("florists:demo_sign_in")]
    for path in paths:
        for browser in (Client(), scanner):
            browser.get(path)
            browser.head(path)
    assert state() == before


# --- Signing in --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("typed", "channel"), [("LILAS@fleurs.example ", "email"), ("06 39 98 77 66", "sms")])
def test_a_link_by_email_or_sms_signs_in_once(vault, client, typed, channel):
    florist = make_florist("35000", email="lilas@fleurs.example", phone="+33639987766")
    assert "Regardez vos messages" in body(client.post(reverse("florists:sign_in"), {"contact": typed}))
    message = Message.objects.get()
    assert (message.template, message.channel) == ("florist_sign_in", channel)
    url = links.resolve(message.context)["link"]
    subject = f"sign-in:{SignInLink.objects.get().pk}"
    assert "Voir mes livraisons" in body(client.get(url))
    assert "Prenez un instant pour lire" in body(client.post(url))
    assert "Prenez un instant pour lire" in body(client.post(url, {"shown": reading.stamp(subject)}))
    assert client.post(url, {"shown": read(subject)})["Location"] == reverse("florists:today")
    assert florist.name in body(client.get(reverse("florists:today")))
    assert Client().post(url).status_code == 404
    assert url.rstrip("/").split("/")[-1] not in str(message.context)


def test_a_sign_in_link_is_spent_by_one_of_two_taps(florist):
    sessions.send_link(florist.email)
    first, second = SignInLink.objects.get(), SignInLink.objects.get()
    assert sessions.use(first)
    assert not sessions.use(second)


def test_an_unknown_contact_gets_the_same_answer_and_no_message(florist, client):
    known = client.post(reverse("florists:sign_in"), {"contact": florist.email})
    unknown = client.post(reverse("florists:sign_in"), {"contact": "personne@ailleurs.example"})
    assert known.content == unknown.content
    assert Message.objects.count() == 1


def test_an_old_sign_in_link_opens_nothing(florist, client, paris_clock):
    sessions.send_link(florist.email)
    token = links.token(Link(Purpose.FLORIST_SIGN_IN, SignInLink.objects.get().public_id))
    paris_clock.set(10, 11, 0)
    assert client.post(reverse("florists:use_link", args=[token])).status_code == 404
    assert Session.objects.count() == 0


def test_the_demo_sign_in_exists_in_debug_only(florist, client, settings):
    url = reverse("florists:demo_sign_in")
    assert client.post(url, {"florist": florist.public_id}).status_code == 404
    assert "Démonstration" not in body(client.get(reverse("florists:sign_in")))
    settings.DEBUG = True
    assert "Démonstration" in body(client.get(reverse("florists:sign_in")))
    assert client.post(url, {"florist": florist.public_id})["Location"] == reverse("florists:today")


def test_signing_out(florist):
    client = signed_in(florist)
    client.post(reverse("florists:sign_out"))
    assert client.get(reverse("florists:today"))["Location"] == reverse("florists:sign_in")


def test_late_jobs_are_flagged_for_staff_once(florist, paris_clock):
    delivery = make_accepted()
    assert jobs.sweep_late() == 0
    paris_clock.set(12, 19, 0)
    assert jobs.sweep_late() == 1
    assert jobs.sweep_late() == 0
    delivery.refresh_from_db()
    assert (delivery.next_step, delivery.next_step_owner) == ("check_late", "staff")
    assert jobs.mark_delivered(delivery, florist)
    assert not offers.give_back(delivery, florist, Refusal.OTHER)


def test_the_link_of_a_job_long_done_signs_nobody_in(florist, client, paris_clock):
    delivery = make_delivered()
    offer = delivery.offers.get()
    assert open_job(client, offer)["Location"] == job_url(delivery)
    paris_clock.moment += timedelta(hours=49)
    assert "Ouvrir la fiche" not in body(client.get(offer_url(offer)))
    assert open_job(Client(), offer)["Location"] == offer_url(offer)
