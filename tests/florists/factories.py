"""Plain makers of the network's rows. The recurring florist is « Les Lilas », in Rennes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import connection
from nacl.public import PrivateKey

from florists import deliveries, jobs, offers
from florists.addresses import AddressInput
from florists.models import AddressKey, Delivery, DeliveryOffer, Florist, ServedPostcode
from florists.states import OfferStatus
from interflora.lib import clock

_numbers = count(1)
WHAT = [
    {
        "product": "Brassée de pivoines",
        "size": "Moyen",
        "quantity": 1,
        "recipe": ["7 pivoines roses", "3 eucalyptus"],
        "picture": "",
        "add_ons": ["Vase"],
    }
]
STREET = "17 rue des Hirondelles-Canari"


def make_address_key() -> AddressKey:
    """A public key nobody can open: enough for what the shop does."""
    existing = AddressKey.objects.first()
    if existing is not None:
        return existing
    public = PrivateKey.generate().public_key.encode()
    return AddressKey.objects.create(epoch="2020-W01", public_key=public)


def make_florist(*postcodes: str, **fields: Any) -> Florist:
    """A florist serving these postcodes (35000 when none is named)."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": f"Les Lilas {number}",
        "email": f"lilas{number}@fleurs.example",
        "phone": f"+3363998{number % 10000:04d}",
        "postcode": "35000",
        "commune": "Rennes",
        "department": "35",
    }
    florist = Florist.objects.create(**(values | fields))
    ServedPostcode.objects.bulk_create(
        ServedPostcode(florist=florist, postcode=postcode) for postcode in postcodes or ("35000",)
    )
    return florist


def make_address(**fields: str) -> AddressInput:
    values = {
        "name": "Madeleine Canari",
        "line1": STREET,
        "line2": "",
        "postcode": "35000",
        "commune": "Rennes",
        "access_code": "B4512",
        "phone": "",
        "note": "",
    }
    return AddressInput(**(values | fields))


def next_served_day(after: int = 2) -> date:
    """A working day, `after` days from now or a little later."""
    day = clock.paris_today() + timedelta(days=after)
    while not clock.is_working_day(day):
        day += timedelta(days=1)
    return day


def make_draft(*, is_gift: bool = False, pay_cents: int = 2800) -> Delivery:
    return deliveries.create_draft(what=WHAT, is_gift=is_gift, florist_pay_cents=pay_cents)


def make_delivery(
    *, is_gift: bool = False, day: date | None = None, half_day: str = "afternoon", **address: str
) -> Delivery:
    """Paid, placed, dated: to_assign. Needs a serving florist and an address key."""
    delivery = make_draft(is_gift=is_gift)
    deliveries.plan(delivery, make_address(**address), day or next_served_day(), half_day)
    if is_gift:
        deliveries.await_address(delivery)
    deliveries.release(delivery)
    return Delivery.objects.get(pk=delivery.pk)


def make_offer(delivery: Delivery) -> DeliveryOffer:
    """Ask the next florist of the ladder."""
    assert offers.open_next(delivery.pk)
    return DeliveryOffer.objects.select_related("florist", "delivery").get(delivery=delivery, status=OfferStatus.OPEN)


def make_accepted(**fields: Any) -> Delivery:
    delivery = make_delivery(**fields)
    assert offers.accept(make_offer(delivery).pk)
    return Delivery.objects.select_related("florist").get(pk=delivery.pk)


def in_charge(delivery: Delivery) -> Florist:
    assert delivery.florist is not None
    return delivery.florist


def make_delivered(**fields: Any) -> Delivery:
    delivery = make_accepted(**fields)
    assert jobs.mark_delivered(delivery, in_charge(delivery))
    return Delivery.objects.select_related("florist").get(pk=delivery.pk)


def break_audit() -> None:
    """Make every audit row impossible to write, until the test's rollback."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE florists_addressread ADD CONSTRAINT broken CHECK (id < 0) NOT VALID")
