"""French msgids, English catalog: extracted, brought up to date and checked without the system's gettext.

`python -m interflora.dev.sentences` brings locale/en/LC_MESSAGES/django.po up to date: new sentences are added
with an empty translation, sentences that left the code are removed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from interflora.dev.tools import CHECKOUT, sources

CATALOG = Path("locale/en/LC_MESSAGES/django.po")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LEFT_OUT = ("tests/", "standins/", "bench/", "interflora/dev/")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Sentence:
    """One sentence of the code: what identifies it in a catalog, and where it stands first."""

    context: str
    singular: str
    plural: str
    place: str


def sentences() -> list[Sentence]:
    """Return every translatable sentence of the code and the templates, in order of place, each once."""
    found: dict[tuple[str, str], Sentence] = {}
    for name in sorted(sources()):
        if name.suffix not in {".py", ".html", ".txt"} or str(name).startswith(LEFT_OUT):
            continue
        if name.suffix == ".txt" and "templates" not in name.parts:
            continue
        for sentence in _sentences_of(name):
            found.setdefault((sentence.context, sentence.singular), sentence)
    return list(found.values())


def _sentences_of(name: Path) -> Iterator[Sentence]:
    text = (CHECKOUT / name).read_text()
    source = text if name.suffix == ".py" else templatize(text, origin=str(name))
    for line, message, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        parts = message if isinstance(message, tuple) else (message,)
        if parts[0]:
            yield Sentence(context or "", parts[0], parts[1] if len(parts) > 1 else "", f"{name}:{line}")


def problems() -> list[str]:
    """Return what is missing, left over, fuzzy or wrongly filled in the English catalog, one line each."""
    if not (CHECKOUT / CATALOG).exists():
        return [f"{CATALOG} does not exist"]
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(CHECKOUT / CATALOG))}
    lines = []
    wanted = {(sentence.context, sentence.singular): sentence for sentence in sentences()}
    for key, sentence in wanted.items():
        entry = entries.get(key)
        if entry is None:
            lines.append(f"{sentence.place}: not in the catalog: {sentence.singular!r}")
            continue
        written = list(entry.msgstr_plural.values()) if sentence.plural else [entry.msgstr]
        if not written or not all(written):
            lines.append(f"{sentence.place}: not translated: {sentence.singular!r}")
        elif entry.fuzzy:
            lines.append(f"{sentence.place}: translation marked fuzzy: {sentence.singular!r}")
        elif any(_placeholders(text) - _placeholders(sentence.singular + sentence.plural) for text in written) or (
            not sentence.plural and _placeholders(written[0]) != _placeholders(sentence.singular)
        ):
            lines.append(f"{sentence.place}: other placeholders than the original: {sentence.singular!r}")
    lines += [f"{CATALOG}: no longer used: {msgid!r}" for context, msgid in entries.keys() - wanted.keys()]
    return lines


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def update() -> int:
    """Bring the English catalog up to date with the code, keeping its translations; return how many are missing."""
    path = CHECKOUT / CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    old = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for sentence in sentences():
        known = old.get((sentence.context, sentence.singular))
        entry = polib.POEntry(
            msgid=sentence.singular,
            msgctxt=sentence.context or None,
            msgstr=known.msgstr if known else "",
            occurrences=[(sentence.place.rsplit(":", 1)[0], "")],
            flags=["python-format"] if "%(" in sentence.singular else [],
        )
        if sentence.plural:
            entry.msgid_plural = sentence.plural
            entry.msgstr_plural = (known.msgstr_plural if known else {}) or {0: "", 1: ""}
        catalog.append(entry)
    catalog.save(str(path))
    return sum(1 for entry in catalog if not entry.translated())


if __name__ == "__main__":
    missing = update()
    print(f"{CATALOG}: {missing} sentences to translate.")
    sys.exit(0)
