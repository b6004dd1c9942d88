"""What `bench.purge` measures, in a process of its own with the worker's environment."""

from __future__ import annotations

import math
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django
from django.db import connection

django.setup()

from florists import erasure  # noqa: E402 - models want a set-up Django
from florists.models import AddressKey, Delivery, Florist, SealedAddress  # noqa: E402
from interflora.lib import clock  # noqa: E402

BLOB_BYTES = 2096
BARE = """
WITH due AS (
    SELECT sealed.delivery_id FROM florists_sealedaddress sealed JOIN florists_delivery ON id = sealed.delivery_id
    WHERE delivered_at <= %(limit)s AND sealed.delivery_id > %(after)s
    ORDER BY sealed.delivery_id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM florists_sealedaddress sealed USING due WHERE sealed.delivery_id = due.delivery_id
    RETURNING sealed.delivery_id
), told AS (
    INSERT INTO florists_deliveryevent (delivery_id, kind, data, created_at)
    SELECT delivery_id, 'address_erased', '{}', now() FROM gone
)
SELECT count(*), max(delivery_id) FROM gone
"""


def peak_mb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(number: int) -> None:
    """Leave nothing but `number` deliveries of a month ago, each with a sealed address."""
    ago = clock.now() - timedelta(days=30)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE florists_delivery, florists_florist, florists_addresskey CASCADE")
        florist = Florist.objects.create(name="Les Lilas", email="lilas@fleurs.example", postcode="35000")
        key = AddressKey.objects.create(epoch="2020-W01", public_key=bytes(32))
        times = {"released_at": ago, "accepted_at": ago, "preparing_at": ago, "departed_at": ago, "delivered_at": ago}
        Delivery.objects.create(status="delivered", florist=florist, day=ago.date(), half_day="morning", **times)
        names = [str(field.column) for field in Delivery._meta.concrete_fields if not field.primary_key]
        values = ["'B' || lpad(number::text, 11, '0')" if name == "public_id" else f"one.{name}" for name in names]
        cursor.execute(
            f"INSERT INTO florists_delivery ({', '.join(names)}) SELECT {', '.join(values)}"
            " FROM florists_delivery one, generate_series(1, %s) number",
            [number - 1],
        )
        SealedAddress.objects.create(delivery=Delivery.objects.earliest("pk"), key=key, blob=os.urandom(BLOB_BYTES))
        cursor.execute(
            "INSERT INTO florists_sealedaddress (delivery_id, key_id, blob, sealed_at)"
            " SELECT delivery.id, one.key_id, one.blob, one.sealed_at FROM florists_delivery delivery,"
            " florists_sealedaddress one WHERE delivery.id <> one.delivery_id"
        )
        cursor.execute("VACUUM ANALYZE florists_delivery, florists_sealedaddress")


def ours() -> int:
    """What the shop does."""
    return erasure.erase_old(seconds=math.inf)


def bare() -> int:
    """The same, batch by batch, as one could write it by hand."""
    done, after = 0, 0
    limit = clock.now() - erasure.keep_after_end()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(BARE, {"limit": limit, "after": after, "batch": erasure.BATCH})
            number, last = cursor.fetchone()
            if not number:
                return done
            done, after = done + number, last


def timed(erase: Callable[[], int], number: int) -> float:
    """Seconds to erase `number` fresh addresses; stops the bench when one is left."""
    fill(number)
    start = time.perf_counter()
    erased = erase()
    took = time.perf_counter() - start
    if erased != number:
        raise SystemExit(f"{erased} erased, not {number}")
    return took


def measure(number: int, rounds: int) -> None:
    """Print the table."""
    timed(ours, 2000)
    timed(bare, 2000)
    before = peak_mb()
    seconds: dict[str, list[float]] = {"florists.erasure": [], "bare SQL": []}
    for _ in range(rounds):
        seconds["florists.erasure"].append(timed(ours, number))
        grown = peak_mb() - before
        seconds["bare SQL"].append(timed(bare, number))
    base = statistics.median(seconds["bare SQL"])
    print(f"{'':<20}{'seconds':>10}{'addresses/s':>14}{'× bare':>9}")
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"{name:<20}{median:>10.1f}{number / median:>14.0f}{median / base:>9.2f}")
    print(f"Memory grew by {grown:.1f} MB from 2,000 addresses to {number:,} (peak {peak_mb():.0f} MB).")
    print(
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, median of {rounds}, fsync off."
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
