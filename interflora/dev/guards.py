"""Undo each essential guard in a copy of the checkout and see its test fail.

`tests/guards/<app>.toml` holds entries `[[guard]]` with `name`, `file`, `text` (exact, once in the file),
`replacement` and `test` (a pytest address). A guard whose removal no test notices is a guard nobody would miss.
`tries` (1 otherwise) repeats a test of a race, which may win by luck once.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from interflora.dev.embedded import DATABASE, Postgres, Valkey, redis_url
from interflora.dev.keeper import Keeper
from interflora.dev.tools import CHECKOUT, copy_checkout, test_environment
from interflora.dev.translations import compile_catalogs

SLOTS = 2
TEST_SECONDS = 240
# What a test says of its assertion is not read when it fails as it must.
PYTEST_OPTIONS = ("-p", "no:cacheprovider", "--assert=plain")


@dataclass(frozen=True)
class Guard:
    """One protection, how to undo it, and the test that must notice."""

    name: str
    file: str
    text: str
    replacement: str
    test: str
    tries: int = 1


class Slot:
    """A copy of the checkout with a database, a Redis and a warm pytest of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        self._output = folder.with_suffix(".log")
        self._warm = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm_pytest.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd="/",
        )

    def make_database(self) -> None:
        """Make the test database of this copy, which every test then finds there. Raises CalledProcessError."""
        code = "import django; django.setup(); from django.test.utils import setup_databases; setup_databases(0, False)"
        environment = self._environment | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=self.folder, check=True)

    def pytest(self, tests: Sequence[str], *, own_database: bool = False) -> tuple[int, str]:
        """Run tests in this copy; return pytest's exit status and what it printed.

        With `own_database`, on a database made for them from this copy's migrations, and dropped.
        """
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        environment, option = self._environment | {"TEST_DATABASE_IS_MADE": "1"}, "--reuse-db"
        if own_database:
            url = self._environment["DATABASE_URL"].replace("/guards", "/edited", 1)
            environment, option = self._environment | {"DATABASE_URL": url}, "--create-db"
        job = {
            "folder": str(self.folder),
            "environment": environment,
            "arguments": [*PYTEST_OPTIONS, option, *tests],
            "output": str(self._output),
            "seconds": TEST_SECONDS * len(tests),
        }
        self._warm.stdin.write(json.dumps(job) + "\n")
        self._warm.stdin.flush()
        status = int(self._warm.stdout.readline())
        return status, self._output.read_text(errors="replace")

    def close(self) -> None:
        """End the warm pytest."""
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.close()
        self._warm.wait()
        self._warm.stdout.close()


def read_guards(folder: Path = CHECKOUT / "tests" / "guards") -> list[Guard]:
    """Return every guard of tests/guards. Raises KeyError or TypeError for a malformed entry."""
    found = []
    for source in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(source.read_text()).get("guard", []):
            found.append(Guard(**entry))
    return found


def problem_with(guard: Guard) -> str:
    """Return why this guard cannot be undone, "" when it can."""
    source = CHECKOUT / guard.file
    if not source.is_file():
        return f"there is no file {guard.file}"
    path, _colons, name = guard.test.partition("::")
    test = CHECKOUT / path
    if not test.exists() or (name and f"def {name.partition('[')[0].split('::')[-1]}(" not in test.read_text()):
        return f"there is no test {guard.test}"
    count = source.read_text().count(guard.text)
    return "" if count == 1 else f"its text stands {count} times in {guard.file}, not once"


_seconds = itertools.count(int(time.time()))


def _write(path: Path, text: str) -> None:
    """Write one version of a file, dated like no other: Python trusts what it compiled by date and size."""
    path.write_text(text)
    date = next(_seconds)
    os.utime(path, (date, date))


def try_guard(guard: Guard, slot: Slot) -> str:
    """Undo one guard in the slot's copy and run its test; return "" when the test fails as it must."""
    edited = slot.folder / guard.file
    original = edited.read_text()
    # A guard in the schema needs a database made from the edited migrations.
    schema = "/migrations/" in guard.file
    _write(edited, original.replace(guard.text, guard.replacement))
    try:
        for _attempt in range(guard.tries):
            status, printed = slot.pytest([guard.test], own_database=schema)
            if status == 1 and " failed" in printed:
                return ""
            if status not in {0, 1}:
                break
    finally:
        _write(edited, original)
    last = "\n".join(printed.strip().splitlines()[-12:])
    return f"{guard.test} did not fail without it (pytest answered {status})\n{last}"


def _keeping_what_is_compiled(folder: Path) -> dict[str, str]:
    """Return the environment of a pytest that compiles each module once, into `folder`, even where that is off."""
    environment = test_environment() | {"PYTHONPYCACHEPREFIX": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _make_slots(folder: Path, sockets: Path) -> Iterator[Slot]:
    for number in range(SLOTS):
        copy = folder / f"copy{number}"
        copy_checkout(copy)
        compile_catalogs(copy)
        environment = _keeping_what_is_compiled(folder / "compiled") | {
            "DATABASE_URL": f"postgresql:///guards{number}?host={sockets}&user={DATABASE}",
            "REDIS_URL": redis_url(sockets, 40 + number),
        }
        yield Slot(copy, environment)


def _try_in_a_slot(guard: Guard, slots: queue.Queue[Slot]) -> str:
    slot = slots.get()
    try:
        return try_guard(guard, slot)
    finally:
        slots.put(slot)


def run_guards(wanted: Sequence[str] = (), *, unedited: bool = True) -> int:
    """Try every guard whose name holds one of the `wanted` words (all without words); return how many failed.

    With `unedited`, first requires that the same tests pass on the code as it is.
    """
    guards = [guard for guard in read_guards() if not wanted or any(word in guard.name for word in wanted)]
    failures = {guard.name: problem for guard in guards if (problem := problem_with(guard))}
    for name, problem in failures.items():
        print(f"failed  guard « {name} »: {problem}")
    guards = [guard for guard in guards if guard.name not in failures]
    if not guards:
        return len(failures)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="interflora-guards-"))
    folder.chmod(0o711)
    keeper = Keeper()
    keeper.remove(folder)
    postgres, valkey = Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)
    slots: queue.Queue[Slot] = queue.Queue()
    try:
        for server in (postgres, valkey):
            server.start()
            keeper.watch(server.pid, server.stop_signal)
        for slot in _make_slots(folder, postgres.sockets):
            slots.put(slot)
        with ThreadPoolExecutor(SLOTS) as pool:
            list(pool.map(Slot.make_database, slots.queue))
        if unedited:
            slot = slots.get()
            tests = sorted({guard.test for guard in guards})
            status, printed = slot.pytest(tests)
            slots.put(slot)
            if status != 0:
                print(f"failed  the tests of the guards do not pass on the code as it is:\n{printed[-4000:]}")
                return 1
        with ThreadPoolExecutor(SLOTS) as pool:
            results = pool.map(lambda guard: _try_in_a_slot(guard, slots), guards)
            for guard, problem in zip(guards, results, strict=True):
                print(f"{'failed' if problem else 'ok':<7} guard « {guard.name} »", flush=True)
                if problem:
                    print(f"        {problem}")
                    failures[guard.name] = problem
    finally:
        while not slots.empty():
            slots.get().close()
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
        keeper.release()
    print(f"{len(guards)} guards tried in {time.monotonic() - started:.0f} s, {len(failures)} failed.", flush=True)
    return len(failures)


if __name__ == "__main__":
    sys.exit(1 if run_guards(sys.argv[1:]) else 0)
