"""What can be refused, by name; the sentences are in templates and views."""

from __future__ import annotations


class GiftEnded(Exception):
    """This gift waits for no answer any more, or never did in this session."""


class NotNow(Exception):
    """The sender's action has no place in the claim's present state (corrections need a failed contact)."""


class NotSignable(Exception):
    """This handle reads like a service's, or like the house's own: it would lend a name nobody may pass for."""


class CannotReach(Exception):
    """The contact cannot be used; `code` is unknown_handle, unavailable or neutral (one sentence for all the rest)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
