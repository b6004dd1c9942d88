"""Fails the acceptance of a gift at each of its lines, at each of its statements, in each of its tables.

A process of its own (`python -m tests.leaks accept_path`, role shop), because it raises inside running code: reads the
address as JSON on standard input, writes what the recipient was shown, one JSON object per line, to standard output.
Logs go to standard error and error reports to LEAKS_REPORTS, as in any process under watch.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from django.test import Client

from addressless import claims, invitations, sessions
from addressless.models import Claim
from catalog.models import ProductVariant
from florists.models import SealedAddress
from interflora.dev.tools import CHECKOUT
from orders import payments
from tests.addressless.factories import make_gift
from tests.orders.factories import make_cart, make_order, make_payment, make_session

OURS = tuple(str(CHECKOUT / name) for name in ("addressless", "florists", "orders", "notifications", "interflora"))
URL = "/cadeau/accepter/adresse/"
client = Client(raise_request_exception=False)
WRITTEN = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
Place = tuple[str, int]
PATIENCE_LOOKS = 600


class Planned(Exception):
    """A failure planned at one line."""


def open_gift() -> Claim:
    """A paid gift that waits for its answer, without Stripe and without a message."""
    variant = ProductVariant.objects.filter(is_active=True).order_by("pk")[0]
    claim = claims.draft(make_order(is_gift=True, cart=make_cart(variant)), make_gift("personal_link"))
    payment = make_payment(claim.order, session_id=f"cs_{claim.public_id}")
    assert payments.confirm(payment.pk, make_session(payment, intent_id=f"pi_{claim.public_id}"))
    invitations.start(claim.pk)  # or a worker was there first, and is not done yet
    for _look in range(PATIENCE_LOOKS):
        claim.refresh_from_db()
        if claim.status == "invited":
            return claim
        time.sleep(0.1)
    raise RuntimeError(f"the gift stays {claim.status}")


def accept(data: dict[str, str], around: AbstractContextManager[Any] | None = None) -> tuple[Claim, Any]:
    """A fresh gift, opened and, inside `around`, accepted with this address; what the recipient was shown."""
    claim = open_gift()
    client.cookies.clear()
    client.cookies[settings.COOKIE_PREFIX + "cadeau"] = sessions.open_session(claim)
    with around or nullcontext():
        answer = client.post(URL, data, headers={"Sec-Fetch-Site": "same-origin", "Host": "127.0.0.1"})
    return claim, answer


@contextmanager
def traced(trace: Callable[[Place], None]) -> Iterator[None]:
    """Calls `trace` on each line of ours."""

    def line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            trace((frame.f_code.co_filename, frame.f_lineno))
        return line

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(OURS) else None

    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(None)


def tell(where: str, claim: Claim, answer: Any) -> None:
    """One line of output: what was shown, and whether the vault holds something for a gift that is not accepted."""
    claim.refresh_from_db()
    is_accepted = claim.status == "accepted"
    is_half_done = SealedAddress.objects.filter(delivery=claim.order.delivery).exists() != is_accepted
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "Content-Length")
    shown = {"where": where, "status": answer.status_code, "text": f"{headers}\n{answer.content.decode()}"}
    print(json.dumps(shown | {"accepted": is_accepted, "half_done": is_half_done}), flush=True)


def lines_of(data: dict[str, str]) -> list[Place]:
    """Every line of ours that an acceptance runs, in order."""
    seen: dict[Place, None] = {}

    def note(place: Place) -> None:
        seen.setdefault(place)

    tell("no failure", *accept(data, traced(note)))
    return list(seen)


def fail_at_line(data: dict[str, str], place: Place) -> None:
    """The acceptance fails when it comes to this line."""

    def fail(here: Place) -> None:
        if here == place:
            raise Planned

    tell(f"{Path(place[0]).relative_to(CHECKOUT)}:{place[1]}", *accept(data, traced(fail)))


class Statements:
    """Notes each statement of an acceptance, and makes the one of this number fail in the database itself."""

    def __init__(self, failing: int = 0) -> None:
        self.failing, self.seen = failing, list[str]()
        self._other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
        self._other.autocommit = True
        self.activity: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.seen.append(sql)
        if len(self.seen) == self.failing and connection.in_atomic_block:
            try:
                with connection.connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")  # whatever follows in this transaction is refused, and logged
            except psycopg2.Error:
                pass
        result = execute(sql, params, many, context)
        with self._other.cursor() as cursor:
            cursor.execute(
                "select query from pg_stat_activity where pid = %s", [connection.connection.info.backend_pid]
            )
            self.activity += [row[0] for row in cursor.fetchall()]
        return result

    def close(self) -> None:
        self._other.close()


def statements_of(data: dict[str, str], failing: int = 0) -> list[str]:
    """An acceptance whose statement of this number fails (0: none); its statements."""
    statements = Statements(failing)
    tell(f"statement {failing}", *accept(data, connection.execute_wrapper(statements)))
    statements.close()
    print(json.dumps({"activity": "\n".join(statements.activity)}), flush=True)
    return statements.seen


@contextmanager
def closed(table: str) -> Iterator[None]:
    """A table that takes no row."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT canary_refuses CHECK (false) NOT VALID")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT canary_refuses")


def main(arguments: list[str]) -> int:
    """Every failure (`1`), one in `N`, or with `once` a single acceptance, for servers that are down."""
    data: dict[str, str] = json.load(sys.stdin)
    client.get("/healthz")  # the middlewares are loaded: what follows is the request alone
    if arguments == ["once"]:
        tell("once", *accept(data))
        return 0
    every = int(arguments[0])
    for place in lines_of(data)[::every]:
        fail_at_line(data, place)
    found = statements_of(data)
    for number in range(1, len(found) + 1, every):
        statements_of(data, number)
    for table in sorted({match[1] for sql in found if (match := WRITTEN.match(sql))}):
        tell(f"table {table}", *accept(data, closed(table)))

    return 0
