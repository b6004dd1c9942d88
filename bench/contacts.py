"""How long the list of contacts and the count of a segment take when there are 1,000,000 of them, in one run.

    .venv/bin/python -m bench.contacts [--contacts 1000000] [--rounds 15]

Starts a throwaway PostgreSQL, fills it with contacts (nine in ten opted in), one consent each and a purchase for half
of them, and asks for the pages of the back office that staff open: the list, a later page, a number, a first name, the
filters; then for the size of some audiences. The aim for a page is 300 ms. Stops by itself.
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
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        postgres = Postgres(Path(folder), throwaway=True)
        try:
            urls = {"DATABASE_URL": postgres.start(), "REDIS_URL": "redis://127.0.0.1:1/0"}
            values = roles.settings_for({}, Path(folder), roles.Ports(), urls) | {"DEBUG": "off", "LOG_LEVEL": "ERROR"}
            open_values = {k: v for k, v in values.items() if not k.endswith("_API_BASE")}
            migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(migrate, cwd=ROOT, env=roles.environment("worker", open_values), check=True)
            work = [sys.executable, "-m", "bench.contacts_work", str(options.contacts), str(options.rounds)]
            backoffice = roles.environment("backoffice", open_values) | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            subprocess.run(work, cwd=ROOT, env=backoffice, check=True)
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
