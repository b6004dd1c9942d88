"""Is this process alive, and can it work? Asked by the proxy and by whoever is on call; answers carry no data."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from florists import address_keys

log = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves; asks nothing of the database, so that a slow one restarts nobody."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503. What only weakens the site is told and keeps it ready: a dead
    Redis, or no address key yet (orders stop at the address, with a sentence; taking the site away would not help)."""
    database = _database()
    parts = {"database": database, "redis": _redis(), "address_key": _address_key() if database == "ok" else "unknown"}
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.exception("readyz: the database does not answer")
        return "down"
    return "ok"


def _address_key() -> str:
    try:
        address_keys.newest()
    except address_keys.KeysUnavailable:
        return "missing"
    return "ok"


def _redis() -> str:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return "down"
    return "ok"
