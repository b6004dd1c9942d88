"""Runs the failing acceptances (accept_path.py) and hands what came out of them to the court."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from interflora.dev.tools import CHECKOUT
from interflora.lib import clock
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import World
from tests.leaks.matrix import Persona, Sink, State
from tests.leaks.story import DAYS_AHEAD

WHERE = "addressless:claim_accept_address"


@dataclass
class Failures:
    """What was made to fail, counted by kind and by the answer's status."""

    made: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    half_done: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.made.items())
        yield f"acceptances made to fail: {kinds}; answers {dict(self.statuses)}"
        yield from (f"HALF DONE {where}: sealed without being accepted, or the reverse" for where in self.half_done)


def typed(world: World) -> dict[str, str]:
    """The acceptance form, filled in for a day that is served."""
    day = world.stack.today() + timedelta(days=DAYS_AHEAD)
    while not clock.is_working_day(day):
        day += timedelta(days=1)
    return world.failing.form | {"day": date.isoformat(day), "half_day": "morning"}


def run(world: World, court: Court, drain: Callable[[Sight], None], every: int = 1) -> Failures:
    """Every failure (or one line in `every`), then an acceptance without Redis and one without a mail server."""
    found = Failures()
    _process(world, court, found, str(every))
    drain(_sight(world, Sink.LOGS))
    with world.stack.redis_stopped():
        _process(world, court, found, "once", kind="without Redis")
    world.stack.standins.fault(provider="smtp", operation="connect", kind="drop_before_effect", count=3)
    _process(world, court, found, "once", kind="without mail server")
    world.stack.wake("notifications.tasks.sweep_outbox")
    drain(_sight(world, Sink.LOGS))
    return found


def _sight(world: World, sink: Sink) -> Sight:
    return Sight(Persona.RECIPIENT_BEFORE, State.OPENED, sink, WHERE, world.failing.owner)


def _process(world: World, court: Court, found: Failures, argument: str, kind: str = "") -> None:
    log = world.stack.data_dir / "logs" / "accept_path.log"
    with log.open("ab") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "tests.leaks", "accept_path", argument],
            input=json.dumps(typed(world)).encode(),
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=CHECKOUT,
            env=world.stack.environment("shop"),
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"the failing acceptances stopped by themselves: {log.read_text()[-2000:]}")
    for line in done.stdout.splitlines():
        _judge(world, court, found, json.loads(line), kind)


def _judge(world: World, court: Court, found: Failures, told: dict[str, Any], kind: str) -> None:
    if "activity" in told:
        court.look(_sight(world, Sink.DATABASE), told["activity"])
        return
    court.look(_sight(world, Sink.PAGES), told["text"])
    where = str(told["where"])
    found.made[kind or ("lines" if ":" in where else where.partition(" ")[0] + "s")] += 1
    found.statuses[int(told["status"])] += 1
    if told["half_done"]:
        found.half_done.append(where)
