"""Files people take out of Excel or of another tool, read as they are: encodings, separators, names of columns."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 50_000
MAX_CELL = 2_000


class BadSheet(Exception):
    """The file as a whole cannot be read; `code` says why, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Line:
    """One line: its number as a spreadsheet shows it, and its cells by our names of the columns."""

    number: int
    cells: dict[str, str]


def read(content: bytes, columns: Mapping[str, frozenset[str]], required: frozenset[str]) -> list[Line]:
    """The lines of a CSV, whatever the order of its columns; empty lines are left out. Raises BadSheet.

    `columns`: our name → the plain names people give it (`plain`). A cell that is missing reads "".
    """
    if len(content) > MAX_BYTES:
        raise BadSheet("too_big")
    text = _decoded(content)
    if not text.strip():
        raise BadSheet("empty")
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise BadSheet("empty")
    places = _places(header[1], columns)
    if missing := sorted(required - set(places)):
        raise BadSheet("columns", ", ".join(missing))
    lines: list[Line] = []
    for number, row in rows:
        if len(lines) == MAX_LINES:
            raise BadSheet("too_long")
        lines.append(Line(number, {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}))
    if not lines:
        raise BadSheet("empty")
    return lines


def plain(text: str) -> str:
    """A name without case, accents, spaces or signs: « Prénom » → prenom."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())


def _decoded(content: bytes) -> str:
    """UTF-8 when it is, UTF-16 when it says so, otherwise the Windows-1252 that Excel saves in France."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadSheet("workbook")
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00" if encoding == "utf-16" else content.decode("cp1252", errors="replace")
    if any(ord(char) < 32 and char not in "\t\n\r" for char in text):
        raise BadSheet("binary")
    return unicodedata.normalize("NFC", text)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line they start on; the separator is the one the first line uses most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                if any(len(cell) > MAX_CELL for cell in row):
                    raise BadSheet("quotes", str(number))
                yield number, row
            number = reader.line_num + 1
    except csv.Error:
        raise BadSheet("quotes", str(number)) from None


def _places(header: list[str], columns: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Where each of our columns stands. Raises BadSheet when two could be the same one."""
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        for name, known in columns.items():
            if plain(cell) in known:
                if name in places:
                    raise BadSheet("twice", name)
                places[name] = at
    return places


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet shows and never runs: a leading sign of a formula is disarmed."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or (text[:1] in "\t\r\n" and text) else text


def written(rows: list[list[str]]) -> bytes:
    """A CSV that Excel opens in France as it is: UTF-8 with its mark, semicolons, no cell that is run."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()
