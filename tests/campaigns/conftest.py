"""The clock of the messages' tests serves the campaigns too; the errors of the migration are known."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from notifications.routing.models import ProviderFault
from tests.notifications.conftest import Clock, clock

__all__ = ["Clock", "clock", "known_errors"]


@pytest.fixture(autouse=True)
def known_errors(db: None) -> None:
    """The errors of the migration, filled in again when a test that emptied every table ran before."""
    if not ProviderFault.objects.exists():
        import_module("notifications.migrations.0014_known_errors").fill(apps, SimpleNamespace(connection=connection))
