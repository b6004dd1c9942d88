"""Text messages through Twilio: the only file that knows its library and its codes.

Codes: providers.md 2.4 (Twilio's error dictionary). Twilio has no idempotency key, so an uncertain message is looked
up by number and exact body, and our own reference travels in the status-callback address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import requests
from aiohttp import ClientConnectorError, ClientError, ClientSession, TCPConnector
from django.conf import settings
from django.urls import reverse
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from interflora.lib import clock
from notifications.statuses import MessageStatus
from notifications.transports.base import READ_SECONDS, Outgoing, TransportError
from notifications.transports.http import BaseAdapter, body_digest, network_error

# Texts of one batch that are under way at the same moment.
CONCURRENT = 100
REAL_BASE = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000
# The contact itself cannot be reached by SMS: the sender must give another one.
BAD_CONTACT = frozenset({21211, 21610, 21614, 21635, 21265, 30004, 30005, 30006})
OPTED_OUT = 21610
# Our account, sender or permissions: nothing leaves until somebody repairs it.
CONFIGURATION = frozenset({20003, 20404, 21606, 21661, 21408, 21612, 21603, 21609, 30002})
# Accepted later if asked more slowly.
BUSY = frozenset({20429, 21611})

STATUSES = {
    "accepted": MessageStatus.ACCEPTED,
    "scheduled": MessageStatus.ACCEPTED,
    "queued": MessageStatus.ACCEPTED,
    "sending": MessageStatus.ACCEPTED,
    "sent": MessageStatus.ACCEPTED,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}


@lru_cache(maxsize=4)
def _client(sid: str, token: str, base: str) -> Client:
    http = TwilioHttpClient(timeout=READ_SECONDS)
    assert http.session is not None
    http.session.mount(REAL_BASE, BaseAdapter(REAL_BASE, base))
    http.session.trust_env = False
    return Client(sid, token, http_client=http)


def _twilio() -> Client:
    return _client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_API_BASE)


def callback_url(reference: str) -> str:
    """Where Twilio reports the status; the first report reveals its id even if the answer was lost."""
    return f"{settings.SITE_URL}{reverse('notifications:twilio_status')}?m={reference}"


def send(message: Outgoing) -> str:
    """Hand one text to Twilio; returns its SID. `message.text` must already be normalized (`gsm7.normalize`)."""
    with _translated():
        sid = _twilio().messages.create(**_form(message)).sid
    return _checked(sid)


class Batches:
    """Hands whole batches over, many texts at a time, through the library's asynchronous client. A context manager.

    Nothing else runs on `runner` meanwhile. Once the provider says that the account is broken or that we are too
    fast, what has not started yet is given back as not sent.
    """

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._http: _AsyncHttp | None = None

    def __enter__(self) -> Batches:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._http is not None:
            self._runner.run(self._http.close())

    def send(self, messages: Sequence[Outgoing]) -> list[str | TransportError]:
        """What each text got, in their order: Twilio's SID or the error."""
        return self._runner.run(self._send_all(messages))

    async def _send_all(self, messages: Sequence[Outgoing]) -> list[str | TransportError]:
        if self._http is None:
            self._http = _AsyncHttp(timeout=READ_SECONDS)
        client = Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=self._http)
        gate, answers = asyncio.Semaphore(CONCURRENT), list[str | TransportError]()
        refused: list[TransportError] = []

        async def one(message: Outgoing) -> str | TransportError:
            async with gate:
                if refused:
                    return TransportError(refused[0].code, retry_at=refused[0].retry_at)
                try:
                    with _translated():
                        made = await client.messages.create_async(**_form(message))
                    return _checked(made.sid)
                except TransportError as error:
                    if error.configuration or error.is_busy:
                        refused.append(error)
                    return error

        answers.extend(await asyncio.gather(*(one(message) for message in messages)))
        return answers


class _AsyncHttp(AsyncTwilioHttpClient):  # type: ignore[misc]
    """The library's client with another origin when the base address is not the real one; never through a proxy."""

    def __init__(self, timeout: float) -> None:
        super().__init__(pool_connections=False, timeout=timeout)
        self.session = ClientSession(connector=TCPConnector(limit=0))

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """See AsyncTwilioHttpClient.request. The library passes no timeout on: without ours there would be none."""
        if settings.TWILIO_API_BASE != REAL_BASE:
            url = settings.TWILIO_API_BASE.rstrip("/") + url.removeprefix(REAL_BASE)
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        return await super().request(method, url, *args, **kwargs)


def _form(message: Outgoing) -> dict[str, Any]:
    """What Twilio is asked for."""
    sender = message.sender or settings.TWILIO_MESSAGING_SERVICE_SID
    form: dict[str, Any] = {
        "to": message.to,
        "body": message.text,
        "messaging_service_sid" if sender.startswith("MG") else "from_": sender,
        "status_callback": callback_url(message.reference),
    }
    if message.valid_seconds is not None:
        form["validity_period"] = max(60, min(LONGEST_VALIDITY, message.valid_seconds))
    return form


def _checked(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise TransportError("garbage", unknown=True)
    return sid


def find(to: str, digest: str, since: datetime, taken: frozenset[str]) -> str | None:
    """See `Transport.find`. Twilio's date filter knows only sent messages, so dates are compared here."""
    with _translated():
        for known in _twilio().messages.list(to=to, limit=100):
            made_at = known.date_created
            if made_at is None or made_at < since - timedelta(minutes=1) or not known.sid or known.sid in taken:
                continue
            if body_digest(known.body or "") == digest:
                return str(known.sid)
    return None


def is_signed(path_and_query: str, fields: Mapping[str, Any], signature: str) -> bool:
    """Whether a webhook comes from Twilio: HMAC over the public address (from settings, never Host) and the form."""
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(settings.TWILIO_AUTH_TOKEN) and validator.validate(
        f"{settings.SITE_URL}{path_and_query}", fields, signature
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever Twilio's library raises into a TransportError."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refusal(int(error.status or 0), int(error.code or 0)) from None
    except TwilioException:
        # No credentials, or none of ours: nothing left.
        raise _configuration("client") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TransportError("garbage", unknown=True) from None
    except requests.RequestException as error:
        raise network_error(error) from None
    except ClientConnectorError:
        raise TransportError("unreachable") from None
    except (ClientError, TimeoutError):
        raise TransportError("no_answer", unknown=True) from None


def _configuration(code: str) -> TransportError:
    return TransportError(code, retry_at=clock.now() + timedelta(minutes=5), configuration=True)


def _refusal(status: int, code: int) -> TransportError:
    if status == 429 or code in BUSY:
        return TransportError(str(code or status), retry_at=clock.now() + timedelta(minutes=1), is_busy=True)
    if status >= 500:
        return TransportError(str(status), unknown=True)
    if code in CONFIGURATION or status in {401, 403, 404}:
        return _configuration(str(code))
    if 400 <= status < 500:
        return TransportError(
            str(code), permanent=True, contact_failed=code in BAD_CONTACT, opted_out=code == OPTED_OUT
        )
    return TransportError("garbage", unknown=True)
