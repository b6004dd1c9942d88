"""The vault: who opens it, when, and what is left when it stays closed."""

from __future__ import annotations

import os
import stat
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from florists import address_keys, addresses, deliveries, offers
from florists.address_keys import KeysUnavailable
from florists.addresses import AddressUnavailable, InvalidAddress, NotAllowed
from florists.models import AddressKey, AddressRead, SealedAddress
from florists.states import DeliveryStatus, Refusal
from interflora.lib import clock
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
def florist(vault):
    return make_florist("35000")


def staff(*, permission: bool, through_group: bool = False, **fields) -> User:
    user = User.objects.create_user("operations", is_staff=True, **fields)
    if permission:
        right = Permission.objects.get(codename="read_address")
        if through_group:
            group = Group.objects.create(name="adresses")
            group.permissions.add(right)
            user.groups.add(group)
        else:
            user.user_permissions.add(right)
    return user


# --- Who reads ---------------------------------------------------------------------------------------------------
def test_the_florist_in_charge_reads_the_address_and_the_audit_says_so(florist):
    delivery = make_accepted()
    assert addresses.read_for_florist(delivery, florist) == make_address()
    read = AddressRead.objects.get()
    assert (read.delivery_id, read.florist_id, read.user_id, read.purpose) == (delivery.pk, florist.pk, None, "job")


def test_another_florist_reads_nothing(florist):
    delivery = make_accepted()
    with pytest.raises(NotAllowed):
        addresses.read_for_florist(delivery, make_florist("35000"))
    assert AddressRead.objects.count() == 0


def test_the_offered_florist_reads_the_town_alone(florist):
    offer = make_offer(make_delivery())
    assert addresses.read_commune(offer) == "Rennes"
    assert AddressRead.objects.get().purpose == "offer"
    with pytest.raises(NotAllowed):
        addresses.read_for_florist(offer.delivery, florist)


def test_the_town_closes_with_the_offer(florist):
    offer = make_offer(make_delivery())
    offers.refuse(offer.pk, Refusal.FULL)
    with pytest.raises(NotAllowed):
        addresses.read_commune(offer)


def test_a_florist_who_gave_the_job_back_reads_nothing(florist):
    delivery = make_accepted()
    offers.give_back(delivery, florist, Refusal.FLOWERS)
    with pytest.raises(NotAllowed):
        addresses.read_for_florist(delivery, florist)


def test_reading_ends_forty_eight_hours_after_delivery(florist, paris_clock):
    delivery = make_delivered()
    paris_clock.moment += timedelta(hours=48)
    assert addresses.read_for_florist(delivery, florist).line1 == STREET
    paris_clock.moment += timedelta(seconds=1)
    with pytest.raises(NotAllowed):
        addresses.read_for_florist(delivery, florist)


@pytest.mark.parametrize("through_group", [False, True])
def test_staff_with_the_permission_and_a_reason_read(florist, through_group):
    delivery = make_delivery()
    user = staff(permission=True, through_group=through_group)
    assert addresses.read_for_staff(delivery, user, " Le fleuriste ne trouve pas ").name == "Madeleine Canari"
    read = AddressRead.objects.get()
    assert (read.user_id, read.reason) == (user.pk, "Le fleuriste ne trouve pas")


def test_staff_without_permission_or_reason_read_nothing(florist):
    delivery = make_delivery()
    superuser = staff(permission=False, is_superuser=True)
    with pytest.raises(NotAllowed):
        addresses.read_for_staff(delivery, superuser, "Par curiosité")
    superuser.user_permissions.add(Permission.objects.get(codename="read_address"))
    with pytest.raises(NotAllowed):
        addresses.read_for_staff(delivery, superuser, "   ")
    assert AddressRead.objects.count() == 0


# --- No audit, no address ----------------------------------------------------------------------------------------
def test_no_audit_no_address(florist):
    delivery = make_accepted()
    break_audit()
    with pytest.raises(AddressUnavailable, match="audit"):
        addresses.read_for_florist(delivery, florist)


@pytest.mark.django_db(transaction=True)
def test_inside_an_open_transaction_the_audit_could_vanish_so_nothing_is_read(vault):
    florist = make_florist("35000")
    delivery = make_accepted()
    with transaction.atomic(), pytest.raises(AddressUnavailable, match="audit"):
        addresses.read_for_florist(delivery, florist)
    assert AddressRead.objects.count() == 0


# --- Where it opens ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["shop", "worker"])
def test_other_roles_seal_but_never_open(florist, settings, role):
    settings.SITE_ROLE = role
    delivery = make_accepted()
    with pytest.raises(AddressUnavailable, match="role"):
        addresses.read_for_florist(delivery, florist)


def test_a_blob_moved_to_another_row_does_not_open(florist):
    mine, other = make_accepted(), make_accepted(line1="3 place de la Mairie")
    stolen = SealedAddress.objects.get(delivery=other)
    SealedAddress.objects.filter(delivery=mine).update(blob=bytes(stolen.blob), key=stolen.key)
    with pytest.raises(AddressUnavailable, match="unreadable"):
        addresses.read_for_florist(mine, florist)


def test_a_damaged_blob_does_not_open(florist):
    delivery = make_accepted()
    SealedAddress.objects.filter(delivery=delivery).update(blob=b"x" * 2096)
    with pytest.raises(AddressUnavailable, match="unreadable"):
        addresses.read_for_florist(delivery, florist)


