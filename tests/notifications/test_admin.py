"""What staff see and do: the outbox without gift contacts, the composer, the schedule, STOP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from interflora.lib import links
from interflora.lib.contacts import Channel
from notifications.marketing import campaigns, compose, deciding, purchases, snapshots, stops
from notifications.marketing.models import Campaign, CampaignMessage, Contact, Segment, StopEntry
from notifications.models import Message
from notifications.routing import routes
from tests.notifications.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, queue_message, scheduled
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]
CAMPAIGNS = "/gestion/notifications/campaign/"
MESSAGES = "/gestion/notifications/message/"


def signed_in(group: str) -> Client:
    user = User.objects.create_user(f"test-{group}", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def support(backoffice: Settings) -> Client:
    return signed_in("support")


@pytest.fixture
def marketing(backoffice: Settings) -> Client:
    return signed_in("marketing")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# --- The outbox
@pytest.fixture
def gift(settings: Settings) -> Message:
    link = links.Link(links.Purpose.CLAIM, "PUBLIC000001")
    context = {"first_name": "Marc", "link": links.reference(link)}
    return queue_message(channel=Channel.EMAIL, to="secrete@example.org", gift=True, context=context)


def test_support_reads_the_outbox_without_gift_contacts(gift: Message, support: Client) -> None:
    own = Message.objects.create(
        template="order_paid", channel="email", recipient_plain="marc@example.org", dedup_key="o", about="order:A",
        context={"total": "45 €", "link": {"$link": {"purpose": "order", "public_id": "HIDDEN"}}},
    )  # fmt: skip
    for path in (MESSAGES, f"{MESSAGES}{gift.pk}/change/", f"{MESSAGES}?q=example"):
        text = page(support, path)
        assert "secrete@" not in text
        assert gift.recipient_digest not in text
    shown = page(support, f"{MESSAGES}{own.pk}/change/")
    assert "marc@example.org" in shown
    assert "total: 45 €" in shown
    assert "HIDDEN" not in shown
    assert "Marc" not in page(support, f"{MESSAGES}{gift.pk}/change/")


def test_the_outbox_cannot_be_edited(gift: Message, support: Client) -> None:
    assert support.post(f"{MESSAGES}{gift.pk}/change/", {"status": "delivered"}).status_code == 403
    assert support.get(f"{MESSAGES}add/").status_code == 403
    assert support.post(f"{MESSAGES}{gift.pk}/delete/", {"post": "yes"}).status_code == 403


def test_sending_again_is_a_verb_and_only_for_refusals(support: Client) -> None:
    refused, sent = queue_message(), queue_message()
    Message.objects.filter(pk=refused.pk).update(status="failed", settled_at=MORNING, handed_at=MORNING)
    Message.objects.filter(pk=sent.pk).update(status="accepted", accepted_at=MORNING, handed_at=MORNING)
    chosen = {"action": "send_again", "_selected_action": [refused.pk, sent.pk]}
    text = support.post(MESSAGES, chosen, follow=True).content.decode()
    assert "1 message sera renvoyé." in text
    assert "1 message n’est pas renvoyé" in text
    assert list(Message.objects.order_by("pk").values_list("status", flat=True)) == ["queued", "accepted"]


def test_the_outbox_stays_quick(support: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        queue_message()
    with django_assert_max_num_queries(12):
        page(support, MESSAGES)


def test_contacts_and_campaigns_cost_no_query_per_row(
    marketing: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_contact()
        make_campaign()
    for path in ("/gestion/notifications/contact/", CAMPAIGNS):
        with django_assert_max_num_queries(12):
            page(marketing, path)


def test_marketing_sees_no_outbox_and_support_no_contact(support: Client, marketing: Client) -> None:
    assert marketing.get(MESSAGES).status_code == 403
    assert support.get("/gestion/notifications/contact/").status_code == 403


def test_suppressions_have_no_screen(support: Client) -> None:
    assert support.get("/gestion/notifications/suppression/").status_code == 404


# --- Contacts and STOP
def test_a_contact_shows_its_proofs_and_a_french_number_finds_it(marketing: Client) -> None:
    contact = make_contact(phone="+33612345678", first_name="Zoé")
    make_contact(first_name="Paul")
    text = page(marketing, "/gestion/notifications/contact/?q=06+12+34+56+78")
    assert "Zoé" in text
    assert "Paul" not in text
    proof = page(marketing, f"/gestion/notifications/contact/{contact.pk}/change/")
    assert "checkout_sms v1 (fr)" in proof
    assert "192.0.2.1" in proof
    assert marketing.post(f"/gestion/notifications/contact/{contact.pk}/change/", {}).status_code == 403


def test_staff_put_a_number_on_the_stop_list_and_find_it_again(marketing: Client) -> None:
    make_contact(phone="+33612345678")
    path = "/gestion/notifications/stopentry/"
    assert marketing.post(f"{path}add/", {"phone": "06 12 34 56 78"}).status_code == 302
    assert StopEntry.objects.get().source == "staff"
    assert not Contact.objects.get().is_sms_opted_in
    assert "1 opposition" in page(marketing, f"{path}?q=0612345678")
    assert "0 opposition" in page(marketing, f"{path}?q=0687654321")
    assert "Écrivez le numéro" in marketing.post(f"{path}add/", {"phone": "abc"}).content.decode()


def test_a_contact_is_stopped_from_the_list(marketing: Client) -> None:
    contact = make_contact()
    chosen = {"action": "stop_texts", "_selected_action": [contact.pk]}
    assert marketing.post("/gestion/notifications/contact/", chosen).status_code == 302
    assert stops.is_stopped(contact.phone_digest)


# --- Segments
def test_a_segment_shows_how_many_people_each_choice_reaches(marketing: Client) -> None:
    for number in range(3):
        contact = make_contact()
        assert contact.phone
        if number:
            purchases.record(
                contact.phone, order_public_id=f"O{number}", purchased_at=MORNING, occasion="naissance", total_cents=1
            )
    text = page(marketing, "/gestion/notifications/segment/add/")
    assert "naissance" in text
    assert "3 personnes" in text
    rules = {"name": "Jeunes parents", "buyers": "", "occasion": "naissance"}
    counted = marketing.post("/gestion/notifications/segment/compter/", rules)
    assert counted.json() == {"people": "2 personnes", "error": ""}
    assert marketing.post("/gestion/notifications/segment/add/", rules).status_code == 302
    assert "2 personnes" in page(marketing, "/gestion/notifications/segment/")


def test_a_segment_of_a_scheduled_campaign_is_frozen(marketing: Client) -> None:
    make_contact()
    campaign = make_campaign()
    scheduled(campaign, MORNING)
    path = f"/gestion/notifications/segment/{campaign.segment_id}/change/"
    assert marketing.post(path, {"name": "Autre", "occasion": ""}).status_code == 403
    assert Segment.objects.get().name == "Tous"


# --- Campaigns
def composed(segment: Segment, *texts: str, **fields: Any) -> dict[str, Any]:
    """The composer's form, each text a version."""
    form: dict[str, Any] = {"name": "Pivoines", "segment": segment.pk, "link_path": "", **fields}
    form |= {"test_percent": 20, "decision_minutes": 120, "metric": "clicks", "holdout_percent": 0} | fields
    form |= {"variants-TOTAL_FORMS": len(texts), "variants-INITIAL_FORMS": 0}
    return form | {f"variants-{number}-text": text for number, text in enumerate(texts)}


