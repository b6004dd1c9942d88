"""Pieces of pages kept by each process for as long as the catalogue stays the same.

The number of the catalogue is read from the database at every request (``versions.current``), so a change shows at
once in every process and a lost Redis changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.utils.translation import get_language

SECONDS = 6 * 3600
T = TypeVar("T")


def remember(version: int, key: object, build: Callable[[], T]) -> T:
    """What ``build`` gave for this catalogue, language and ``key``."""
    told = hashlib.sha256(repr((version, get_language(), key)).encode()).hexdigest()
    cache: Any = caches["local"]
    known = cache.get(told)
    if known is None:
        known = build()
        cache.set(told, known, SECONDS)
    return known  # type: ignore[no-any-return]
