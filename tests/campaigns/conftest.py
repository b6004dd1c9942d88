"""The clock of the messages' tests serves the campaigns too."""

from __future__ import annotations

from tests.notifications.conftest import Clock, clock

__all__ = ["Clock", "clock"]
