"""Codes people read aloud: Crockford base 32 (no I, L, O, U), forgiving input."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def random_code(length: int = 12) -> str:
    """A random public id; 12 characters carry 60 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def encode(number: int, length: int) -> str:
    """`number` in base 32 on exactly `length` characters (the high bits are dropped)."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def normalize_code(typed: str, length: int = 12) -> str:
    """What the person meant: upper case, O is 0, I and L are 1, blanks and dashes dropped; "" if it cannot be one."""
    if len(typed) > 100:
        return ""
    kept = "".join(char for char in typed.upper() if char.isalnum()).translate(_FORGIVEN)
    return kept if len(kept) == length and all(char in ALPHABET for char in kept) else ""


def grouped(code: str) -> str:
    """ABCDEFGHJKMN → ABCD-EFGH-JKMN."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
