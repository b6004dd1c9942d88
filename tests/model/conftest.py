"""The world in which state machines live."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from interflora.celery import app
from tests.florists.factories import make_address_key, make_florist
from tests.model.world import World
from tests.orders.factories import make_variant
from tests.standin_client import StandIns


@pytest.fixture
def world(
    db: None, settings: Settings, standins: StandIns, client: Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """What every example shares: one bouquet, two florists, a clock, tasks that run where they are called."""
    make_address_key()
    florists = [make_florist("35000"), make_florist("35000")]
    made = World(standins, client, variant=make_variant(), florists=florists)
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    eager = app.conf.task_always_eager
    app.conf.task_always_eager = True
    logging.getLogger().addHandler(made.alarm)
    yield made
    logging.getLogger().removeHandler(made.alarm)
    app.conf.task_always_eager = eager
