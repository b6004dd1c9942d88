from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class InterfloraConfig(AppConfig):
    name = "interflora"
    verbose_name = "Interflora"


class AdminConfig(DjangoAdminConfig):
    default_site = "interflora.admin_site.ShopAdminSite"
