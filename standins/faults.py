"""Faults on demand: what goes wrong, at which provider and operation, how many times."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import Any

# What happens to the request or its answer on the wire.
WIRE = frozenset(
    {
        "error",  # refused with `status`, `code`, `message` or `body`, without any effect
        "slow",  # answered after `seconds`
        "timeout",  # held for `seconds`, then the connection is closed; `effect` says whether it was carried out
        "drop_before_effect",  # the connection is closed, nothing was done
        "drop_after_effect",  # carried out, then the connection is closed without an answer
        "garbage",  # carried out, then answered 200 with a body that is no JSON
        "webhook_before_answer",  # carried out, its webhooks handed over, and only then answered
    }
)
# What becomes of the thing asked for: a refund `pending`, a text `undelivered`…
OUTCOME = frozenset({"outcome"})
# What becomes of a webhook; the operation is the event's type, or "status" / "inbound" for texts.
NEWS = frozenset({"duplicate_webhook", "no_webhook"})
KINDS = WIRE | OUTCOME | NEWS
PROVIDERS = ("stripe", "twilio", "x", "smtp")
_ids = count(1)


class BadFault(ValueError):
    """The fault asked for makes no sense; the text says why."""


@dataclass
class Fault:
    """One fault. `count` is how many times it still strikes; `match` must occur in the request's text, if given."""

    provider: str
    kind: str
    operation: str = "*"
    count: int = 1
    match: str = ""
    status: int = 500
    code: str | int | None = None
    message: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 30.0
    effect: bool = False
    saved: bool | None = None
    outcome: str = ""
    error_code: int | None = None
    times: int = 2
    id: int = field(default_factory=lambda: next(_ids))

    def strikes(self, provider: str, operation: str, text: str, kinds: frozenset[str]) -> bool:
        """Whether this fault concerns the call."""
        return (
            self.count > 0
            and self.provider == provider
            and self.kind in kinds
            and self.operation in {"*", operation}
            and self.match in text
        )


class Faults:
    """The faults waiting to strike, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Queue a fault; raises BadFault for an unknown provider, kind or field."""
        known = {item.name for item in fields(Fault)} - {"id"}
        if unknown := set(wanted) - known:
            raise BadFault(f"unknown field: {', '.join(sorted(unknown))}")
        if wanted.get("provider") not in PROVIDERS:
            raise BadFault(f"provider must be one of {', '.join(PROVIDERS)}")
        if wanted.get("kind") not in KINDS:
            raise BadFault(f"kind must be one of {', '.join(sorted(KINDS))}")
        fault = Fault(**wanted)
        self._waiting.append(fault)
        return fault

    def any(self) -> bool:
        """Whether any fault waits."""
        return bool(self._waiting)

    def take(self, provider: str, operation: str, text: str, kinds: frozenset[str]) -> Fault | None:
        """Return the first fault that strikes and count it down; None when all is well."""
        for fault in self._waiting:
            if fault.strikes(provider, operation, text, kinds):
                fault.count -= 1
                if fault.count <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """Return the faults that have not struck yet."""
        return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()
