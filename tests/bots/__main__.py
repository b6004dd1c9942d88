"""`python -m tests.bots`, with Django set up."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.bots.command import main

    sys.exit(main(sys.argv[1:]))
