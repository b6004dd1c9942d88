"""A small watcher that ends what its parent started when the parent is gone, even by kill -9.

The parent holds the other end of its standard input and writes one line per fact: `watch PID SIGNAL`, `gone PID`,
`remove FOLDER`, `release` (all was stopped properly, leave). When the pipe closes without `release`, everything
watched is ended, last started first, and the folders are removed. Standard library only, so that it starts at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PATIENCE_SECONDS = 10.0


class Keeper:
    """The parent's handle on its watcher."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            pass

    def watch(self, pid: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        """End process group `pid` with `stop_signal` should the parent die."""
        self._say(f"watch {pid} {int(stop_signal)}")

    def gone(self, pid: int) -> None:
        """Forget a process that the parent has reaped: its number may be given to another."""
        self._say(f"gone {pid}")

    def remove(self, folder: Path) -> None:
        """Remove `folder` should the parent die."""
        self._say(f"remove {folder}")

    def release(self) -> None:
        """Everything was stopped properly: the watcher leaves without doing anything."""
        self._say("release")
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def alive(pid: int) -> bool:
    """Say whether a process of this number exists and is no zombie (where that can be told)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[-1].split()[0] != "Z"
    except (OSError, IndexError):
        return not Path("/proc/self").exists()


def _end(pid: int, stop_signal: int) -> None:
    for number in (stop_signal, signal.SIGKILL):
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            return
        deadline = time.monotonic() + PATIENCE_SECONDS
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not alive(pid):
            return


def keep(lines: Iterable[str]) -> None:
    """Read the parent's lines until they end, then end and remove what they named."""
    watched: dict[int, int] = {}
    folders: list[str] = []
    for line in lines:
        match line.split(maxsplit=1):
            case ["watch", rest]:
                pid, number = rest.split()
                watched[int(pid)] = int(number)
            case ["gone", rest]:
                watched.pop(int(rest), None)
            case ["remove", folder]:
                folders.append(folder.rstrip("\n"))
            case ["release"]:
                return
    for process, stop_signal in reversed(watched.items()):
        _end(process, stop_signal)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    keep(sys.stdin)
