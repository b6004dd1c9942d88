"""Weekly key pairs of the vault: public keys in a table, private keys in files of the back office alone.

A private key is destroyed once nothing sealed with it is left, so that old backups become unreadable too.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from nacl.public import PrivateKey

from florists.models import AddressKey, SealedAddress
from interflora.lib import clock

_ROTATION_LOCK = 0x61646472  # any constant: "addr"
_EPOCH = re.compile(r"\d{4}-W\d{2}(\.\d+)?")
_GRACE = timedelta(days=2)
_STRAY_FOR = timedelta(days=30)
_WEEK, _BETWEEN_PASSES = timedelta(days=7), timedelta(days=1)


class KeysUnavailable(Exception):
    """This process may not, or cannot, reach the private keys. Never says more."""


def usable() -> QuerySet[AddressKey, AddressKey]:
    """The keys not destroyed, newest first."""
    return AddressKey.objects.filter(destroyed_at=None).order_by("-pk")


def newest() -> AddressKey:
    """The public key to seal with; a late rotation keeps using the last one."""
    key = usable().first()
    if key is None:
        raise KeysUnavailable("no address key yet: run rotate_address_keys in the back office")
    return key


def problem() -> tuple[str, datetime | None]:
    """What staff must mend, and since when: ("", …) when all is well, else « none », « lost », « gone » or « late ».

    none: no key was ever made, so no address can be kept; lost: this back office cannot open what is sealed now;
    gone: it cannot open some of what was sealed before; late: the weekly rotation has not run, and addresses are still
    sealed with an older key.
    """
    key = usable().first()
    if key is None:
        return "none", None
    if not is_held(key):
        return "lost", key.created_at
    older = AddressKey.objects.filter(pk__in=SealedAddress.objects.values("key").distinct()).exclude(pk=key.pk)
    for used in older.order_by("pk"):
        if not is_held(used):
            return "gone", used.created_at
    late_at = _expires_at(key)
    return ("late", late_at) if clock.now() > late_at else ("", None)


def _expires_at(key: AddressKey) -> datetime:
    """When the next week's key must be there: the loop passes once a day, so by the end of Monday."""
    monday = datetime.strptime(key.epoch.split(".")[0] + "-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a date
    return clock.at_paris(monday + _WEEK + _BETWEEN_PASSES, 0)


def private_key(epoch: str) -> PrivateKey:
    """The private key of an epoch. Raises `KeysUnavailable` outside the back office or when the file is gone."""
    path = _path(epoch)
    try:
        return PrivateKey(path.read_bytes())
    except Exception:
        raise KeysUnavailable("address key not readable") from None


def rotate() -> tuple[AddressKey, bool]:
    """Make sure this week has a usable key pair: (the key, whether it was created). Safe to run twice and at once.

    The private file is on disk before the public key is visible. A week whose private file was lost gets a second
    epoch (« 2026-W07.2 »): nothing must be sealed for a key nobody holds. A file that no row knows is never written
    over: once an older backup of the database is back, it may be all that opens the addresses of a newer one.
    """
    week = clock.paris_today().strftime("%G-W%V")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROTATION_LOCK])
        current = usable().first()
        if current is not None and current.epoch.split(".")[0] == week and is_held(current):
            return current, False
        epoch = _next_epoch(week)
        private = PrivateKey.generate()
        _write(_path(epoch), private.encode())
        return AddressKey.objects.create(epoch=epoch, public_key=private.public_key.encode()), True


def _next_epoch(week: str) -> str:
    """The first name of this week that neither a row nor a file bears."""
    taken = set(AddressKey.objects.filter(epoch__startswith=week).values_list("epoch", flat=True))
    names = chain([week], (f"{week}.{number}" for number in count(2)))
    return next(name for name in names if name not in taken and not _path(name).exists())


def is_held(key: AddressKey) -> bool:
    """Whether the private half of this key is here and is the right one."""
    try:
        return private_key(key.epoch).public_key.encode() == bytes(key.public_key)
    except KeysUnavailable:
        return False


def destroy_unused() -> int:
    """Delete the private keys, two days after their successor, that seal nothing any more; returns how many."""
    newest_pk = newest().pk
    used = set(SealedAddress.objects.values_list("key", flat=True).distinct())
    destroyed = 0
    for key in AddressKey.objects.filter(destroyed_at=None, pk__lt=newest_pk).order_by("pk"):
        successor = AddressKey.objects.filter(pk__gt=key.pk).order_by("pk")[0]
        if key.pk in used or successor.created_at > clock.now() - _GRACE:
            continue
        with suppress(FileNotFoundError):
            _path(key.epoch).unlink()
        destroyed += AddressKey.objects.filter(pk=key.pk, destroyed_at=None).update(destroyed_at=clock.now())
    _drop_strays()
    return destroyed


def _drop_strays() -> None:
    """Delete the private files that no row has known for a month: of a rotation that died, or of a backup given up."""
    known = set(AddressKey.objects.filter(destroyed_at=None).values_list("epoch", flat=True))
    for path in Path(settings.ADDRESS_KEY_DIR).glob("*.key"):
        is_old = path.stat().st_mtime < (clock.now() - _STRAY_FOR).timestamp()
        if _EPOCH.fullmatch(path.stem) and path.stem not in known and is_old:
            path.unlink(missing_ok=True)


def _path(epoch: str) -> Path:
    if settings.SITE_ROLE != "backoffice" or not settings.ADDRESS_KEY_DIR:
        raise KeysUnavailable("address keys belong to the back office")
    if not _EPOCH.fullmatch(epoch):
        raise KeysUnavailable("not an epoch")
    return Path(settings.ADDRESS_KEY_DIR) / f"{epoch}.key"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Its list of files too: after a power cut, a key whose name is lost opens nothing."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
