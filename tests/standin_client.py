"""A test's view of the stand-in server: what was received, the provider's ledgers, faults and news on demand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import requests
from django.conf import settings
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20.0
JSON = dict[str, Any]


class StandIns:
    """Speaks to the control addresses of a running `python -m standins`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    # --- Starting
    @classmethod
    @contextmanager
    def started(cls, state: Path) -> Iterator[Self]:
        """Start a stand-in server on the ports of the settings, keeping its state in `state`."""
        options = ["--port", str(settings.STANDINS_PORT), "--smtp-port", str(settings.STANDINS_SMTP_PORT)]
        with cls.running(state, *options, "--shop-url", settings.SITE_URL) as running:
            yield running

    @classmethod
    @contextmanager
    def running(cls, state: Path, *options: str) -> Iterator[Self]:
        """Start a stand-in server with these options; its ports stand in `.ports`."""
        command = [sys.executable, "-m", "standins", "--state", str(state), "--exit-with-parent", "--delay", "0.05"]
        log = state / "standins.log"
        with log.open("wb") as output:
            process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=output, cwd=ROOT)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the stand-ins did not start: {log.read_text()[-2000:]}")
            ports = json.loads(line)
            running = cls(ports["url"])
            running.ports = ports
            yield running
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()

    ports: JSON = {}

    # --- Plain requests
    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON answer of a control address."""
        return self._answer(self._session.get(f"{self.url}/control/{path}", params=params, timeout=30))

    def post(self, path: str, **body: Any) -> Any:
        """Post JSON to a control address and return its JSON answer."""
        return self._answer(self._session.post(f"{self.url}/control/{path}", json=body, timeout=30))

    @staticmethod
    def _answer(answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
        return answer.json()

    # --- What was received
    def messages(self, channel: str = "", to: str = "", direction: str = "out") -> list[JSON]:
        """Return messages as received, oldest first: channel email, sms, twitter_dm; `to` is the whole contact.

        Each has id, channel, at, to, from, subject, text, html, links, status, provider_id (e-mails also raw, headers;
        texts also segments, encoding).
        """
        return list(self.get("messages", channel=channel, to=to, direction=direction)["messages"])

    def outbox(self) -> list[JSON]:
        """Return every message received since the last reset, oldest first."""
        return self.messages()

    def requests(self, provider: str = "", since: int = 0) -> list[JSON]:
        """Return the provider requests as they came (see tests/specs.py to check them)."""
        return list(self.get("requests", provider=provider, since=since)["requests"])

    def ledger(self) -> dict[str, list[JSON]]:
        """Return Stripe's own books: sessions, payment_intents, charges, refunds, events, disputes."""
        return dict(self.get("ledger"))

    # --- Faults
    def fault(self, **fault: Any) -> JSON:
        """Ask for a fault: provider, operation, kind, count, and the kind's own fields (standins/faults.py)."""
        return dict(self.post("faults", **fault))

    def faults(self) -> list[JSON]:
        """Return the faults that have not struck."""
        return list(self.get("faults")["faults"])

    def forget_faults(self) -> None:
        """Those that have not struck never will."""
        self._answer(self._session.delete(f"{self.url}/control/faults", timeout=30))

    def reset(self) -> None:
        """Forget messages, objects, faults, the moved clock."""
        self.post("reset")

    # --- What people and banks do
    def pay(self, session: str, how: str = "paid", **more: Any) -> JSON:
        """Act on the payment page of a session (its id or address) and return the session.

        `how`: paid, declined, delayed, settled, bounced (after delayed), expired; `late=True` pays an expired one too;
        `email`, `name` of the buyer.
        """
        return dict(self.post("stripe/pay", session=session, how=how, **more))

    def move_refund(self, refund: str, status: str, reason: str = "unknown") -> JSON:
        """Make a pending refund succeeded, failed or canceled; a succeeded one failed, days later."""
        return dict(self.post(f"stripe/refunds/{refund}", status=status, reason=reason))

    def refund_by_hand(self, charge: str, amount: int | None = None) -> JSON:
        """Refund a charge as somebody would in Stripe's own console."""
        return dict(self.post("stripe/refunds", charge=charge, amount=amount))

    def dispute(self, charge: str) -> JSON:
        """Open a dispute."""
        return dict(self.post("stripe/disputes", charge=charge))

    def close_dispute(self, dispute: str, won: bool) -> JSON:
        """End a dispute."""
        return dict(self.post("stripe/disputes", dispute=dispute, won=won))

    def move_text(self, sid: str, status: str, error_code: int | None = None) -> JSON:
        """Change a text's status at Twilio, with the callback that follows."""
        return dict(self.post(f"twilio/messages/{sid}", status=status, error_code=error_code))

    def text_in(self, sender: str, text: str, **more: Any) -> JSON:
        """Somebody texts us (`STOP`…), with the post that follows; `advanced=True` adds OptOutType."""
        return dict(self.post("twilio/inbound", **{"from": sender}, text=text, **more))

    def x_user(self, handle: str, **fields: Any) -> JSON:
        """Set exists (yes, no, suspended), receives_your_dm (True, False, None), can_be_written_to, username."""
        return dict(self.post(f"x/users/{handle}", **fields))

    def x_consent(self, address: str, handle: str = "camille_flo", do: str = "allow") -> str:
        """Answer X's consent page as `handle` (allow, deny, late, forged, codeless); return where it leads back to."""
        shown = self._session.get(address, timeout=30)
        assert shown.ok, f"{shown.status_code} {shown.text}"
        answer = self._session.post(address, {"handle": handle, "do": do}, timeout=30, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    # --- News to the shop
    def webhooks(self, **wanted: str) -> list[JSON]:
        """Return webhooks made so far, signed now: filter by state (held, delivered…), provider, kind, about."""
        return list(self.get("webhooks", **wanted)["webhooks"])

    def deliver(self, client: Client, **wanted: str) -> list[int]:
        """Hand the held webhooks to Django's test client, in order, until none is left; return the statuses.

        With SITE_URL on no real server every webhook is held. `wanted` filters as in `webhooks`.
        """
        statuses: list[int] = []
        while held := self.webhooks(**{"state": "held", **wanted}):
            for webhook in held:
                statuses.append(self.hand(client, webhook))
            self.post("webhooks/taken", ids=[webhook["id"] for webhook in held])
        return statuses

    def hand(self, client: Client, webhook: JSON) -> int:
        """Hand one webhook to Django's test client and return the status."""
        path = "/" + webhook["url"].split("://", 1)[-1].partition("/")[2]
        headers = {name: value for name, value in webhook["headers"].items() if name != "Content-Type"}
        answer = client.post(path, webhook["body"], content_type=webhook["content_type"], headers=headers)
        return int(answer.status_code)

    def hold_webhooks(self, hold: bool = True) -> None:
        """Keep new webhooks back (or send them at once again)."""
        self.post("webhooks/mode", mode="hold" if hold else "auto")

    def replay(self, *ids: str, **how: Any) -> list[JSON]:
        """Post webhooks to the real shop again: ids of webhooks or events, or about=, kind=, states=[…].

        order given, reverse or shuffle; times; at_once=True posts side by side. Returns id, kind, about, status.
        """
        return list(self.post("webhooks/replay", **({"ids": list(ids)} if ids else {}), **how)["answers"])

    def drain(self, seconds: float = 20.0) -> None:
        """Wait until each webhook under way had its first answer."""
        self.post("webhooks/drain", seconds=seconds)

    def send_webhooks_to(self, shop_url: str) -> None:
        """Name the shop's origin (a live server), or "" to hold webhooks."""
        self.post("settings", shop_url=shop_url)

    def advance(self, seconds: float) -> None:
        """Move the providers' clock: sessions expire, limits open again."""
        self.post("advance", seconds=seconds)

    def wait_for_text(self, sid: str, *statuses: str) -> JSON:
        """Return the message of a text once it has one of these statuses."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for message in self.messages("sms"):
                if message["provider_id"] == sid and message["status"] in statuses:
                    return message
            time.sleep(0.01)
        raise AssertionError(f"{sid} never became {statuses}")
