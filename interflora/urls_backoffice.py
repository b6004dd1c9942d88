"""Addresses of the back office (SITE_ROLE=backoffice): Django admin and the florists' pages."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from interflora import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("catalog.urls_pictures")),
    path("langue/", include("django.conf.urls.i18n")),
    path("gestion/", admin.site.urls),
    path("", include("florists.urls")),
]
