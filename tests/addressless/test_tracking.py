"""The recipient's tracking: what they may do after accepting, and what nobody else learns of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addressless import answers, sweeps, trackings
from addressless.models import Claim, Tracking, Worry
from florists.models import AddressRead, Delivery, DeliveryEvent, SealedAddress
from florists.states import DeliveryStatus
from interflora.lib import clock, contacts, crypto, links, reading
from notifications.models import Message
from notifications.rendering import render
from orders.models import Order
from tests.addressless.factories import CONTACTS, make_invited, open_session
from tests.addressless.pages import Browser, address_data, text_of, url
from tests.florists.factories import make_address, make_florist, next_served_day

pytestmark = pytest.mark.django_db
OWN = "lou.perso@autre-maison.example"


def make_accepted(**fields: Any) -> Claim:
    """A gift accepted for the afternoon of the next served day."""
    claim = make_invited(**fields)
    answers.accept(open_session(claim), make_address(), next_served_day(), "afternoon")
    return Claim.objects.select_related("order__delivery").get(pk=claim.pk)


def put(claim: Claim, status: str, **columns: Any) -> None:
    """Write the delivery's state as the florist's verbs would."""
    florist = make_florist()
    now = clock.now()
    values: dict[str, Any] = {"status": status, "florist": florist, "accepted_at": now}
    if status in ("preparing", "out_for_delivery", "delivered", "failed"):
        values["preparing_at"] = now
    if status in ("out_for_delivery", "delivered", "failed"):
        values["departed_at"] = now
    if status in ("delivered", "failed"):
        values |= {f"{status}_at": now, "next_step": "", "next_step_owner": "", "next_step_due_at": None}
    Delivery.objects.filter(pk=claim.order.delivery_id).update(**(values | columns))


def page(claim: Claim, name: str = "tracking") -> str:
    return url(name, links.token(claim.tracking_link()))


def reload(claim: Claim) -> Claim:
    return Claim.objects.select_related("order__delivery").get(pk=claim.pk)


def messages_to(claim: Claim, template: str) -> list[Message]:
    return list(Message.objects.filter(about=f"tracking:{claim.public_id}", template=template).order_by("pk"))


# --- Where and when ----------------------------------------------------------------------------------------------
def test_the_recipient_chooses_another_moment() -> None:
    claim = make_accepted()
    day = next_served_day(5)
    answer = Browser().submit(page(claim, "tracking_slot"), day=day.isoformat(), half_day="morning")
    assert (answer.status_code, answer["Location"]) == (302, page(claim))
    delivery = reload(claim).order.delivery
    assert (delivery.day, delivery.half_day, delivery.status) == (day, "morning", DeliveryStatus.TO_ASSIGN)
    order = reload(claim).order
    assert order.next_step_due_at is not None
    assert clock.paris(order.next_step_due_at).date() == day


def test_the_recipient_chooses_another_place_and_the_old_one_is_gone() -> None:
    claim = make_accepted()
    before = bytes(SealedAddress.objects.get().blob)
    browser = Browser()
    form = browser.submit(page(claim, "tracking_address"), postcode="35000")
    assert "Nom sur la sonnette" in text_of(form)
    assert "Hirondelles" not in text_of(form)
    answer = browser.submit(page(claim, "tracking_address"), **address_data(line1="4 rue du Puits-Canari"))
    assert answer["Location"] == page(claim)
    sealed = SealedAddress.objects.get()
    assert bytes(sealed.blob) != before
    assert "Puits" not in text_of(browser.get(page(claim)))


def test_nonsense_is_said_beside_the_field_and_what_was_typed_stays() -> None:
    claim = make_accepted()
    browser = Browser()
    data = address_data(line1="", name="Madeleine Retour")
    answer = browser.submit(page(claim, "tracking_address"), **data)
    assert answer.status_code == 200
    assert "Indiquez le numéro et la rue." in text_of(answer)
    assert "Madeleine Retour" in answer.content.decode()


def test_nothing_changes_once_the_florist_prepares() -> None:
    claim = make_accepted()
    put(claim, "preparing")
    browser = Browser()
    for name in ("tracking_slot", "tracking_address"):
        answer = browser.get(page(claim, name))
        assert (answer.status_code, answer["Location"]) == (302, page(claim))
    words = text_of(browser.get(page(claim)))
    assert "Le fleuriste a commencé" in words
    assert "Changer l’adresse" not in words


def test_a_failed_delivery_gets_its_second_try_from_the_recipient() -> None:
    claim = make_accepted()
    put(
        claim,
        "failed",
        problem="absent",
        next_step="solve",
        next_step_owner="staff",
        next_step_due_at=clock.now() + timedelta(hours=2),
    )
    browser = Browser()
    assert "n’a pas pu se faire" in text_of(browser.get(page(claim)))
    day = next_served_day(4)
    browser.submit(page(claim, "tracking_slot"), day=day.isoformat(), half_day="morning")
    assert reload(claim).order.delivery.status == DeliveryStatus.TO_ASSIGN


def test_the_senders_wish_is_kept_when_the_day_changes() -> None:
    wanted = next_served_day(6)
    claim = make_invited(wanted_on=wanted, wanted_rule="on_or_after")
    answers.accept(open_session(claim), make_address(), wanted, "afternoon")
    early = next_served_day(2)
    answer = Browser().submit(page(claim, "tracking_slot"), day=early.isoformat(), half_day="morning")
    assert answer.status_code == 200
    assert reload(claim).order.delivery.day == wanted


def test_a_neighbor_may_take_the_flowers_in() -> None:
    claim = make_accepted()
    browser = Browser()
    browser.submit(page(claim, "tracking_neighbor"), allowed="on")
    assert reload(claim).order.delivery.neighbor_allowed
    browser.submit(page(claim, "tracking_neighbor"))
    assert not reload(claim).order.delivery.neighbor_allowed
    kinds = DeliveryEvent.objects.filter(kind="neighbor").values_list("data", flat=True)
    assert list(kinds) == [{"allowed": True}, {"allowed": False}]


def test_the_senders_pages_do_not_move_when_the_recipient_changes_something() -> None:
    claim = make_accepted()
    sender = Browser()
    path = links.path(claim.order.link())
    before = text_of(sender.get(path))
    browser = Browser()
    browser.submit(page(claim, "tracking_slot"), day=next_served_day(5).isoformat(), half_day="morning")
    browser.submit(page(claim, "tracking_address"), **address_data())
    browser.submit(page(claim, "tracking_neighbor"), allowed="on")
    browser.submit(page(claim, "tracking_contact"), contact=OWN)
    browser.submit(page(claim, "tracking_worry"), kind="afraid", text="Je ne connais pas cette personne")
    assert text_of(sender.get(path)) == before
    assert not Message.objects.filter(about=f"order:{claim.order.public_id}", pk__gt=_last_to_sender(claim)).exists()


def _last_to_sender(claim: Claim) -> int:
    return Message.objects.filter(about=f"order:{claim.order.public_id}", template="gift_accepted").latest("pk").pk


# --- News --------------------------------------------------------------------------------------------------------
def test_a_contact_of_ones_own_gets_a_link_that_opens_the_tracking() -> None:
    claim = make_accepted()
    browser = Browser()
    browser.submit(page(claim, "tracking_contact"), contact=f" {OWN} ")
    (message,) = messages_to(claim, "gift_tracking")
    row = Tracking.objects.get(claim=claim)
    body = render(message).text
    assert links.url(row.link()) in body
    assert message.recipient_plain == ""
    assert OWN.encode() not in bytes(message.recipient_sealed or b"")
    assert Browser().get(links.path(row.link())).status_code == 200
    assert "l…@autre-maison.example" in text_of(browser.get(page(claim)))


def test_another_contact_revokes_the_link_of_the_first() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    first = links.path(Tracking.objects.get(claim=claim).link())
    trackings.give_contact(claim.pk, "sms", "+33698765432")
    assert Browser().get(first).status_code == 404
    assert Browser().get(page(claim)).status_code == 200  # the follow-up code's own link stays


@pytest.mark.parametrize(
    "typed", ["lou@belle-adresse.example", "LOU@Belle-Adresse.example", "lou+x@belle-adresse.example"]
)
def test_a_contact_the_sender_knows_shows_nothing(typed: str) -> None:
    claim = make_accepted()
    answer = Browser().submit(page(claim, "tracking_contact"), contact=typed)
    words = text_of(Browser().get(answer["Location"]))
    assert "connaît ce contact" in words
    put(claim, "delivered")
    assert trackings.tell_news(claim.order.delivery_id)
    for message in messages_to(claim, "gift_tracking") + messages_to(claim, "gift_news"):
        body = render(message)
        whole = "".join((body.subject, body.text, body.html))
        assert "/suivi/" not in whole
        assert "arrivées" not in whole
        assert "/verifier/" in whole
    assert len(messages_to(claim, "gift_news")) == 1


def test_a_contact_before_a_correction_is_known_too() -> None:
    claim = make_accepted()
    claim.invited_contacts.create(
        generation=7,
        contact_digest=crypto.gift_digest(contacts.match_key("email", OWN)),
        stop_digest="0" * 64,
    )
    assert trackings.give_contact(claim.pk, "email", OWN).is_known_to_sender


def test_news_are_told_once_for_each_state() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "sms", "+33698765432")
    for status, expected in (("accepted", 1), ("preparing", 1), ("out_for_delivery", 2), ("delivered", 3)):
        put(claim, status)
        trackings.tell_news(claim.order.delivery_id)
        sweeps.sweep()
        trackings.tell_news(claim.order.delivery_id)
        assert len(messages_to(claim, "gift_news")) == expected
    assert "Vos fleurs sont arrivées." in render(messages_to(claim, "gift_news")[-1]).text


def test_the_sweeper_tells_what_nobody_was_woken_for() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    put(claim, "delivered")
    sweeps.sweep()
    assert len(messages_to(claim, "gift_news")) == 1


def test_news_stop_when_asked_and_the_contact_is_forgotten() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    browser = Browser()
    hasty = browser.submit(page(claim, "tracking_contact"), forget="1", shown=reading.stamp(f"forget:{claim.pk}"))
    assert "Prenez un instant pour lire" in text_of(hasty)
    assert Tracking.objects.get().channel == "email"
    shown = reading.stamp(f"forget:{claim.pk}", clock.now() - timedelta(seconds=3))
    assert browser.submit(page(claim, "tracking_contact"), forget="1", shown=shown)["Location"] == page(claim)
    row = Tracking.objects.get(claim=claim)
    assert (row.channel, row.contact_sealed, row.token_digest) == ("", None, None)
    put(claim, "delivered")
    assert not trackings.tell_news(claim.order.delivery_id)
    assert all(message.recipient_sealed is None for message in messages_to(claim, "gift_tracking"))


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Indiquez une adresse"), ("lou@", "incomplète"), ("0612", "incomplet")]
)
def test_a_contact_that_cannot_be_is_said_beside_the_field(typed: str, sentence: str) -> None:
    claim = make_accepted()
    answer = Browser().submit(page(claim, "tracking_contact"), contact=typed)
    assert answer.status_code == 200
    assert sentence in text_of(answer)


# --- Thanks ------------------------------------------------------------------------------------------------------
def deliver(claim: Claim) -> None:
    """Delivered, and the sender has been told."""
    put(claim, "delivered")
    Order.objects.filter(pk=claim.order_id).update(
        status="delivered", delivered_at=clock.now(), next_step="", next_step_owner="", next_step_due_at=None
    )


def test_a_word_of_thanks_reaches_the_sender_once_without_any_contact() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    deliver(claim)
    browser = Browser()
    assert browser.submit(page(claim, "tracking_thanks"), text="Merci, elles sont belles !")["Location"] == page(claim)
    (message,) = Message.objects.filter(template="gift_thanks")
    body = render(message)
    assert "Merci, elles sont belles !" in body.text
    assert message.recipient_plain == "camille@martin.example"
    for private in (OWN, CONTACTS["email"], "Hirondelles", "Rennes", "Canari"):
        assert private not in body.text + body.html + body.subject
    again = browser.get(page(claim, "tracking_thanks"))
    assert again.status_code == 302
    sweeps.sweep()
    assert Message.objects.filter(template="gift_thanks").count() == 1


def test_thanks_wait_for_the_news_of_the_delivery() -> None:
    claim = make_accepted()
    put(claim, "delivered")
    trackings.say_thanks(claim.pk, "Merci")
    sweeps.sweep()
    assert not Message.objects.filter(template="gift_thanks").exists()
    deliver(claim)
    sweeps.sweep()
    assert Message.objects.filter(template="gift_thanks").count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "Merci ! 06 12 34 56 78",
        "Merci ! lou@exemple.fr",
        "Merci ! @lou",
        "Viens au 17 rue des Hirondelles",
        "Je suis rue des Hirondelles",
        "Je suis à 35000",
        "35 000 Rennes",
    ],
)
def test_thanks_never_say_where_or_how_to_reach(text: str) -> None:
    claim = make_accepted()
    deliver(claim)
    answer = Browser().submit(page(claim, "tracking_thanks"), text=text)
    assert answer.status_code == 200
    assert "dans ce mot" in text_of(answer) or "où vous êtes" in text_of(answer)
    assert text in answer.content.decode().replace("&#x27;", "'")
    assert not Message.objects.filter(template="gift_thanks").exists()


# --- A worry -----------------------------------------------------------------------------------------------------
def test_a_worry_waits_for_the_service_and_help_is_named_to_somebody_afraid() -> None:
    claim = make_accepted()
    browser = Browser()
    answer = browser.submit(page(claim, "tracking_worry"), kind="afraid", text="Il sait où je travaille")
    assert "3919" in text_of(answer)
    browser.submit(page(claim, "tracking_worry"), kind="afraid", text="Il sait où je travaille")
    (worry,) = Worry.objects.all()
    assert (worry.kind, worry.text, worry.status) == ("afraid", "Il sait où je travaille", "open")


def test_a_bare_form_tells_nothing() -> None:
    claim = make_accepted()
    answer = Browser().submit(page(claim, "tracking_worry"))
    assert "Choisissez ce qui se passe." in text_of(answer)
    assert not Worry.objects.exists()


# --- What we keep ------------------------------------------------------------------------------------------------
def test_the_receipt_says_who_read_the_address_and_names_nobody() -> None:
    claim = make_accepted()
    florist = make_florist(name="Aux Belles Fleurs")
    browser = Browser()
    assert "Personne ne l’a encore lue." in text_of(browser.get(page(claim, "tracking_data")))
    AddressRead.objects.create(delivery_id=claim.order.delivery_id, purpose="job", florist=florist)
    put(claim, "delivered")
    words = text_of(browser.get(page(claim, "tracking_data")))
    assert "le fleuriste qui livre" in words
    assert "au plus tard le" in words
    assert "Aux Belles Fleurs" not in words


def test_erasing_is_for_after_the_delivery_and_needs_a_box() -> None:
    claim = make_accepted()
    browser = Browser()
    assert browser.get(page(claim, "tracking_erase")).status_code == 302
    deliver(claim)
    assert "Cochez la case" in text_of(browser.submit(page(claim, "tracking_erase")))
    assert SealedAddress.objects.exists()


def test_erasing_leaves_nothing_of_the_person() -> None:
    claim = make_accepted()
    trackings.give_contact(claim.pk, "email", OWN)
    trackings.tell_worry(claim.pk, "other", "Mon numéro est le 12")
    deliver(claim)
    own_link = links.path(Tracking.objects.get(claim=claim).link())
    answer = Browser().submit(page(claim, "tracking_erase"), sure="on")
    assert answer["Location"] == page(claim)
    assert not SealedAddress.objects.exists()
    claim.refresh_from_db()
    assert claim.contact_sealed is None
    assert claim.contact_erased_at is not None
    row = Tracking.objects.get(claim=claim)
    assert (row.contact_sealed, row.channel, row.thanks_text) == (None, "", "")
    assert list(Worry.objects.values_list("text", flat=True)) == [""]
    about = [claim.about, row.about]
    assert not Message.objects.filter(about__in=about).exclude(recipient_sealed=None).exists()
    assert Browser().get(own_link).status_code == 404
    words = text_of(Browser().get(page(claim)))
    assert "Nous n’avons plus rien de vous" in words
    assert not trackings.erase_now(claim.pk)


# --- Doors -------------------------------------------------------------------------------------------------------
NAMES = [
    "tracking_slot",
    "tracking_address",
    "tracking_neighbor",
    "tracking_contact",
    "tracking_thanks",
    "tracking_worry",
    "tracking_data",
    "tracking_erase",
]


@pytest.mark.parametrize("name", ["tracking", *NAMES])
def test_unknown_links_share_one_page_and_are_never_stored(name: str) -> None:
    answer = Browser().get(url(name, "x" * 43))
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store, private"
    claim = make_invited()
    assert Browser().get(page(claim, name)).status_code == 404  # not accepted: no tracking yet


@pytest.mark.parametrize("name", [name for name in NAMES if name != "tracking_data"])
def test_a_form_from_elsewhere_changes_nothing(name: str) -> None:
    claim = make_accepted()
    if name in ("tracking_thanks", "tracking_erase"):
        deliver(claim)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.example"}
    data = address_data(allowed="on", contact=OWN, text="Merci", kind="other", sure="on")
    browser = Browser()
    answer = browser.submit(page(claim, name), headers=elsewhere, **data)
    assert answer.status_code == 403
    assert not Worry.objects.exists()
    assert not Tracking.objects.filter(contacts_given__gt=0).exists()
    assert SealedAddress.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_reading_changes_nothing(name: str) -> None:
    claim = make_accepted()
    if name in ("tracking_thanks", "tracking_erase"):
        deliver(claim)
    before = (Message.objects.count(), DeliveryEvent.objects.count())
    browser = Browser()
    assert browser.get(page(claim, name)).status_code == 200
    assert browser.head(page(claim, name)).status_code == 200
    assert (Message.objects.count(), DeliveryEvent.objects.count()) == before
    assert not Tracking.objects.exists()
