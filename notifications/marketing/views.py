"""The unsubscribe page: GET shows, POST acts, without login or explanation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from interflora.lib import codes, links
from interflora.lib.requests import client_ip, rate_limited
from notifications.marketing import stops
from notifications.marketing.models import Contact, StopSource


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop marketing to the contact whose message held this link; unknown and old links share one kind page."""
    ip = client_ip(request)
    if rate_limited(f"stop:{ip}", limit=60, seconds=600):
        return render(request, "notifications/stop_unknown.html", status=429)
    contact = _contact(token)
    if contact is None or contact.phone is None:
        return render(request, "notifications/stop_unknown.html", status=404)
    if request.method == "POST":
        stops.stop(contact.phone, StopSource.PAGE, page="/stop/", ip=ip if ip != "unknown" else None)
    ctx = {"is_done": stops.is_stopped(contact.phone_digest)}
    response = render(request, "notifications/stop.html", ctx)
    response["X-Robots-Tag"] = "noindex"
    return response


def _contact(typed: str) -> Contact | None:
    """The contact behind the short code of the link."""
    code = codes.normalize_code(typed)
    if not code:
        return None
    return Contact.objects.filter(stop_code_digest=links.code_digest(links.Purpose.UNSUBSCRIBE, code)).first()
