"""The sinks behind the pages: each tap gives what is new in one of them since it was last drained.

`plant` puts a text where a leak would put it, as near to its source as possible: the self-test drains it again.
"""

from __future__ import annotations

import base64
import gzip
import smtplib
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import redis
import requests

from tests.leaks.matrix import Sink
from tests.leaks.pages import json_text, mail, unpacked
from tests.leaks.stack import LeakStack


@dataclass(frozen=True)
class Piece:
    """Something that came out: where, its text, and of a message to whom."""

    where: str
    text: str
    to: str = ""


class Tap(ABC):
    """One sink."""

    sink: Sink

    def __init__(self, stack: LeakStack) -> None:
        self.stack = stack

    @abstractmethod
    def drain(self) -> Iterator[Piece]:
        """What is new since the last call."""

    @abstractmethod
    def plant(self, text: str) -> None:
        """Put a text into the sink."""

    def close(self) -> None:  # noqa: B027 - most taps hold nothing
        """Let go of what the tap holds."""


class Requests(Tap):
    """Requests as providers received them."""

    providers: tuple[str, ...] = ()

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._last = 0
        self._seen: set[str] = set()

    def drain(self) -> Iterator[Piece]:
        found = self.stack.standins.requests(since=self._last)
        self._last = max((one["seq"] for one in found), default=self._last)
        for one in found:
            if one["provider"] in self.providers:
                yield Piece(f"{one['provider']} {one.get('operation', '')}", json_text(one), _addressee(one))


def _addressee(record: dict[str, Any]) -> str:
    """To whom a provider's record speaks, "" when to nobody."""
    fields = dict(record.get("form") or []) | dict(record.get("query") or [])
    return str(record.get("to") or fields.get("To") or "")


class Stripe(Requests):
    sink = Sink.STRIPE
    providers = ("stripe",)

    def drain(self) -> Iterator[Piece]:
        yield from super().drain()
        for kind, rows in self.stack.standins.ledger().items():
            for row in rows:
                text = json_text(row)
                if text not in self._seen:
                    self._seen.add(text)
                    yield Piece(f"stripe ledger, {kind}", text)

    def plant(self, text: str) -> None:
        url = f"{self.stack.values['STRIPE_API_BASE']}/v1/checkout/sessions"
        fields = {"mode": "payment", "metadata[note]": text}
        requests.post(url, fields, auth=(self.stack.values["STRIPE_SECRET_KEY"], ""), timeout=10)


class Providers(Requests):
    sink = Sink.PROVIDERS
    providers = ("twilio", "x", "smtp", "email")

    def drain(self) -> Iterator[Piece]:
        yield from super().drain()
        for message in self.stack.standins.messages(channel="email"):
            if message["id"] not in self._seen:
                self._seen.add(message["id"])
                yield Piece("smtp", mail(message["raw"]) + json_text(message.get("headers")), str(message["to"]))

    def plant(self, text: str) -> None:
        send_mail(self.stack, text)
        account = self.stack.values["TWILIO_ACCOUNT_SID"]
        url = f"{self.stack.values['TWILIO_API_BASE']}/2010-04-01/Accounts/{account}/Messages.json"
        fields = {"To": "+33612345699", "Body": text}
        requests.post(url, fields, auth=(account, self.stack.values["TWILIO_AUTH_TOKEN"]), timeout=10)
        requests.get(f"{self.stack.values['X_API_BASE']}/2/users/by/username/{text[:15]}", timeout=10)


