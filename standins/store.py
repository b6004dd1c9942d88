"""Objects by kind and id: held in memory, written behind to one SQLite file when a state folder is given."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

JSON = dict[str, Any]


class Store:
    """A dictionary of dictionaries in the order of insertion; `flush` makes it survive a restart."""

    def __init__(self, folder: str = "") -> None:
        self._kinds: dict[str, dict[str, JSON]] = {}
        self._dirty: dict[tuple[str, str], None] = {}
        self._cleared = False
        self._file: sqlite3.Connection | None = None
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(Path(folder) / "standins.sqlite3")
            self._file.execute("pragma journal_mode=wal")
            self._file.execute(
                "create table if not exists object"
                " (seq integer primary key, kind text, id text, body text, unique (kind, id))"
            )
            for kind, key, body in self._file.execute("select kind, id, body from object order by seq"):
                self._kinds.setdefault(kind, {})[key] = json.loads(body)

    def put(self, kind: str, key: str, body: JSON) -> JSON:
        """Add or replace an object."""
        self._kinds.setdefault(kind, {})[key] = body
        self._dirty[(kind, key)] = None
        return body

    def get(self, kind: str, key: str) -> JSON | None:
        """Return an object, or None."""
        return self._kinds.get(kind, {}).get(key)

    def all(self, kind: str) -> list[JSON]:
        """Return the objects of a kind, oldest first."""
        return list(self._kinds.get(kind, {}).values())

    def newest_first(self, kind: str) -> Iterable[JSON]:
        """Return the objects of a kind, newest first."""
        return reversed(self._kinds.get(kind, {}).values())

    def drop(self, kind: str, key: str) -> None:
        """Remove an object that was never worth keeping."""
        self._kinds.get(kind, {}).pop(key, None)
        self._dirty[(kind, key)] = None

    def forget_unfinished(self) -> None:
        """After a restart: a call that was under way is not, so its idempotency key is free again."""
        for key in [key for key, body in self._kinds.get("idempotency", {}).items() if body["in_progress"]]:
            self.drop("idempotency", key)

    def clear(self) -> None:
        """Forget every object."""
        self._kinds.clear()
        self._dirty.clear()
        self._cleared = True

    def flush(self) -> None:
        """Write what changed since the last call; does nothing without a state folder."""
        if self._file is None or not (self._dirty or self._cleared):
            self._dirty.clear()
            return
        with self._file:
            if self._cleared:
                self._file.execute("delete from object")
            gone = [pair for pair in self._dirty if self.get(*pair) is None]
            self._file.executemany("delete from object where kind = ? and id = ?", gone)
            self._file.executemany(
                "insert into object (kind, id, body) values (?, ?, ?)"
                " on conflict (kind, id) do update set body = excluded.body",
                [
                    (kind, key, json.dumps(self._kinds[kind][key]))
                    for kind, key in self._dirty
                    if self.get(kind, key) is not None
                ],
            )
        self._dirty.clear()
        self._cleared = False

    def close(self) -> None:
        """Write what is left and close the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
