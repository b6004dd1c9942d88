"""Addresses of the public shop (SITE_ROLE=shop). The back office's answer 404 here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from interflora import health, pages
from orders.access import secret

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("catalog.urls_pictures")),
    # Claim pages send no referrer, so their forms arrive with a null origin: `secret` knows how to judge it.
    path("langue/setlang/", secret(set_language), name="set_language"),
    path("", include((pages.urlpatterns, "pages"))),
    path("", include("catalog.urls")),
    path("", include("addressless.urls")),
    path("", include("orders.urls")),
    path("", include("notifications.urls")),
]
