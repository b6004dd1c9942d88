from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AddresslessConfig(AppConfig):
    name = "addressless"
    verbose_name = _("Cadeaux sans adresse")

    def ready(self) -> None:
        from addressless import receivers

        receivers.listen()
