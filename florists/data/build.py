"""Rebuild communes.csv.gz from an unpacked @etalab/decoupage-administratif package.

    npm pack @etalab/decoupage-administratif && tar xzf etalab-decoupage-administratif-*.tgz
    python florists/data/build.py package/data/communes.json

One row per (postcode, commune) of mainland France and Corsica: postcode, INSEE code, name, department code.
Rows are sorted and the gzip header carries no time, so the same source gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from pathlib import Path

TARGET = Path(__file__).with_name("communes.csv.gz")


def build(source: Path) -> int:
    """Write the data file and return its number of rows."""
    rows = sorted(
        (postcode, town["code"], town["nom"], town["departement"])
        for town in json.loads(source.read_text(encoding="utf-8"))
        if town["type"] == "commune-actuelle" and town.get("zone") == "metro"
        for postcode in town.get("codesPostaux", ())
    )
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    TARGET.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    return len(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]))} rows\n")
