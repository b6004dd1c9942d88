from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class InterfloraConfig(AppConfig):
    name = "interflora"
    verbose_name = "Interflora"

    def ready(self) -> None:
        """Register the checks of the settings."""
        import_module("interflora.checks")


class AdminConfig(DjangoAdminConfig):
    default_site = "interflora.admin_site.ShopAdminSite"
