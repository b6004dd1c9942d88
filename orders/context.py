"""What every shop page shows of the basket."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from orders.cart import COUNT_KEY


def cart(request: HttpRequest) -> dict[str, Any]:
    """`cart_count`, from the session alone; a visitor without a session costs nothing and gets no cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or settings.SITE_ROLE == "backoffice":
        return {"cart_count": 0}
    return {"cart_count": request.session.get(COUNT_KEY, 0)}
