"""Next codes of the demonstration accounts: `python -m tests.leaks second_factor support …`, where DEBUG is on."""

from __future__ import annotations

import json

from django.contrib.auth.models import User

from staff import devices


def main(names: list[str]) -> int:
    """Print a JSON object of codes by name."""
    print(json.dumps({name: devices.demo_code(User.objects.get(username=name)) for name in names}))
    return 0
