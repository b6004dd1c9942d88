"""What one answer wakes is one message to the broker, and every task of it is enqueued by the worker that takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from interflora import tasks
from interflora.celery import app
from interflora.lib.nudge import nudge, together
from orders import wakeups

pytestmark = pytest.mark.django_db(transaction=True)


def enqueued(act: Callable[[], Any]) -> list[tuple[str, str]]:
    """The tasks that reach the broker meanwhile, oldest first."""
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete("celery")
        act()
        headers = [json.loads(message)["headers"] for message in reversed(client.lrange("celery", 0, -1))]
        client.delete("celery")
    return [(each["task"], each["argsrepr"]) for each in headers]


def wake_two() -> None:
    with together(), transaction.atomic():
        nudge(wakeups.submit_refund, 1)
        nudge(wakeups.follow_delivery, 2)


def test_one_message_which_a_worker_takes_apart() -> None:
    wakes = [("orders.tasks.submit_refund", 1), ("orders.tasks.follow_delivery", 2)]
    assert enqueued(wake_two) == [("interflora.tasks.wake", f"({wakes},)")]
    assert enqueued(lambda: tasks.wake(wakes)) == [(name, f"({pk},)") for name, pk in wakes]
    assert app.tasks["interflora.tasks.wake"].name == tasks.wake.name


def test_nothing_leaves_for_what_was_not_committed() -> None:
    def fail() -> None:
        with pytest.raises(RuntimeError), together(), transaction.atomic():
            nudge(wakeups.submit_refund, 1)
            raise RuntimeError

    assert enqueued(fail) == []


def test_afterwards_each_goes_alone_again() -> None:
    def both() -> None:
        wake_two()
        nudge(wakeups.submit_refund, 3)

    assert [name for name, _args in enqueued(both)] == ["interflora.tasks.wake", "orders.tasks.submit_refund"]
