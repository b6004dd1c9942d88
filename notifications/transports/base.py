"""What every transport agrees on: three outcomes, not two (handed over, refused or not sent, unknown)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0


@dataclass(frozen=True)
class Outgoing:
    """One rendered message, ready to be handed to a provider.

    `reference` is our own id: it travels in the Message-ID or in the status-callback address, never in the text.
    `valid_seconds` is how long the provider may keep it in its own queue (None: its default). `sender`
    is a name, a number or a Messaging Service of the provider, its usual one when blank.
    """

    to: str
    text: str
    reference: str
    subject: str = ""
    html: str = ""
    valid_seconds: int | None = None
    sender: str = ""


class TransportError(Exception):
    """The message was not accepted. Exactly one of three meanings holds.

    * `permanent`: the provider refused it and would refuse it again;
    * `unknown`: the provider may have it; look before doing anything else;
    * neither: it certainly was not taken, and may be tried again, at `retry_at` when the provider said when.

    `contact_failed` says the refusal is about the contact (bad number, dead mailbox, opted out), not about us.
    `opted_out` says that this contact answered STOP to the provider.
    `configuration` says that no message can leave until somebody repairs our account or settings.
    `is_busy` says that the provider wants to be asked more slowly.
    """

    def __init__(  # noqa: PLR0913 - the flags are the vocabulary of outcomes
        self,
        code: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        retry_at: datetime | None = None,
        contact_failed: bool = False,
        opted_out: bool = False,
        configuration: bool = False,
        is_busy: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code[:40]
        self.permanent = permanent
        self.unknown = unknown
        self.retry_at = retry_at
        self.contact_failed = contact_failed
        self.opted_out = opted_out
        self.configuration = configuration
        self.is_busy = is_busy


class Transport(Protocol):
    """The shape of `transports/email.py`, `sms.py` and `twitter_dm.py`."""

    def send(self, message: Outgoing) -> str:
        """Hand the message over once and return the provider's id; raises TransportError and nothing else."""
        ...

    def find(self, to: str, digest: str, since: datetime, taken: frozenset[str]) -> str | None:
        """Look an uncertain message up: the provider's id of one made after `since` whose body has this SHA-256.

        Ids in `taken` belong to other rows. None: the provider does not have it. Raises TransportError when the
        provider cannot say.
        """
        ...
