from __future__ import annotations

import math
from typing import Any

from django.core.management.base import BaseCommand

from florists import erasure


class Command(BaseCommand):
    help = "Erase the addresses past their time: 14 days after delivery, at once when canceled."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erasure.erase_old(seconds=math.inf)} erased")
