"""The shop's addresses, an empty view, and the control: a plain template over 24 of the same rows with one query."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from catalog.models import Product
from interflora.urls_shop import urlpatterns as shop


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def control(request: HttpRequest) -> HttpResponse:
    rows = Product.objects.filter(is_active=True).order_by("pk")[:24]
    return render(request, "bench/control.html", {"rows": rows})


urlpatterns = [path("bench/empty/", empty), path("bench/control/", control), *shop]
