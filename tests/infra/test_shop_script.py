"""The script people run says in one line what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from interflora.dev.tools import CHECKOUT

SYSTEM = ("sh", "dirname", "cksum", "cat", "rm")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of the script alone, on a machine with sh and four tools."""
    machine = tmp_path / "bin"
    machine.mkdir()
    for name in SYSTEM:
        found = shutil.which(name)
        assert found
        (machine / name).symlink_to(found)
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("shop", "requirements.txt", "requirements-dev.txt"):
        shutil.copy2(CHECKOUT / name, folder / name)
    return folder


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("sh") or "sh", str(copy / "shop"), *arguments],
        env={"PATH": str(copy.parent / "bin"), "HOME": str(copy.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def fake(copy: Path, name: str, body: str) -> None:
    path = copy.parent / "bin" / name
    path.write_text(f"#!{shutil.which('sh')}\n{body}\n")
    path.chmod(0o755)


def test_help_needs_nothing(copy: Path):
    shown = run(copy, "help")
    assert shown.returncode == 0
    assert "./shop run " in shown.stdout
    assert not (copy / ".venv").exists()


def test_unknown_command_shows_the_help(copy: Path):
    shown = run(copy, "fly")
    assert shown.returncode == 1
    assert shown.stderr.endswith("./shop: there is no command « fly ».\n")


def test_missing_python_is_one_line(copy: Path):
    shown = run(copy, "run")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == (
        "./shop: Python 3.11, 3.12 or 3.13 is needed; set PYTHON to its path if it is not in PATH.\n"
    )


def test_old_python_counts_as_none(copy: Path):
    fake(copy, "python3", "exit 1")
    assert "Python 3.11, 3.12 or 3.13 is needed" in run(copy, "run").stderr


def test_missing_venv_module_names_the_package(copy: Path):
    fake(copy, "python3", 'case "$2" in *version_info*) exit 0 ;; *) exit 1 ;; esac')
    shown = run(copy, "run")
    assert shown.returncode == 1
    assert shown.stderr == (
        "./shop: Python's venv module is missing: install the package python3-venv (Debian, Ubuntu), or uv.\n"
    )


def test_lock_is_installed_once_and_again_when_it_changes(copy: Path):
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!{shutil.which('sh')}\n" + 'case "$1" in -c) exit 0 ;; esac; echo "$*" >>"$HOME/asked"\n')
    python.chmod(0o755)
    install = "-m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt"
    serve = "-m interflora.dev.supervisor run --port 8100"
    for _twice in range(2):
        assert run(copy, "run", "--port", "8100").returncode == 0
    with (copy / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")
    assert run(copy, "run", "--port", "8100").returncode == 0
    lines = (copy.parent / "asked").read_text().splitlines()
    asked = [line for line in lines if line != "-m pip --version"]
    assert asked == [install, serve, serve, install, serve]


def test_failed_installation_is_tried_again(copy: Path):
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!{shutil.which('sh')}\n" + 'case "$1" in -c) exit 0 ;; esac; exit 1\n')
    python.chmod(0o755)
    for _twice in range(2):
        shown = run(copy, "test")
        assert shown.returncode == 1
        assert "pip could not install requirements-dev.txt" in shown.stderr


@pytest.mark.skipif(not os.access("/bin/dash", os.X_OK), reason="dash, the strictest common sh, is not installed here")
def test_script_is_plain_sh():
    assert subprocess.run(["/bin/dash", "-n", str(CHECKOUT / "shop")], check=False).returncode == 0
    assert subprocess.run(["bash", "-n", str(CHECKOUT / ".ci" / "run")], check=False).returncode == 0
