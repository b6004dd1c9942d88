"""Facts about a request that must be decided in one place: who is calling, and how often."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.http import Http404, HttpRequest

log = logging.getLogger(__name__)


class NothingHere(Http404):
    """A 404 that says on its own page what to do next; the page must fit who finds nothing and who may not see."""

    def __init__(self, template_name: str) -> None:
        super().__init__()
        self.template_name = template_name


def client_ip(request: HttpRequest) -> str:
    """The caller's address; forwarded headers are believed only for the configured number of proxies."""
    hops: int = settings.TRUSTED_PROXY_HOPS
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return str(forwarded[-hops])
    return str(request.META.get("REMOTE_ADDR", "") or "unknown")


def _count(cache: BaseCache, name: str, seconds: int) -> int:
    try:
        return cache.incr(name)
    except ValueError:  # the first of its window, or somebody else's at this instant
        return 1 if cache.add(name, 1, timeout=seconds) else cache.incr(name)


def rate_limited(key: str, *, limit: int, seconds: int) -> bool:
    """Whether `key` was seen more than `limit` times in this window of `seconds`; counts this call.

    Counted in Redis; without Redis each process counts for itself, so the limit weakens but no page breaks.
    """
    window = int(time.time()) // seconds
    name = f"rate:{key}:{window}"
    for alias in ("default", "local"):
        cache = caches[alias]
        try:
            return _count(cache, name, seconds + 5) > limit
        except ValueError:  # evicted between two calls
            return False
        except Exception as error:
            # Any failure of the cache server is the same to the person: go on with the local count.
            log.warning("rate limit without Redis: %s", type(error).__name__)
    return False
