"""`./shop leaks`: marked addresses through the whole shop; every person, state and place they could come out.

The canary itself is `tests/leaks/`: it stands on the tests' stack and settings.
"""

from __future__ import annotations

import subprocess
import sys

from interflora.dev.tools import CHECKOUT, test_environment


def main(arguments: list[str]) -> int:
    """Run the canary with these options (`--help` lists them); return its exit status."""
    command = [sys.executable, "-m", "tests.leaks", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=test_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
