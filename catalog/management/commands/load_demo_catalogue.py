"""Fills the shop with the demonstration catalogue. Safe to run at every start."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.demo.loading import load


class Command(BaseCommand):
    help = "Loads or refreshes the demonstration catalogue (does nothing when it is already there)."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load()
        self.stdout.write("Demonstration catalogue loaded." if done else "Demonstration catalogue: nothing to do.")
