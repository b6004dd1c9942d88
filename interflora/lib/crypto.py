"""Encryption of small fields and keyed digests. The address has its own vault in `florists/addresses.py`."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class MissingKey(RuntimeError):
    """This process's role does not hold the key."""


class Unreadable(ValueError):
    """The ciphertext was not made with any of our keys."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def _field_keys() -> MultiFernet:
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise MissingKey(f"FIELD_ENCRYPTION_KEYS is not held by the {settings.SITE_ROLE} role")
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> bytes:
    """Ciphertext under the first (newest) key."""
    return _field_keys().encrypt(text.encode())


def decrypt(blob: bytes | memoryview) -> str:
    """Text of `encrypt`; raises Unreadable, whose message never holds the text."""
    try:
        return _field_keys().decrypt(bytes(blob)).decode()
    except InvalidToken:
        raise Unreadable("ciphertext of an unknown key") from None


def _digest(key: str, name: str, text: str) -> str:
    if not key:
        raise MissingKey(f"{name} is not held by the {settings.SITE_ROLE} role")
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def gift_digest(match_key: str) -> str:
    """Keyed digest of a gift contact (blocks, look-ups); 64 hex characters."""
    return _digest(settings.GIFT_HMAC_KEY, "GIFT_HMAC_KEY", match_key)


def contact_digest(phone: str) -> str:
    """Keyed digest of a marketing contact (the stop list); shares no key with gift contacts."""
    return _digest(settings.CONTACT_HMAC_KEY, "CONTACT_HMAC_KEY", phone)
