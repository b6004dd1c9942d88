"""What a session of the back office has proven, and for how long.

A password alone opens fifteen minutes in which to give the second factor, and nothing else. Both open eight hours,
whatever happens in them. What moves money or shows an address wants both again when they are older than ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import django_otp
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp.models import Device

from interflora.lib import clock

PASSWORD_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=8)
FRESH = timedelta(minutes=10)
_PROVEN_AT = "proven_at"


def is_complete(request: HttpRequest) -> bool:
    """Whether this session gave a password and a second factor that still stands."""
    return bool(request.user.is_authenticated and getattr(request.user, "otp_device", None) is not None)


def awaits_second_factor(request: HttpRequest) -> bool:
    """Whether somebody of the staff gave a password here, and nothing more."""
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.is_staff and not is_complete(request))


def begin(request: HttpRequest) -> None:
    """The password was right: leave little time for the rest."""
    request.session.set_expiry(PASSWORD_LASTS)


def complete(request: HttpRequest, device: Device) -> None:
    """Both were right: eight hours from now, under a new session key."""
    django_otp.login(request, device)
    request.session.cycle_key()
    request.session.set_expiry(SESSION_LASTS)
    renew(request)


def renew(request: HttpRequest) -> None:
    """Password and code were just given."""
    request.session[_PROVEN_AT] = clock.now().timestamp()


def is_fresh(request: HttpRequest) -> bool:
    """Whether password and code were given less than ten minutes ago."""
    age = clock.now().timestamp() - request.session.get(_PROVEN_AT, 0.0)
    return is_complete(request) and 0 <= age < FRESH.total_seconds()


def required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for password and code when the last ones are older than ten minutes, then lead back to the same page.

    A post that comes too late does nothing, and says so.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.warning(request, _("Rien n’a encore été fait\u00a0: confirmez que c’est vous, puis recommencez."))
        return redirect(with_next("admin:prove", request.get_full_path()))

    return wrapper


def with_next(name: str, path: str) -> str:
    """The address of a page that leads on to `path`."""
    return f"{reverse(name)}?{urlencode({'next': path})}"


def next_page(request: HttpRequest) -> str:
    """Where this page leads on to: an address of the back office, its index otherwise."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("admin:index")
