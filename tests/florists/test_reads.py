"""Who reads addresses: one at a time, and above twenty a day somebody else looks into it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from florists import addresses, reads
from florists.models import AddressRead, Delivery
from florists.reads import OwnReads
from interflora.lib import clock
from interflora.lib.clock import PARIS
from tests.florists.factories import make_accepted, make_delivery, make_florist
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_groups")]


@pytest.fixture
def delivery(vault, paris_clock) -> Delivery:
    make_florist("35000")
    return make_delivery()


def person(name: str, group: str = "réseau") -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    user.user_permissions.add(Permission.objects.get(codename="read_address"))
    return user


def read(delivery: Delivery, user: User, times: int) -> None:
    for _ in range(times):
        addresses.read_for_staff(delivery, user, "Le fleuriste est perdu")


def board(user: User) -> str:
    return str(sign_in(Client(), user).get(reverse("admin:board")).content.decode())


# --- Many a day --------------------------------------------------------------------------------------------------
def test_twenty_reads_a_day_are_usual_and_the_next_one_is_on_the_board(delivery):
    paul, chief = person("paul"), person("odile", "administrateur")
    read(delivery, paul, 20)
    assert reads.busy_days() == []
    assert "adresses lues en un jour" not in board(chief)
    read(delivery, paul, 1)
    assert [(busy.username, busy.number) for busy in reads.busy_days()] == [("paul", 21)]
    text = board(chief)
    assert "21 adresses lues en un jour" in text
    assert "q=paul&amp;read_at__year=2026&amp;read_at__month=2&amp;read_at__day=10" in text
    assert "adresses lues en un jour" not in board(paul)


def test_days_are_those_of_paris_and_people_count_apart(delivery, paris_clock):
    paul, ines = person("paul"), person("ines")
    paris_clock.moment = datetime(2026, 2, 10, 23, 59, tzinfo=PARIS)
    read(delivery, paul, 11)
    read(delivery, ines, 11)
    paris_clock.moment = datetime(2026, 2, 11, 0, 1, tzinfo=PARIS)
    read(delivery, paul, 11)
    assert reads.busy_days() == []


def test_florists_reads_are_not_counted(delivery):
    florist = make_florist("35000")
    AddressRead.objects.bulk_create(
        AddressRead(delivery=delivery, florist=florist, purpose=AddressRead.Purpose.JOB) for _ in range(30)
    )
    assert reads.busy_days() == []


# --- Somebody else looks into it ---------------------------------------------------------------------------------
def review(client: Client, row: AddressRead) -> str:
    data = {"action": "review", "_selected_action": [row.pk]}
    return str(client.post(reverse("admin:florists_addressread_changelist"), data, follow=True).content.decode())


def test_an_administrator_settles_the_whole_day_and_says_who_looked(delivery):
    paul, chief = person("paul"), person("odile", "administrateur")
    read(delivery, paul, 21)
    client = sign_in(Client(), chief)
    link = reverse("admin:florists_addressread_changelist") + "?q=paul&read_at__year=2026"
    assert client.get(link).context["cl"].result_count == 21
    assert "21 lectures vérifiées." in review(client, AddressRead.objects.latest("pk"))
    assert reads.busy_days() == []
    assert set(AddressRead.objects.values_list("reviewed_by__username", flat=True)) == {"odile"}
    read(delivery, paul, 21)
    assert reads.busy_days()[0].number == 21


def test_nobody_settles_their_own_reads(delivery):
    chief = person("odile", "administrateur")
    read(delivery, chief, 21)
    row = AddressRead.objects.latest("pk")
    assert "vérifiées par quelqu’un d’autre" in review(sign_in(Client(), chief), row)
    with pytest.raises(OwnReads):
        reads.review(row, chief)
    assert reads.busy_days()[0].number == 21
    with pytest.raises(IntegrityError, match="address_read_reviewed_by_another"), transaction.atomic():
        AddressRead.objects.update(reviewed_at=clock.now(), reviewed_by=chief)


def test_the_network_sees_reads_and_settles_none(delivery):
    paul, ines = person("paul"), person("ines")
    read(delivery, paul, 21)
    client = sign_in(Client(), ines)
    assert client.get(reverse("admin:florists_addressread_changelist")).status_code == 200
    review(client, AddressRead.objects.latest("pk"))
    assert reads.busy_days()[0].number == 21


# --- The audit itself --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{"reason": "Autre"}, {"purpose": "job"}, {"read_at": datetime(2020, 1, 1, tzinfo=PARIS)}]
)
def test_the_database_refuses_to_change_who_read_what(delivery, change):
    read(delivery, person("paul"), 1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AddressRead.objects.update(**change)


def test_the_database_refuses_to_delete_a_read(delivery):
    florist = make_accepted().florist
    assert florist is not None
    read(delivery, person("paul"), 1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AddressRead.objects.all().delete()
    assert AddressRead.objects.count() == 1
