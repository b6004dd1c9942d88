"""What every page says about the house, and the reader's basket badge."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

HOUSE = {
    "name": "Interflora",
    "legal_name": "Interflora France SA (démonstration)",
    "address": "15 rue des Bouquets, 69000 Lyon",
    "registration": "RCS Lyon 000 000 000",
    "phone": "09 70 00 00 00",
    "hours": "lundi – samedi, 8 h – 20 h",
    "email": "bonjour@interflora.example",
}


def house(request: HttpRequest) -> dict[str, Any]:
    """`house` (legal identity), `site_url`, `site_role`, `cart_count` (from the session: no query of its own)."""
    session = getattr(request, "session", None)
    return {
        "house": HOUSE,
        "site_url": settings.SITE_URL,
        "site_role": settings.SITE_ROLE,
        "cart_count": session.get("cart_count", 0) if session is not None else 0,
    }
