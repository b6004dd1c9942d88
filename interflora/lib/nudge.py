"""Wake a worker after the commit. The row is the truth and a sweeper finds it: a dead broker never breaks a page."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)


def _enqueue(task: Any, pk: Any) -> None:
    try:
        task.apply_async((pk,), retry=False, ignore_result=True)
    except Exception as error:
        # Whatever the broker does, the sweeper finds the row: the person's page goes on.
        log.warning("nudge %s not enqueued: %s", task.name, type(error).__name__)


def nudge(task: Any, pk: Any) -> None:
    """Enqueue `task(pk)` once the surrounding transaction has committed; errors are logged and swallowed."""
    transaction.on_commit(partial(_enqueue, task, pk), robust=True)
