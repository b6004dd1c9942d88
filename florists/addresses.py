"""The address vault: the only door to an address.

Sealed with the newest public key, which every role may read; opened only where the private keys are. The sealed
content names its delivery and has one constant size, so a blob moved to another row does not open and none tells its
length. Every opening commits its audit row first: no audit, no address. Errors never carry what was sealed.
"""

from __future__ import annotations

import json
import logging
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables
from nacl.public import PublicKey, SealedBox

from florists import address_keys, events, places, states
from florists.address_keys import KeysUnavailable
from florists.models import AddressKey, AddressRead, Delivery, DeliveryOffer, Florist, SealedAddress
from florists.states import DeliveryStatus, EventKind, OfferStatus
from interflora.lib import clock, statements
from interflora.lib.statements import Given, Writes

log = logging.getLogger(__name__)
PAYLOAD_BYTES = 2048  # every field at its limit, in any script
READ_AFTER_END = timedelta(hours=48)
LIMITS = {
    "name": 60,
    "line1": 80,
    "line2": 80,
    "postcode": 5,
    "commune": 60,
    "access_code": 30,
    "phone": 20,
    "note": 140,
}
REQUIRED = ("name", "line1", "postcode", "commune")


class AddressUnavailable(Exception):
    """There is nothing this process can open. Carries a short code: role, missing, unreadable or audit."""


class NotAllowed(Exception):
    """This person may not read this address now."""


class InvalidAddress(ValueError):
    """One field cannot be sealed; says which and why (empty, too_long, unknown), never what was typed."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, repr=False)
class AddressInput:
    """An address in memory, between a form and the vault or between the vault and a page."""

    name: str
    line1: str
    line2: str
    postcode: str
    commune: str
    access_code: str = ""
    phone: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "AddressInput(…)"


@sensitive_variables()
def check(address: AddressInput) -> None:
    """Raise `InvalidAddress` for an empty, over-long or impossible field. The town must belong to the postcode."""
    for name, limit in LIMITS.items():
        value = getattr(address, name)
        if name in REQUIRED and not value.strip():
            raise InvalidAddress(name, "empty")
        if len(value) > limit:
            raise InvalidAddress(name, "too_long")
    towns = places.communes(address.postcode)
    if not towns:
        raise InvalidAddress("postcode", "unknown")
    if address.commune not in {town.name for town in towns}:
        raise InvalidAddress("commune", "unknown")


@sensitive_variables()
def seal(delivery: Delivery, address: AddressInput) -> None:
    """Put the address away, replacing the one before. Call under the delivery's lock (the verbs of `deliveries` do).

    Raises `InvalidAddress` before anything is written and `AddressUnavailable` when no key was ever made.
    """
    check(address)
    values = sealed(delivery, address, address_keys.usable().first())
    _SEALED.run(delivery=delivery.pk, now=clock.now(), **values)


def sealing() -> statements.Write:
    """Put an address away as a part of `Writes`: of the delivery `delivery`, at the moment `now`; takes `sealed`."""
    row = {name: Given(name.removesuffix("_id")) for name in ("delivery_id", "key_id", "blob")}
    row["sealed_at"] = Given("now")
    return statements.insert(SealedAddress, row, once="delivery_id", overwrites=("key_id", "blob", "sealed_at"))


_SEALED = Writes(lambda: [sealing()])


@sensitive_variables()
def sealed(delivery: Delivery, address: AddressInput, key: AddressKey | None) -> dict[str, Any]:
    """What `sealing` takes: a checked address sealed with the newest public key. Raises like `seal`."""
    if key is None:
        log.error("no address can be sealed: run rotate_address_keys in the back office")
        raise AddressUnavailable("missing")
    text = json.dumps([delivery.public_id, *astuple(address)], ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > PAYLOAD_BYTES:
        raise InvalidAddress("note", "too_long")
    box = SealedBox(PublicKey(bytes(key.public_key)))
    return {"key": key.pk, "blob": box.encrypt(text.ljust(PAYLOAD_BYTES))}


def read_commune(offer: DeliveryOffer) -> str:
    """The town alone, for the florist being offered the job; audited. Raises `NotAllowed`, `AddressUnavailable`."""
    offer = DeliveryOffer.objects.select_related("delivery", "florist").get(pk=offer.pk)
    if offer.status != OfferStatus.OPEN or offer.delivery.status != DeliveryStatus.OFFERED:
        raise NotAllowed("offer")
    return _read(offer.delivery, AddressRead.Purpose.OFFER, florist=offer.florist).commune


def read_for_florist(delivery: Delivery, florist: Florist) -> AddressInput:
    """The address, for the florist in charge, from acceptance until 48 h after the end; audited.

    Raises `NotAllowed` for anyone else or any other time, `AddressUnavailable` when it cannot be opened.
    """
    delivery = Delivery.objects.get(pk=delivery.pk)
    if delivery.florist_id != florist.pk or delivery.status not in states.ASSIGNED:
        raise NotAllowed("florist")
    ended_at = delivery.delivered_at or delivery.failed_at
    if ended_at is not None and clock.now() > ended_at + READ_AFTER_END:
        raise NotAllowed("too_late")
    return _read(delivery, AddressRead.Purpose.JOB, florist=florist)


def read_for_staff(delivery: Delivery, user: User, reason: str) -> AddressInput:
    """The address, for staff holding `florists.read_address` explicitly, with a typed reason; audited.

    Being superuser is not enough: the permission must have been granted. Raises `NotAllowed`, `AddressUnavailable`.
    """
    if not reason.strip():
        raise NotAllowed("reason")
    if not may_read(user):
        raise NotAllowed("permission")
    return _read(delivery, AddressRead.Purpose.STAFF, user=user, reason=reason.strip()[:200])


def erase(delivery: Delivery) -> bool:
    """Delete the sealed address; needs no key. False when there was none. Call within the change's transaction."""
    deleted, _ = SealedAddress.objects.filter(delivery=delivery).delete()
    if deleted:
        events.record(delivery, EventKind.ADDRESS_ERASED)
    return deleted > 0


def may_read(user: User) -> bool:
    """Whether the right to read addresses was given to this person or their group by name; superusers hold none."""
    holders = Q(user=user) | Q(group__user=user)
    permission = Permission.objects.filter(content_type__app_label="florists", codename="read_address")
    return user.is_active and permission.filter(holders).exists()


@sensitive_variables()
def _read(
    delivery: Delivery,
    purpose: AddressRead.Purpose,
    *,
    florist: Florist | None = None,
    user: User | None = None,
    reason: str = "",
) -> AddressInput:
    try:
        # Durable: the audit row is committed here, or nothing is opened.
        with transaction.atomic(durable=True):
            AddressRead.objects.create(delivery=delivery, purpose=purpose, florist=florist, user=user, reason=reason)
    except (DatabaseError, RuntimeError):
        raise AddressUnavailable("audit") from None
    return _open(delivery)


@sensitive_variables()
def _open(delivery: Delivery) -> AddressInput:
    sealed = SealedAddress.objects.select_related("key").filter(delivery=delivery).first()
    if sealed is None:
        raise AddressUnavailable("missing")
    try:
        private = address_keys.private_key(sealed.key.epoch)
    except KeysUnavailable:
        raise AddressUnavailable("role") from None
    try:
        content: list[Any] = json.loads(SealedBox(private).decrypt(bytes(sealed.blob)))
        owner, *values = content
        address = AddressInput(*values)
    except Exception:
        raise AddressUnavailable("unreadable") from None
    if not constant_time_compare(owner, delivery.public_id):
        raise AddressUnavailable("unreadable")
    return address
