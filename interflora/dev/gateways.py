"""`./shop gateways`: nearly every line of the files that speak to a provider is run by tests, and none is patched.

The tests are those of the gateways alone, against the stand-ins; `tests/infra/test_patching.py` sees to it that no
test puts something else in the place of a function of ours.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import coverage

from interflora.dev.tools import CHECKOUT, test_environment

APPS = ("addressless", "catalog", "florists", "interflora", "notifications", "orders")
LIBRARIES = {"anymail", "requests", "smtplib", "stripe", "tweepy", "twilio"}
# Files without a library of their own whose work is to translate what a provider says.
ASKS_A_PROVIDER = ("notifications/reachability.py",)
LEAST_PERCENT = 95.0
TESTS = (
    "tests/campaigns/test_engine.py",
    "tests/orders/test_gateway.py",
    "tests/notifications/test_identities.py",
    "tests/notifications/test_transports_email.py",
    "tests/notifications/test_transports_sms.py",
    "tests/notifications/test_transports_twitter_dm.py",
    "tests/notifications/test_webhooks.py",
)


def imported(source: Path) -> set[str]:
    """Return the top-level packages a file imports."""
    names = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def gateways() -> list[str]:
    """Return the shop's files that import a provider's library, and those named above."""
    found = set(ASKS_A_PROVIDER)
    for app in APPS:
        for source in (CHECKOUT / app).rglob("*.py"):
            if LIBRARIES & imported(source):
                found.add(str(source.relative_to(CHECKOUT)))
    return sorted(found)


def run_tests(data: Path, files: list[str]) -> int:
    """Run the gateways' tests, noting the lines they execute in these files; return pytest's exit status."""
    command = [sys.executable, "-m", "coverage", "run", f"--include={','.join(files)}", "-m", "pytest"]
    command += ["-p", "no:cacheprovider", *TESTS]
    environment = test_environment() | {"COVERAGE_FILE": str(data)}
    run = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        print((run.stdout + run.stderr)[-6000:])
    return run.returncode


def problems(data: Path, files: list[str]) -> int:
    """Print one line per file; return how many stay below the least share of executed lines."""
    measured = coverage.Coverage(data_file=str(data))
    measured.load()
    failed = 0
    for name in files:
        _path, lines, _excluded, missing, shown = measured.analysis2(str(CHECKOUT / name))
        percent = 100.0 * (len(lines) - len(missing)) / max(len(lines), 1)
        low = percent < LEAST_PERCENT
        failed += low
        rest = f"  not run: {shown}" if missing else ""
        print(f"{'failed' if low else 'ok':<7} {percent:5.1f} %  {name}{rest}", flush=True)
    return failed


def run_gateways() -> int:
    """Measure; return how many files fail (1 when the tests themselves do)."""
    started = time.monotonic()
    files = gateways()
    with tempfile.TemporaryDirectory(prefix="interflora-gateways-") as folder:
        data = Path(folder) / "lines"
        if run_tests(data, files):
            return 1
        failed = problems(data, files)
    seconds = time.monotonic() - started
    print(f"{len(files)} files of gateways, at least {LEAST_PERCENT:.0f} % of each, in {seconds:.0f} s.", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(1 if run_gateways() else 0)
