"""The names under which this app wakes its tasks are those of real tasks, and they reach the broker."""

from __future__ import annotations

import json

import pytest
from celery.canvas import Signature

from interflora.celery import app
from interflora.lib.nudge import nudge
from orders import tasks, wakeups


def test_each_name_is_a_task() -> None:
    names = {value["task"] for value in vars(wakeups).values() if isinstance(value, Signature)}
    assert names == {f"orders.tasks.{name.rpartition('.')[2]}" for name in names}
    assert all(hasattr(tasks, name.rpartition(".")[2]) for name in names)


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_reaches_the_broker_with_ids_only() -> None:
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete("celery")
        nudge(wakeups.submit_refund, 42)
        (message,) = client.lrange("celery", 0, -1)
        client.delete("celery")
    headers = json.loads(message)["headers"]
    assert (headers["task"], headers["argsrepr"]) == ("orders.tasks.submit_refund", "(42,)")


def test_every_scheduled_task_of_this_app_exists() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    ours = {name for name in scheduled if name.startswith("orders.")}
    assert len(ours) == 8
    assert all(hasattr(tasks, name.rpartition(".")[2]) for name in ours)
