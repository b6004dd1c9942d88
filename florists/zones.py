"""A florist's zone, as staff write it: postcodes and whole departments."""

from __future__ import annotations

import re

from django.db import transaction

from florists import places
from florists.models import Florist, ServedPostcode

_SEPARATORS = re.compile(r"[\s,;]+")


class UnknownPostcode(ValueError):
    """Something typed is neither a known postcode nor a department. `typed` says which."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


def parse(text: str) -> set[str]:
    """« 35000 35200 56 » → postcodes; two or three characters stand for every postcode of that department."""
    wanted: set[str] = set()
    for word in filter(None, _SEPARATORS.split(text.upper())):
        if places.communes(word):
            wanted.add(word)
            continue
        found = {postcode for postcode in places.postcodes() if word in places.departments(postcode)}
        if not found:
            raise UnknownPostcode(word[:20])
        wanted |= found
    return wanted


def written(florist: Florist) -> str:
    return " ".join(florist.served_postcodes.order_by("postcode").values_list("postcode", flat=True))


def replace(florist: Florist, postcodes: set[str]) -> None:
    """Make the zone exactly this; running it again changes nothing."""
    with transaction.atomic():
        Florist.objects.select_for_update().get(pk=florist.pk)
        current = set(florist.served_postcodes.values_list("postcode", flat=True))
        florist.served_postcodes.filter(postcode__in=current - postcodes).delete()
        ServedPostcode.objects.bulk_create(
            ServedPostcode(florist=florist, postcode=postcode) for postcode in sorted(postcodes - current)
        )
