from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from florists.demo import network


class Command(BaseCommand):
    help = "Load sixty imaginary florists covering mainland France and Corsica. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        florists, postcodes = network.load()
        self.stdout.write(f"{florists} florists, {postcodes} served postcodes added")
