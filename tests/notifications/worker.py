"""A worker process of its own, for tests that kill it: `python -m tests.notifications.worker '{…}'`.

It sends what is due with the clock stopped at `moment`. `die` names the line after which the process kills itself:
"lease", "mark" or "call" (the provider has answered, nothing is recorded yet); of campaigns also "half" (the provider
has half of the batch), "write" (the answers are written, not committed) and "record" (they are).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django


def then_die(real: Callable[..., Any]) -> Callable[..., Any]:
    """Do the real thing, then SIGKILL this process."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def main() -> None:
    given = json.loads(sys.argv[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    settings.DATABASES["default"]["NAME"] = given["database"]
    for name, value in given["settings"].items():
        setattr(settings, name, value)
    moment = datetime.fromisoformat(given["moment"])
    timezone.now = lambda: moment

    from notifications import sending
    from notifications.marketing import claiming, recording
    from notifications.marketing import sending as campaign_sending
    from notifications.transports import sms

    if given["die"] == "lease":
        sending.check_now = then_die(sending.check_now)
        claiming._sift = then_die(claiming._sift)
    elif given["die"] == "mark":
        sending.mark_handed_over = then_die(sending.mark_handed_over)
        claiming.claim = then_die(claiming.claim)
    elif given["die"] == "half":
        whole = then_die(sms.Batches.send)
        setattr(sms.Batches, "send", lambda self, texts: whole(self, texts[: len(texts) // 2]))  # noqa: B010
    elif given["die"] == "call":
        sms.send = then_die(sms.send)
        setattr(sms.Batches, "send", then_die(sms.Batches.send))  # noqa: B010
    elif given["die"] == "write":
        recording._write_accepted = then_die(recording._write_accepted)
    elif given["die"] == "record":
        recording.record = then_die(recording.record)
    print("ready", flush=True)
    sys.stdin.readline()
    sending.send_due()
    campaign_sending.send_due()


if __name__ == "__main__":
    main()
