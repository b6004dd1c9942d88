"""What every page says about the house, and the reader's basket badge."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

HOURS = _("du lundi au samedi, de 8\u00a0h à 20\u00a0h")


def house(request: HttpRequest) -> dict[str, Any]:
    """`house` (legal identity), `site_url`, `site_role`, `cart_count` (from the session: no query of its own)."""
    session = getattr(request, "session", None)
    return {
        "house": {**settings.HOUSE, "phone": settings.HOUSE["phone"].replace(" ", "\u00a0"), "hours": HOURS},
        "site_url": settings.SITE_URL,
        "site_role": settings.SITE_ROLE,
        "cart_count": session.get("cart_count", 0) if session is not None else 0,
    }
