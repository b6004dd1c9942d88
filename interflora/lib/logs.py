"""What the logs may say: of a request the name of its route, never its path, which may hold a link's token; of an error
of the database its kind, never the refused row, which may hold somebody's name, number or words. A report of an error,
should anybody have them sent, tells where it happened and never with what."""

from __future__ import annotations

import logging
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

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


class NoVariables(SafeExceptionReporterFilter):
    """The variables of a frame may be an address in somebody's hands: marked one by one, one is forgotten."""

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        """None, whatever the function holds."""
        return dict[str, Any]().items()


class Report(ExceptionReporter):
    """Django's report of an error, outside development: lines of code, without variables, request or refused row."""

    def __init__(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request if settings.DEBUG else None, *args, **kwargs)
        if not settings.DEBUG:
            self.filter = NoVariables()

    def get_traceback_html(self) -> SafeString:
        """The report as a page."""
        return self._without_rows(super().get_traceback_html())

    def get_traceback_text(self) -> SafeString:
        """The report as a mail."""
        return self._without_rows(super().get_traceback_text())

    def _without_rows(self, report: str) -> SafeString:
        for detail in [] if settings.DEBUG else _details(self.exc_value):
            report = report.replace(detail, WITHHELD).replace(escape(detail), WITHHELD)
        return SafeString(report)  # nosec B703 - made safe by Django's own templates, with less in it
