"""How every sweep of this app goes through its rows: one that fails is logged and keeps nobody else waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)


def run(verb: Callable[[int], bool], pks: Iterable[int]) -> int:
    """Call `verb` on each pk and return how many moved. A row that failed is still due: the next sweep tries again."""
    moved = 0
    for pk in list(pks):
        try:
            moved += verb(pk)
        except Exception as error:
            # Its type alone: the text of an exception may quote what it stumbled on.
            log.error("%s.%s of row %s failed: %s", verb.__module__, verb.__name__, pk, type(error).__name__)
    return moved
