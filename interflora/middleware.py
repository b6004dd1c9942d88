"""Kind error pages wherever the site runs."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import ERROR_404_TEMPLATE_NAME, page_not_found

from interflora.lib.requests import NothingHere


class KindNotFound:
    """The same « Cette page n’existe pas » in a demonstration as in production.

    Where DEBUG is on Django shows its routes, and the path asked for, which may hold a token: people who follow a cut
    link in `./shop run` must read what to do next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Http404):
            return None
        page = exception.template_name if isinstance(exception, NothingHere) else ERROR_404_TEMPLATE_NAME
        return page_not_found(request, exception, page)


class KindTooLarge:
    """An address past `LONGEST_ADDRESS` is told so (`gunicorn.conf.py` lets twice that through); so is a form over
    DATA_UPLOAD_MAX_MEMORY_SIZE, before the CSRF check, which would read it to find its token.

    Files are counted apart, each by its own form.
    """

    LONGEST_ADDRESS = 4_000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.get_full_path()) > self.LONGEST_ADDRESS:
            return render(request, "414.html", status=414)
        if _announced_bytes(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not _brings_files(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)


def _announced_bytes(request: HttpRequest) -> int:
    announced = request.META.get("CONTENT_LENGTH") or ""
    return int(announced) if announced.isdecimal() else 0


def _brings_files(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


class NothingOfTheDevice:
    """No page asks for a camera, a place or a payment sheet: the browser is told to refuse them to anything on it."""

    POLICY = ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.POLICY
        return response
