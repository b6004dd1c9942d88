"""Who may see an order: the session that prepares it, and whoever holds the sender's secret link."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from interflora.lib import links
from interflora.lib.requests import NothingHere
from orders.models import Order

SESSION_KEY = "order"
View = Callable[..., HttpResponse]


def order_for_token(token: str) -> Order | None:
    """The order of a secret link; None for an unknown, malformed or foreign token."""
    order = Order.objects.select_related("delivery").filter(token_digest=links.digest(token)).first()
    return order if order is not None and links.matches(order.link(), token) else None


def order_or_404(token: str) -> Order:
    order = order_for_token(token)
    if order is None or order.is_pending:
        raise NothingHere("orders/unknown_order.html")
    return order


def session_order(request: HttpRequest) -> Order | None:
    """The order this browser is preparing or has just paid."""
    public_id = request.session.get(SESSION_KEY)
    return Order.objects.select_related("delivery").filter(public_id=public_id).first() if public_id else None


def remember(request: HttpRequest, order: Order) -> None:
    request.session[SESSION_KEY] = order.public_id


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def private(view: View) -> View:
    """A page of the checkout: never stored, never indexed, its fields never in an error report."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _sealed(view(request, *args, **kwargs))

    return sensitive_post_parameters()(wrapper)


def secret(view: View) -> View:
    """A page behind a token in its URL: `private`, and no referrer.

    With `no-referrer` a browser sends `Origin: null` with the page's own forms: it is believed when `Sec-Fetch-Site`,
    which no page can forge, says same-origin (or is unknown to the browser); the CSRF token is checked all the same.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (
            request.headers.get("Origin") == "null"
            and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        ):
            request.META["HTTP_ORIGIN"] = settings.SITE_URL
            request.META["HTTP_REFERER"] = f"{settings.SITE_URL}/"
        response = _sealed(checked(request, *args, **kwargs))
        response["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(sensitive_post_parameters()(wrapper))


def _sealed(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True, private=True)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
