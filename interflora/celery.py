"""The Celery application. Tasks are wake-ups: ids in, one verb called."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interflora.settings")

app = Celery("interflora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def check_settings(**kwargs: Any) -> None:
    """Refuse to start, with one line, when production's settings are incomplete."""
    from interflora.checks import refuse_to_start  # the settings are read by now, not when this file is imported

    refuse_to_start()
