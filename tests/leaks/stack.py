"""The shop under watch: every process as in production, on throwaway servers, each with its log and its temp folder."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from celery import Celery

from interflora.dev import roles
from interflora.dev.embedded import Postgres, Server
from interflora.dev.stack import free_port
from interflora.dev.tools import CHECKOUT
from interflora.lib import clock
from tests.journeys.stack import JourneyStack

STATISTICS = "shared_preload_libraries = 'pg_stat_statements'\n"


@dataclass
class LeakStack(JourneyStack):
    """`./shop run` with DEBUG off, error reports on file, temporary files in one folder, statements counted."""

    @property
    def temporary(self) -> Path:
        return self.data_dir / "tmp"

    @property
    def reports(self) -> Path:
        return self.data_dir / "reports"

    @property
    def postgres(self) -> Postgres:
        return next(server for server in self._servers if isinstance(server, Postgres))

    @property
    def servers(self) -> list[Server]:
        return self._servers

    def lock(self) -> None:
        super().lock()
        for folder in (self.temporary, self.reports):
            folder.mkdir(mode=0o700, exist_ok=True)

    def start_servers(self) -> None:
        super().start_servers()
        with (self.postgres.cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write(STATISTICS)
        self.restart_postgres()
        self.sql("create extension if not exists pg_stat_statements")

    def restart_postgres(self) -> None:
        super().restart_postgres()
        if self._keeper is not None:
            self._keeper.watch(self.postgres.pid, self.postgres.stop_signal)

    def environment(self, role: str) -> dict[str, str]:
        values = super().environment(role) | {
            "DJANGO_SETTINGS_MODULE": "tests.leaks.settings",
            "TMPDIR": str(self.temporary),
            "LEAKS_REPORTS": str(self.reports),
        }
        return values | {"DEBUG": "off"}

    def prepare(self) -> None:
        self.demonstration("interflora.dev.prepare", "migrate")
        self.demonstration("interflora.dev.prepare", "load", str(self.data_dir))

    def demonstration(self, module: str, *arguments: str) -> str:
        """Run a module as the back office with DEBUG on, where demonstration accounts exist; what it printed."""
        command = [sys.executable, "-m", module, *arguments]
        demo = super().environment("backoffice") | {"DEBUG": "on"}
        ended = subprocess.run(command, env=demo, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(f"{module} failed:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def _processes(self) -> list[tuple[str, str, list[str]]]:
        ours = {
            "interflora.wsgi:application": "tests.leaks.wsgi:application",
            "interflora.celery": "tests.leaks.worker",
        }
        rows = super()._processes()
        return [(name, role, [ours.get(part, part) for part in command]) for name, role, command in rows]

    def today(self) -> date:
        """The day the processes believe it is, in Paris."""
        return clock.paris(clock.now() + timedelta(seconds=self.offset)).date()

    def wake(self, task: str) -> None:
        """Have a worker run one of the sweepers now."""
        client = Celery(broker=self.values["REDIS_URL"].replace("unix://", "redis+socket://"))
        with client.connection_for_write() as connection:
            client.send_task(task, connection=connection, ignore_result=True)
        client.close()


def make(folder: Path) -> LeakStack:
    """A shop on free ports; the caller starts and stops it."""
    given = {name: os.environ[name] for name in roles.MACHINE if name in os.environ}
    ports = roles.Ports(shop=free_port(), backoffice=free_port(), standins=free_port(), smtp=free_port())
    return LeakStack(folder, ports, given, throwaway=True, say=lambda _line: None)
