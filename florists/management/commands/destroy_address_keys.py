from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from florists import address_keys
from florists.address_keys import KeysUnavailable


class Command(BaseCommand):
    help = "Delete the private address keys that seal nothing any more. Back office only."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE_ROLE != "backoffice" or not settings.ADDRESS_KEY_DIR:
            raise CommandError("Address keys belong to the back office: set SITE_ROLE=backoffice and ADDRESS_KEY_DIR.")
        try:
            number = address_keys.destroy_unused()
        except KeysUnavailable as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{number} destroyed")
