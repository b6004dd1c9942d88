"""Addresses of the public shop (SITE_ROLE=shop). The back office's answer 404 here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from interflora import health, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("catalog.urls_pictures")),
    path("langue/", include("django.conf.urls.i18n")),
    path("", include((pages.urlpatterns, "pages"))),
    path("", include("catalog.urls")),
    path("", include("addressless.urls")),
    path("", include("orders.urls")),
    path("", include("notifications.urls")),
]
