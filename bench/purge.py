"""How long erasing 100,000 addresses past their time takes, next to the bare SQL that does the same, in one run.

    .venv/bin/python -m bench.purge [--addresses 100000] [--rounds 3]

Starts a throwaway PostgreSQL, fills it with delivered work orders and sealed addresses of the real size, and erases
them with `florists.erasure`, as the hourly task does, and with one SQL statement per batch of the same size (the
deletion and the line of each delivery's history); both in turn, each time on fresh rows. What counts is the ratio, and
that memory stays flat. Stops by itself.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from interflora.dev import roles
from interflora.dev.embedded import Postgres

ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--addresses", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        postgres = Postgres(Path(folder), throwaway=True)
        try:
            urls = {"DATABASE_URL": postgres.start(), "REDIS_URL": "redis://127.0.0.1:1/0"}
            values = roles.settings_for({}, Path(folder), roles.Ports(), urls) | {"DEBUG": "off", "LOG_LEVEL": "ERROR"}
            environment = roles.environment("worker", {k: v for k, v in values.items() if not k.endswith("_API_BASE")})
            migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
            work = [sys.executable, "-m", "bench.purge_work", str(options.addresses), str(options.rounds)]
            subprocess.run(work, cwd=ROOT, env=environment, check=True)
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
