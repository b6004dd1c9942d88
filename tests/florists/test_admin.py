"""The network in Django admin: read-only states, verbs behind actions, one audited door to an address."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from florists import jobs
from florists.models import AddressRead, Delivery, Florist, ServedPostcode
from florists.states import DeliveryStatus
from tests.florists.factories import STREET, in_charge, make_accepted, make_delivery, make_florist, make_offer
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]


@pytest.fixture
def network(vault, paris_clock) -> Client:
    """Somebody of the « réseau » group, without the right to read addresses."""
    make_florist("35000", name="Les Lilas")
    user = User.objects.create_user("reseau", is_staff=True)
    user.groups.add(Group.objects.get(name="réseau"))
    client = Client()
    sign_in(client, user)
    return client


def allow_addresses() -> None:
    User.objects.get(username="reseau").user_permissions.add(Permission.objects.get(codename="read_address"))


def page(delivery: Delivery, name: str = "change") -> str:
    return reverse(f"admin:florists_delivery_{name}", args=[delivery.pk])


def body(response) -> str:
    return str(response.content.decode())


def test_the_list_and_the_sheet_show_no_address_and_few_queries(network, django_assert_max_num_queries):
    for _ in range(3):
        make_accepted()
    with django_assert_max_num_queries(15):
        text = body(network.get(reverse("admin:florists_delivery_changelist")))
    assert "Les Lilas" in text
    delivery = make_accepted()
    text += body(network.get(page(delivery)))
    assert "Acceptée par le fleuriste" in text
    assert "Brassée de pivoines" in text
    for hidden in (STREET, "Canari", "B4512"):
        assert hidden not in text


@pytest.mark.parametrize("need", ["service", "sans-fleuriste", "non-livree", "en-retard", "depassee"])
def test_filters_by_problem(network, need, paris_clock):
    make_accepted()
    failed = make_accepted()
    jobs.mark_failed(failed, in_charge(failed), "absent")
    url = reverse("admin:florists_delivery_changelist")
    expected = {"service": 1, "sans-fleuriste": 0, "non-livree": 1, "en-retard": 0, "depassee": 0}[need]
    response = network.get(url, {"besoin": need})
    assert response.context["cl"].result_count == expected


def test_a_reference_is_found_as_read_aloud(network):
    delivery = make_accepted()
    make_accepted()
    response = network.get(reverse("admin:florists_delivery_changelist"), {"q": str(delivery).lower()})
    assert [row.pk for row in response.context["cl"].result_list] == [delivery.pk]


def test_nothing_typed_in_the_form_changes_a_delivery(network):
    delivery = make_accepted()
    network.post(page(delivery), {"status": "delivered", "card_text": "Autre", "florist": "1"})
    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.status, row.card_text) == (DeliveryStatus.ACCEPTED, "")


def test_reassigning_calls_the_verb_and_says_what_it_could_not_do(network):
    accepted, left = make_accepted(), make_accepted()
    jobs.out_for_delivery(left, in_charge(left))
    data = {"action": "reassign", "_selected_action": [accepted.pk, left.pk]}
    text = body(network.post(reverse("admin:florists_delivery_changelist"), data, follow=True))
    assert "1 livraison traitée." in text
    assert "1 livraison n’est pas dans un état qui le permet." in text
    accepted.refresh_from_db()
    assert accepted.status == DeliveryStatus.TO_ASSIGN
    assert accepted.events.get(kind="reassigned").user == User.objects.get(username="reseau")


def test_asking_a_chosen_florist(network):
    delivery, chosen = make_delivery(), make_florist("56000", name="Le Golfe")
    make_offer(delivery)
    network.post(page(delivery, "proposer"), {"florist": chosen.pk})
    assert delivery.offers.get(status="open").florist == chosen


def choices(response) -> list[tuple[str, list[str]]]:
    """The groups of the florists to choose from, under their names."""
    offered = response.context["form"].fields["florist"].choices[1:]
    return [(str(group), [label for _pk, label in rows]) for group, rows in offered]


def test_the_florists_of_the_ladder_come_first_then_their_department_then_the_others(network):
    make_florist("35000", name="Aux Iris", postcode="35400", commune="Saint-Malo")
    make_florist("56000", name="Le Golfe", commune="Vannes", department="56")
    make_florist("22000", name="Armor", commune="Saint-Brieuc", department="22")
    make_florist("35500", name="Vitré fleuri", commune="Vitré", postcode="35500")
    make_florist("35000", name="Fermé", is_active=False)
    delivery = make_delivery()
    make_offer(delivery)
    with CaptureQueriesContext(connection) as asked:
        shown = network.get(page(delivery, "proposer"))
    assert choices(shown) == [
        ("Sur la liste de cette livraison", ["Les Lilas – Rennes (envoyée)", "Aux Iris – Saint-Malo (prévue)"]),
        ("Dans le même département", ["Vitré fleuri – Vitré"]),
        ("Ailleurs", ["Armor – Saint-Brieuc", "Le Golfe – Vannes"]),
    ]
    assert not any("sealed" in query["sql"].lower() for query in asked.captured_queries)
    assert AddressRead.objects.count() == 0


def test_other_florists_are_found_by_words_and_nobody_is_asked_by_searching(network):
    make_florist("56000", name="Le Golfe", commune="Vannes", department="56")
    make_florist("35500", name="Vitré fleuri", commune="Vitré", postcode="35500")
    delivery = make_delivery()
    found = network.post(page(delivery, "proposer"), {"words": "VITRE fleuri"})
    assert choices(found) == [
        ("Sur la liste de cette livraison", ["Les Lilas – Rennes (prévue)"]),
        ("Dans le même département", ["Vitré fleuri – Vitré"]),
    ]
    assert "Un autre fleuriste répond à «\u00a0VITRE fleuri\u00a0»" in body(found)
    nobody = network.post(page(delivery, "proposer"), {"words": "Brest"})
    assert choices(nobody) == choices(found)[:1]
    assert "Aucun autre fleuriste ne répond à «\u00a0Brest\u00a0»" in body(nobody)
    assert not delivery.offers.exclude(status="planned").exists()


def test_who_may_not_see_the_ladder_chooses_among_all_in_the_order_of_names(network):
    make_florist("56000", name="Le Golfe", commune="Vannes", department="56")
    delivery = make_delivery()
    user = User.objects.create_user("autre", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_delivery"))
    shown = sign_in(Client(), user).get(page(delivery, "proposer"))
    assert choices(shown) == [("Tous", ["Le Golfe – Vannes", "Les Lilas – Rennes"])]


def test_changing_the_date_of_a_failed_delivery(network):
    delivery = make_accepted()
    jobs.mark_failed(delivery, in_charge(delivery), "absent")
    assert network.post(page(delivery, "date"), {"day": "2026-02-15", "half_day": "morning"}).status_code == 200
    network.post(page(delivery, "date"), {"day": "2026-02-16", "half_day": "morning"})
    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.status, row.day, row.half_day) == (DeliveryStatus.TO_ASSIGN, date(2026, 2, 16), "morning")


# --- Addresses ---------------------------------------------------------------------------------------------------
def test_the_address_needs_the_permission(network):
    delivery = make_accepted()
    response = network.post(page(delivery, "adresse"), {"reason": "Le fleuriste est perdu"})
    assert response.status_code == 403
    assert "il se donne à une personne, nommément" in body(response)
    assert AddressRead.objects.count() == 0


def test_the_sheet_leads_to_the_address_those_who_may_read_it(network):
    delivery = make_accepted()
    closed = body(network.get(page(delivery)))
    assert (page(delivery, "adresse") in closed, "droit donné nommément" in closed) == (False, True)
    allow_addresses()
    opened = body(network.get(page(delivery)))
    assert (page(delivery, "adresse") in opened, "droit donné nommément" in opened) == (True, False)


def test_the_address_needs_a_reason_and_shows_once(network):
    allow_addresses()
    delivery = make_accepted()
    assert STREET not in body(network.get(page(delivery, "adresse")))
    assert STREET not in body(network.post(page(delivery, "adresse"), {"reason": "  "}))
    assert AddressRead.objects.count() == 0
    response = network.post(page(delivery, "adresse"), {"reason": "Le fleuriste est perdu"})
    assert STREET in body(response)
    assert response["Cache-Control"].startswith("no-store, private")
    read = AddressRead.objects.get()
    assert (read.user, read.reason) == (User.objects.get(username="reseau"), "Le fleuriste est perdu")
    assert STREET not in body(network.get(page(delivery, "adresse")))


def test_marketing_sees_nothing_of_the_network(network):
    delivery = make_accepted()
    user = User.objects.create_user("marketing", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    client = Client()
    sign_in(client, user)
    for url in (
        reverse("admin:florists_delivery_changelist"),
        reverse("admin:florists_florist_changelist"),
        reverse("admin:florists_addressread_changelist"),
        page(delivery),
        page(delivery, "adresse"),
        page(delivery, "proposer"),
        page(delivery, "date"),
    ):
        assert client.get(url).status_code == 403, url


# --- Florists ----------------------------------------------------------------------------------------------------
def florist_data(**changes: str) -> dict[str, str]:
    values = {
        "name": "Le Golfe",
        "email": " Golfe@fleurs.example",
        "phone": "06 39 98 12 34",
        "postcode": "56000",
        "commune": "Vannes",
        "is_active": "on",
        "daily_capacity": "12",
        "zone": "56000, 56100 29000",
        "closing_days-TOTAL_FORMS": "1",
        "closing_days-INITIAL_FORMS": "0",
        "closing_days-0-day": "2026-02-20",
    }
    return values | changes


def test_a_florist_is_added_with_a_zone_and_a_closing_day(network):
    response = network.post(reverse("admin:florists_florist_add"), florist_data())
    assert response.status_code == 302, response.context["errors"]
    florist = Florist.objects.get(email="golfe@fleurs.example")
    assert (florist.phone, florist.department) == ("+33639981234", "56")
    assert list(florist.served_postcodes.values_list("postcode", flat=True)) == ["29000", "56000", "56100"]
    assert florist.closing_days.get().day.isoformat() == "2026-02-20"


def test_a_department_stands_for_its_postcodes(network):
    network.post(reverse("admin:florists_florist_add"), florist_data(zone="90 56000"))
    served = set(ServedPostcode.objects.filter(florist__name="Le Golfe").values_list("postcode", flat=True))
    assert "90000" in served
    assert len(served) > 10


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"zone": "56000 99999"}, "Code postal inconnu\u00a0: 99999."),
        ({"commune": "Canarville"}, "Communes de ce code postal\u00a0: Vannes."),
        ({"phone": "01 23 45 67 89"}, "Indiquez un mobile français, en 06 ou 07."),
    ],
)
def test_nonsense_about_a_florist_is_refused_with_a_sentence(network, changes, sentence):
    assert sentence in body(network.post(reverse("admin:florists_florist_add"), florist_data(**changes)))
    assert not Florist.objects.filter(name="Le Golfe").exists()


def test_a_forged_save_writes_nothing_over_a_row_that_moved(network):
    delivery = make_accepted()
    counts = {
        f"{inline}-{name}_FORMS": "0"
        for inline in ("offers", "events", "address_reads")
        for name in ("TOTAL", "INITIAL")
    }
    with CaptureQueriesContext(connection) as queries:
        answer = network.post(page(delivery), {"_save": "1", **counts})
    assert answer.status_code == 302
    assert [sql["sql"] for sql in queries if sql["sql"].startswith('UPDATE "florists_delivery"')] == []


def test_who_may_only_look_reads_the_zone_served(network):
    florist = make_florist("56000", name="Le Golfe")
    user = User.objects.create_user("support", is_staff=True)
    user.groups.add(Group.objects.get(name="support"))
    client = Client()
    sign_in(client, user)
    text = body(client.get(reverse("admin:florists_florist_change", args=[florist.pk])))
    assert ("field-served" in text, "56000</div>" in text, "None" in text) == (True, True, False)
