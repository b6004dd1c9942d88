"""The whole shop on a throwaway folder, its clock set to a working morning, and what a journey needs to reach it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import redis

from interflora.dev import roles
from interflora.dev.embedded import Postgres, Server, Valkey
from interflora.dev.stack import Stack, free_port
from interflora.lib import clock
from tests.standin_client import StandIns

CLOCK_FOLDER = Path(__file__).resolve().parent / "clock"
WAIT_SECONDS = 90.0


def working_morning() -> datetime:
    """Next working day at 10:00 Paris, followed by another working day: texts leave, flowers can be made today."""
    day = clock.paris_today() + timedelta(days=1)
    while not (clock.is_working_day(day) and clock.is_working_day(day + timedelta(days=1))):
        day += timedelta(days=1)
    return clock.at_paris(day, 10)


# How far this process is itself ahead of the machine's clock (`./shop test --at`).
AHEAD = float(os.environ.get("JOURNEY_CLOCK_OFFSET", "0"))


def seconds_to_morning() -> float:
    """How far the journeys' clock is ahead of the machine's, this process believing in another moment or not."""
    return (working_morning() - clock.now()).total_seconds() + AHEAD


@dataclass
class JourneyStack(Stack):
    """`./shop run` on free ports with its wall clock moved; everything else is the shop as it is."""

    offset: float = field(default_factory=seconds_to_morning)

    def _moved(self, environment: dict[str, str]) -> dict[str, str]:
        moved = {"JOURNEY_CLOCK_OFFSET": str(self.offset), "JOURNEY_CLOCK_FILE": str(self._clock_file)}
        return environment | {"PYTHONPATH": str(CLOCK_FOLDER)} | moved

    @property
    def _clock_file(self) -> Path:
        return self.data_dir / "clock"

    def start(self) -> None:
        """Raises StackError."""
        self.lock()
        self._clock_file.touch()
        super().start()

    def now(self) -> datetime:
        """The moment it is for the shop, UTC."""
        return clock.now() + timedelta(seconds=self.offset - AHEAD)

    def let_go_by(self, wait: timedelta) -> None:
        """All clocks of the shop and of its providers jump ahead, within a moment; this process keeps its own."""
        self.offset += wait.total_seconds()
        beside = self._clock_file.with_suffix(".new")
        beside.write_text(str(self.offset))
        beside.replace(self._clock_file)

    def environment(self, role: str) -> dict[str, str]:
        """Behind a proxy, as in production: who orders without a screen says from which address."""
        return self._moved(super().environment(role) | {"TRUSTED_PROXY_HOPS": "1"})

    def _standins_environment(self) -> dict[str, str]:
        return self._moved(super()._standins_environment())

    @property
    def standins(self) -> StandIns:
        return StandIns(f"http://127.0.0.1:{self.ports.standins}")

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement on the journey's database: the way a journey lets days go by."""
        connection = psycopg2.connect(self.values["DATABASE_URL"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def one(self, statement: str, *values: Any) -> Any:
        """The single value of a query. Raises IndexError when there is none."""
        return self.sql(statement, *values)[0][0]

    # --- Bad days
    def _server(self, kind: type[Server]) -> Server:
        return next(server for server in self._servers if isinstance(server, kind))

    def flush_redis(self) -> None:
        redis.Redis.from_url(self.values["REDIS_URL"], protocol=2).flushall()

    @contextmanager
    def redis_stopped(self) -> Iterator[None]:
        """No Redis for a while; it comes back empty."""
        server = self._server(Valkey)
        server.stop()
        try:
            yield
        finally:
            server.start()

    def restart_postgres(self) -> None:
        """Every connection is cut, as when the machine below is renewed."""
        server = self._server(Postgres)
        server.stop()
        server.start()

    def process(self, name: str) -> subprocess.Popen[bytes]:
        return self._children[name]

    def respawn(self, name: str) -> None:
        """Start a killed process again, as whatever watches over production would."""
        self._children[name].wait()
        self._forget(name)
        _name, role, command = next(row for row in self._processes() if row[0] == name)
        self._spawn(name, command, self.environment(role))

    def messages_to(self, to: str, channel: str = "") -> list[dict[str, Any]]:
        return self.standins.messages(channel=channel, to=to)

    def wait_message(self, to: str, containing: str, channel: str = "") -> dict[str, Any]:
        """The first message to `to` that contains these words, as received; waits for the worker."""
        found: dict[str, Any] = wait_for(
            lambda: next((m for m in self.messages_to(to, channel) if containing in str(m)), None)
        )
        return found


def wait_for(look: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """What `look` answers once it is something; raises AssertionError when it stays empty."""
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came in time")


def start(folder: Path) -> JourneyStack:
    """A running shop of its own."""
    given = {name: os.environ[name] for name in roles.MACHINE if name in os.environ}
    ports = roles.Ports(shop=free_port(), backoffice=free_port(), standins=free_port(), smtp=free_port())
    stack = JourneyStack(folder, ports, given, throwaway=True, say=lambda _line: None)
    stack.start()
    return stack
