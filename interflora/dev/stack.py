"""Every process of the shop on one machine, started and stopped together.

`./shop run` is one of these on `var/`; browser journeys start another on a throwaway folder and free ports.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from interflora.dev import roles
from interflora.dev.embedded import Postgres, Server, Valkey, check_locale, database_url, redis_url, socket_folder
from interflora.dev.keeper import Keeper
from interflora.dev.tools import CHECKOUT

READY_SECONDS = 120.0
STOP_SECONDS = 15.0
ROTATE_SECONDS = 24 * 3600.0
FIRST_PORT, PORTS = 12_000, 16_000


class StackError(RuntimeError):
    """The shop cannot start, or stopped; the message is for the person at the keyboard."""


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on; below those the system hands out by itself meanwhile."""
    while not is_free(port := FIRST_PORT + secrets.randbelow(PORTS)):
        pass
    return port


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_reserved(port: int) -> bool:
    """Say whether the system keeps this port from us, as it does those under 1024 for all but root."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return True
        except OSError:
            return False
    return False


def announce(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


@dataclass
class Stack:
    """The whole shop over one data folder. `start` returns when every page can be asked for; `stop` ends it all."""

    data_dir: Path
    ports: roles.Ports = field(default_factory=roles.Ports)
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    throwaway: bool = False
    say: Callable[[str], None] = announce

    def __post_init__(self) -> None:
        self.data_dir = self.data_dir.resolve()
        self.values: dict[str, str] = {}
        self._servers: list[Server] = []
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._keeper: Keeper | None = None
        self._lock: IO[str] | None = None
        self._rotate_at = 0.0

    @property
    def shop_url(self) -> str:
        """Address of the shop's home page."""
        return self.values.get("SITE_URL", f"http://127.0.0.1:{self.ports.shop}") + "/"

    @property
    def backoffice_url(self) -> str:
        """Origin of the back office and of the florists' pages."""
        return self.values.get("BACKOFFICE_URL", f"http://127.0.0.1:{self.ports.backoffice}") + "/"

    @property
    def outbox_url(self) -> str:
        """Page of the stand-ins with every message as received; "" when every provider is real."""
        return f"http://127.0.0.1:{self.ports.standins}/outbox" if roles.needs_standins(self.given) else ""

    # --- Life ------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Start servers, prepare the data, start every process and wait for their pages. Raises StackError."""
        self.lock()
        try:
            self._keeper = Keeper()
            (self.data_dir / "ports.json").write_text(json.dumps(vars(self.ports)))
            if roles.needs_standins(self.given):
                self._spawn("standins", self._standins_command(), self._standins_environment())
            self.start_servers()
            first = "" if (self.data_dir / "sign-ins.txt").exists() else " (the first time takes a moment)"
            self.say(f"Preparing the data{first} …")
            self.prepare()
            self.say("Starting the processes …")
            for name, role, command in self._processes():
                self._spawn(name, command, self.environment(role))
            self._await_pages()
            self._rotate_at = time.monotonic() + ROTATE_SECONDS
        except BaseException:
            self.stop()
            raise

    def lock(self) -> None:
        """Take the data folder for this process alone; does nothing twice. Raises StackError when another holds it."""
        if self._lock is not None:
            return
        self.data_dir.mkdir(parents=True, exist_ok=True)
        for name in ("logs", "address-keys", "media", "standins"):
            (self.data_dir / name).mkdir(mode=0o700, exist_ok=True)
        lock = (self.data_dir / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            lock.close()
            raise StackError(f"The shop is already running on {self.data_dir} (process {holder}).") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def start_servers(self) -> None:
        """Start the embedded servers that no DATABASE_URL or REDIS_URL replaces, and settle every setting."""
        urls: dict[str, str] = {}
        wanted: dict[str, type[Server]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
        for name, kind in wanted.items():
            if self.given.get(name):
                continue
            server = kind(self.data_dir, throwaway=self.throwaway)
            urls[name] = server.start()
            self._servers.append(server)
            if self._keeper is not None:
                self._keeper.watch(server.pid, server.stop_signal)
        self.values = roles.settings_for(self.given, self.data_dir, self.ports, urls)
        if problem := check_locale(self.values["DATABASE_URL"]):
            raise StackError(problem)

    def join(self) -> None:
        """Settle the settings on the servers of a running stack, or start servers of one's own on the data."""
        try:
            self.lock()
        except StackError:
            self.ports = roles.Ports(**json.loads((self.data_dir / "ports.json").read_text()))
            sockets = socket_folder(self.data_dir)
            urls = {"DATABASE_URL": database_url(sockets), "REDIS_URL": redis_url(sockets)}
            ours = {name: url for name, url in urls.items() if not self.given.get(name)}
            self.values = roles.settings_for(self.given, self.data_dir, self.ports, ours)
        else:
            self.start_servers()

    def prepare(self) -> None:
        """Migrate, compile translations, gather static files, load the demo: what a second run finds done."""
        prepare = [sys.executable, "-m", "interflora.dev.prepare"]
        self.run_once("migrate", [*prepare, "migrate"], "worker")  # as in production: some data steps need its keys
        self.run_once("prepare", [*prepare, "load", str(self.data_dir)], "backoffice")

    def environment(self, role: str) -> dict[str, str]:
        """Return the environment of a process of this stack."""
        return roles.environment(role, self.values, self.given)

    def run_once(self, name: str, command: list[str], role: str) -> None:
        """Run one command to its end in the environment of `role`. Raises StackError with its last lines."""
        process = self._spawn(name, command, self.environment(role))
        while process.poll() is None:
            self.watch_children(besides=name)
            time.sleep(0.02)
        self._forget(name)
        if process.returncode != 0:
            raise StackError(self._obituary(name, process))

    def watch(self) -> None:
        """Raise StackError when a process has stopped by itself; renew the address keys once a day."""
        self.watch_children()
        if time.monotonic() > self._rotate_at:
            self._rotate_at = time.monotonic() + ROTATE_SECONDS
            for name in ("rotate_address_keys", "destroy_address_keys"):
                self.run_once(name, [sys.executable, "manage.py", name], "backoffice")

    def stop(self) -> None:
        """End every process, then the servers; does nothing twice."""
        for child in reversed(self._children.values()):
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for name, child in list(self._children.items()):
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _signal(child, signal.SIGKILL)  # the group: what a child left behind
            child.wait()
            self._forget(name)
        while self._servers:
            self._servers.pop().stop()
        if self._keeper is not None:
            self._keeper.release()
            self._keeper = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # --- Processes -------------------------------------------------------------------------------------------------
    def _processes(self) -> list[tuple[str, str, list[str]]]:
        python = sys.executable
        gunicorn = [python, "-m", "gunicorn", "interflora.wsgi:application", "--no-control-socket", "--preload"]
        gunicorn += ["--log-level", "warning", "--graceful-timeout", "5", "--timeout", "60"]
        celery = [python, "-m", "celery", "-A", "interflora.celery"]
        beat = ["beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(self.data_dir / "beat-schedule")]
        worker = ["worker", "--loglevel", "WARNING", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        shop = ["--bind", f"127.0.0.1:{self.ports.shop}", "--workers", "2"]
        backoffice = ["--bind", f"127.0.0.1:{self.ports.backoffice}", "--workers", "1", "--threads", "4"]
        return [
            ("shop", "shop", gunicorn + shop),
            ("backoffice", "backoffice", gunicorn + backoffice),
            ("worker", "worker", celery + worker),
            ("campaigns", "worker", [*celery, *worker, "--queues", "campaigns", "--hostname", "campaigns@%h"]),
            ("beat", "worker", celery + beat),
        ]

    def _standins_command(self) -> list[str]:
        command = [sys.executable, "-m", "standins", "--port", str(self.ports.standins)]
        command += ["--smtp-port", str(self.ports.smtp), "--state", str(self.data_dir / "standins")]
        return [*command, "--shop-url", f"http://127.0.0.1:{self.ports.shop}"]

    def _standins_environment(self) -> dict[str, str]:
        # The stand-ins are nobody's role: they know the demo keys by heart and get none of the shop's.
        return {name: self.given[name] for name in roles.MACHINE if name in self.given} | {"PYTHONUNBUFFERED": "1"}

    def _spawn(self, name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.data_dir / "logs" / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=CHECKOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C reaches this process alone, which ends the others in order
            )
        self._children[name] = child
        if self._keeper is not None:
            self._keeper.watch(child.pid)
        return child

    def _forget(self, name: str) -> None:
        child = self._children.pop(name)
        if self._keeper is not None:
            self._keeper.gone(child.pid)

    def _obituary(self, name: str, child: subprocess.Popen[bytes]) -> str:
        log = self.data_dir / "logs" / f"{name}.log"
        last = "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-15:])
        return f"The process « {name} » stopped (exit {child.returncode}). Last lines of {log}:\n{last}"

    def _await_pages(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = {"shop": self.ports.shop, "backoffice": self.ports.backoffice}
        while waiting:
            self.watch_children()
            for name, port in list(waiting.items()):
                if answers(port, "/healthz"):
                    del waiting[name]
            if waiting and time.monotonic() > deadline:
                raise StackError(f"No answer from {', '.join(waiting)}: see {self.data_dir / 'logs'}.")
            time.sleep(0.05)

    def watch_children(self, besides: str = "") -> None:
        """Raise StackError when a process has stopped by itself."""
        for name, child in self._children.items():
            if name != besides and child.poll() is not None:
                raise StackError(self._obituary(name, child))


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def answers(port: int, path: str) -> bool:
    """Say whether a server on this port of loopback answers this path with 200 (one second at most)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
