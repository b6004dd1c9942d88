from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from florists import address_keys
from florists.address_keys import KeysUnavailable


class Command(BaseCommand):
    help = "Make sure this week has an address key pair. Back office only; safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key, is_new = address_keys.rotate()
        except KeysUnavailable as error:
            raise CommandError(f"{error}: set SITE_ROLE=backoffice and ADDRESS_KEY_DIR.") from None
        self.stdout.write(f"{key.epoch} {'created' if is_new else 'in use'}")
