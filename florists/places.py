"""French communes and their postcodes: mainland and Corsica, read once from a small data file."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data") / "communes.csv.gz"
_POSTCODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Commune:
    name: str
    postcode: str
    department: str
    insee: str

    @property
    def label(self) -> str:
        """« 20000 Ajaccio », as on an envelope."""
        return f"{self.postcode} {self.name}"


@cache
def _rows() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """(insee, name, department) by postcode; 36,000 rows, a tenth of a second, once per process."""
    rows: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    with gzip.open(_DATA, "rt", encoding="utf-8", newline="") as lines:
        for postcode, insee, name, department in csv.reader(lines):
            rows[postcode].append((insee, name, department))
    return {postcode: tuple(towns) for postcode, towns in rows.items()}


def normalize_postcode(typed: str) -> str:
    """Five digits, blanks dropped; "" when it cannot be a postcode."""
    compact = "".join(typed.split())
    return compact if _POSTCODE.fullmatch(compact) else ""


def communes(postcode: str) -> list[Commune]:
    """Towns of a postcode by name; empty when unknown or outside mainland France and Corsica."""
    known = normalize_postcode(postcode)
    return sorted(
        (Commune(name, known, department, insee) for insee, name, department in _rows().get(known, ())),
        key=lambda commune: commune.name,
    )


def departments(postcode: str) -> frozenset[str]:
    """Department codes a postcode touches (a few straddle two)."""
    return frozenset(department for _, _, department in _rows().get(normalize_postcode(postcode), ()))


def postcodes() -> list[str]:
    """Every known postcode, sorted."""
    return sorted(_rows())
