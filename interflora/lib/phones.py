"""French mobile numbers: what the gift and marketing texts may be sent to."""

from __future__ import annotations

import re

import phonenumbers

_MAINLAND_MOBILE = re.compile(r"^\+33[67]\d{8}$")


def parse(text: str) -> str | None:
    """E.164 of any plausible number typed in France, else None."""
    if len(text) > 40:
        return None
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mainland_mobile(e164: str) -> bool:
    """06 or 07 of mainland France, assigned to people."""
    return bool(_MAINLAND_MOBILE.match(e164)) and phonenumbers.is_valid_number(phonenumbers.parse(e164))


def display(e164: str) -> str:
    """+33612345678 → 06 12 34 56 78 (no-break spaces); foreign numbers in international form."""
    try:
        number = phonenumbers.parse(e164, "FR")
    except phonenumbers.NumberParseException:
        return e164
    national = number.country_code == 33
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style).replace(" ", "\u00a0")
