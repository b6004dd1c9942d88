"""One statement locks a gift: in the order everybody keeps, and with what was committed while it waited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction
from psycopg2.errors import LockNotAvailable

from addressless import claims
from interflora.lib import clock
from notifications import outbox
from tests.addressless.factories import make_invited
from tests.notifications.factories import queue_message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


@pytest.fixture
def other() -> Iterator[Any]:
    """Another session of the database, in a transaction of its own."""
    with closing(connection.get_new_connection(connection.get_connection_params())) as session:
        yield session


def run(session: Any, sql: str, *params: Any) -> list[Any]:
    with session.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def is_free(table: str, pk: int) -> bool:
    """Whether nobody holds this row."""
    with closing(connection.get_new_connection(connection.get_connection_params())) as session:
        try:
            run(session, f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE NOWAIT", pk)
        except LockNotAvailable:
            return False
    return True


def wait_for_somebody_waiting() -> None:
    stop = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < stop:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")


def lock_and_read(claim_pk: int) -> tuple[datetime | None, str]:
    try:
        with transaction.atomic():
            order, claim = claims.lock(claim_pk, delivery=True)
            return claim.quiet_at, order.next_step
    finally:
        connections.close_all()


def test_order_then_claim_then_delivery_and_the_newest_of_each(other: Any) -> None:
    claim = make_invited()
    order = claim.order
    run(other, "SELECT 1 FROM addressless_claim WHERE id = %s FOR UPDATE", claim.pk)
    with ThreadPoolExecutor(1) as pool:
        locked = pool.submit(lock_and_read, claim.pk)
        wait_for_somebody_waiting()
        assert not is_free("orders_order", order.pk)
        assert is_free("florists_delivery", order.delivery_id)
        moment = clock.now()
        run(other, "UPDATE addressless_claim SET quiet_at = %s WHERE id = %s", moment, claim.pk)
        other.commit()
        assert locked.result() == (moment, "answer")


def skip(about: str) -> int:
    try:
        return outbox.skip_queued(about, "answered")
    finally:
        connections.close_all()


def test_a_message_that_a_worker_takes_at_this_instant_is_not_tried_again_later(other: Any) -> None:
    message = queue_message()
    run(
        other,
        "UPDATE notifications_message SET status = 'sending', lease_token = gen_random_uuid(), lease_until = now()"
        " WHERE id = %s",
        message.pk,
    )
    with ThreadPoolExecutor(1) as pool:
        skipped = pool.submit(skip, message.about)
        wait_for_somebody_waiting()
        other.commit()
        assert skipped.result() == 0
    message.refresh_from_db()
    assert (message.status, message.expires_at is not None) == ("sending", True)