def test_a_text_is_composed_previewed_scheduled_and_sent_to_rows(marketing: Client) -> None:
    make_contact(first_name="Zoë")
    segment = Segment.objects.create(name="Tous")
    form = composed(segment, "Bonjour {prenom}, c’est l’été", _continue="1")
    text = marketing.post(f"{CAMPAIGNS}add/", form, follow=True).content.decode()
    campaign = Campaign.objects.get()
    assert campaign.created_by == campaign.edited_by == User.objects.get()
    assert "Bonjour Zoe, c&#x27;est l&#x27;été\nSTOP : http://testserver/stop/ABCDEFGHJKMN/" in text
    assert "1 SMS par personne" in text
    assert "1 personne" in text
    approve = f"{CAMPAIGNS}{campaign.pk}/approuver/"
    assert "il reste à la programmer" in marketing.post(approve, follow=True).content.decode()
    assert "a changé d’état" in marketing.post(approve, follow=True).content.decode()
    schedule = f"{CAMPAIGNS}{campaign.pk}/programmer/"
    assert "jeudi 19 mars à 10" in page(marketing, schedule)
    slot = (MORNING + timedelta(days=1)).isoformat()
    assert (
        "La campagne est programmée"
        in marketing.post(schedule, {"slot": slot, "days": 1}, follow=True).content.decode()
    )
    campaign.refresh_from_db()
    assert (campaign.status, campaign.starts_at) == ("scheduled", MORNING + timedelta(days=1))
    assert marketing.post(f"{CAMPAIGNS}{campaign.pk}/change/", form).status_code == 403


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"slot": "other", "other": "2026-03-22T10:00"}, "du lundi au samedi"),
        ({"slot": "other", "other": "2026-03-17T10:00"}, "Cette heure est passée"),
        ({"slot": "other", "other": ""}, "Indiquez la date"),
        ({"slot": "nonsense"}, "nonsense"),
        ({}, "obligatoire"),
    ],
)
def test_an_hour_that_cannot_be_is_refused_in_words(marketing: Client, data: dict[str, str], sentence: str) -> None:
    make_contact()
    campaign = make_campaign()
    campaigns.approve(campaign.pk, None)
    path = f"{CAMPAIGNS}{campaign.pk}/programmer/"
    assert sentence in marketing.post(path, {"days": 1, **data}).content.decode()
    assert Campaign.objects.get().status == "approved"


