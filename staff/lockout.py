"""Sign-ins that fail too often: five wrong passwords or codes lock a person at an address for half an hour.

Counted by django-axes in PostgreSQL, so that losing Redis frees nobody. The right password alone clears nothing:
`clear` is called once the second factor was right too.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from interflora.lib import clock
from interflora.lib.requests import client_ip, rate_limited

NOWHERE = "0.0.0.0"  # noqa: S104 # nosec B104 - something to count by; nothing listens there
TRIES, WINDOW_SECONDS = 40, 300


def caller(request: HttpRequest, *args: Any) -> str:
    """The address failures are counted by, as django-axes wants it (AXES_CLIENT_IP_CALLABLE)."""
    try:
        return str(ip_address(client_ip(request)))
    except ValueError:
        return NOWHERE


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether this person, from this address, must wait."""
    return not AxesProxyHandler.is_allowed(request, get_credentials(user.get_username()))


def note_failure(request: HttpRequest, user: User) -> None:
    """Count a wrong code like a wrong password."""
    user_login_failed.send(__name__, credentials=get_credentials(user.get_username()), request=request)
    end_if_locked(request, user)


def end_if_locked(request: HttpRequest, user: User) -> None:
    """The fifth failure ends the session it was made in; django-axes then answers with `response`."""
    if is_locked(request, user):
        logout(request)


def clear(request: HttpRequest, user: User) -> None:
    """Everything was right: forget the failures of this person at this address."""
    reset(ip=caller(request), username=user.get_username())


def unlock(user: User) -> bool:
    """Staff let somebody try again at once, from anywhere. False when nothing was locked or counted."""
    return bool(reset(username=user.get_username()))


def closed_places(username: Any) -> QuerySet[Any]:
    """The addresses where this person (a name, or `OuterRef` of one) must wait at this moment."""
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gte=clock.now() - settings.AXES_COOLOFF_TIME)
    places = recent.order_by().values("username", "ip_address").annotate(failures=Sum("failures_since_start"))
    found: QuerySet[Any] = places.filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return found


def response(request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """The page of somebody who must wait (AXES_LOCKOUT_CALLABLE)."""
    return _page(
        request,
        _("Connexion fermée pour une demi-heure"),
        _("Le mot de passe ou le code a été faux cinq fois. Par prudence, nous attendons avant de réessayer."),
    )


def too_many(request: HttpRequest) -> HttpResponse | None:
    """The page to show when too many forms come from one address; None when all is well. Counts this post."""
    if request.method != "POST" or not rate_limited(f"staff:{caller(request)}", limit=TRIES, seconds=WINDOW_SECONDS):
        return None
    return _page(
        request,
        _("Trop d’essais en peu de temps"),
        _("Beaucoup d’essais viennent de votre connexion. Patientez cinq minutes, puis recommencez."),
    )


def _page(request: HttpRequest, title: str, sentence: str) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "sentence": sentence}
    return render(request, "admin/staff/wait.html", context, status=429)
