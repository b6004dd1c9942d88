"""A process of the shop, with everything it holds, opens no address: tried for real, from outside this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from pytest_django import Settings

from florists import address_keys
from florists.models import AddressRead
from interflora.dev import roles
from interflora.dev.tools import CHECKOUT
from tests.florists.factories import STREET, make_accepted, make_delivery, make_florist, make_offer

TRY_EVERY_DOOR = """
import json, os
import django
django.setup()
from django.conf import settings
from django.contrib.auth.models import User
from nacl.public import SealedBox
from florists import address_keys, addresses
from florists.models import Delivery, DeliveryOffer, SealedAddress

def attempt(door):
    try:
        return "opened: " + str(getattr(door(), "line1", "key or town"))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

job = Delivery.objects.get(status="accepted")
offer = DeliveryOffer.objects.get(status="open")
sealed = SealedAddress.objects.select_related("key").get(delivery=job)
doors = {
    "florist": lambda: addresses.read_for_florist(job, job.florist),
    "offer": lambda: addresses.read_commune(offer),
    "staff": lambda: addresses.read_for_staff(job, User.objects.get(), "Pour voir"),
    "key": lambda: address_keys.private_key(sealed.key.epoch),
    "new key": lambda: address_keys.rotate(),
}
held = json.dumps({name: repr(getattr(settings, name)) for name in dir(settings) if name.isupper()})
print(json.dumps({
    "doors": {name: attempt(door) for name, door in doors.items()},
    "environment": json.dumps(dict(os.environ)),
    "settings": held,
}))
"""


def database_url() -> str:
    """The address of this test's own database, for another process."""
    ours = connection.settings_dict
    where = {"host": ours["HOST"], "user": ours["USER"], "password": ours["PASSWORD"], "port": str(ours["PORT"])}
    where |= {name: value for name, value in ours.get("OPTIONS", {}).items() if name in {"host", "user"}}
    return f"postgresql:///{ours['NAME']}?" + urlencode({name: value for name, value in where.items() if value})


def run_as(role: str, environment: dict[str, str]) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRY_EVERY_DOOR],
        cwd=CHECKOUT,
        env=environment | {"SITE_ROLE": role},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.fixture
def values(backoffice: Settings, address_key_dir: Path, transactional_db: None) -> dict[str, str]:
    """An address taken on, another one offered, and every setting there is."""
    address_keys.rotate()
    make_florist("35000")
    make_accepted()
    make_offer(make_delivery())
    reader = User.objects.create_user("ines", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="read_address"))
    known = {name: f"value-of-{name.lower()}-0123456789012345" for name in roles.HELD}
    known |= {"ADDRESS_KEY_DIR": str(address_key_dir), "SECRET_KEY": 50 * "k", "DEBUG": "on"}
    return known | {"DATABASE_URL": database_url(), "REDIS_URL": os.environ["REDIS_URL"]}


CLOSED = {
    "florist": "AddressUnavailable: role",
    "offer": "AddressUnavailable: role",
    "staff": "AddressUnavailable: role",
    "key": "KeysUnavailable: address keys belong to the back office",
    "new key": "KeysUnavailable: address keys belong to the back office",
}


@pytest.mark.parametrize("role", ["shop", "worker"])
def test_no_door_opens_in_a_process_of_another_role(values, address_key_dir, role):
    found = run_as(role, roles.environment(role, values, os.environ))
    assert found["doors"] == CLOSED
    assert str(address_key_dir) not in found["environment"] + found["settings"]
    assert STREET not in json.dumps(found)


def test_nor_when_somebody_gave_it_everything_there_is(values, address_key_dir):
    careless = dict(os.environ) | values | {"DJANGO_SETTINGS_MODULE": "interflora.settings"}
    found = run_as("shop", careless)
    assert found["doors"] == CLOSED
    assert str(address_key_dir) not in found["settings"]
    assert sorted(file.name for file in address_key_dir.iterdir()) == [f"{address_keys.newest().epoch}.key"]


def test_the_same_doors_open_in_the_back_office(values):
    """The proof that the three above try the right thing."""
    doors = run_as("backoffice", roles.environment("backoffice", values, os.environ))["doors"]
    assert doors["florist"] == doors["staff"] == f"opened: {STREET}"
    assert doors["offer"] == doors["key"] == "opened: key or town"
    assert AddressRead.objects.count() == 3
