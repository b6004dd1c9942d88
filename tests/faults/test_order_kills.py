"""A process killed between two lines of the money: nothing is lost, nothing is done twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from interflora.lib import clock
from orders import cancellation, payments, refunds, stripe_gateway, tasks, webhooks
from orders.models import Order, Payment, Refund, RefundCause, StripeEvent
from tests.orders import work
from tests.orders.factories import make_order
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db(transaction=True)
FULL = 5580


def die(*_args: Any, **_kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(real: Callable[..., Any]) -> Callable[..., Any]:
    """Do the real thing, then SIGKILL this process."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        die()

    return wrapped


def killed(verb: Callable[[], object], module: Any, name: str, *, after: bool) -> None:
    """Run `verb` in a process of its own that kills itself just before or just after `module.name`."""

    def run() -> None:
        setattr(module, name, then_die(getattr(module, name)) if after else die)
        verb()

    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now() + timedelta(hours=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def paid_at_stripe(standins: StandIns) -> Order:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=FULL))
    payments.reconcile(order.payments.get().pk)
    return order


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [
        (stripe_gateway, "create_refund", False),
        (stripe_gateway, "create_refund", True),
        (refunds, "settle", True),
        (refunds, "_succeed", True),
    ],
)
def test_a_worker_killed_around_a_refund(
    standins: StandIns, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: bool
) -> None:
    order = paid_at_stripe(standins)
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    refund = Refund.objects.get()
    killed(lambda: refunds.submit(refund.pk), module, name, after=after)
    assert not refunds.submit(refund.pk)  # the dead worker's lease, or done
    an_hour_later(monkeypatch)
    tasks.sweep_refunds()
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]
    assert [r["amount"] for r in standins.ledger()["refunds"]] == [FULL]


@pytest.mark.parametrize("after", [False, True])
def test_a_page_killed_around_the_opening_of_a_payment(standins: StandIns, after: bool) -> None:
    order = make_order()
    killed(lambda: payments.start(order, shown_cents=FULL), stripe_gateway, "create_session", after=after)
    assert Payment.objects.get().session_id is None
    page = payments.start(order, shown_cents=FULL)
    assert (len(standins.ledger()["sessions"]), Payment.objects.count()) == (1, 1)
    standins.pay(page)
    assert payments.reconcile(Payment.objects.get().pk)
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("name", ["_write_captured", "_pay_order"])
def test_a_worker_killed_in_the_middle_of_a_confirmation(standins: StandIns, name: str) -> None:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=FULL))
    pk = Payment.objects.get().pk
    killed(lambda: payments.reconcile(pk), payments, name, after=True)
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().status) == ("pending", "pending")
    tasks.reconcile_payments()
    order = Order.objects.select_related("delivery").get()
    assert (order.status, order.delivery.status) == ("paid", "to_assign")


@pytest.mark.parametrize(("name", "after"), [("apply", False), ("apply", True)])
def test_a_worker_killed_around_a_webhook(
    standins: StandIns, client: Client, monkeypatch: pytest.MonkeyPatch, name: str, after: bool
) -> None:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=FULL))
    standins.deliver(client)
    pk = StripeEvent.objects.get(kind="checkout.session.completed").pk
    killed(lambda: webhooks.handle(pk), payments, name, after=after)
    an_hour_later(monkeypatch)
    tasks.sweep_stripe_events()
    order.refresh_from_db()
    assert order.status == "paid"
    assert list(order.events.values_list("kind", flat=True)).count("paid") == 1
    assert StripeEvent.objects.filter(status="received").count() == 0


def test_a_request_killed_while_canceling_leaves_all_or_nothing(standins: StandIns) -> None:
    order = paid_at_stripe(standins)
    killed(lambda: cancellation.cancel(order.pk, RefundCause.STAFF), refunds, "request", after=True)
    order = Order.objects.select_related("delivery").get()
    assert (order.status, order.delivery.status, Refund.objects.count()) == ("paid", "to_assign", 0)
    assert cancellation.cancel(order.pk, RefundCause.STAFF)


def test_with_every_wake_up_lost_the_sweepers_finish_the_work(
    standins: StandIns, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order()
    standins.pay(payments.start(order, shown_cents=FULL))
    tasks.reconcile_payments()
    order.refresh_from_db()
    assert order.status == "paid"
    tasks.sweep_facts()
    assert cancellation.cancel(order.pk, RefundCause.SENDER_CANCELED)
    tasks.sweep_refunds()
    assert work.refunds_at_rest() == [("sender_canceled", FULL, "succeeded")]
    tasks.sweep_deliveries()
    tasks.sweep_unpaid()
    tasks.check_promises()
    tasks.reconcile_nightly()
    assert len(standins.ledger()["refunds"]) == 1
