"""What a recipient's answer asks of the network and of the vault, in one statement: nobody else will know the place."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from florists import address_keys
from florists.capacity import Availability, deliveries_held, offers_open
from florists.models import AddressKey, ClosingDay, Florist
from interflora.lib.statements import Given, Select


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    counted = rows.filter(florist=OuterRef("pk")).values("florist").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _zone() -> QuerySet[Florist, Florist]:
    held, asked = deliveries_held().filter(day=Given("day")), offers_open().filter(delivery__day=Given("day"))
    return Florist.objects.serving(Given("postcode")).annotate(
        taken=_number(held) + _number(asked),
        is_closed=Exists(ClosingDay.objects.filter(florist=OuterRef("pk"), day=Given("day"))),
        key_pk=Subquery(address_keys.usable().values("pk")[:1]),
        public_key=Subquery(address_keys.usable().values("public_key")[:1]),
    )


_ZONE = Select(_zone)


def ask(postcode: str, day: date) -> tuple[Availability, AddressKey | None]:
    """The florists who deliver there with their load on that day, and the key to seal the address with.

    The key is None when none was ever made; without a florist it is not asked.
    """
    florists: list[Any] = _ZONE.run(postcode=postcode, day=day)
    closed = frozenset((florist.pk, day) for florist in florists if florist.is_closed)
    load = Counter({(florist.pk, day): florist.taken for florist in florists})
    key = florists[0] if florists and florists[0].key_pk is not None else None
    return Availability(florists, closed, load), key and AddressKey(pk=key.key_pk, public_key=key.public_key)
