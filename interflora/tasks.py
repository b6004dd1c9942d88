"""The tasks of no app."""

from __future__ import annotations

from typing import Any

from celery import current_app, shared_task


@shared_task
def wake(tasks: list[tuple[str, Any]]) -> None:
    """Enqueue each of these tasks, named with its one argument (`lib.nudge.together`)."""
    for name, pk in tasks:
        current_app.send_task(name, (pk,), ignore_result=True)
