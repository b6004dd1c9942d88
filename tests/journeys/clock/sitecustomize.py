"""Python runs this first in every process of a journey: its wall clock starts at JOURNEY_CLOCK_OFFSET seconds from now.

Texts leave between 8:00 and 21:00 and campaigns on working days only: journeys must not depend on when they are run.
Where JOURNEY_CLOCK_FILE is named, what it says counts from the moment it is written: hours go by for all processes.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

LOOKS_EVERY = 0.1

if _offset := float(os.environ.get("JOURNEY_CLOCK_OFFSET", "0")):
    _clock = time_machine.travel(time.time() + _offset, tick=True).start()

    def _set(offset: float) -> None:
        """What passed between reading a clock and moving it counts: all processes of a journey tell the same time."""
        if abs(late := time_machine.escape_hatch.time.time() + offset - time.time()) > 0.001:
            _clock.shift(late)

    def _follow(file: Path) -> None:
        while True:
            if written := file.read_text():
                _set(float(written))
            time.sleep(LOOKS_EVERY)

    def _start_following() -> None:
        """In a process of its own each time: a fork takes no thread along."""
        threading.Thread(target=_follow, args=[Path(os.environ["JOURNEY_CLOCK_FILE"])], daemon=True).start()

    _set(_offset)
    if os.environ.get("JOURNEY_CLOCK_FILE"):
        _start_following()
        os.register_at_fork(after_in_child=_start_following)
