"""How many parts a text takes: GSM-7 160 / 153 septets, otherwise UCS-2 70 / 67 units of 16 bits."""

from __future__ import annotations

_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = set("^{}\\[~]|€\f")
_GSM = _BASIC | _ESCAPED


def encoding(text: str) -> str:
    """Return "GSM-7" or "UCS-2"."""
    return "GSM-7" if _GSM.issuperset(text) else "UCS-2"


def count(text: str) -> int:
    """Return the number of parts; an escaped pair or a surrogate pair is never split between two."""
    gsm = _GSM.issuperset(text)
    if gsm and len(text) <= 80:
        return 1
    sizes = [(2 if letter in _ESCAPED else 1) if gsm else (2 if ord(letter) > 0xFFFF else 1) for letter in text]
    alone, joined = (160, 153) if gsm else (70, 67)
    if sum(sizes) <= alone:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return parts
