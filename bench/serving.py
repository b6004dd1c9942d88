"""A throwaway shop to measure: PostgreSQL, Redis, demo catalogue, two gunicorn workers, DEBUG off. Loopback only."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from interflora.dev import roles
from interflora.dev.embedded import Postgres, Valkey
from interflora.dev.stack import free_port

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass(frozen=True)
class Shop:
    """Where it answers, and the environment of its processes."""

    base: str
    environment: dict[str, str]
    values: dict[str, str]

    def python(self, *arguments: str) -> str:
        """Run a module of the checkout as the shop; its output."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


@contextmanager
def shop(**more: str) -> Iterator[Shop]:
    """A running shop with `more` settings; everything stops with the block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        postgres, valkey = Postgres(Path(folder), throwaway=True), Valkey(Path(folder), throwaway=True)
        server: subprocess.Popen[bytes] | None = None
        port = free_port()
        try:
            urls = {"DATABASE_URL": postgres.start(), "REDIS_URL": valkey.start()}
            values = roles.settings_for({}, Path(folder), roles.Ports(shop=port), urls)
            values |= {"DEBUG": "off", "LOG_LEVEL": "ERROR", **more}
            environment = roles.environment("shop", {k: v for k, v in values.items() if not k.endswith("_API_BASE")})
            environment |= {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            served = Shop(f"http://127.0.0.1:{port}", environment, values)
            served.python("manage.py", "migrate", "-v0", "--skip-checks")
            served.python("manage.py", "load_demo_catalogue")
            gunicorn = [sys.executable, "-m", "gunicorn", "bench.wsgi", "--no-control-socket", "--log-level", "error"]
            server = subprocess.Popen(
                [*gunicorn, "-w", str(WORKERS), "-b", f"127.0.0.1:{port}"], env=environment, cwd=ROOT
            )
            wait_for(served.base)
            yield served
        finally:
            if server:
                server.terminate()
                server.wait(20)
            valkey.stop()
            postgres.stop()


def wait_for(url: str, seconds: float = 20) -> None:
    """Wait until the page answers."""

    async def look() -> None:
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            try:
                async with aiohttp.ClientSession() as session, session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)
        raise SystemExit("the shop did not answer")

    asyncio.run(look())


def machine() -> str:
    """The day and the machine's shape, its load included: figures of a busy machine are ratios, nothing else."""
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {WORKERS} sync workers, load average {load:.1f}"
    )
