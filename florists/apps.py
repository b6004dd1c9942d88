from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FloristsConfig(AppConfig):
    name = "florists"
    verbose_name = _("Réseau des fleuristes")

    def ready(self) -> None:
        import_module("florists.receivers")
