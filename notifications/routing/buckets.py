"""How fast a route may send: one bucket of parts for all workers together, in Redis, filled by the server's own clock.

Redis gone: the same bucket in the database at half the speed, never unlimited. A bucket that was lost starts empty.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from notifications.routing.models import Route, RouteMeter

log = logging.getLogger(__name__)

# At most so many seconds of sending are saved up.
BURST_SECONDS = 0.5
# A text has so many parts at most: less is of no use to anybody.
LONGEST = 4
# Waiting for what is owed after an operator asked us to slow down.
SLOW_SECONDS = 5
_KEPT = timedelta(minutes=10)
_TAKE = """
local rate, burst, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(kept[1] or 0), tonumber(kept[2] or now)
level = math.min(burst, level + math.max(0, now - at) * rate)
local taken = 0
if level >= least then taken = math.min(most, math.floor(level)) end
redis.call('HSET', KEYS[1], 'level', tostring(level - taken), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return taken
"""
_ADD = """
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], 'at', redis.call('TIME')[1]) end
return redis.call('HINCRBYFLOAT', KEYS[1], 'level', ARGV[1])
"""


def burst(route: Route) -> int:
    """How many parts may leave at one moment."""
    return max(2 * LONGEST, int(route.parts_per_second * BURST_SECONDS))


def take(route: Route, most: int) -> int:
    """Take up to `most` parts, 0 when there are not yet enough to be worth a batch."""
    full = burst(route)
    least = max(LONGEST, min(most, full // 4))
    try:
        return int(_redis().eval(_TAKE, 1, _key(route), route.parts_per_second, full, least, most, _milliseconds()))
    except RedisError:
        log.warning("Redis does not answer: texts leave at half speed")
        return _take_from_database(route, full, least, most)


def give_back(route: Route, parts: int) -> None:
    """Parts that were taken and not used; a negative number is owed."""
    if not parts:
        return
    try:
        _redis().eval(_ADD, 1, _key(route), parts)
    except RedisError:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {RouteMeter._meta.db_table} SET level = level + %s WHERE route_id = %s",  # noqa: S608 # nosec B608
                [parts, route.pk],
            )


def slow_down(route: Route) -> None:
    """An operator is overrun: nothing for a few seconds."""
    give_back(route, -route.parts_per_second * SLOW_SECONDS)


def _take_from_database(route: Route, full: int, least: int, most: int) -> int:
    """One statement on the route's meter, by the database's clock, at half the speed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {RouteMeter._meta.db_table} (route_id, level, filled_at, tried, failed)"  # noqa: S608 # nosec B608
            " VALUES (%s, 0, clock_timestamp(), 0, 0) ON CONFLICT DO NOTHING",
            [route.pk],
        )
        cursor.execute(
            f"""
            WITH before AS (
                SELECT route_id, LEAST(%(burst)s, level + GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - filled_at))
                                                  * %(rate)s) AS level
                  FROM {RouteMeter._meta.db_table} WHERE route_id = %(route)s FOR UPDATE
            ), taken AS (
                SELECT route_id, level,
                       CASE WHEN level >= %(least)s THEN LEAST(%(most)s, floor(level)) ELSE 0 END AS parts FROM before
            )
            UPDATE {RouteMeter._meta.db_table} AS meter
               SET level = taken.level - taken.parts, filled_at = clock_timestamp()
              FROM taken WHERE meter.route_id = taken.route_id
            RETURNING taken.parts
            """,  # noqa: S608 # nosec B608 - the name of our own table
            {
                "burst": full / 2,
                "rate": route.parts_per_second / 2,
                "least": max(LONGEST, min(least, full / 4)),
                "most": most,
                "route": route.pk,
            },
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@lru_cache(maxsize=2)
def _redis_at(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5, protocol=2, retry=Retry(NoBackoff(), 0))


def _redis() -> Redis:
    """A client that gives up at once: the database takes over."""
    return _redis_at(str(settings.CACHES["default"]["LOCATION"]))


def _key(route: Route) -> str:
    return f"sms-route:{route.pk}"


def _milliseconds() -> int:
    return int(_KEPT.total_seconds() * 1000)