def test_blobs_have_one_size_and_never_repeat(florist):
    short = make_delivery()
    long = make_delivery(line1="L" * 80, line2="é" * 80, note="ü" * 140, name="N" * 60)
    twin = make_delivery()
    blobs = [bytes(row.blob) for row in SealedAddress.objects.order_by("delivery_id")]
    assert [len(blob) for blob in blobs] == [2096, 2096, 2096]
    assert len(set(blobs)) == 3
    assert {short.pk, long.pk, twin.pk} == set(SealedAddress.objects.values_list("delivery_id", flat=True))


# --- Nothing leaks -----------------------------------------------------------------------------------------------
def test_no_column_holds_the_address(florist):
    make_accepted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        dump = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" t")
            dump += cursor.fetchone()[0]
    assert "Les Lilas" in dump  # the search would find it
    assert "Canari" not in dump
    assert "B4512" not in dump


def test_the_address_does_not_print_itself():
    address = make_address()
    assert repr(address) == str(address) == "AddressInput(…)"


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"name": "  "}, "name", "empty"),
        ({"line1": ""}, "line1", "empty"),
        ({"line2": "Canari" * 20}, "line2", "too_long"),
        ({"postcode": "97400"}, "postcode", "unknown"),
        ({"commune": "Canarville"}, "commune", "unknown"),
        ({"note": "🐦" * 141}, "note", "too_long"),
    ],
)
def test_an_impossible_address_is_refused_without_being_repeated(florist, fields, field, code):
    delivery = make_draft()
    with pytest.raises(InvalidAddress) as error:
        deliveries.plan(delivery, make_address(**fields), next_served_day(), "morning")
    assert (error.value.field, error.value.code) == (field, code)
    assert "anari" not in "".join(traceback.format_exception_only(error.value))
    assert SealedAddress.objects.count() == 0


# --- Keys --------------------------------------------------------------------------------------------------------
def test_rotation_makes_one_key_a_week(backoffice, paris_clock):
    call_command("rotate_address_keys", verbosity=0)
    call_command("rotate_address_keys", verbosity=0)
    paris_clock.set(16, 9)
    call_command("rotate_address_keys", verbosity=0)
    assert list(AddressKey.objects.values_list("epoch", flat=True)) == ["2026-W07", "2026-W08"]
    files = sorted(Path(backoffice.ADDRESS_KEY_DIR).iterdir())
    assert [file.name for file in files] == ["2026-W07.key", "2026-W08.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_lost_private_key_is_replaced_at_once(vault, backoffice):
    (Path(backoffice.ADDRESS_KEY_DIR) / f"{vault.epoch}.key").unlink()
    key, is_new = address_keys.rotate()
    assert (is_new, key.epoch) == (True, f"{vault.epoch}.2")
    assert address_keys.newest() == key


def test_a_key_file_that_no_row_knows_is_kept_for_a_month(vault, backoffice):
    """An older backup of the database is back: its rows miss the key that a newer backup's addresses need."""
    folder = Path(backoffice.ADDRESS_KEY_DIR)
    held = (folder / f"{vault.epoch}.key").read_bytes()
    AddressKey.objects.all().delete()
    key, _is_new = address_keys.rotate()
    assert key.epoch == f"{vault.epoch}.2"
    assert (folder / f"{vault.epoch}.key").read_bytes() == held
    address_keys.destroy_unused()
    assert (folder / f"{vault.epoch}.key").exists()
    for path in folder.iterdir():
        long_ago = (clock.now() - timedelta(days=31)).timestamp()
        os.utime(path, (long_ago, long_ago))
    address_keys.destroy_unused()
    assert [path.name for path in folder.iterdir()] == [f"{key.epoch}.key"]


def test_a_key_and_its_name_are_on_disk_before_the_public_key_is(backoffice, monkeypatch):
    synced = []
    sync = os.fsync

    def note(descriptor):
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), AddressKey.objects.count()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    address_keys.rotate()
    assert synced == [(False, 0), (True, 0)]


@pytest.mark.parametrize("command", ["rotate_address_keys", "destroy_address_keys"])
def test_key_commands_run_in_the_back_office_only(settings, address_key_dir, command):
    with pytest.raises(CommandError, match="SITE_ROLE=backoffice"):
        call_command(command)
    assert list(address_key_dir.iterdir()) == []


def test_a_late_rotation_seals_with_the_last_key(florist, paris_clock):
    AddressKey.objects.update(created_at=clock.now())
    paris_clock.set(3, 9, month=3)
    assert make_accepted().status == DeliveryStatus.ACCEPTED


def test_a_key_is_destroyed_when_nothing_is_sealed_with_it(backoffice, paris_clock):
    old = address_keys.rotate()[0]
    florist = make_florist("35000")
    delivery = make_accepted()
    paris_clock.set(16, 9)
    new = address_keys.rotate()[0]
    paris_clock.set(19, 9)
    assert address_keys.destroy_unused() == 0
    assert addresses.read_for_florist(delivery, florist) == make_address()
    addresses.erase(delivery)
    assert address_keys.destroy_unused() == 1
    with pytest.raises(KeysUnavailable):
        address_keys.private_key(old.epoch)
    assert [file.name for file in Path(backoffice.ADDRESS_KEY_DIR).iterdir()] == [f"{new.epoch}.key"]
    assert address_keys.destroy_unused() == 0


def test_every_field_at_its_limit_fits_in_any_script(florist):
    limits = {name: limit for name, limit in addresses.LIMITS.items() if name not in {"postcode", "commune"}}
    delivery = make_accepted(**{name: "𝒜" * limit for name, limit in limits.items()})
    assert addresses.read_for_florist(delivery, florist).note == "𝒜" * 140
