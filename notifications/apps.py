from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages et marketing")

    def ready(self) -> None:
        # System checks, and the receiver of the mail provider's events.
        import_module("notifications.checks")
        import_module("notifications.webhooks")
