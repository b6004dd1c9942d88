"""`./shop bots`: thirty kinds of scanners over every link of every message; nothing is answered, nothing changes.

The robots themselves are `tests/bots/`: they stand on the tests' stack and settings.
"""

from __future__ import annotations

import subprocess
import sys

from interflora.dev.tools import CHECKOUT, test_environment


def main(arguments: list[str]) -> int:
    """Run the robots with these options (`--help` lists them); return their exit status."""
    command = [sys.executable, "-m", "tests.bots", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=test_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
