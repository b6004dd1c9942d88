"""One-time messages of a page: Django's, in a cookie that only this host can have set."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest


class _Cookie(CookieStorage):
    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Storage(FallbackStorage):
    """In the cookie while they fit, in the session beyond."""

    storage_classes = (_Cookie, SessionStorage)
