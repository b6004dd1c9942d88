"""E-mail through Django's backends: a provider's API with Anymail, or plain SMTP. The only file that knows them.

The Message-ID is derived from our reference, so a mail sent once more after an unknown outcome is the same mail.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.statuses import MessageStatus
from notifications.transports.base import Outgoing, TransportError
from notifications.transports.http import network_error

# Anymail's normalized events; the others (opened, clicked, deferred…) change nothing.
STATUSES = {
    "sent": MessageStatus.ACCEPTED,
    "delivered": MessageStatus.DELIVERED,
    "bounced": MessageStatus.UNDELIVERED,
    "rejected": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.UNDELIVERED,
    "complained": MessageStatus.DELIVERED,
    "unsubscribed": MessageStatus.DELIVERED,
}

# Anymail's providers whose reports always carry a signature that it checks; all others need WEBHOOK_SECRET. (Amazon's
# it does not check yet; those of Mailtrap, Resend and SendGrid only when one more key is given.)
SIGNING = frozenset({"mailersend", "mailgun", "mandrill", "postal", "unisender_go"})


def is_proven(esp_name: str) -> bool:
    """Whether a report let through by Anymail proved where it comes from.

    The addresses of all its providers answer, those of providers we do not use too, and without WEBHOOK_SECRET most
    of them believe anybody.
    """
    return bool(settings.ANYMAIL.get("WEBHOOK_SECRET")) or esp_name.lower().replace(" ", "_") in SIGNING


def message_id(reference: str) -> str:
    """The mail's Message-ID: the same for the same reference, for ever."""
    return f"<{reference}@{urlsplit(settings.SITE_URL).hostname}>"


def send(message: Outgoing) -> str:
    """Hand one mail over; returns the provider's id, or the Message-ID when there is no provider but SMTP."""
    mail = _mail(message)
    try:
        connection = _open()
    except (smtplib.SMTPException, OSError, AnymailConfigurationError) as error:
        # Nothing left yet: whatever it is, it can be tried again.
        configuration = isinstance(error, smtplib.SMTPAuthenticationError | AnymailConfigurationError)
        raise TransportError(type(error).__name__, configuration=configuration) from None
    try:
        connection.send_messages([mail])
    except AnymailError as error:
        raise _provider_refusal(error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _smtp_refusal(error) from None
    finally:
        _close(connection)
    status = getattr(mail, "anymail_status", None)
    return str(getattr(status, "message_id", None) or message_id(message.reference))


def find(to: str, digest: str, since: datetime, taken: frozenset[str]) -> str | None:
    """Nobody can be asked whether a mail arrived: the second try carries the same Message-ID instead."""
    return None


def _open() -> Any:
    """A connection that was greeted; any failure up to here means that nothing left."""
    connection = get_connection()
    connection.open()
    smtp = getattr(connection, "connection", None)
    if isinstance(smtp, smtplib.SMTP):
        smtp.ehlo_or_helo_if_needed()
    return connection


def _mail(message: Outgoing) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={"Message-ID": message_id(message.reference), "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    # A tracked link passes through the provider, token included: never.
    mail.track_clicks = False  # type: ignore[attr-defined]
    mail.track_opens = False  # type: ignore[attr-defined]
    if settings.EMAIL_BACKEND.startswith("anymail."):
        mail.metadata = {"m": message.reference}  # type: ignore[attr-defined]
    return mail


def _provider_refusal(error: AnymailError) -> TransportError:
    if isinstance(error, AnymailRecipientsRefused):
        return TransportError("recipient_refused", permanent=True, contact_failed=True)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _http_refusal(status)
    if isinstance(error.__cause__, requests.RequestException):
        return network_error(error.__cause__)
    # Unsupported feature, missing key, serialization: refused before anything left.
    return TransportError(type(error).__name__, configuration=True)


def _http_refusal(status: int) -> TransportError:
    if status in {401, 403, 404}:
        return TransportError(str(status), configuration=True)
    if status == 429:
        return TransportError("429")
    # A success that Anymail could not read is no refusal either.
    return TransportError(str(status), permanent=400 <= status < 500, unknown=not 400 <= status < 500)


def _smtp_refusal(error: smtplib.SMTPException | OSError) -> TransportError:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max(int(refusal[0]) for refusal in error.recipients.values())
        return TransportError(str(code), permanent=code >= 500, contact_failed=code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        # An answer with a code is an answer: the server did not take it.
        return TransportError(str(error.smtp_code), permanent=error.smtp_code >= 500)
    return TransportError("no_answer", unknown=True)


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        return


def suppression_reason(event_type: str, reject_reason: str | None) -> str:
    """Why this contact must not be mailed again, if the event says so: complained, or dead for good."""
    if event_type in {"complained", "unsubscribed"}:
        return "complained"
    if event_type in {"bounced", "rejected"} and reject_reason in {"bounced", "invalid"}:
        return "dead"
    return ""
