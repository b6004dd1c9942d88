"""Words typed by one person and shown to another: cleaned, then screened."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

MESSAGE_LIMIT = 255
FIRST_NAME_LIMIT = 20


class Refused(ValueError):
    """The text may not be shown to somebody else.

    `code` says why: empty, link, email, phone, handle, place, too_long, characters or reserved.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Endings a phone's text app makes a link of, however they are written; see `_LINKS` for the others.
_ENDING = (
    r"(?:fr|com|net|org|io|ly|me|co|eu|info|biz|shop|xyz|app|link|site|online|store|be|ch|uk|ru|cn|gl|gg|tv|tk|top|click|"
    r"live|page|dev|de|es|it|pl|us|ca|ai|pro|tech|club|blog|cc|ws|to|paris|bzh|ovh|art)\b"
)
_LINKS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[a-z][a-z0-9+.-]*\s?:\s?(?://|\\\\)|//\w",
        r"\b(?:https?|hxxps?|ftp|javascript|vbscript|data|file)\s*:",
        r"\b(?:mailto|tel|sms):(?=\S)",
        r"\bwww\s*[.\s]",
        rf"[\w-]\.{_ENDING}",
        rf"[\w-]\s\.\s?{_ENDING}",
        r"\b(?:dot|point)\s(?:com|fr|org|eu|co|io)\b",
        r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]?\d)",
    )
]
# Between two small words a point without a space makes a link too, whatever follows: there are 1,400 endings.
_LINKS += [re.compile(r"\w{2,}\.(?=[^\W\d_]{2})[a-zà-ÿ]"), re.compile(r"\w\.\s(?:com|fr|net|org)\b")]
_AT = r"(?:@|%40|&#64;|[(\[{]\s?(?:at|arobase)\s?[)\]}])"
_EMAIL = re.compile(
    rf"[\w.+%-]+[\"”’>]?\s?{_AT}\s?\[?[\w-]+\s?(?:\.|[(\[{{](?:dot|point)[)\]}}]|\s(?:dot|point)\s)\s?\w"
    r"|\w\s(?:at|arobase)\s[\w-]+(?:\.\w|\s(?:dot|point)\s\w)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"@|\w_\w|\b(?:insta(?:gram)?|snap(?:chat)?|telegram|whats ?app|tik ?tok|discord|facebook|fb)\b"
    r"(?:\s*[:=]\s*\w|\s+\w+[.\d]\w)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?:\+|00)?\d(?:(?:[\s.\-–/()_,*·•|:;+]|\bet\b)*\d){8,}")
_DATE_OR_HOUR = re.compile(r"\b(?:[0-3]?\d[/.-][01]?\d[/.-](?:19|20)\d\d|[0-2]?\d\s?(?:h|:)\s?[0-5]\d)\b")
_NUMBER_WORD = (
    r"(?:z[ée]ro|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|"
    r"trente|quarante|cinquante|soixante|cent|et|plus)"
)
_SPELLED = re.compile(rf"\b(?:z[ée]ro|plus trente)(?:[\s,.-]+{_NUMBER_WORD}\b){{4,}}", re.IGNORECASE)

_NAME = re.compile(r"^[^\W\d_]+(?:[ '’\-][^\W\d_]+)*$")
# Whom nobody may pass for, as any word of the name…
_RESERVED = {
    "admin", "administrateur", "administration", "administrator", "amazon", "ameli", "amende", "antai", "apple",
    "banque", "caf", "chronopost", "colis", "colissimo", "douane", "equipe", "fleuriste", "florist", "gendarmerie",
    "google", "gratuit", "impot", "impots", "interflora", "livraison", "livreur", "netflix", "paypal", "police",
    "poste", "securite", "service", "someone", "stripe", "support", "twitter", "urgent", "urssaf", "vinted", "x",
}  # fmt: skip
# … or inside the whole of it, written in one or in several words.
_BRANDS = ("interflora", "laposte", "chronopost", "colissimo", "paypal", "mondialrelay", "quelquun")
# Blank to the eye, letters to Unicode.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
_KEYCAPS = re.compile("[\ufe0f\u20e3]")


