"""Template built-ins: money, days and codes as French readers write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.forms import BoundField
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from interflora.lib import clock, codes, languages, money, phones

register = template.Library()


@register.filter
def euros(cents: int | None) -> str:
    """4590 → « 45,90 € », « €45.90 » when the active language is English."""
    if cents is None:
        return ""
    return money.euros_in_english(int(cents)) if languages.is_english() else money.euros(int(cents))


def euros_exactly(cents: Decimal) -> str:
    """Decimal("7.5") → « 0,075 € »: a price smaller than a cent keeps its decimals."""
    text = f"{(cents / 100).normalize():f}"
    return f"€{text}" if languages.is_english() else text.replace(".", ",") + "\u00a0€"


@register.filter
def shown(texts: dict[str, str], name: str) -> str:
    """``{{ item|shown:"product" }}``: the text in the reader's language (`languages.py`)."""
    return languages.shown(texts[name], texts.get(f"{name}_en", ""))


# As a sentence says them, after a day; the hours never part at the end of a line.
_HALF_DAYS = {
    clock.HalfDay.MORNING: _lazy("le matin (8\u00a0h\u00a0à\u00a013\u00a0h)"),
    clock.HalfDay.AFTERNOON: _lazy("l’après-midi (13\u00a0h\u00a0à\u00a019\u00a0h)"),
}


@register.filter
def half_day(value: str) -> str:
    """« le matin (8 h à 13 h) »."""
    return str(_HALF_DAYS[clock.HalfDay(value)]) if value else ""


def _parsed(value: str) -> date | datetime:
    """A date or moment that travelled through JSON, as in the context of a message."""
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


@register.filter
def day(value: date | datetime | str | None) -> str:
    """« samedi 14 février », in the active language; the year only when it is another one. ISO text is read too."""
    if not value:
        return ""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        value = clock.paris(value).date()
    return _written(value, "l j F" if value.year == clock.paris_today().year else "l j F Y", languages.is_english())


@lru_cache(maxsize=256)  # a list of days to choose from is written again for every reader
def _written(value: date, pattern: str, english: bool) -> str:
    text = formats.date_format(value, pattern)
    return text if english else text.lower().replace(" 1 ", " 1er ", 1)


@register.filter
def moment(value: datetime | str | None) -> str:
    """« samedi 14 février à 9 h 05 », Paris time. ISO text is read too."""
    if not value:
        return ""
    local = clock.paris(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if languages.is_english():
        hour = f"{local.hour}:{local.minute:02d}"
    else:
        hour = f"{local.hour}\u00a0h" + (f"\u00a0{local.minute:02d}" if local.minute else "")
    return _("%(day)s à %(hour)s") % {"day": day(local), "hour": hour}


@register.filter
def grouped(code: str) -> str:
    return codes.grouped(code)


@register.filter
def phone(e164: str) -> str:
    return phones.display(e164)


@register.filter
def described(field: BoundField, hint: str) -> SafeString:
    """The field's input, tied to the hint and the error that components/field.html prints beside it."""
    ids = [str(field.field.widget.attrs.get("aria-describedby", ""))]
    ids += [f"{field.auto_id}_helptext"] if hint else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return field.as_widget(attrs={"aria-describedby": " ".join(filter(None, ids))} if any(ids) else None)
