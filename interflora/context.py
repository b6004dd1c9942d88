"""What every page says about the house, and the reader's basket badge."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

DIGITS_APART = re.compile(r"(?<=\d) (?=\d)")
HOURS = _("du lundi au samedi, de 8\u00a0h à 20\u00a0h")


def house(request: HttpRequest) -> dict[str, Any]:
    """`house` (legal identity), `site_url`, `site_role`, `cart_count` (from the session: no query of its own)."""
    numbers = {name: DIGITS_APART.sub("\u00a0", settings.HOUSE[name]) for name in ("phone", "registration")}
    session = getattr(request, "session", None)
    return {
        "house": {**settings.HOUSE, **numbers, "hours": HOURS},
        "site_url": settings.SITE_URL,
        "site_role": settings.SITE_ROLE,
        "cart_count": session.get("cart_count", 0) if session is not None else 0,
    }
