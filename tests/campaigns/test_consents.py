"""Consent with its proof, opposition for ever, and the wall between gifts and marketing."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from interflora.lib import crypto, links
from notifications.marketing import compose, consents, purchases, segments, stops
from notifications.marketing.models import Consent, Contact, Purchase, Segment, StopEntry, StopSource, Wording
from tests.notifications.factories import MORNING, make_contact

pytestmark = pytest.mark.django_db
PHONE = "+33612345678"


def say_yes(phone: str = PHONE, **fields: str) -> Consent:
    consent = consents.record(
        phone=phone, wording_key="checkout_sms", source="/commande/vous/", ip="192.0.2.7", granted=True, **fields
    )
    assert consent is not None
    return consent


def test_a_yes_keeps_who_when_where_and_the_exact_words() -> None:
    consent = say_yes(first_name="Anne")
    shown = consents.text("checkout_sms")
    assert (consent.contact.phone, consent.contact.first_name, consent.contact.provenance) == (PHONE, "Anne", "consent")
    assert (consent.recorded_at, consent.source, consent.ip) == (MORNING, "/commande/vous/", "192.0.2.7")
    assert consent.wording is not None
    assert (consent.wording.text, consent.wording.version) == (shown, 1)
    assert consent.wording.sha256 == hashlib.sha256(shown.encode()).hexdigest()
    assert Contact.objects.get().is_sms_opted_in
    assert not Contact.objects.get().is_email_opted_in


def test_changed_words_are_a_new_version_and_old_proofs_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    first = say_yes()
    say_yes()
    monkeypatch.setitem(consents.WORDINGS, "checkout_sms", {"fr": "Autres mots."})
    second = say_yes()
    assert first.wording is not None
    assert second.wording is not None
    assert (first.wording.version, second.wording.version) == (1, 2)
    assert Wording.objects.count() == 2
    assert Contact.objects.count() == 1
    assert Consent.objects.count() == 3


def test_each_language_has_its_own_proof() -> None:
    wording = say_yes(language="en").wording
    assert wording is not None
    assert (wording.language, wording.text) == ("en", consents.text("checkout_sms", "en"))


def test_a_no_withdraws_and_adds_a_row() -> None:
    say_yes()
    consents.record(phone=PHONE, wording_key="checkout_sms", source="/compte/", ip=None, granted=False)
    assert not Contact.objects.get().is_sms_opted_in
    assert list(Consent.objects.order_by("pk").values_list("granted", flat=True)) == [True, False]


def test_a_no_from_a_stranger_leaves_no_trace() -> None:
    assert consents.record(phone=PHONE, wording_key="checkout_sms", source="/", ip=None, granted=False) is None
    assert Contact.objects.count() == 0


def test_mail_consent_opens_mail_only() -> None:
    consents.record(email="Anne@Example.org", wording_key="checkout_email", source="/", ip=None, granted=True)
    contact = Contact.objects.get()
    assert (contact.email, contact.is_email_opted_in, contact.is_sms_opted_in) == ("anne@example.org", True, False)


@pytest.mark.parametrize("who", [{}, {"phone": PHONE, "email": "a@example.org"}])
def test_a_consent_is_for_one_contact(who: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a phone or"):
        consents.record(wording_key="checkout_sms", source="/", ip=None, granted=True, **who)


def test_the_database_refuses_to_rewrite_a_proof() -> None:
    consent = say_yes()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(granted=False)
    assert Consent.objects.get().granted


def test_the_database_refuses_a_yes_without_words() -> None:
    contact = make_contact()
    with pytest.raises(IntegrityError, match="consent_yes_has_wording"), transaction.atomic():
        Consent.objects.create(contact=contact, channel="sms", granted=True, source="/")


# --- STOP
def test_a_stop_outlives_the_contact_as_a_keyed_hash() -> None:
    say_yes()
    stops.stop(PHONE, StopSource.STAFF)
    Consent.objects.all().delete()
    Contact.objects.all().delete()
    assert stops.is_stopped(crypto.contact_digest(PHONE))
    say_yes()
    assert segments.eligible().count() == 0


def test_the_stop_list_shares_no_key_with_gift_contacts(settings: Settings) -> None:
    assert settings.CONTACT_HMAC_KEY != settings.GIFT_HMAC_KEY
    assert crypto.contact_digest(PHONE) != crypto.gift_digest(PHONE)


def test_no_gift_table_is_joined_to_a_contact() -> None:
    fields = [field for model in (Contact, Consent, Purchase, StopEntry) for field in model._meta.get_fields()]
    joined = {field.related_model._meta.label for field in fields if field.related_model}
    assert joined <= {
        "notifications.Contact",
        "notifications.Consent",
        "notifications.Purchase",
        "notifications.Wording",
        "notifications.CampaignMessage",
    }


def test_the_apps_of_gifts_never_import_contacts() -> None:
    sources = [path.read_text() for path in Path("addressless").rglob("*.py")]
    assert not [text for text in sources if "notifications.marketing.consents" in text or "import Contact\n" in text]


# --- The page
@pytest.fixture
def stop_address() -> str:
    contact = make_contact(phone=PHONE)
    compose.ensure_stop_code(contact)
    code = links.code(compose.stop_link(contact))
    return f"/stop/{code}/"


def test_opening_the_page_changes_nothing(client: Client, stop_address: str) -> None:
    answer = client.get(stop_address)
    assert answer.status_code == 200
    assert PHONE[-4:] not in answer.content.decode()
    assert client.head(stop_address).status_code == 200
    assert Contact.objects.get().is_sms_opted_in
    assert StopEntry.objects.count() == 0


def test_one_press_stops_for_ever(client: Client, stop_address: str) -> None:
    assert "C’est fait" in client.post(stop_address).content.decode()
    assert "C’est fait" in client.post(stop_address).content.decode()
    refusal = Consent.objects.get(granted=False)
    assert (refusal.source, refusal.ip) == ("/stop/", "127.0.0.1")
    assert StopEntry.objects.get().source == "page"
    assert segments.eligible().count() == 0


def test_a_code_copied_by_hand_is_forgiven(client: Client, stop_address: str) -> None:
    assert client.get(stop_address.lower()).status_code == 200


@pytest.mark.parametrize("token", ["ABCDEFGHJKMN", "x", "a" * 200, "%F0%9F%92%90"])
def test_an_unknown_link_gets_one_kind_page(client: Client, token: str) -> None:
    answer = client.get(f"/stop/{token}/")
    assert answer.status_code == 404
    assert "ne reconnaissons pas ce lien" in answer.content.decode()
    assert client.post(f"/stop/{token}/").status_code == 404


def test_somebody_trying_codes_is_slowed_down(client: Client) -> None:
    statuses = [client.get("/stop/ABCDEFGHJKMN/").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


# --- Purchases and segments
def buy(phone: str, occasion: str, number: int) -> Purchase:
    return purchases.record(
        phone,
        order_public_id=f"ORDER{number}",
        purchased_at=MORNING - timedelta(days=number),
        occasion=occasion,
        total_cents=4500,
    )


def test_a_purchase_is_noted_once_and_opens_no_right_to_write() -> None:
    first = buy(PHONE, "anniversaire", 1)
    assert buy(PHONE, "autre", 1).pk == first.pk
    contact = Contact.objects.get()
    assert (contact.provenance, contact.is_sms_opted_in) == ("sale", False)
    assert segments.eligible().count() == 0


def test_a_segment_counts_people_not_purchases() -> None:
    both, never, refused = make_contact(), make_contact(), make_contact()
    assert both.phone
    assert refused.phone
    for number in (1, 2):
        buy(both.phone, "anniversaire", number)
    buy(refused.phone, "anniversaire", 3)
    stops.stop(refused.phone, StopSource.SMS)
    birthday, everyone = Segment(name="a", occasion="anniversaire"), Segment(name="b")
    assert list(segments.audience(birthday)) == [both]
    assert set(segments.audience(everyone)) == {both, never}
    assert segments.known_occasions() == ["anniversaire"]
