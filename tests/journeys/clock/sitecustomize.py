"""Python runs this first in every process of a journey: its wall clock starts at JOURNEY_CLOCK_OFFSET seconds from now.

Texts leave between 8:00 and 21:00 and campaigns on working days only: journeys must not depend on when they are run.
"""

import os
import time

import time_machine

if _offset := float(os.environ.get("JOURNEY_CLOCK_OFFSET", "0")):
    _clock = time_machine.travel(time.time() + _offset, tick=True).start()
    # What passed between reading the clock and moving it: all processes of a journey must tell the same time.
    _clock.shift(time_machine.escape_hatch.time.time() + _offset - time.time())
