"""« Pas de SMS fête des mères »: said once, kept for ever; and the proofs of one number."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from interflora.lib import links
from notifications import sign_ups
from notifications.marketing import compose, occasions, refusals, segments, sending, snapshots, stops
from notifications.marketing.models import Consent, Contact, OccasionRefusal, SignUp, StopEntry, StopSource
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.staff_access import sign_in
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db

PHONE = "+33612345678"


def stop_path(contact: Contact) -> str:
    compose.ensure_stop_code(contact)
    return f"/stop/{links.code(compose.stop_link(contact))}/"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dimanche, c'est la FETE DES MERES !", {"fete-des-meres"}),
        ("Un bouquet pour maman", {"fete-des-meres"}),
        ("/occasions/fete-des-meres/", {"fete-des-meres"}),
        ("La fête des grands-mères approche", {"fete-des-grands-meres"}),
        ("Noël : les roses de la St-Valentin", {"noel", "saint-valentin"}),
        ("Les pivoines sont arrivées à Manosque", set()),
    ],
)
def test_what_a_text_speaks_of_is_read_in_its_words(text: str, told: set[str]) -> None:
    assert occasions.spoken_of(text) == told


def test_some_occasions_are_refused_for_ever_from_the_link_of_a_text(client: Client) -> None:
    contact = make_contact(phone=PHONE)
    path = stop_path(contact)
    assert "Fête des mères" in client.get(path).content.decode()
    assert "Cochez au moins" in client.post(path, {"only": "occasions"}).content.decode()
    assert client.post(path, {"only": "occasions", "occasions": "carnaval"}).status_code == 200
    assert OccasionRefusal.objects.count() == 0
    for _time in range(2):
        client.post(path, {"only": "occasions", "occasions": ["noel", "fete-des-meres"]})
    assert "ne vous parleront plus de ces occasions : Fête des mères, Noël" in client.get(path).content.decode()
    refused = OccasionRefusal.objects.order_by("occasion").values_list("occasion", "source")
    assert list(refused) == [("fete-des-meres", "/stop/"), ("noel", "/stop/")]
    # Nothing else is withdrawn.
    assert (StopEntry.objects.count(), Contact.objects.get().is_sms_opted_in) == (0, True)
    mothers, peonies = make_campaign("Maman le vaut bien"), make_campaign("Les pivoines")
    assert [segments.of_campaign(one).count() for one in (mothers, peonies)] == [0, 1]
    # The person erased and back again: the refusal holds, since it is of the number.
    Consent.objects.all().delete()
    contact.delete()
    make_contact(phone=PHONE)
    assert segments.of_campaign(mothers).count() == 0


def test_a_refusal_after_the_list_was_frozen_is_seen_when_it_leaves(clock: Clock, standins: StandIns) -> None:
    make_contact(phone=PHONE)
    make_contact()
    campaign = scheduled(make_campaign("Pensez à la fête des mères"), MORNING, 1)
    assert snapshots.start(campaign.pk)
    assert campaign.messages.count() == 2
    refusals.refuse(PHONE, ["fete-des-meres"], page="/stop/")
    sending.send_due()
    assert campaign.messages.get(phone=PHONE).skip_reason == "occasion"
    assert len(standins.outbox()) == 1


def test_the_owner_of_a_number_refuses_occasions_from_the_page_of_offers(client: Client) -> None:
    sign_ups.ask(PHONE, "Anne", "fr")
    path = links.path(SignUp.objects.get().link())
    assert client.post(path, {"only": "occasions", "occasions": "toussaint"}).status_code == 200
    assert OccasionRefusal.objects.get().occasion == "toussaint"
    # Refusing an occasion is no yes to the others.
    assert Contact.objects.count() == 0


# --- The proofs of a number
@pytest.fixture
def marketer(staff_groups: None, backoffice: Settings) -> Client:
    user = User.objects.create_user("lea", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    client = Client()
    sign_in(client, user)
    return client


def test_the_proofs_of_a_number_leave_as_a_file_and_are_written_down(marketer: Client) -> None:
    contact = make_contact(phone=PHONE)
    make_contact("Bob")
    refusals.refuse(PHONE, ["noel"], page="/stop/")
    stops.stop(PHONE, StopSource.PAGE, page="/stop/", ip="192.0.2.9")
    page = marketer.get(f"/gestion/notifications/contact/preuves/?contact={contact.pk}").content.decode()
    assert "06 12 34 56 78" in page.replace("\u00a0", " ")
    answer = marketer.post("/gestion/notifications/contact/preuves/", {"phone": "06 12 34 56 78"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    # A number begins with the sign of a formula: it is disarmed.
    assert rows[0] == ["mobile", f"'{PHONE}"]
    assert sorted(row[2] for row in rows[2:]) == [
        "accord",
        "occasion refusée\u00a0: Noël",
        "opposition (STOP)",
        "retrait",
    ]
    (grant,) = [row for row in rows if "accord" in row]
    wording = Consent.objects.select_related("wording").get(contact=contact, granted=True).wording
    assert wording is not None
    assert grant[3:] == ["/commande/vous/", "192.0.2.1", wording.text, "checkout_sms v1", wording.sha256]
    (entry,) = LogEntry.objects.all()
    assert (entry.object_id, entry.change_message) == (str(contact.pk), "preuves exportées : 4")
    unknown = marketer.post("/gestion/notifications/contact/preuves/", {"phone": "06 98 76 54 32"})
    assert "ni accord ni opposition" in unknown.content.decode()
    assert LogEntry.objects.count() == 1