def test_now_is_offered_only_when_it_is_legal(marketing: Client, clock: Clock) -> None:
    make_contact()
    first, second = make_campaign(), make_campaign()
    for campaign in (first, second):
        campaigns.approve(campaign.pk, None)
    path = f"{CAMPAIGNS}{first.pk}/programmer/"
    assert "Maintenant" in page(marketing, path)
    assert marketing.post(path, {"slot": "now", "days": 1}).status_code == 302
    path = f"{CAMPAIGNS}{second.pk}/programmer/"
    clock.moment = MORNING.replace(hour=19, minute=30)
    assert "Maintenant" not in page(marketing, path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "obligatoire"),
        ("Bonjour {nom}", "« {nom} »".replace(" ", "\u00a0")),
        ("Bonjour {", "accolade"),
        ("a" * 700, "4 SMS"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_in_words(marketing: Client, text: str, sentence: str) -> None:
    segment = Segment.objects.create(name="Tous")
    answer = marketing.post(f"{CAMPAIGNS}add/", composed(segment, text))
    assert sentence in answer.content.decode()
    assert Campaign.objects.count() == 0


def test_four_versions_get_letters_in_order_and_a_link_stays_in_the_shop(marketing: Client) -> None:
    segment = Segment.objects.create(name="Tous")
    form = composed(segment, "Un", "Deux", "Trois", "Quatre", link_path="/bouquets/")
    assert marketing.post(f"{CAMPAIGNS}add/", form).status_code == 302
    written = Campaign.objects.get().variants.values_list("letter", "text")
    assert list(written) == [("A", "Un"), ("B", "Deux"), ("C", "Trois"), ("D", "Quatre")]
    for elsewhere in ("https://example.org/", "//example.org/", "bouquets/", "/\\example.org"):
        answer = marketing.post(f"{CAMPAIGNS}add/", {**form, "link_path": elsewhere})
        assert "à partir de" in answer.content.decode(), elsewhere
    assert Campaign.objects.count() == 1


def test_a_test_that_decided_nothing_is_decided_on_the_page(marketing: Client) -> None:
    for _ in range(30):
        make_contact()
    campaign = scheduled(make_campaign("Un", "Deux", asks_when_unclear=True, test_percent=50))
    snapshots.start(campaign.pk)
    CampaignMessage.objects.filter(group="test").update(
        status="delivered", handed_at=MORNING, accepted_at=MORNING, settled_at=MORNING
    )
    assert deciding.decide(campaign.pk)
    path = f"{CAMPAIGNS}{campaign.pk}/"
    text = page(marketing, f"{path}change/")
    assert "Pas concluant" in text
    assert "Résultats par version" in text
    assert marketing.get(f"{path}choisir/B/").status_code == 405
    assert "La version B part au reste" in marketing.post(f"{path}choisir/B/", follow=True).content.decode()
    campaign.refresh_from_db()
    assert (campaign.status, campaign.winner) == ("rolling", campaign.variants.get(letter="B"))
    assert "Trop tard" in marketing.post(f"{path}choisir/A/", follow=True).content.decode()


def test_the_live_counter_counts_as_the_operators_bill(marketing: Client) -> None:
    make_contact(first_name="Zoë")
    segment = Segment.objects.create(name="Tous")
    asked = {"text": "Ça, c’est l’été {prenom}", "segment": segment.pk}
    found = marketing.post(f"{CAMPAIGNS}compteur/", asked).json()
    assert found["text"] == "Ça, c'est l'été Zoe\nSTOP : http://testserver/stop/ABCDEFGHJKMN/"
    assert (found["units"], found["parts"], found["isGsm7"]) == (len(found["text"]), 1, True)
    assert found["replaced"] == ["’", "ë"]
    assert (found["people"], found["error"]) == ("1 personne", "")
    dear = marketing.post(f"{CAMPAIGNS}compteur/", {**asked, "keeps_accents": "on"}).json()
    assert (dear["parts"], dear["isGsm7"]) == (1, False)
    odd: dict[str, Any] = {"text": "{x}", "segment": "٣"}
    assert "champ connu" in marketing.post(f"{CAMPAIGNS}compteur/", odd).json()["error"]
    assert marketing.get(f"{CAMPAIGNS}compteur/").status_code == 405


def test_a_run_is_paused_resumed_and_canceled_from_its_page(marketing: Client) -> None:
    make_contact()
    campaign = make_campaign()
    scheduled(campaign, MORNING)
    snapshots.start(campaign.pk)
    path = f"{CAMPAIGNS}{campaign.pk}/"
    CampaignMessage.objects.update(status="unknown", handed_at=MORNING, variant=campaign.variants.get())
    text = page(marketing, f"{path}change/")
    assert "1 message à l’issue inconnue, en cours de vérification." in text
    for verb, status in (("pause", "paused"), ("reprendre", "rolling"), ("annuler", "canceled")):
        assert marketing.get(f"{path}faire/{verb}/").status_code == 405
        assert marketing.post(f"{path}faire/{verb}/").status_code == 302
        assert Campaign.objects.get().status == status
    assert "Trop tard" in marketing.post(f"{path}faire/pause/", follow=True).content.decode()
    assert marketing.post(f"{path}faire/exploser/").status_code == 404


def test_campaigns_are_marketing_s_own(support: Client) -> None:
    make_contact()
    path = f"{CAMPAIGNS}{make_campaign().pk}/"
    assert support.get(CAMPAIGNS).status_code == 403
    assert support.post(f"{path}faire/annuler/").status_code == 404
    assert support.post(f"{path}programmer/", {"slot": "now"}).status_code == 404
    assert support.post(f"{CAMPAIGNS}compteur/", {"text": "x"}).status_code == 404


def test_the_back_office_holds_no_key_to_make_a_stop_link(marketing: Client) -> None:
    with pytest.raises(links.MissingKey):
        compose.for_row(make_campaign().variants.get(), CampaignMessage(pk=1), make_contact(), routes.of("marketing"))


# --- Settings
@pytest.mark.parametrize("provider", ["postmark", "amazon_ses", "sendgrid"])
def test_mail_webhooks_without_a_secret_are_refused_at_start(settings: Settings, provider: str) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    settings.ANYMAIL = {}
    assert [message.id for message in run_checks(tags=["notifications"])] == ["notifications.E001"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": "shop:secret"}
    assert run_checks(tags=["notifications"]) == []
