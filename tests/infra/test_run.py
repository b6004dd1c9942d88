"""`./shop run`, for real: it serves, stops cleanly, survives a kill, and its processes hold their own keys only."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from interflora.dev.embedded import command_of
from interflora.dev.stack import StackError, free_port, is_free
from interflora.dev.supervisor import choose_ports
from interflora.dev.tools import CHECKOUT

pytestmark = pytest.mark.slow
START_SECONDS = 300


JOIN = """
import sys
from pathlib import Path
import psycopg2
from interflora.dev.stack import Stack
stack = Stack(Path(sys.argv[1]))
stack.join()
with psycopg2.connect(stack.values["DATABASE_URL"]).cursor() as cursor:
    cursor.execute("SELECT count(*) FROM auth_user WHERE username = 'admin'")
    print(stack.shop_url, cursor.fetchone()[0])
stack.stop()
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for the tests of this file: the first prepares it, the others find it ready."""
    folder = Path(tempfile.mkdtemp(prefix="interflora-run-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def environment() -> dict[str, str]:
    """A person's environment: none of the tests' settings."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def free_pair() -> int:
    """Return a port whose next one is free as well."""
    while not is_free((port := free_port()) + 1):
        pass
    return port


class Run:
    """A running `./shop run` and what it printed."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        command = [sys.executable, "-m", "interflora.dev.supervisor", "run", "--data", str(data), "--port", str(port)]
        self.process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed = ""

    def until(self, text: str) -> str:
        """Read what is printed until a line holds `text`."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if text in line:
                return line
        raise AssertionError(f"« {text} » was never printed: {self.printed}")

    def rest(self) -> str:
        """Read what is printed until the end."""
        assert self.process.stdout is not None
        self.printed += self.process.stdout.read()
        return self.printed

    def children(self) -> list[int]:
        """Return the pids of the processes that keep their state in this data folder."""
        found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in found.splitlines()]
        family = {self.process.pid}
        for _generation in range(4):
            family |= {pid for pid, parent in pairs if parent in family}
        return sorted(family - {self.process.pid})


@contextmanager
def running(data: Path, port: int | None = None) -> Iterator[Run]:
    run = Run(data, port or free_pair())
    try:
        run.until("Ready in")
        run.until("Data and logs")
        yield run
    finally:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGTERM)
            run.process.wait(30)
        assert run.process.stdout is not None
        run.process.stdout.close()


def gone(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(command_of(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def keys_of(pid: int) -> set[str]:
    lines = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    return {name for name, value in pairs.items() if value}


@pytest.mark.timeout(START_SECONDS)
def test_it_serves_every_site_and_stops_on_ctrl_c_leaving_only_its_data(data: Path):
    with running(data) as run:
        addresses = dict(re.findall(r"^  (Shop|Outbox|Back office|Florists)\b.*?(http\S+)", run.printed, re.MULTILINE))
        session = requests.Session()
        session.trust_env = False
        assert {name: session.get(url, timeout=20).status_code for name, url in addresses.items()} == {
            "Shop": 200,
            "Outbox": 200,
            "Back office": 200,
            "Florists": 200,
        }
        well = {"database": "ok", "redis": "ok", "address_key": "ok"}
        assert session.get(f"http://127.0.0.1:{run.port}/readyz", timeout=20).json() == well
        # Commands join the running servers.
        join = [sys.executable, "-c", JOIN, str(data)]
        joined = subprocess.run(join, cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=False)
        assert joined.stdout == f"http://127.0.0.1:{run.port}/ 1\n", joined.stderr
        # Each site answers 404 for the other's pages.
        assert session.get(f"http://127.0.0.1:{run.port}/gestion/", timeout=20).status_code == 404
        assert session.get(f"http://127.0.0.1:{run.port + 1}/panier/", timeout=20).status_code == 404
        family = run.children()
        assert len(family) >= 8
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(30) == 0
        assert run.rest().endswith("Stopping …\n")
        assert gone(family, 1)
    left = {path.name for path in (data / "run").iterdir()}
    assert left == set()
    assert is_free(run.port)


@pytest.mark.timeout(START_SECONDS)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="environments of processes are read from /proc")
def test_processes_hold_the_keys_of_their_role_and_the_stand_ins_none(data: Path):
    with running(data) as run:
        held: dict[str, set[str]] = {}
        for pid in run.children():
            line = command_of(pid)
            names = keys_of(pid)
            for name, sign in {"worker": "celery", "standins": "-m standins", "servers": "postgres -D"}.items():
                if sign in line:
                    held.setdefault(name, set()).update(names)
            if "gunicorn" in line:
                held.setdefault("backoffice" if f":{run.port + 1}" in line else "shop", set()).update(names)
    ours = {"ADDRESS_KEY_DIR", "LINK_KEY", "FIELD_ENCRYPTION_KEYS", "GIFT_HMAC_KEY", "FLORIST_LINK_KEY", "SECRET_KEY"}
    assert {name: names & ours for name, names in held.items()} == {
        "shop": {"LINK_KEY", "FIELD_ENCRYPTION_KEYS", "GIFT_HMAC_KEY", "SECRET_KEY"},
        "backoffice": {"ADDRESS_KEY_DIR", "FLORIST_LINK_KEY", "SECRET_KEY"},
        "worker": {"LINK_KEY", "FIELD_ENCRYPTION_KEYS", "GIFT_HMAC_KEY", "FLORIST_LINK_KEY", "SECRET_KEY"},
        "standins": set(),
        "servers": set(),
    }


@pytest.mark.timeout(START_SECONDS)
def test_killed_supervisor_leaves_nothing_running_and_the_next_run_starts(data: Path):
    with running(data) as run:
        family = run.children()
        run.process.kill()
        run.process.wait()
        assert gone(family, 25)
    with running(data, run.port) as again:
        assert again.process.poll() is None


@pytest.mark.timeout(START_SECONDS)
def test_second_run_on_the_same_data_is_refused_in_one_line(data: Path):
    with running(data) as run:
        second = Run(data, free_pair())
        printed = second.rest()
        assert second.process.wait(20) == 1
        second.process.stdout.close()  # type: ignore[union-attr]
        assert printed.splitlines()[-1] == (
            f"./shop run: The shop is already running on {data.resolve()} (process {run.process.pid})."
        )
        assert run.process.poll() is None


@pytest.mark.timeout(START_SECONDS)
def test_process_that_dies_is_named_with_its_last_lines_and_stops_the_rest(data: Path):
    with running(data) as run:
        family = run.children()
        worker = next(pid for pid in family if "celery" in command_of(pid) and " beat " in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        assert run.process.wait(30) == 1
        assert "The process « beat » stopped" in run.rest()
        assert gone(family, 1)


def test_taken_port_is_said_before_anything_starts(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(tmp_path / "data", port)
        assert run.rest() == f"./shop run: Port {port} is taken. Choose another with --port.\n"
        assert run.process.wait(10) == 1
        run.process.stdout.close()  # type: ignore[union-attr]
    assert not (tmp_path / "data").exists()


def test_port_kept_by_the_system_is_not_called_taken():
    """Asked for by an unprivileged child: the tests may be root's, who may have any port."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            choose_ports(1)
        except StackError as error:
            os.write(write, str(error).encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as said:
        assert said.read() == "Port 1 is not open to you: the system keeps it for root. Choose another with --port."
