"""Mobile numbers as files hold them: what a spreadsheet did to them is repaired when nothing is lost, or named."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from interflora.lib import phones

_ROUNDED = re.compile(r"^[+-]?\d+(?:[.,]\d+)?e\+?\d+$", re.IGNORECASE)
_AS_FORMULA = re.compile(r'^="(.*)"$')
_AS_DECIMAL = re.compile(r"^(\d+)[.,]0+$")
_WITHOUT_ZERO = re.compile(r"^[1-9]\d{8}$")
_WITHOUT_PLUS = re.compile(r"^33[1-9]\d{8}$")
_OVERSEAS = frozenset({262, 508, 590, 594, 596, 681, 687, 689})
# Overseas numbers typed the French way: 0690, 0692 … are no mobiles of mainland France.
_OVERSEAS_AT_HOME = re.compile(r"^\+33(?:262|263|590|594|596|639|690|691|692|693|694|696|697|709)\d{6}$")


@dataclass(frozen=True)
class Number:
    """An E.164 number ("" when refused, and then why), and whether digits a spreadsheet had taken were put back."""

    phone: str = ""
    reason: str = ""
    repaired: bool = False


def marketing(text: str) -> Number:
    """The mobile of mainland France behind a cell: the only numbers a campaign may be sent to."""
    number = anyone(text)
    if number.reason or phones.is_mainland_mobile(number.phone):
        return number
    return Number(reason=_why_not(number.phone))


def anyone(text: str) -> Number:
    """Any number that can be read, for the stop list: a refusal is taken from wherever it comes."""
    bare = " ".join(text.split()).lstrip("'’")
    if not bare:
        return Number(reason="missing")
    compact = re.sub(r"\s", "", bare)
    if _ROUNDED.match(compact):
        return Number(reason="rounded")
    if found := _AS_FORMULA.match(bare):
        bare = compact = found[1].strip()
    repaired = False
    if found := _AS_DECIMAL.match(compact):
        bare, compact, repaired = found[1], found[1], True
    if _WITHOUT_ZERO.match(compact):
        bare, repaired = f"0{compact}", True
    elif _WITHOUT_PLUS.match(compact):
        bare, repaired = f"+{compact}", True
    if re.search(r"[^\d\s+().\-/\u2010-\u2015]", bare):
        return Number(reason="unreadable")
    phone = phones.parse(bare)
    return Number(phone, repaired=repaired) if phone else Number(reason="unreadable")


def _why_not(phone: str) -> str:
    """The reason a readable number is not a mobile of mainland France."""
    number = phonenumbers.parse(phone)
    if number.country_code in _OVERSEAS or _OVERSEAS_AT_HOME.match(phone):
        return "overseas"
    if number.country_code != 33:
        return "foreign"
    if phonenumbers.number_type(number) in {PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP}:
        return "landline"
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return "unassigned" if national[1:2] in "67" else "not_mobile"
