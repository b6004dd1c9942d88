"""What the canary adds to the processes it watches: pages that fail on demand, and error reports written to files."""

from __future__ import annotations

import itertools
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

FAIL = "X-Canary-Fail"
_numbers = itertools.count(1)


class Canary(RuntimeError):
    """A failure asked for by the canary."""


def fail_on_demand(request: HttpRequest) -> dict[str, Any]:
    """A context processor that fails while a page is drawn: the view's own variables are all in the traceback."""
    if FAIL in request.headers:
        raise Canary
    return {}


class ReportFiles(logging.Handler):
    """Writes each error as Django's mail to the administrators would tell it: text and page, locals included."""

    def emit(self, record: logging.LogRecord) -> None:
        """One file per error; without an exception there is nothing to report."""
        if not record.exc_info:
            return
        request = getattr(record, "request", None)
        kind = import_string(settings.DEFAULT_EXCEPTION_REPORTER)
        reporter = kind(request, *record.exc_info, is_email=True)
        report = f"{record.getMessage()}\n{reporter.get_traceback_text()}\n{reporter.get_traceback_html()}"
        folder = Path(os.environ["LEAKS_REPORTS"])
        folder.joinpath(f"{_name(os.getpid())}-{_name(next(_numbers))}.html").write_text(report)


def _name(number: int) -> str:
    """A number in letters: a process id of five figures reads like a postcode."""
    return str(number).translate(str.maketrans("0123456789", "abcdefghij"))
