"""The Celery application. Tasks are wake-ups: ids in, one verb called."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interflora.settings")

app = Celery("interflora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
