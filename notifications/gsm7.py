"""The alphabet of text messages (3GPP TS 23.038): what fits, what it costs, and plain substitutes for the rest.

A message of GSM-7 characters only holds 160 septets, or 153 per part; a single other character makes the whole
message UCS-2: 70, or 67 per part. An escape pair or a surrogate pair is never split between two parts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
_SUBSTITUTES = {
    "ç": "c", "œ": "oe", "Œ": "OE", "«": '"', "»": '"', "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"',
    "…": "...", "–": "-", "—": "-", "‐": "-", "‑": "-", "•": "-", "·": ".", "°": "o", "ø": "ø", "Ø": "Ø",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\u200b": "", "\u00ad": "", "−": "-", "×": "x",
    "½": "1/2", "™": "TM", "©": "(c)", "®": "(R)",
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What a text costs: its alphabet, its length in that alphabet's units, its parts, and who made it UCS-2."""

    is_gsm7: bool
    units: int
    parts: int
    offenders: tuple[str, ...]


def normalize(text: str) -> str:
    """The same text in GSM-7: NFC, then our own substitutes; what has none loses its accents, else becomes « ? »."""
    kept = []
    for char in unicodedata.normalize("NFC", text).replace("\r\n", "\n"):
        if char in BASIC or char in EXTENDED:
            kept.append(char)
        elif char in _SUBSTITUTES:
            kept.append(_SUBSTITUTES[char])
        else:
            kept.append(_plain(char))
    return "".join(kept)


def _plain(char: str) -> str:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Cc"}:
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if bare and all(part in BASIC or part in EXTENDED for part in bare) else "?"


def cost(text: str) -> Cost:
    """Units and parts of a text as the operators will bill it."""
    text = unicodedata.normalize("NFC", text)
    offenders = tuple(dict.fromkeys(char for char in text if char not in BASIC and char not in EXTENDED))
    if offenders:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        return Cost(False, sum(sizes), _parts(sizes, alone=70, joined=67), offenders)
    sizes = [2 if char in EXTENDED else 1 for char in text]
    return Cost(True, sum(sizes), _parts(sizes, alone=160, joined=153), ())


def _parts(sizes: list[int], *, alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return parts
