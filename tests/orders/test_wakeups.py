"""The names under which this app wakes its tasks are those of real tasks, and they reach the broker."""

from __future__ import annotations

import json

import pytest
from celery.canvas import Signature

from interflora.celery import app
from interflora.lib.nudge import nudge
from orders import payments, tasks, wakeups
from orders.models import Payment
from tests.orders.factories import make_order
from tests.standin_client import StandIns


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


@pytest.mark.django_db(transaction=True)
def test_a_reconciliation_too_long_for_one_task_goes_on_in_another(
    standins: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = [make_order(), make_order()]
    for order in paid:
        standins.pay(payments.start(order, shown_cents=order.total_cents))
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0.0)
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete("celery")
        tasks.reconcile_payments()
        going_on = [json.loads(message)["headers"] for message in client.lrange("celery", 0, -1)]
        client.delete("celery")
    second = Payment.objects.get(order=paid[1]).pk
    names = [(h["task"], h["argsrepr"]) for h in going_on if h["task"] == "orders.tasks.reconcile_payments"]
    assert names == [("orders.tasks.reconcile_payments", f"({second},)")]
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["confirmed", "pending"]
    tasks.reconcile_payments(second)
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == ["confirmed", "confirmed"]


def test_scheduled_tasks_never_pile_up_while_workers_are_busy() -> None:
    for name, entry in app.conf.beat_schedule.items():
        if isinstance(entry["schedule"], float):
            assert entry["options"]["expires"] <= max(entry["schedule"], 60), name


def test_every_scheduled_task_of_this_app_exists() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    ours = {name for name in scheduled if name.startswith("orders.")}
    assert len(ours) == 9
    assert all(hasattr(tasks, name.rpartition(".")[2]) for name in ours)
