"""The server itself: several at once, a restart, wrong control calls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.standin_client import ROOT, StandIns
from tests.standins.conftest import Shop, order, stripe_client

PORTS = ("--port", "0", "--smtp-port", "0")


def test_two_servers_keep_apart(standins: StandIns, tmp_path: Path) -> None:
    with StandIns.running(tmp_path, *PORTS) as other:
        assert other.url != standins.url
        stripe_client(other).v1.checkout.sessions.create(order())
        assert len(other.ledger()["sessions"]) == 1
        assert standins.ledger()["sessions"] == []


def test_restart_keeps_everything_in_its_order(tmp_path: Path) -> None:
    with StandIns.running(tmp_path, *PORTS) as first:
        bank = stripe_client(first)
        params = order()
        ids = [bank.v1.checkout.sessions.create(params, {"idempotency_key": f"row-{n}"}).id for n in range(12)]
        first.pay(ids[0])
        before = first.ledger()
    with StandIns.running(tmp_path, *PORTS) as second:
        assert second.ledger() == before
        assert [session["id"] for session in before["sessions"]] == ids
        again = stripe_client(second).v1.checkout.sessions.create(params, {"idempotency_key": "row-3"})
        assert again.id == ids[3]
        second.reset()
    with StandIns.running(tmp_path, *PORTS) as third:
        assert third.ledger()["sessions"] == []


def test_server_stops_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'standins', '--port', '0', '--smtp-port', '0',"
        " '--exit-with-parent'])\n"
        "child.wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith(b'{"port"')
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert parent.stdout.read() == b""  # the pipe closes when the server, its last holder, has gone
    parent.stdout.close()


@pytest.mark.parametrize(
    "fault",
    [
        {"provider": "paypal", "kind": "error"},
        {"provider": "stripe", "kind": "mood"},
        {"provider": "stripe", "kind": "error", "colour": "red"},
    ],
)
def test_senseless_fault_is_refused(standins: StandIns, fault: Any) -> None:
    assert requests.post(f"{standins.url}/control/faults", json=fault, timeout=20).status_code == 400
    assert standins.faults() == []


def test_fault_strikes_only_what_it_matches_and_as_often_as_asked(standins: StandIns) -> None:
    standins.fault(provider="stripe", operation="refunds.list", kind="error", status=503, count=2, match="pi_a")
    bank = f"{standins.url}/stripe/v1/refunds"
    headers = {"Authorization": "Bearer sk_test_standin"}
    asked = ["pi_b", "pi_a", "pi_a", "pi_a"]
    statuses = [requests.get(bank, {"payment_intent": one}, headers=headers, timeout=20).status_code for one in asked]
    assert statuses == [200, 503, 503, 200]


def test_health_and_front_page(standins: StandIns) -> None:
    assert requests.get(f"{standins.url}/healthz", timeout=20).json() == {"ok": True}
    assert requests.get(standins.url, timeout=20).url == f"{standins.url}/outbox"


def test_event_the_shop_never_took_is_sent_after_a_restart(tmp_path: Path, shop: Shop) -> None:
    with StandIns.running(tmp_path, *PORTS) as first:
        first.pay(stripe_client(first).v1.checkout.sessions.create(order()).id)
        assert {webhook["state"] for webhook in first.webhooks()} == {"held"}
    with StandIns.running(tmp_path, *PORTS, "--shop-url", shop.url) as second:
        assert {event.type for event in shop.events(2)} == {"payment_intent.succeeded", "checkout.session.completed"}
        second.drain()
    with StandIns.running(tmp_path, *PORTS, "--shop-url", shop.url) as third:
        assert third.webhooks() == []
    assert len(shop.heard) == 2
