"""What must not have moved: every row that tells of an answer, and every page the sender sees."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.leaks.browsing import words
from tests.leaks.gifts import World

# Rows of a table, less the columns that move by themselves.
TABLES: dict[str, tuple[str, ...]] = {
    "addressless_claim": (),
    "addressless_pairblock": (),
    "addressless_report": (),
    "addressless_review": (),
    "addressless_tracking": ("seen_at", "last_seen_at"),
    "addressless_worry": (),
    "orders_order": (),
    "orders_payment": ("checked_at", "looked_at"),
    "orders_refund": ("attempts", "checked_at"),
    "orders_orderevent": (),
    "florists_delivery": (),
    "florists_deliveryoffer": (),
    "florists_deliveryevent": (),
    "florists_sealedaddress": (),
    "notifications_suppression": (),
    "notifications_consent": (),
    "notifications_stopentry": (),
    "notifications_contact": (),
}
QUIET_SECONDS, PATIENCE_SECONDS = 4.0, 120.0
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Snapshot:
    """One look at everything."""

    rows: Rows
    messages: frozenset[str]  # « template about » of everything the outbox holds
    pages: dict[str, str]  # what each sender reads

    def changes(self, later: Snapshot) -> Iterator[str]:
        """What is not as it was, one line each."""
        for table, before in self.rows.items():
            after = later.rows[table]
            for key in sorted(before.keys() | after.keys()):
                if before.get(key) != after.get(key):
                    yield f"{table} {key}: {_difference(before.get(key), after.get(key))}"
        yield from (f"written: {message}" for message in sorted(later.messages - self.messages))
        for owner, page in self.pages.items():
            if page != later.pages[owner]:
                yield f"the sender's page of {owner} reads otherwise"


def _difference(before: Any, after: Any) -> str:
    if before is None or after is None:
        return "new" if before is None else "gone"
    return ", ".join(f"{name} {before[name]} → {after[name]}" for name in before if before[name] != after[name])


def rows(world: World) -> Rows:
    """Every watched row, by table and primary key."""
    found: Rows = {}
    for table, moving in TABLES.items():
        statement = f"select to_jsonb(t) - %s::text[] from {table} t"
        told = world.stack.sql(statement, list(moving))
        found[table] = {str(row.get("id") or row.get("delivery_id")): row for (row,) in told}
    return found


def look(world: World) -> Snapshot:
    """Rows, messages and the senders' pages as they are now."""
    pages = {}
    for owner, gift in world.gifts.items():
        token = gift.tokens["order"]
        asked = [gift.sender.get(f"/commande/{token}/{page}") for page in ("", "cadeau/")]
        pages[owner] = "\n".join(f"{answer.status} {words(answer.text)}" for answer in asked)
        gift.sender.seen.clear()
    written = world.stack.sql("select template || ' ' || about || ' ' || id from notifications_message")
    return Snapshot(rows(world), frozenset(row[0] for row in written), pages)


def settled(world: World) -> Snapshot:
    """A look once nothing has moved by itself for a few seconds. Raises RuntimeError when it never ends."""
    stop = time.monotonic() + PATIENCE_SECONDS
    before = look(world)
    while time.monotonic() < stop:
        time.sleep(QUIET_SECONDS)
        now = look(world)
        if not list(before.changes(now)):
            return now
        before = now
    raise RuntimeError("the shop never comes to rest")