def clean_text(text: str, limit: int | None = None) -> str:
    """NFC plain text: control, bidi and zero-width characters dropped, blanks collapsed, line breaks kept.

    Raises Refused("too_long") beyond `limit` characters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept: list[str] = []
    for char in text:
        category = unicodedata.category(char)
        if char == "\n":
            kept.append(char)
        elif char == "\u200d" and kept and unicodedata.category(kept[-1]) in {"So", "Mn"}:
            kept.append(char)  # joins emoji
        elif category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or char in _FILLERS:
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


def _flat(text: str) -> str:
    """The text as an eye reads it: compatible forms, keycaps, points and brackets made plain."""
    text = _KEYCAPS.sub("", unicodedata.normalize("NFKC", text)).replace("。", ".")
    return re.sub(r"\s?[(\[{]\s?(?:\.|dot|point)\s?[)\]}]\s?", ".", text, flags=re.IGNORECASE)


def _has_phone(flat: str) -> bool:
    """Nine digits or more in a row, whatever stands between them, in digits or in French words."""
    numbers = _DATE_OR_HOUR.sub(" x ", flat)
    numbers = re.sub(r"(?<=\d)[lI|]|\b[lI|](?=\d)", "1", re.sub(r"(?<=\d)[oO](?![a-z])|\b[oO](?=\d)", "0", numbers))
    if _DIGITS.search(numbers) or _SPELLED.search(flat):
        return True
    return any(True for _ in phonenumbers.PhoneNumberMatcher(numbers, "FR"))


def screen_message(text: str) -> str:
    """The card message, cleaned; raises Refused for a link, e-mail, phone number, handle or over 255 characters."""
    text = clean_text(text, MESSAGE_LIMIT)
    flat = _flat(text)
    if _EMAIL.search(flat):
        raise Refused("email")
    if any(link.search(flat) for link in _LINKS):
        raise Refused("link")
    if _has_phone(flat):
        raise Refused("phone")
    if _HANDLE.search(flat):
        raise Refused("handle")
    return text


_PLACE = re.compile(
    r"(?<!\d)\d{2}\s?\d{3}(?!\d|\s?\d)"
    r"|\b\d{1,4}\s?(?:bis|ter|quater)?,?\s+(?:(?:petite |grande )?rue|av(?:enue|\.)|b(?:oulevar)?d|place|impasse|"
    r"all[ée]e|chemin|route|quai|cours|square|passage|r[ée]sidence|lotissement|hameau|lieu-dit)\b"
    r"|\b(?:rue|avenue|boulevard|impasse|chemin|quai)\s+(?:de |du |des |d’|d'|la |le |les |l’|l')*[A-ZÀ-Ý]",
)


def refuse_places(text: str) -> None:
    """Raise Refused("place") for a postcode or a street: a person may give themselves away without meaning to (I6)."""
    if _PLACE.search(_flat(text)):
        raise Refused("place")


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(char, "?").split(" ")[0] for char in text if char.isalpha()}


def _is_reserved(name: str) -> bool:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", plain)
    return not _RESERVED.isdisjoint(words) or any(brand in "".join(words) for brand in _BRANDS)


def screen_first_name(text: str) -> str:
    """A first name fit for a first contact: letters, hyphen, apostrophe, one script, at most 20 characters."""
    text = unicodedata.normalize("NFKC", clean_text(text)).replace("\n", " ").replace("'", "’")
    if not text:
        raise Refused("empty")
    if len(text) > FIRST_NAME_LIMIT:
        raise Refused("too_long")
    if not _NAME.match(text) or len(_scripts(text)) != 1:
        raise Refused("characters")
    if _is_reserved(text):
        raise Refused("reserved")
    return text
