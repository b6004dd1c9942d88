"""`python -m tests.leaks`: the canary, or one of its other processes by its name, with Django set up."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

PROCESSES = ("accept_path", "second_factor")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    given = sys.argv[1:]
    name = given.pop(0) if given and given[0] in PROCESSES else "command"
    sys.exit(import_module(f"tests.leaks.{name}").main(given))
