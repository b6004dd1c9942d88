"""A test's view of the stand-in server: what was received, faults on demand, first state."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import requests
from django.conf import settings

START_SECONDS = 20.0


class StandIns:
    """Speaks to the control addresses of a running `python -m standins`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    @classmethod
    @contextmanager
    def started(cls, state: Path) -> Iterator[Self]:
        """Start a stand-in server on the ports of the settings, keeping its state in `state`."""
        command = [sys.executable, "-m", "standins", "--port", str(settings.STANDINS_PORT)]
        command += ["--smtp-port", str(settings.STANDINS_SMTP_PORT), "--state", str(state)]
        command += ["--shop-url", settings.SITE_URL]
        log = state / "standins.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=settings.BASE_DIR)
        running = cls(settings.STANDINS_URL)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not running._answers():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the stand-ins did not start: {log.read_text()[-2000:]}")
                time.sleep(0.02)
            yield running
        finally:
            process.terminate()
            process.wait(10)

    def _answers(self) -> bool:
        try:
            return self._session.get(f"{self.url}/control/messages", timeout=1).ok
        except requests.ConnectionError:
            return False

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON answer of a control address."""
        answer = self._session.get(f"{self.url}/control/{path}", params=params, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """Post JSON to a control address and return its JSON answer (None when it has none)."""
        answer = self._session.post(f"{self.url}/control/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def outbox(self) -> list[dict[str, Any]]:
        """Return every message received since the last reset, oldest first."""
        found = self.get("messages")
        return list(found["messages"] if isinstance(found, dict) else found)

    def fault(self, **fault: Any) -> Any:
        """Ask for a fault (which provider, which call, what answer, how many times)."""
        return self.post("faults", **fault)

    def reset(self) -> None:
        """Forget messages, objects and faults."""
        self.post("reset")
