"""What a page holds besides its words, files unpacked, and pages made comparable between two gifts."""

from __future__ import annotations

import email
import email.policy
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.leaks.browsing import Answer

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)


class _Hidden(HTMLParser):
    """Collects what is not read on the screen: attributes, hidden inputs, scripts' data, comments."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        self.found += [f"{tag} {name}={value}" for name, value in attrs if value]

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)


def hidden(answer: Answer) -> str:
    """Attributes (hidden inputs, data-*, meta), JSON-LD and comments of a page, one per line."""
    parser = _Hidden()
    parser.feed(answer.text)
    return "\n".join(parser.found)


def addresses(answer: Answer) -> str:
    """Every address a page sends the browser to, and its redirect."""
    found = re.findall(r'(?:href|src|action|content|srcset)="([^"]*)"', answer.text)
    return "\n".join([answer.path, answer.header("Location"), answer.header("Link"), *found])


def attachment(answer: Answer) -> str:
    """File name and unpacked content of an answer that is a file, "" for pages and pictures of the shop."""
    kind, name = answer.header("Content-Type"), answer.header("Content-Disposition")
    if not name and not kind.startswith(("application/pdf", "text/csv", "application/zip", "application/vnd")):
        return ""
    return "\n".join([name, kind, *unpacked(answer.body)])


def unpacked(content: bytes, depth: int = 3) -> Iterator[str]:
    """A file as text, and whatever is packed inside: gzip, zip (office files), streams and metadata of PDF."""
    yield content.decode("utf-8", "replace")
    if not content.isascii():
        yield content.decode("latin-1")
    if depth == 0:
        return
    inner: list[bytes] = []
    if content.startswith(b"\x1f\x8b"):
        inner.append(gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inner += [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
    elif content.startswith(b"%PDF"):
        inner += [_inflated(stream) for stream in _STREAM.findall(content)]
    for one in inner:
        yield from unpacked(one, depth - 1)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def mail(raw: str) -> str:
    """An e-mail as received: headers decoded, every part decoded, attachments unpacked."""
    message = email.message_from_string(raw, policy=email.policy.default)
    lines = [raw, *(f"{name}: {value}" for name, value in message.items())]
    for part in message.walk():
        lines.append(part.get_filename() or "")
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            lines += unpacked(content)
    return "\n".join(lines)


def json_text(value: object) -> str:
    """A provider's record as text, fractions of a second left out: five of their figures may read like a postcode."""
    return _FRACTION.sub(r"\1", json.dumps(value, ensure_ascii=False, default=str))


_FRACTION = re.compile(r"\b(\d{10})\.\d+")
_DATES = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?[\s\u00a0]*\d{1,2}(?:er)?[\s\u00a0]+(?:janvier|février|"
    r"mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?:[\s\u00a0]+\d{4})?"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\b\d{1,2}[\s\u00a0]?(?:h|:)[\s\u00a0]?\d{0,2}(?::\d\d)?\b"
)
# A token may begin or end with a hyphen.
_RANDOM = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])|\b(?:[0-9a-f]{32,64}|(?:cs|pi|re|ch|evt)_[A-Za-z0-9_]+)\b")
_CODES = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b|\b[0-9A-HJKMNP-TV-Z]{12}\b")
_ROWS = re.compile(r"(/gestion/\w+/\w+/)\d+/")
_SIGNED = re.compile(r'(name="shown" value=")[^"]*')


def comparable(text: str, own_words: dict[str, str]) -> str:
    """The page with what differs by nature between two gifts replaced: ids, codes, tokens, contact, dates."""
    for value, name in sorted(own_words.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(value, name)
    text = _SIGNED.sub(r"\1", text)
    text = _ROWS.sub(r"\1…/", text)
    for pattern, name in ((_DATES, "<date>"), (_RANDOM, "<random>"), (_CODES, "<code>")):
        text = pattern.sub(name, text)
    return text
