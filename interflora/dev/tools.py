"""What the developer commands share: where the checkout is, what lies around it, how to copy it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SPECS = CHECKOUT.parent / "shared" / "specs"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LEFT_OUT = {".git", ".venv", "var", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def chromium() -> str:
    """Return the path of an installed Chromium (CHROMIUM names one of your own), "" when there is none."""
    named = os.environ.get("CHROMIUM", "")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), "")


def test_environment() -> dict[str, str]:
    """Return this process's environment for pytest: its settings are the tests', and its servers its own."""
    ours = ("TEST_", "PYTEST_", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def sources() -> list[Path]:
    """Return the checkout's own files, relative to it: what git tracks or would track, every file without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and (CHECKOUT / ".git").exists():
        names = [Path(name) for name in listed.stdout.split("\0") if name]
        return [name for name in names if (CHECKOUT / name).is_file()]
    return [
        path.relative_to(CHECKOUT)
        for path in sorted(CHECKOUT.rglob("*"))
        if path.is_file() and not LEFT_OUT & set(path.relative_to(CHECKOUT).parts)
    ]


def copy_checkout(target: Path) -> None:
    """Copy the checkout's own files into `target`."""
    for name in sources():
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, destination)
