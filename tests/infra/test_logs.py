"""No line of the logs holds the path of a request: it may be somebody's link (I7)."""

from __future__ import annotations

import io
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from interflora.lib import codes
from notifications.models import Message

TOKEN = "dGhlLXRva2VuLW9mLXNvbWVib2R5cy1saW5rLTAwMDA"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a process configured by our settings prints."""
    written = io.StringIO()
    configured = {**settings.LOGGING, "handlers": {"console": {**settings.LOGGING["handlers"]["console"]}}}
    configured["handlers"]["console"]["stream"] = written
    logging.config.dictConfig(configured)
    yield written
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
def test_a_refused_form_is_logged_by_its_route(lines: io.StringIO) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"/cadeau/{TOKEN}/")
    assert answer.status_code == 403
    assert "addressless:claim_open" in lines.getvalue()
    assert TOKEN not in lines.getvalue()


@pytest.mark.django_db
def test_an_error_is_logged_by_its_route(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.db.models.query.QuerySet.filter", lambda *args, **kwargs: 1 / 0)
    answer = client.get(f"/cadeau/{TOKEN}/")
    assert answer.status_code == 500
    assert "addressless:claim_open" in lines.getvalue()
    assert TOKEN not in lines.getvalue()


@pytest.mark.django_db
def test_a_refused_row_is_not_quoted(lines: io.StringIO) -> None:
    values = {"channel": "email", "recipient_plain": "madeleine@canari.example", "dedup_key": "x", "about": "a\nb"}
    try:
        with transaction.atomic():
            Message.objects.create(template="t", status="accepted", **values)
    except IntegrityError as error:
        assert "canari" in str(error)
        logging.getLogger("orders.tasks").exception("verb(1) failed: %r", error)
    written = lines.getvalue()
    assert "violates check constraint" in written
    assert "canari" not in written


def reports(request: HttpRequest | None) -> list[str]:
    """What Django would tell of the error being handled: the mail and the page."""
    report = import_string(settings.DEFAULT_EXCEPTION_REPORTER)(request, *sys.exc_info())
    return [report.get_traceback_text(), report.get_traceback_html()]


def test_a_report_of_an_error_tells_where_and_never_with_what(rf: RequestFactory) -> None:
    street = codes.random_code()
    request = rf.post(f"/cadeau/{TOKEN}/", {"line1": street})
    try:
        raise LookupError(len(street))
    except LookupError:
        told = reports(request)
    for report in told:
        assert "LookupError" in report
        assert "test_a_report_of_an_error" in report
        assert street not in report
        assert f"/cadeau/{TOKEN}" not in report


def test_a_report_withholds_the_refused_row(db: None) -> None:
    name = codes.random_code()
    try:
        with transaction.atomic():
            Message.objects.create(template="t", status="accepted", recipient_plain=name, about="<a & b>")
    except IntegrityError as error:
        assert name in str(error)
        told = reports(None)
    for report in told:
        assert "violates check constraint" in report
        assert name not in report


def test_django_prints_and_mails_nothing_by_itself() -> None:
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []
