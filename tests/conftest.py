"""What every test stands on: throwaway PostgreSQL and Redis, a closed network, the roles and the stand-ins."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import Settings

from interflora.dev.embedded import Postgres, Server, Valkey
from interflora.dev.keeper import Keeper
from interflora.dev.tools import CHECKOUT
from interflora.dev.translations import compile_catalogs
from tests.standin_client import StandIns

_servers: list[Server] = []
_keeper: list[Keeper] = []


# --- Servers -----------------------------------------------------------------------------------------------------
def pytest_configure(config: pytest.Config) -> None:
    """Start the throwaway servers, once per run: processes of pytest-xdist find them running."""
    if hasattr(config, "workerinput") or "TEST_SERVERS_DIR" not in os.environ or config.option.collectonly:
        return
    compile_catalogs(CHECKOUT)
    folder = Path(os.environ["TEST_SERVERS_DIR"])
    keeper = Keeper()
    _keeper.append(keeper)
    keeper.remove(folder)
    wanted: list[Server] = []
    if os.environ.get("TEST_STARTS_POSTGRES"):
        wanted.append(Postgres(folder, throwaway=True))
    if os.environ.get("TEST_STARTS_REDIS"):
        wanted.append(Valkey(folder, throwaway=True))
    for server in wanted:
        server.start()
        _servers.append(server)
        keeper.watch(server.pid, server.stop_signal)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and remove their folder."""
    while _servers:
        _servers.pop().stop()
    while _keeper:
        shutil.rmtree(os.environ["TEST_SERVERS_DIR"], ignore_errors=True)
        _keeper.pop().release()


# --- Examples
# A loaded machine is slow: that is no fault of a strategy. A build meets the same examples each time.
examples.register_profile(
    "shop",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=bool(os.environ.get("CI")),
)
examples.load_profile("shop")


# --- A closed network --------------------------------------------------------------------------------------------
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
_LOOPBACK = ("127.", "::1", "localhost")


def _refuse_outside(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not name.startswith(_LOOPBACK) and name != "0.0.0.0":
        raise OSError(f"tests speak to loopback only, not to {name}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6}:
        _refuse_outside(address[0])
    return _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    if self.family in {socket.AF_INET, socket.AF_INET6}:
        _refuse_outside(address[0])
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    _refuse_outside(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign, assignment]
socket.getaddrinfo = _guarded_getaddrinfo


# --- No event loop -----------------------------------------------------------------------------------------------
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser's loop left running makes Django refuse the database to every test after it: say so at once."""
    if "journeys" in item.path.parts:
        return
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    pytest.fail("an event loop still runs in this process: some test left its browser open", pytrace=False)


# --- A clean ground for each test --------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def clean_caches() -> None:
    """Empty the Redis database of this process and the local cache (a quarter of a millisecond)."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def media_folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep uploaded files out of the checkout."""
    settings.MEDIA_ROOT = str(tmp_path_factory.getbasetemp() / "media")


# --- Staff
@pytest.fixture
def staff_groups(db: None) -> None:
    """The groups of the migration, made again when a test that emptied every table ran before."""
    if not Group.objects.exists():
        editor = SimpleNamespace(connection=connection)
        import_module("interflora.migrations.0001_groups").make_groups(apps, editor)
        worries = import_module("interflora.migrations.0002_worries_for_support")
        worries.let_support_handle_worries(apps, editor)
        import_module("interflora.migrations.0003_reviews_for_support").let_support_decide(apps, editor)
        import_module("interflora.migrations.0004_closed_senders_for_support").let_support_reopen(apps, editor)
        import_module("interflora.migrations.0005_versions_for_marketing").let_marketing_approve(apps, editor)
        import_module("interflora.migrations.0006_standing_for_marketing").let_marketing_write(apps, editor)
        import_module("interflora.migrations.0007_routes_of_texts").let_them_be_set(apps, editor)


# --- Roles -------------------------------------------------------------------------------------------------------
@pytest.fixture
def address_key_dir(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for the private address keys, named by ADDRESS_KEY_DIR."""
    folder = tmp_path / "address-keys"
    folder.mkdir(mode=0o700)
    settings.ADDRESS_KEY_DIR = str(folder)
    return folder


@pytest.fixture
def backoffice(settings: Settings, address_key_dir: Path) -> Settings:
    """Make this process the back office: its addresses, its key folder, and none of the keys it must not hold."""
    settings.SITE_ROLE = "backoffice"
    settings.ROOT_URLCONF = "interflora.urls_backoffice"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "gestion", "gestion-csrf"
    settings.LINK_KEY = settings.GIFT_HMAC_KEY = ""
    settings.FIELD_ENCRYPTION_KEYS = []
    return settings


# --- Stand-ins ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def standins_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    """The stand-in server of this test process, where the settings' base addresses already point."""
    with StandIns.started(tmp_path_factory.mktemp("standins")) as running:
        yield running


@pytest.fixture
def standins(standins_process: StandIns, settings: Settings) -> StandIns:
    """Running stand-ins in their first state, with e-mail sent to them over SMTP."""
    standins_process.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return standins_process
