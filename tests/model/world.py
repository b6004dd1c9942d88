"""The ground a state machine walks on: one example is one database transaction, a stopped clock, news that may be
lost, and the stand-ins' books beside ours.

What a commit would announce is kept in `news`: the machine decides whether it wakes a worker, wakes it late or never.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import Task
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from addressless.models import Claim
from addressless.tasks import sweep_claims
from catalog.models import ProductVariant
from florists.models import Florist
from florists.tasks import sweep_offers
from interflora.lib import clock
from notifications.tasks import resolve_unknown_messages, sweep_outbox
from orders.tasks import (
    check_promises,
    reconcile_nightly,
    reconcile_payments,
    sweep_deliveries,
    sweep_facts,
    sweep_refunds,
    sweep_stripe_events,
    sweep_unpaid,
)
from tests.standin_client import JSON, StandIns

# A Tuesday, three weeks before the hour changes: windows and promises cross it.
START = datetime(2027, 3, 9, 9, 30, tzinfo=clock.PARIS)
BEAT: dict[str, Task] = {
    "claims": sweep_claims,
    "outbox": sweep_outbox,
    "unknown": resolve_unknown_messages,
    "events": sweep_stripe_events,
    "refunds": sweep_refunds,
    "offers": sweep_offers,
    "deliveries": sweep_deliveries,
    "unpaid": sweep_unpaid,
    "facts": sweep_facts,
    "reconcile": reconcile_payments,
    "nightly": reconcile_nightly,
    "promises": check_promises,
}


class Alarm(logging.Handler):
    """Keeps what our code logs as an error: sweeps swallow exceptions, this does not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class World:
    """One example at a time: `begin`, then anything, then `end` forgets it all."""

    def __init__(self, standins: StandIns, client: Client, *, variant: ProductVariant, florists: list[Florist]) -> None:
        self.standins, self.client = standins, client
        self.variant, self.florists = variant, florists
        self.moment = START
        self.alarm = Alarm()
        self.news: list[Callable[[], object]] = []
        self.told: list[JSON] = []  # webhooks handed over before, for replays
        self._example: transaction.Atomic | None = None
        self._books: dict[str, list[JSON]] | None = None

    def now(self) -> datetime:
        """What Django believes the moment to be."""
        return self.moment

    def begin(self) -> None:
        self.standins.reset()
        self.standins.post("settings", delay=1e9)  # texts move when the machine says so, never by themselves
        self.news, self.told, self._books, self.moment = [], [], None, START
        self.alarm.lines.clear()
        self._example = transaction.atomic()
        self._example.__enter__()
        self.pass_time(timedelta())

    def end(self) -> None:
        assert self._example is not None
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)
        self._example = None

    # --- Time and workers
    def pass_time(self, span: timedelta) -> None:
        """Move our clock and the providers'."""
        self.moment += span
        self.standins.post("advance", to=self.moment.timestamp())
        self.forget_books()

    def collect(self) -> None:
        """What the commits so far announced; rules the database checks at commit are checked now."""
        connection.check_constraints()
        self.news += [announced[1] for announced in connection.run_on_commit]
        connection.run_on_commit = []

    def hear(self, most: int = 200) -> None:
        """Let news arrive, oldest first, with those they cause in their turn."""
        for _turn in range(most):
            if not self.news:
                break
            self.news.pop(0)()
            self.collect()
        self.forget_books()

    def lose_news(self) -> None:
        """Redis forgets everything."""
        self.news.clear()

    def beat(self, *names: str) -> None:
        """Run periodic tasks (all of them without names)."""
        for name in names or BEAT:
            if name == "claims" and not Claim.objects.exists():  # nothing to sweep, and a third of the time
                continue
            BEAT[name]()
            self.collect()
        self.forget_books()

    # --- Providers
    def books(self) -> dict[str, list[JSON]]:
        """Stripe's ledger as it stands."""
        if self._books is None:
            self._books = self.standins.ledger()
        return self._books

    def forget_books(self) -> None:
        """Something may have happened at Stripe."""
        self._books = None

    def held_webhooks(self) -> list[JSON]:
        return self.standins.webhooks(state="held")

    def hand(self, webhooks: list[JSON]) -> None:
        """Post webhooks to the shop, in this order; every one is answered 200."""
        for webhook in webhooks:
            assert self.standins.hand(self.client, webhook) == 200, webhook["kind"]
            self.collect()
        new = [webhook for webhook in webhooks if webhook["id"] not in {one["id"] for one in self.told}]
        if new:
            self.standins.post("webhooks/taken", ids=[webhook["id"] for webhook in new])
            self.told += new

    def catch_up(self, rounds: int = 4) -> None:
        """Every webhook arrives, every worker does what is due, until nothing moves."""
        held = self.held_webhooks()
        for _round in range(rounds):
            self.hand(held)
            self.hear()
            self.beat()
            held = self.held_webhooks()
            if not held and not self.news:
                return

    def received(self, channel: str = "") -> list[JSON]:
        """Messages as people got them."""
        return self.standins.messages(channel)

    def fault(self, **fault: Any) -> None:
        self.standins.fault(**fault)


def size(*, examples: int, steps: int) -> hypothesis_settings:
    """How much is tried: the same examples at every build.

    MODEL_EXAMPLES and MODEL_STEPS ask for others, at random; MODEL_SHRINK for the shortest failing story (minutes).
    """
    more = "MODEL_EXAMPLES" in os.environ
    return hypothesis_settings(
        max_examples=int(os.environ.get("MODEL_EXAMPLES", examples)),
        stateful_step_count=int(os.environ.get("MODEL_STEPS", steps)),
        derandomize=not more,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if "MODEL_SHRINK" in os.environ else [])],
        print_blob=more,
    )
