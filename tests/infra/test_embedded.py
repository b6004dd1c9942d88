"""The servers of our own: they start over whatever an earlier run left behind, and leave nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from interflora.dev import embedded
from interflora.dev.embedded import EmbeddedError, Postgres, Server, Valkey, check_locale, command_of, stop_stray


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder short enough for sockets, which `nobody` may walk to."""
    made = Path(tempfile.mkdtemp(prefix="interflora-embedded-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def test_data_outlives_a_restart_and_a_kill(folder: Path):
    first = Postgres(folder)
    url = first.start()
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 'été' AS word")
    connection.close()
    assert first.process is not None
    first.process.kill()
    first.process.wait()
    assert (first.cluster / "postmaster.pid").exists()

    second = Postgres(folder)
    try:
        assert second.start() == url
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT upper(word) FROM kept")
            assert cursor.fetchone() == ("ÉTÉ",)
        connection.close()
    finally:
        second.stop()
    assert second.pid == 0
    assert not (second.cluster / "postmaster.pid").exists()


def test_server_of_a_killed_run_is_stopped_before_the_next_starts(folder: Path):
    orphans: list[Server] = [Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)]
    for orphan in orphans:
        orphan.start()
    left = [orphan.pid for orphan in orphans]
    servers: list[Server] = [Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)]
    try:
        for server in servers:
            server.start()
        assert [orphan.pid for orphan in orphans] == [0, 0]
        assert not set(left) & {server.pid for server in servers}
        assert redis.Redis.from_url(servers[1].url).ping() is True
    finally:
        for server in servers:
            server.stop()


def test_pid_given_to_another_program_is_left_alone():
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert stop_stray(stranger.pid, "/no/such/cluster", signal.SIGTERM) is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert command_of(stranger.pid) == ""


def test_half_made_cluster_is_made_again(folder: Path):
    server = Postgres(folder, throwaway=True)
    server.cluster.mkdir()
    (server.cluster / "leftover").write_text("interrupted")
    try:
        assert check_locale(server.start()) == ""
    finally:
        server.stop()
    assert not (server.cluster / "leftover").exists()


def test_long_data_folder_gets_a_short_socket_folder(folder: Path):
    deep = folder / ("d" * 60) / ("e" * 60)
    server = Postgres(deep, throwaway=True)
    assert len(os.fsencode(server.sockets)) <= embedded.LONGEST_SOCKET_FOLDER
    try:
        psycopg2.connect(server.start()).close()
    finally:
        server.stop()
    assert not server.sockets.parent.exists()


def test_servers_listen_on_no_tcp_port_and_sockets_are_private(folder: Path):
    servers: list[Server] = [Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)]
    try:
        for server in servers:
            server.start()
        connection = psycopg2.connect(servers[0].url)
        with connection.cursor() as cursor:
            cursor.execute("SHOW listen_addresses")
            assert cursor.fetchone() == ("",)
        connection.close()
        assert redis.Redis.from_url(servers[1].url).config_get("port") == {"port": "0"}
        assert servers[0].sockets.stat().st_mode & 0o777 == 0o700
    finally:
        for server in servers:
            server.stop()


def test_other_locale_is_named_with_the_remedy(folder: Path):
    server = Postgres(folder, throwaway=True)
    try:
        url = server.start()
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
        connection.close()
        said = check_locale(url.replace("/interflora?", "/plain?"))
    finally:
        server.stop()
    assert "character type C" in said
    assert "--builtin-locale=C.UTF-8" in said


def test_unknown_machine_is_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.machine", lambda: "pdp11")
    with pytest.raises(EmbeddedError, match="Set REDIS_URL"):
        Valkey(folder).start()


PARENT = """
import sys, time
from pathlib import Path
from interflora.dev.embedded import Postgres, Valkey
from interflora.dev.keeper import Keeper
folder = Path(sys.argv[1])
keeper = Keeper()
keeper.remove(folder)
for server in (Postgres(folder, throwaway=True), Valkey(folder, throwaway=True)):
    server.start()
    keeper.watch(server.pid, server.stop_signal)
    print(server.pid, flush=True)
time.sleep(120)
"""


def test_killed_parent_takes_its_servers_and_their_folder_with_it(tmp_path: Path):
    folder = Path(tempfile.mkdtemp(prefix="interflora-embedded-"))
    folder.chmod(0o711)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
    assert [command_of(pid) for pid in pids] == ["", ""]
