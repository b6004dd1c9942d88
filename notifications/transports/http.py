"""What the HTTP transports share: which network failures happened before any byte of the request left."""

from __future__ import annotations

import hashlib

import requests
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notifications.transports.base import CONNECT_SECONDS, READ_SECONDS, TransportError


class BaseAdapter(HTTPAdapter):
    """Gives every request an explicit timeout, and another origin when the base address is not the real one.

    `read_seconds`: how long an answer may take, READ_SECONDS when 0.
    """

    def __init__(self, real: str, base: str, read_seconds: float = 0) -> None:
        super().__init__(max_retries=0)
        self._real, self._base, self._read_seconds = real, base.rstrip("/"), read_seconds

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        """Rewrite the origin (a signature over the original address stays as the library made it) and send."""
        if self._base != self._real and request.url is not None:
            request.url = self._base + request.url.removeprefix(self._real)
        kwargs["timeout"] = (CONNECT_SECONDS, self._read_seconds or READ_SECONDS)
        return super().send(request, *args, **kwargs)  # type: ignore[arg-type]


def network_error(error: requests.RequestException) -> TransportError:
    """The outcome of a request that got no answer: not sent when no connection was made, else unknown."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    not_sent = isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
    return TransportError("unreachable" if not_sent else "no_answer", unknown=not not_sent)


def body_digest(text: str) -> str:
    """SHA-256 under which a rendered body is recognized at the provider."""
    return hashlib.sha256(text.encode()).hexdigest()
