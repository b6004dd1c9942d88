"""How a person is reached: the three channels, and one normal form for what people type."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from interflora.lib import phones


class Channel(TextChoices):
    """The roads a message can take."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    TWITTER_DM = "twitter_dm", _("Twitter / X")


class InvalidContact(ValueError):
    """What was typed cannot be a contact; `code` is empty, syntax, not_mobile, country or too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_HANDLE = re.compile(r"^[A-Za-z0-9_]{1,15}$")
_HANDLE_PREFIX = re.compile(r"^(https?://)?(www\.|mobile\.)?(x|twitter)\.com/", re.IGNORECASE)


def normalize_email(text: str) -> str:
    """Trimmed, domain in lower case and ASCII (IDNA)."""
    text = text.strip()
    if not text:
        raise InvalidContact("empty")
    if len(text) > 254:
        raise InvalidContact("too_long")
    local, at, domain = text.rpartition("@")
    if not at:
        raise InvalidContact("syntax")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
        validate_email(f"{local}@{domain}")
    except (UnicodeError, ValidationError):
        raise InvalidContact("syntax") from None
    if not local.isascii():
        raise InvalidContact("syntax")
    return f"{local}@{domain}"


def normalize_phone(text: str) -> str:
    """E.164 of a mobile number of mainland France."""
    text = text.strip()
    if not text:
        raise InvalidContact("empty")
    e164 = phones.parse(text)
    if e164 is None:
        raise InvalidContact("syntax")
    if not e164.startswith("+33"):
        raise InvalidContact("country")
    if not phones.is_mainland_mobile(e164):
        raise InvalidContact("not_mobile")
    return e164


def normalize_handle(text: str) -> str:
    """The handle without @, address or blanks; case kept for display."""
    text = text.strip()
    if not text:
        raise InvalidContact("empty")
    text = _HANDLE_PREFIX.sub("", text).split("?")[0].strip("/").lstrip("@").strip()
    if len(text) > 15:
        raise InvalidContact("too_long")
    if not _HANDLE.match(text):
        raise InvalidContact("syntax")
    return text


def normalize(channel: str, text: str) -> str:
    """The normal form for this channel; raises InvalidContact."""
    if channel == Channel.EMAIL:
        return normalize_email(text)
    if channel == Channel.SMS:
        return normalize_phone(text)
    return normalize_handle(text)


def match_key(channel: str, normalized: str) -> str:
    """The form under which two spellings of one contact are the same: case, +tag and Gmail's dots dropped."""
    key = normalized.casefold()
    if channel == Channel.EMAIL:
        local, _at, domain = key.rpartition("@")
        local = local.split("+", 1)[0]
        if domain in {"gmail.com", "googlemail.com"}:
            local, domain = local.replace(".", ""), "gmail.com"
        key = f"{local}@{domain}"
    return f"{channel}:{key}"


def display(channel: str, normalized: str) -> str:
    """The contact as its sender would write it."""
    if channel == Channel.SMS:
        return phones.display(normalized)
    return f"@{normalized}" if channel == Channel.TWITTER_DM else normalized
