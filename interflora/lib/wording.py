"""Words typed by one person and shown to another: cleaned, then screened."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

MESSAGE_LIMIT = 255
FIRST_NAME_LIMIT = 20


class Refused(ValueError):
    """The text may not be shown to somebody else.

    `code` says why: empty, link, email, phone, handle, too_long, characters or reserved.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# A dot between letters is a link for a phone's text app: « exemple.fr » is enough.
_LINK = re.compile(
    r"(https?|ftp)\s*:|www\s*\.|\b[\w-]+\s?(\.|\(dot\)|\[\.\]|\(point\))\s?"
    r"(fr|com|net|org|io|ly|me|co|eu|info|biz|shop|xyz|app|link|site|online|be|ch|uk|ru|cn|gl|gg|tv|tk|top|click|live|page|dev)\b(?!\w)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\S+\s?(@|\(at\)|\[at\]|＠)\s?\S+\.\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(^|[^\w])[@＠][A-Za-z0-9_]{2,}")
_DIGITS = re.compile(r"(?:\+|00)?\d(?:[\s.\-/()]*\d){8,}")
_NAME = re.compile(r"^[^\W\d_]+(?:[ '’\-][^\W\d_]+)*$")
_RESERVED = {
    "interflora", "admin", "administrateur", "support", "service", "service client", "police", "gendarmerie", "poste",
    "la poste", "colissimo", "chronopost", "banque", "impots", "impôts", "ameli", "caf", "urssaf", "amende", "antai",
    "livreur", "fleuriste", "florist", "twitter", "x", "stripe", "apple", "google", "amazon", "paypal", "quelqu'un",
}  # fmt: skip


def clean_text(text: str, limit: int | None = None) -> str:
    """NFC plain text: control, bidi and zero-width characters dropped, blanks collapsed, line breaks kept."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if char == "\n":
            kept.append(char)
        elif char == "\u200d" and kept and unicodedata.category(kept[-1]) in {"So", "Mn"}:
            kept.append(char)  # joins emoji
        elif category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            continue
        elif category == "Zs":
            kept.append("\u00a0" if char in "\u00a0\u202f" else " ")
        else:
            kept.append(char)
    text = re.sub(r"[ ]{2,}", " ", "".join(kept))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" ") for line in text.split("\n"))).strip()
    # Stacked combining marks (« zalgo ») hide the words around them.
    text = re.sub(r"([\u0300-\u036f]){3,}", "", text)
    if limit is not None and len(text) > limit:
        raise Refused("too_long")
    return text


def screen_message(text: str) -> str:
    """The card message, cleaned; raises Refused for a link, e-mail, phone number, handle or over 255 characters."""
    text = clean_text(text, MESSAGE_LIMIT)
    flat = unicodedata.normalize("NFKC", text)
    if _EMAIL.search(flat):
        raise Refused("email")
    if _LINK.search(flat):
        raise Refused("link")
    if _HANDLE.search(flat):
        raise Refused("handle")
    if _DIGITS.search(flat) or any(True for _ in phonenumbers.PhoneNumberMatcher(flat, "FR")):
        raise Refused("phone")
    return text


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(char, "?").split(" ")[0] for char in text if char.isalpha()}


def screen_first_name(text: str) -> str:
    """A first name fit for a first contact: letters, hyphen, apostrophe, one script, at most 20 characters."""
    text = clean_text(text).replace("\n", " ").replace("'", "’")
    if not text:
        raise Refused("empty")
    if len(text) > FIRST_NAME_LIMIT:
        raise Refused("too_long")
    if not _NAME.match(text) or len(_scripts(text)) != 1:
        raise Refused("characters")
    if text.casefold().replace("’", "'") in _RESERVED:
        raise Refused("reserved")
    return text
