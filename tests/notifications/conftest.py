"""A clock that tests move, the test template on all channels, and the news that went up."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from notifications.signals import message_settled
from tests.notifications.factories import MORNING

TEMPLATES = Path(__file__).parent / "templates"


class Clock:
    """What Django believes the moment to be."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A Wednesday at 10:00 in Paris; `clock.moment = …` or `clock.advance(minutes=…)` moves it."""
    clock = Clock(MORNING)
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture(autouse=True)
def message_templates(settings: Settings) -> None:
    """Add the template `test_note` to the message templates."""
    pages = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**pages, "DIRS": [TEMPLATES, *pages["DIRS"]]}]


@pytest.fixture
def news() -> Any:
    """The statuses announced by `message_settled`, in order."""
    heard: list[tuple[int, str]] = []

    def listen(sender: object, message_pk: int, status: str, **kwargs: object) -> None:
        heard.append((message_pk, status))

    message_settled.connect(listen)
    yield heard
    message_settled.disconnect(listen)
