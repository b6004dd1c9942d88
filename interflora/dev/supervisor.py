"""`./shop run` and `./shop manage`: the command line over a `Stack`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType

import environ

from interflora.dev.embedded import EmbeddedError
from interflora.dev.roles import Ports
from interflora.dev.stack import Stack, StackError, is_free, is_reserved
from interflora.dev.tools import CHECKOUT

WATCH_SECONDS = 0.5


class Stopped(Exception):
    """Somebody asked this process to end."""


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second signal must not interrupt the orderly end.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped


def choose_ports(asked: int | None) -> Ports:
    """Return free ports, near the usual ones, saying which were busy.

    Raises StackError when the port that was asked for is taken, or kept by the system.
    """
    wanted = Ports() if asked is None else replace(Ports(), shop=asked, backoffice=asked + 1)
    chosen: dict[str, int] = {}
    for name, port in vars(wanted).items():
        free = next((p for p in range(port, port + 100) if is_free(p) and p not in chosen.values()), None)
        if free is None or (free != port and asked is not None and name in {"shop", "backoffice"}):
            why = "is not open to you: the system keeps it for root" if is_reserved(port) else "is taken"
            raise StackError(f"Port {port} {why}. Choose another with --port.")
        if free != port:
            print(f"Port {port} is taken: {name} uses {free}.")
        chosen[name] = free
    return Ports(**chosen)


def greeting(stack: Stack, seconds: float) -> str:
    """Return what is printed once every page answers."""
    rows = [("Shop", stack.shop_url)]
    if stack.outbox_url:
        rows.append(("Outbox (every e-mail, SMS and DM)", stack.outbox_url))
    rows += [
        ("Back office", f"{stack.backoffice_url}gestion/"),
        ("Florists", f"{stack.backoffice_url}fleuriste/"),
    ]
    width = max(len(name) for name, _url in rows)
    lines = [f"Ready in {seconds:.1f} s. Ctrl-C stops everything.", ""]
    lines += [f"  {name:<{width}}  {url}" for name, url in rows]
    sign_ins = stack.data_dir / "sign-ins.txt"
    if sign_ins.exists():
        lines += ["", *("  " + line for line in sign_ins.read_text().splitlines())]
    return "\n".join([*lines, "", f"  Data and logs: {stack.data_dir}", ""])


def run(arguments: list[str]) -> int:
    """Serve until a signal comes or a process stops by itself; return the exit status."""
    parser = argparse.ArgumentParser(prog="./shop run", description="Prepare everything and serve the shop.")
    parser.add_argument("--port", type=int, help="the shop's port; the back office takes the next one")
    parser.add_argument("--data", type=Path, default=CHECKOUT / "var", help="folder of the data (var)")
    options = parser.parse_args(arguments)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _stop)
    started = time.monotonic()
    stack = None
    try:
        stack = Stack(options.data)
        if options.data.exists():
            stack.lock()  # before the ports, which the shop that already runs here has taken
        stack.ports = choose_ports(options.port)
        stack.start()
        print(greeting(stack, time.monotonic() - started), flush=True)
        while True:
            stack.watch()
            threading.Event().wait(WATCH_SECONDS)
    except Stopped:
        print("\nStopping …", flush=True)
        return 0
    except (StackError, EmbeddedError) as error:
        print(f"./shop run: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        if stack is not None:
            stack.stop()


def manage(arguments: list[str]) -> int:
    """Run Django's command line on the data of `./shop run`, with its servers running or not.

    The role is the back office, or the one SITE_ROLE names.
    """
    stack = Stack(CHECKOUT / "var")
    try:
        stack.join()
    except (StackError, EmbeddedError) as error:
        print(f"./shop manage: {error}", file=sys.stderr)
        return 1
    try:
        role = os.environ.get("SITE_ROLE", "backoffice")
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=CHECKOUT, env=stack.environment(role), check=False).returncode
    finally:
        stack.stop()


def main() -> int:
    """Dispatch the command of the `shop` script."""
    if (CHECKOUT / ".env").exists():
        environ.Env.read_env(CHECKOUT / ".env")
    command, *arguments = sys.argv[1:] or ["run"]
    return {"run": run, "manage": manage}[command](arguments)


if __name__ == "__main__":
    sys.exit(main())
