"""Finds marks in any text, as they are or encoded: one pass of an automaton over every way to read the text."""

from __future__ import annotations

import base64
import codecs
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from urllib.parse import unquote_plus

import ahocorasick

from tests.leaks.marks import Mark

SHORTEST_ENCODED = 8
EXCERPT = 60
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# PostgreSQL writes microseconds without their last zeros: five figures of a second are no postcode.
_FRACTIONS = re.compile(r"(\d\d:\d\d:\d\d)\.\d+")
_SEPARATORS = b"-'.,_/\t\n\r"
_FOLD = bytes.maketrans(bytes(range(65, 91)) + _SEPARATORS, bytes(range(97, 123)) + b" " * len(_SEPARATORS))


def fold(text: str) -> str:
    """Lower case, no accents, every separator a space: how all capitals, slugs and typed variants become one."""
    if not text.isascii():
        for sign, plain_sign in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("’", " "), ("\u2011", " ")):
            text = text.replace(sign, plain_sign)
        text = unicodedata.normalize("NFKD", text)
    return b" ".join(text.encode("ascii", "ignore").translate(_FOLD).split()).decode("ascii")


def readings(text: str) -> list[str]:
    """The text as it is, and as HTML, URL and JSON would decode it; each once."""
    found = [text]
    if "&" in text and ";" in text:
        found.append(html.unescape(text))
    if "%" in text:
        found += [unquote_plus(text), unquote_plus(unquote_plus(text))]
    if "\\u" in text:
        found.append(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))
    if "=\n" in text or "=\r\n" in text:
        found.append(re.sub(r"=\r?\n", "", text))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Found:
    """A mark somewhere in a text, in which form, with what stands around it."""

    mark: Mark
    form: str
    excerpt: str


def _inner_base64(value: bytes, shift: int) -> str:
    """The characters of `value` in base64 that do not depend on its neighbors, `shift` bytes into a group."""
    whole = base64.b64encode(bytes(shift) + value + bytes(3)).decode()
    return whole[ceil(shift * 8 / 6) : (shift + len(value)) * 8 // 6]


def encoded(value: str) -> Iterator[tuple[str, str]]:
    """(form, text) of every encoding looked for, as typed, in lower case and in capitals."""
    for variant in dict.fromkeys((value, value.lower(), value.upper(), value.capitalize())):
        raw = variant.encode()
        for shift in range(3):
            inner = _inner_base64(raw, shift)
            yield "base64", inner
            yield "base64", inner.replace("+", "-").replace("/", "_")
        yield "hexadecimal", raw.hex()
        yield "UTF-16", raw.decode("latin-1").replace("", "\0")[1:-1]
        if not variant.isascii():
            yield "UTF-8 read as Latin-1", raw.decode("latin-1")
    yield "reversed", value.lower()[::-1]
    if any(character.isalpha() for character in value):
        yield "rot13", codecs.encode(value.lower(), "rot13")


def plain(mark: Mark) -> Iterator[str]:
    """What people and programs write for this mark, folded."""
    if mark.field in {"phone", "florist"} and (digits := re.sub(r"\D", "", mark.value)):
        national = digits.removeprefix("33").removeprefix("0")
        grouped = f"{national[0]} " + " ".join(national[at : at + 2] for at in range(1, 9, 2))
        yield from (national, grouped)
        return
    yield fold(mark.value).strip()


def _needs_edges(mark: Mark) -> bool:
    return mark.field in {"postcode", "geocode"}


class Searcher:
    """Looks for a set of marks. `search` is a pure function of its text and remembers what it has read."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._words = ahocorasick.Automaton()
        self._codes = ahocorasick.Automaton()
        self.forms = 0
        for mark in marks:
            for text in plain(mark):
                self._add(self._words, text, mark, "as it is")
            if mark.field == "florist" and mark.value.startswith("+"):
                continue
            short = len(mark.value) <= 5
            for value in (f'"{mark.value}"', f" {mark.value} ") if short else (mark.value,):
                for form, text in encoded(value):
                    if len(text) >= SHORTEST_ENCODED:
                        self._add(self._codes, text, mark, form)
        self._words.make_automaton()
        self._codes.make_automaton()
        self.search = lru_cache(maxsize=200_000)(self._search)

    def _add(self, automaton: ahocorasick.Automaton, text: str, mark: Mark, form: str) -> None:
        kept = automaton.get(text, [])
        if (mark, form) not in [(one, name) for one, name, _size in kept]:
            automaton.add_word(text, [*kept, (mark, form, len(text))])
            self.forms += 1

    def _search(self, text: str) -> tuple[Found, ...]:
        found: dict[tuple[Mark, str], Found] = {}
        for reading in readings(_FRACTIONS.sub(r"\1", text)):
            folded = fold(reading)
            for end, entries in self._words.iter(folded):
                for mark, form, size in entries:
                    start = end - size + 1
                    if not _needs_edges(mark) or _stands_alone(folded, start, end):
                        found.setdefault((mark, form), Found(mark, form, _around(folded, start, end)))
        for end, entries in self._codes.iter(text):
            for mark, form, size in entries:
                found.setdefault((mark, form), Found(mark, form, _around(text, end - size + 1, end)))
        return tuple(found.values())


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end + 1] if end + 1 < len(text) else " "
    return not (before.isalnum() or after.isalnum())


def _around(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - EXCERPT) : end + EXCERPT].split())