def send_mail(stack: LeakStack, text: str) -> None:
    """A mail whose words travel in base64 and whose attachment is compressed."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@b.example", "planted@b.example", "planted"
    letter.set_content("see the attachment", cte="base64")
    letter.add_attachment(gzip.compress(text.encode()), maintype="application", subtype="gzip", filename="a.gz")
    with smtplib.SMTP("127.0.0.1", stack.ports.smtp, timeout=10) as server:
        server.send_message(letter)


class Messages(Tap):
    """Every e-mail, text and private message as its reader gets it."""

    sink = Sink.MESSAGES

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._seen: set[str] = set()
        self.kept: list[Piece] = []

    def drain(self) -> Iterator[Piece]:
        for message in self.stack.standins.messages():
            if message["id"] in self._seen:
                continue
            self._seen.add(message["id"])
            text = mail(message["raw"]) if message.get("raw") else ""
            piece = Piece(f"{message['channel']} message", text + json_text(message), str(message["to"]))
            self.kept.append(piece)
            yield piece

    def plant(self, text: str) -> None:
        send_mail(self.stack, text)


class Files(Tap):
    """Files that appear or change under some folders."""

    sink = Sink.FILES

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._known: dict[Path, tuple[int, int]] = {}

    @property
    def folders(self) -> list[Path]:
        return [Path(self.stack.values["MEDIA_ROOT"]), self.stack.temporary]

    def drain(self) -> Iterator[Piece]:
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                yield Piece(f"the name {path.name}", str(path))
                if not path.is_file():
                    continue
                state = (path.stat().st_mtime_ns, path.stat().st_size)
                if self._known.get(path) != state:
                    self._known[path] = state
                    yield from (Piece(f"the file {path.name}", text) for text in unpacked(path.read_bytes()))

    def plant(self, text: str) -> None:
        for folder in self.folders:
            folder.joinpath("planted.gz").write_bytes(gzip.compress(text.encode()))


class Reports(Files):
    """What Django would mail to the administrators."""

    sink = Sink.REPORTS

    @property
    def folders(self) -> list[Path]:
        return [self.stack.reports]

    def drain(self) -> Iterator[Piece]:
        found = list(super().drain())
        for path in self.stack.reports.iterdir():  # each is read once
            path.unlink()
        return iter(found)


class Logs(Tap):
    """Log files of every process and of both servers, read where the last look ended."""

    sink = Sink.LOGS

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._read: dict[Path, int] = {}

    def drain(self) -> Iterator[Piece]:
        files = [*sorted((self.stack.data_dir / "logs").glob("*.log")), *(server.log for server in self.stack.servers)]
        for path in files:
            if path.name == "standins.log" or not path.exists():
                continue
            with path.open("rb") as log:
                log.seek(self._read.get(path, 0))
                new = log.read()
                self._read[path] = log.tell()
            if new:
                yield Piece(path.name, _without_process_ids(new.decode("utf-8", "replace")))

    def plant(self, text: str) -> None:
        # Chosen quotes: whatever the settings say of statements, an error's own words are logged.
        self.stack.sql(f"do $$ begin raise log '%%', '{text}'; end $$")
        with (self.stack.data_dir / "logs" / "shop.log").open("a") as log:
            log.write(f"{text}\n")


def _without_process_ids(text: str) -> str:
    """A number in brackets is a process, and may look like a postcode."""
    return "".join(f"{head}[·]" if tail else head for head, tail in _bracketed(text))


def _bracketed(text: str) -> Iterator[tuple[str, str]]:
    rest = text
    while rest:
        head, bracket, tail = rest.partition("[")
        number, end, after = tail.partition("]")
        if bracket and end and number.isdecimal():
            yield head, number
            rest = after
        else:
            yield head + bracket, ""
            rest = tail


class Redis(Tap):
    """Every command Redis was sent, the arguments of tasks unpacked, and what it holds now."""

    sink = Sink.REDIS

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._client = redis.Redis.from_url(stack.values["REDIS_URL"], protocol=2)
        self._monitor = self._client.monitor()
        self._monitor.__enter__()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for command in self._monitor.listen():
                self._lines.put(command["command"])
        except (redis.RedisError, OSError, ValueError, AttributeError):
            return  # the server or this tap was closed

    def drain(self) -> Iterator[Piece]:
        lines = []
        while True:
            try:
                lines.append(self._lines.get_nowait())
            except Empty:
                break
        text = "\n".join(lines)
        yield Piece("commands of Redis", text)
        yield Piece("arguments of tasks", "\n".join(_opened(text)))
        for number in range(2):
            client = redis.Redis.from_url(self.stack.values["REDIS_URL"], protocol=2, db=number)
            for key in client.scan_iter(count=1000):
                yield Piece("contents of Redis", f"{key!r} {_value(client, key)!r}")
            client.close()

    def plant(self, text: str) -> None:
        body = base64.b64encode(f'[[1], {{"address": "{text}"}}]'.encode()).decode()
        self._client.lpush("planted", f'{{"body": "{body}"}}')
        self._client.set("planted:value", text)

    def close(self) -> None:
        self._monitor.__exit__(None, None, None)
        self._client.close()


def _opened(text: str) -> Iterator[str]:
    """The base64 bodies inside Celery's messages."""
    for part in text.replace("\\", "").split('"body": "')[1:]:
        body = part.partition('"')[0]
        try:
            yield base64.b64decode(body, validate=True).decode("utf-8", "replace")
        except ValueError:
            yield body


def _value(client: Any, key: bytes) -> Any:
    match client.type(key):
        case b"string":
            return client.get(key)
        case b"list":
            return client.lrange(key, 0, -1)
        case b"hash":
            return client.hgetall(key)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1)
    return b""


class Database(Tap):
    """New lines of a dump, and the views that tell what was asked of the database."""

    sink = Sink.DATABASE
    # Reference rows by the ten thousand, there before any address; a change of them would be a line of the schema dump.
    LEFT_OUT = ("florists_servedpostcode",)

    def __init__(self, stack: LeakStack) -> None:
        super().__init__(stack)
        self._seen: set[str] = set()

    def drain(self) -> Iterator[Piece]:
        lines = [line for line in self.dump().splitlines() if line not in self._seen]
        self._seen.update(lines)
        yield Piece("the dump", "\n".join(lines))
        for view in ("pg_stat_activity", "pg_stat_statements", "pg_prepared_xacts", "pg_cursors"):
            # Their numbers count rows, processes and microseconds: five figures of one are no postcode.
            found = self.stack.sql(f"select * from {view}")
            rows = {" ".join(value for value in row if isinstance(value, str)) for row in found} - self._seen
            self._seen |= rows
            yield Piece(view, "\n".join(rows))

    def dump(self, *options: str) -> str:
        """The text of pg_dump."""
        command: list[str | Path] = [self.stack.postgres._binaries() / "pg_dump", "--no-sync"]
        command += [f"--exclude-table-data={table}" for table in self.LEFT_OUT]
        done = subprocess.run([*command, *options, self.stack.values["DATABASE_URL"]], capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace")

    def plant(self, text: str) -> None:
        self.stack.sql("insert into django_content_type (app_label, model) values ('planted', %s)", text[:90])
        self.stack.sql(f"select 1 /* {text} */")


TAPS: tuple[type[Tap], ...] = (Stripe, Providers, Messages, Logs, Reports, Redis, Database, Files)
