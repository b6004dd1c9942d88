"""What the logs may say: of a request the name of its route, never its path, which may hold a link's token; of an error
of the database its kind, never the refused row, which may hold somebody's name, number or words."""

from __future__ import annotations

import logging

UNNAMED = "an unnamed route"
WITHHELD = "[…]"


def _details(error: BaseException | None) -> list[str]:
    """The values PostgreSQL quotes in this error and in those it came from."""
    found: list[str] = []
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        detail = getattr(getattr(one, "diag", None), "message_detail", None)
        if detail:
            found.append(str(detail))
        waiting += [one.__cause__, one.__context__]
    return found


class Line(logging.Formatter):
    """The formatter of every line: a refused row's values are left out of tracebacks and of quoted errors."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the details of database errors withheld."""
        text = super().format(record)
        for detail in _details(record.exc_info[1] if record.exc_info else None):
            text = text.replace(detail, WITHHELD).replace(repr(detail)[1:-1], WITHHELD)
        return text


class RouteNames(logging.Filter):
    """Puts the route's name where Django's own lines (CSRF refusals, errors) carry the request's path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", "")
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            name = (match.view_name if match else "") or UNNAMED
            record.args = tuple(name if argument == path else argument for argument in record.args)
        return True
