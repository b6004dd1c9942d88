"""Pages of words: how it works, help, the law. Nothing here depends on who reads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from catalog.models import Occasion


@require_safe
def occasions(request: HttpRequest) -> HttpResponse:
    """Every occasion we have flowers for."""
    return render(request, "pages/occasions.html", {"occasions": Occasion.objects.filter(is_active=True)})


def _page(name: str, address: str) -> URLPattern:
    """The route of `templates/pages/<name>.html`."""

    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name}.html")

    return path(address, show, name=name)


urlpatterns = [
    path("occasions/", occasions, name="occasions"),
    _page("without_address", "sans-adresse/"),
    _page("help", "aide/"),
    _page("terms", "conditions-generales/"),
    _page("legal", "mentions-legales/"),
    _page("privacy", "confidentialite/"),
    _page("accessibility", "accessibilite/"),
]
