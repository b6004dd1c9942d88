"""Wake a worker after the commit. The row is the truth and a sweeper finds it: a dead broker never breaks a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from celery import signature
from django.db import transaction

log = logging.getLogger(__name__)
wake = signature("interflora.tasks.wake")
_gathered: ContextVar[list[tuple[str, Any]] | None] = ContextVar("gathered", default=None)


def _publish(task: Any, argument: Any) -> None:
    try:
        task.apply_async((argument,), retry=False, ignore_result=True)
    except Exception as error:
        # Whatever the broker does, the sweeper finds the row: the person's page goes on.
        log.warning("nudge %s not enqueued: %s", task.name, type(error).__name__)


def _enqueue(task: Any, pk: Any) -> None:
    gathered = _gathered.get()
    if gathered is None:
        _publish(task, pk)
    else:
        gathered.append((task.name, pk))


def nudge(task: Any, pk: Any) -> None:
    """Enqueue `task(pk)` once the surrounding transaction has committed; errors are logged and swallowed."""
    transaction.on_commit(partial(_enqueue, task, pk), robust=True)


@contextmanager
def together() -> Iterator[None]:
    """What a transaction inside wakes goes to the broker in one message, which a worker takes apart.

    Around the transaction of an answer that people wait for: each message costs as much as two statements.
    """
    gathered: list[tuple[str, Any]] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
        if gathered:
            _publish(wake, gathered)
