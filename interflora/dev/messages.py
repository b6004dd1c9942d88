"""`./shop messages`: French msgids, English catalog, extracted and brought up to date without the system's gettext.

New sentences are added with an empty translation, sentences that left the code are removed. The French catalog
holds only the sentences that count something: French says « 0 article » where gettext, left alone, says « 0 articles ».
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
FRENCH = Path("locale/fr/LC_MESSAGES/django.po")
PLURALS = {CATALOG: "nplurals=2; plural=(n != 1);", FRENCH: "nplurals=2; plural=(n > 1);"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_lazy": None,
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
    source = text if name.suffix == ".py" else _as_python(text, name)
    for line, message, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        parts = message if isinstance(message, tuple) else (message,)
        if parts[0]:
            yield Sentence(context or "", parts[0], parts[1] if len(parts) > 1 else "", f"{name}:{line}")


def _as_python(text: str, name: Path) -> str:
    """The sentences of a template as calls of gettext, line for line; indentation would mean blocks to Python."""
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(name)).split("\n"))


def problems() -> list[str]:
    """Return what is missing, left over, fuzzy or wrongly filled in the catalogs, one line each."""
    if not (CHECKOUT / CATALOG).exists():
        return [f"{CATALOG} does not exist"]
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(CHECKOUT / CATALOG))}
    found = sentences()
    wanted = {(sentence.context, sentence.singular): sentence for sentence in found}
    lines = []
    for key, sentence in wanted.items():
        if problem := _problem(sentence, entries.get(key)):
            lines.append(f"{sentence.place}: {problem}: {sentence.singular!r}")
    lines += [f"{CATALOG}: no longer used: {msgid!r}" for context, msgid in entries.keys() - wanted.keys()]
    if not (CHECKOUT / FRENCH).exists() or (CHECKOUT / FRENCH).read_text() != _text(french(found)):
        lines.append(f"{FRENCH}: run ./shop messages")
    return lines


def _problem(sentence: Sentence, entry: polib.POEntry | None) -> str:
    """What is wrong with the translation of a sentence, "" when nothing is."""
    if entry is None:
        return "not in the catalog"
    written = list(entry.msgstr_plural.values()) if sentence.plural else [entry.msgstr]
    if not written or not all(written) or (entry.msgid_plural or "") != sentence.plural:
        return "not translated"
    if entry.fuzzy:
        return "translation marked fuzzy"
    # A singular may say « one » for its number; the form for many, and a sentence without forms, say everything.
    if any(_placeholders(text) - _placeholders(sentence.plural or sentence.singular) for text in written) or (
        _placeholders(written[-1]) != _placeholders(sentence.plural or sentence.singular)
    ):
        return "other placeholders than the original"
    return ""


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def english(found: list[Sentence], old: polib.POFile) -> polib.POFile:
    """Return the English catalog of these sentences with the translations of `old`, empty where it has none.

    A sentence keeps its translation when only its spaces became no-break ones.
    """
    known = {(entry.msgctxt or "", _plain(entry.msgid)): entry for entry in old}
    catalog = _catalog(CATALOG)
    for sentence in found:
        entry = _entry(sentence)
        before = known.get((sentence.context, _plain(sentence.singular)))
        if sentence.plural:
            entry.msgstr_plural = (before.msgstr_plural if before else {}) or {0: "", 1: ""}
        elif before:
            entry.msgstr = before.msgstr
        catalog.append(entry)
    return catalog


def french(found: list[Sentence]) -> polib.POFile:
    """Return the French catalog: the sentences with a plural, as they are."""
    catalog = _catalog(FRENCH)
    for sentence in found:
        if sentence.plural:
            entry = _entry(sentence)
            entry.msgstr_plural = {0: sentence.singular, 1: sentence.plural}
            catalog.append(entry)
    return catalog


def _catalog(path: Path) -> polib.POFile:
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = {
        "Language": path.parts[1],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[path],
    }
    return catalog


def _entry(sentence: Sentence) -> polib.POEntry:
    """An entry without translation. Files are named without lines: a line added above would change every entry."""
    return polib.POEntry(
        msgid=sentence.singular,
        msgid_plural=sentence.plural,
        msgctxt=sentence.context or None,
        occurrences=[(sentence.place.rsplit(":", 1)[0], "")],
        flags=["python-format"] if "%(" in sentence.singular else [],
    )


def _text(catalog: polib.POFile) -> str:
    return str(catalog).rstrip("\n") + "\n"


def update() -> int:
    """Bring both catalogs up to date with the code, keeping translations; return how many are missing."""
    path = CHECKOUT / CATALOG
    found = sentences()
    catalog = english(found, polib.pofile(str(path)) if path.exists() else polib.POFile())
    for target, content in ((path, catalog), (CHECKOUT / FRENCH, french(found))):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_text(content))
    return sum(1 for entry in catalog if not entry.translated())


def main() -> int:
    """Update the catalogs and say what is left to translate; return 0."""
    print(f"{CATALOG}: {update()} sentences to translate.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
