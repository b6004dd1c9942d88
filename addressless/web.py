"""What every page of a gift shares: headers, the same-origin rule, the claim session's cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from addressless import sessions
from addressless.models import ClaimSession
from interflora.lib.requests import client_ip, rate_limited
from orders.access import secret

View = Callable[..., HttpResponse]


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a POST comes from one of our own pages.

    Our pages say `no-referrer`, so a browser sends `Origin: null` with their forms: `Sec-Fetch-Site`, which no page can
    forge, decides; only browsers older than that header are believed with a null origin (SameSite and token remain).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in ("null", settings.SITE_URL)


def private(view: View) -> View:
    """A page for one person (`orders.access.secret`: not stored, not indexed, no referrer); posts are limited."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and rate_limited(f"gift:{client_ip(request)}", limit=600, seconds=600):
            return render(request, "addressless/too_many.html", status=429)
        return view(request, *args, **kwargs)

    return secret(limited)


def cookie_name() -> str:
    return settings.COOKIE_PREFIX + "cadeau"


def session_key(request: HttpRequest) -> str:
    return request.COOKIES.get(cookie_name(), "")


def current_session(request: HttpRequest) -> ClaimSession | None:
    """The living claim session of this browser."""
    return sessions.find(session_key(request))


def set_session(response: HttpResponse, key: str) -> HttpResponse:
    """Hand the claim session to the browser: `__Host-` over HTTPS, for this site only."""
    response.set_cookie(
        cookie_name(),
        key,
        max_age=int(sessions.RENEWABLE.total_seconds()),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response
