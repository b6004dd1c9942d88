"""The ground the tests stand on."""

from __future__ import annotations

import asyncio
import socket

import pytest
from django.core.cache import cache
from django.db import connection

from interflora import checks
from interflora.database import talkative
from interflora.dev.embedded import check_locale
from tests.conftest import pytest_runtest_setup


@pytest.mark.django_db
def test_database_folds_accents():
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('été'), current_setting('server_version_num')::int >= 150000")
        assert cursor.fetchone() == ("ÉTÉ", True)


def test_redis_starts_empty_in_each_test():
    assert cache.get("seen") is None
    cache.set("seen", 1)
    assert cache.get("seen") == 1


def test_outside_network_is_refused():
    with pytest.raises(OSError, match="loopback only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OSError, match="loopback only"):
        socket.getaddrinfo("example.com", 443)


@pytest.mark.django_db
def test_locale_is_the_one_searches_need():
    parameters = connection.get_connection_params()
    assert (
        check_locale(f"postgresql:///{parameters['dbname']}?host={parameters['host']}&user={parameters['user']}") == ""
    )


@pytest.mark.django_db
def test_the_database_tells_nobody_what_people_typed():
    assert checks.database_tells_nothing(["default"]) == []
    with connection.cursor() as cursor:
        assert talkative(cursor) == []
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND 'canari' = 'canari'")
        assert "canari" not in str(cursor.fetchone())
        cursor.execute("SET log_min_error_statement = 'error'")
        assert talkative(cursor) == ["log_min_error_statement"]
        (warning,) = checks.database_tells_nothing(["default"])
        cursor.execute("RESET log_min_error_statement")
    assert (warning.id, warning.hint) == ("interflora.W051", "Start it with -c log_min_error_statement=panic.")


def test_a_loop_left_running_is_named_before_the_database_refuses(request: pytest.FixtureRequest) -> None:
    async def as_after_a_browser_left_open() -> None:
        pytest_runtest_setup(request.node)

    with pytest.raises(pytest.fail.Exception, match="left its browser open"):
        asyncio.run(as_after_a_browser_left_open())
