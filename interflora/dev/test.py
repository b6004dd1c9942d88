"""`./shop test`: every test in parallel, saying what this machine cannot run; then pytest's own closing line."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from interflora.dev.gateways import run_gateways
from interflora.dev.guards import run_guards
from interflora.dev.tools import CHECKOUT, SPECS, chromium, test_environment

PROCESSES = 2
CLOCK = CHECKOUT / "tests" / "journeys" / "clock"


def run_pytest(*options: str, at: str = "") -> int:
    """Run pytest on the checkout, as if started `at` a moment in Paris; return its exit status."""
    command = [sys.executable, "-m", "pytest", *options]
    environment = test_environment() | (clock_at(at) if at else {})
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


def clock_at(moment: str) -> dict[str, str]:
    """Return the environment in which Python's clock starts at this moment in Paris (« 2026-12-31 20:30 »)."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Paris"))
    return {"PYTHONPATH": str(CLOCK), "JOURNEY_CLOCK_OFFSET": str(wanted.timestamp() - time.time())}


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments`; without any, the guards, the gateways, then every test in two processes.

    `--at "2026-12-31 20:30"` first: as if it were then, to find tests that depend on the day they are run.
    """
    at = ""
    if arguments[:1] == ["--at"]:
        at, arguments = arguments[1], arguments[2:]
    missing = []
    if not chromium():
        missing.append("Chromium is not installed: the browser journeys are left out (CHROMIUM names one elsewhere).")
    if not SPECS.is_dir():
        missing.append("../shared/specs is not beside this checkout: requests are not compared with the providers.")
    if not (CHECKOUT / "node_modules" / "axe-core").is_dir():
        missing.append("axe-core is not installed (npm ci): the journeys do not check accessibility with it.")
    for line in missing:
        print(f"note  {line}", flush=True)
    if arguments:
        return run_pytest(*arguments, at=at)
    # The suite itself shows that the guards' tests pass on the code as it is.
    failed = run_guards(unedited=False) + run_gateways()
    # Tests of one file share a process: some of them measure, or fill, a whole machine.
    without = [] if chromium() else ["-m", "not journey"]
    return run_pytest("-n", str(PROCESSES), "--dist", "loadfile", *without, at=at) or int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
