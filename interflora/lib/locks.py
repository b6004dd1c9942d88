"""A lock on a name, for rules that no single row can carry: « at most one of these », « at most five a day »."""

from __future__ import annotations

from django.db import connection


def take(name: str) -> None:
    """Wait until nobody else holds `name`, and keep it until the caller's transaction ends.

    A rule counted under it sees what every earlier holder has committed. Taken after row locks; several names at once
    always in one order.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
