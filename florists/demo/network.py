"""Sixty imaginary florists over the thirteen regions, covering together every postcode we know.

Each department is served by the florists nearest to its main town. E-mails end in .example and mobiles lie in the
range kept for fiction (06 39 98 …): nobody real is ever reached.
"""

from __future__ import annotations

import csv
from math import cos, hypot, radians
from pathlib import Path

from django.db import connection, transaction
from django.utils.text import slugify

from florists import places
from florists.models import Florist

NEAREST = 3
_HERE = Path(__file__).parent


def load() -> tuple[int, int]:
    """Create what is missing: (florists made, postcodes added). Running it again changes nothing."""
    wanted = [_florist(number, *row) for number, row in enumerate(_read("network.csv"))]
    emails = [florist.email for florist in wanted]
    with transaction.atomic():
        known = set(Florist.objects.filter(email__in=emails).values_list("email", flat=True))
        made = [florist for florist in wanted if florist.email not in known]
        if not made:
            return 0, 0
        Florist.objects.bulk_create(made, ignore_conflicts=True)
        network = list(Florist.objects.filter(email__in=emails))
        return len(made), _insert(_zones(network))


def _insert(zones: list[tuple[int, str]]) -> int:
    """One statement for the 18,000 rows: a first `./shop run` waits for it."""
    pks, postcodes = zip(*zones, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO florists_servedpostcode (florist_id, postcode)"
            " SELECT * FROM unnest(%s::bigint[], %s::text[]) ON CONFLICT DO NOTHING",
            [list(pks), list(postcodes)],
        )
        return int(cursor.rowcount)


def _read(name: str) -> list[list[str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _florist(number: int, name: str, postcode: str, commune: str) -> Florist:
    return Florist(
        name=name,
        email=f"bonjour@{slugify(name.replace('’', '-').replace('Œ', 'Oe'))}.example",
        phone=f"+3363998{number + 1:04d}",
        postcode=postcode,
        commune=commune,
        department=next(town.department for town in places.communes(postcode) if town.name == commune),
    )


def _zones(network: list[Florist]) -> list[tuple[int, str]]:
    centers = {code: (float(latitude), float(longitude)) for code, latitude, longitude in _read("departments.csv")}

    def distance(one: str, other: str) -> float:
        (north, east), (north2, east2) = centers[one], centers[other]
        return hypot(north - north2, (east - east2) * cos(radians(north)))

    nearest = {
        department: sorted(network, key=lambda florist: (distance(department, florist.department), florist.email))
        for department in centers
    }
    return sorted(
        {
            (florist.pk, postcode)
            for postcode in places.postcodes()
            for department in places.departments(postcode)
            for florist in nearest[department][:NEAREST]
        }
    )
