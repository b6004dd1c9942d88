from __future__ import annotations

from datetime import datetime

import pytest
from pytest_django import Settings

from florists import address_keys
from florists.models import AddressKey
from interflora.lib.clock import PARIS


class Clock:
    """Django's clock, stopped where the test says (Paris time)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = datetime(2026, 2, 10, 10, 0, tzinfo=PARIS)
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.moment)

    def set(self, day: int, hour: int, minute: int = 0, month: int = 2) -> None:
        self.moment = datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.fixture
def paris_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Tuesday 10 February 2026, 10:00 in Paris."""
    return Clock(monkeypatch)


@pytest.fixture
def vault(backoffice: Settings, db: None) -> AddressKey:
    """The back office with this week's key pair: addresses can be sealed and opened."""
    return address_keys.rotate()[0]
