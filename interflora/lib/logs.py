"""What the logs may say of a request: the name of its route, never its path, which may hold a link's token."""

from __future__ import annotations

import logging

UNNAMED = "an unnamed route"


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
