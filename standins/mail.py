"""The mail server: accepts everything but what a convention or a fault refuses, and keeps the raw mail.

Conventions, by the part before the @: `inexistant…` 550 no such user, `refuse…` 554 rejected, `pleine…` 552 mailbox
full, `occupe…` 451 try again later.
"""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from standins.faults import WIRE, Fault
from standins.inbox import keep
from standins.world import World

REFUSALS = {
    "inexistant": "550 5.1.1 No such user here",
    "refuse": "554 5.7.1 Message rejected",
    "pleine": "552 5.2.2 Mailbox full",
    "occupe": "451 4.3.0 Mailbox temporarily unavailable, try again later",
}


class Door:
    """aiosmtpd's handler. Operations for faults: `connect` (at EHLO), `rcpt`, `data`."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def _struck(self, server: SMTP, operation: str, text: str) -> Fault | None:
        fault = self.world.faults.take("smtp", operation, text, WIRE)
        if fault and fault.kind in {"slow", "timeout"}:
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in {"timeout", "drop_before_effect"} and not fault.effect and server.transport:
            hang_up(server)
        return fault

    @staticmethod
    def _reply(fault: Fault, standard: str) -> str:
        return f"{fault.status} {fault.message or standard}"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet."""
        session.host_name = hostname
        fault = await self._struck(server, "connect", hostname)
        return [self._reply(fault, "not now")] if fault and fault.kind == "error" else responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Accept or refuse one recipient."""
        self.world.record({"provider": "smtp", "operation": "rcpt", "to": address, "from": envelope.mail_from})
        fault = await self._struck(server, "rcpt", address)
        if fault and fault.kind == "error":
            return self._reply(fault, "5.1.1 refused")
        for start, refusal in REFUSALS.items():
            if address.lower().startswith(start):
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, once per recipient."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        text = raw.decode("utf-8", "replace")
        fault = await self._struck(server, "data", " ".join(envelope.rcpt_tos) + text)
        if fault and fault.kind == "error":
            return self._reply(fault, "5.7.1 refused")
        if server.transport is None or server.transport.is_closing():
            return "451 4.3.0 gone"
        mail = message_from_bytes(raw, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            keep(self.world, "email", to=recipient, sender=envelope.mail_from or "", raw=text, **parts(mail))
        if fault and fault.kind in {"drop_after_effect", "timeout"}:
            hang_up(server)
        return "garbage" if fault and fault.kind == "garbage" else "250 2.0.0 OK"


def hang_up(server: SMTP) -> None:
    """Close the connection at once, without a reply."""
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def parts(mail: EmailMessage) -> dict[str, Any]:
    """Return what a person reads of a mail: subject, text, HTML, headers of interest."""
    plain = mail.get_body(preferencelist=("plain",))
    html = mail.get_body(preferencelist=("html",))
    return {
        "subject": str(mail.get("Subject", "")),
        "text": str(plain.get_content()) if plain else "",
        "html": str(html.get_content()) if html else "",
        "headers": {name: str(value) for name, value in mail.items()},
        "provider_id": str(mail.get("Message-ID", "")),
        "status": "reçu",
    }


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and bool(data.password))


async def serve_mail(world: World, port: int) -> asyncio.Server:
    """Listen on 127.0.0.1 and return the running server."""
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(
            Door(world),
            hostname="standins.localhost",
            enable_SMTPUTF8=True,
            authenticator=_authenticate,
            auth_require_tls=False,
            data_size_limit=20_000_000,
            loop=loop,
        )

    return await loop.create_server(connection, "127.0.0.1", port)
