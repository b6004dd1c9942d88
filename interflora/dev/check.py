"""`./shop check`: style, types, walls, templates, migrations, translations, settings. One line each, then details."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from interflora.dev import messages, roles
from interflora.dev.guards import problem_with, read_guards
from interflora.dev.tools import CHECKOUT, sources

BIN = Path(sys.executable).parent
PACKAGES = ["interflora", "catalog", "orders", "florists", "addressless", "notifications", "staff"]
PACKAGES += ["standins", "tests", "bench"]
MOST_LINES = 40
AUDIT_SECONDS = 60

# What has no place in tracked files. Brackets keep the patterns from finding themselves.
UNWANTED = {
    "path of a machine": re.compile(r"(?<![\w.])/(?:[w]ork|[f]arm|[r]oot|[U]sers|home/[a-z])[\w-]*/"),
    "address of a package registry": re.compile(r"https?://[^\s\"]*(?:/[s]imple/|/[p]ypi/|[r]egistry\.)"),
    "unfinished mark": re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "real key of a provider": re.compile(r"\b(?:sk_liv[e]_|rk_liv[e]_)\w+"),
}
TEXT = {".py", ".html", ".txt", ".css", ".js", ".toml", ".yml", ".md", ".sh", ".example", ".in", ".po", ".svg", ""}
NEVER_TRACKED = re.compile(r"(^|/)(\.env|var/|node_modules/|.*\.(mo|pyc|pem|key|sqlite3|log))$|^var/")
LARGEST_BYTES = 2_000_000

INLINE = {
    "inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"(?:href|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "tab": re.compile(r"\t"),
    "space at the end of a line": re.compile(r"[ \t]+$"),
}
# Mail clients read inline styles only, and a drawing is a document of its own.
MAY_STYLE = re.compile(r"(^|/)templates/messages/|\.svg$")


class CannotSay(Exception):
    """A check that this machine cannot make; says why. It fails nothing."""


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    find: Callable[[], list[str]]


def command(*parts: str | Path, env: dict[str, str] | None = None) -> Callable[[], list[str]]:
    """Return a check that a command ends with 0; its output is the detail."""

    def find() -> list[str]:
        run = subprocess.run(
            [str(part) for part in parts], cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False
        )
        return [] if run.returncode == 0 else ((run.stdout + run.stderr).strip().splitlines() or ["failed silently"])

    return find


def templates() -> list[str]:
    """Find inline script and style, tabs, trailing spaces and components without their list of variables."""
    lines = []
    for name in sources():
        if name.suffix != ".html" or "templates" not in name.parts:
            continue
        text = (CHECKOUT / name).read_text()
        if not text.endswith("\n") or text.endswith("\n\n"):
            lines.append(f"{name}: must end with one newline")
        if "components" in name.parts and not text.startswith("{# "):
            lines.append(f"{name}:1: a component begins with {{# Variables: … #}}")
        for number, line in enumerate(text.split("\n"), 1):
            for what, pattern in INLINE.items():
                if "style" in what and MAY_STYLE.search(name.as_posix()):
                    continue
                if pattern.search(line):
                    lines.append(f"{name}:{number}: {what}")
    return lines


def unwanted() -> list[str]:
    """Find paths of machines, registries, unfinished marks, secrets and files that have no place in the checkout."""
    lines = []
    for name in sources():
        path = CHECKOUT / name
        if NEVER_TRACKED.search(name.as_posix()):
            lines.append(f"{name}: never tracked")
        elif path.stat().st_size > LARGEST_BYTES:
            lines.append(f"{name}: larger than {LARGEST_BYTES // 1_000_000} MB")
        elif name.suffix in TEXT:
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                lines += [f"{name}:{number}: {what}" for what, pattern in UNWANTED.items() if pattern.search(line)]
    return lines


def locks() -> list[str]:
    """Find packages that a .in file asks for and its lock does not pin with a hash."""
    lines = []
    for source in ("requirements.in", "requirements-dev.in"):
        lock = source.replace(".in", ".txt")
        pinned = set(
            re.findall(r"^([A-Za-z0-9._-]+)==\S+.*\\\n\s+--hash=", (CHECKOUT / lock).read_text(), re.MULTILINE)
        )
        for line in (CHECKOUT / source).read_text().splitlines():
            if found := re.match(r"[A-Za-z0-9._-]+", line.strip()):
                name = found[0].lower().replace("_", "-")
                if not line.startswith("-") and name not in pinned:
                    lines.append(f"{source}: {name} is not pinned with a hash in {lock}")
    return lines


def vulnerabilities() -> list[str]:
    """Find locked packages with a known vulnerability, as PyPI lists them.

    Raises CannotSay when it answers for none of them: no network, or an index that keeps no such list.
    """
    parts: list[str | Path] = [BIN / "pip-audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    parts += ["--requirement", "requirements.txt", "--timeout", "5", "--format", "json"]
    try:
        run = subprocess.run(parts, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=AUDIT_SECONDS)
        packages = json.loads(run.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise CannotSay("PyPI's list of vulnerabilities does not answer") from error
    listed = [package for package in packages if "vulns" in package]
    if not listed:
        raise CannotSay("the package index keeps no list of vulnerabilities")
    return [
        f"{package['name']} {package['version']}: {known['id']}, fixed in {', '.join(known['fix_versions']) or 'none'}"
        for package in listed
        for known in package["vulns"]
    ]


def guards() -> list[str]:
    """Find guards whose text no longer stands in its file, or stands there twice."""
    return [f"guard « {guard.name} »: {problem}" for guard in read_guards() if (problem := problem_with(guard))]


def production(role: str, keys: Path) -> dict[str, str]:
    """Return an environment like production's, with made-up secrets, for one role; `keys` is a 0700 folder."""
    given = {
        "DEBUG": "off",
        "SECRET_KEY": "production-like-secret-key-" + 40 * "0123456789abcdef"[role == "shop"],
        "ALLOWED_HOSTS": "fleurs.example,gestion.fleurs.example",
        "SITE_URL": "https://fleurs.example",
        "BACKOFFICE_URL": "https://gestion.fleurs.example",
        "DATABASE_URL": "postgresql:///interflora",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "ADDRESS_KEY_DIR": str(keys),
        "HOUSE_COMPANY": "Fleurs SAS",
        "FIELD_ENCRYPTION_KEYS": "cHJvZHVjdGlvbi1saWtlLWtleS0wMTIzNDU2Nzg5MDE=",
        "STRIPE_SECRET_KEY": "sk_test_0123456789",
        "STRIPE_WEBHOOK_SECRET": "whsec_0123456789",
        "TWILIO_ACCOUNT_SID": "AC" + 32 * "1",
        "TWILIO_AUTH_TOKEN": 32 * "1",
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + 32 * "1",
        "EMAIL_HOST": "smtp.fleurs.example",
        "DEFAULT_FROM_EMAIL": "Interflora <bonjour@fleurs.example>",
    }
    secrets = ("GIFT_HMAC_KEY", "LINK_KEY", "CONTACT_HMAC_KEY", "FLORIST_LINK_KEY")
    given |= {name: f"production-like-{name.lower()}-0123456789" for name in secrets}
    given |= {name: "0123456789abcdef" for name in roles.HELD if name.startswith("X_")}
    return roles.environment(role, given, os.environ)


def production_settings(role: str) -> Callable[[], list[str]]:
    """Return a check that Django finds nothing to say about a complete production environment of this role."""

    def find() -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            parts = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
            return command(*parts, env=production(role, Path(folder)))()

    return find


def checks() -> list[Check]:
    """Return every check, the slow ones first."""
    tests = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    present = [name for name in PACKAGES if (CHECKOUT / name).is_dir()]
    deploy = [Check(f"settings of production, {role}", production_settings(role)) for role in roles.ROLES]
    return [
        Check("types", command(BIN / "mypy", *present)),
        Check("style", command(BIN / "ruff", "check", "--quiet", ".")),
        Check("format", command(BIN / "ruff", "format", "--check", "--quiet", ".")),
        Check("walls between the apps", command(BIN / "lint-imports")),
        Check("templates", templates),
        Check("migrations", command(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", env=tests)),
        Check("translations", messages.problems),
        *deploy,
        Check(
            "security",
            command(BIN / "bandit", "-q", "-r", "-ll", *(name for name in present if name not in {"tests", "bench"})),
        ),
        Check("known vulnerabilities", vulnerabilities),
        Check("locked packages", locks),
        Check("guards", guards),
        Check("nothing out of place", unwanted),
    ]


def _look(check: Check) -> tuple[list[str], str]:
    """What a check finds, and why it could not look."""
    try:
        return check.find(), ""
    except CannotSay as why:
        return [], str(why)


def main(wanted: list[str]) -> int:
    """Run the checks whose name holds a wanted word (all without words); return 1 when one fails."""
    chosen = [check for check in checks() if not wanted or any(word in check.name for word in wanted)]
    started = time.monotonic()
    failed = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for check, (found, note) in zip(chosen, pool.map(_look, chosen), strict=True):
            if note:
                print(f"{'note':<7} {check.name}: {note}", flush=True)
                continue
            print(f"{'failed' if found else 'ok':<7} {check.name}", flush=True)
            failed += bool(found)
            for line in found[:MOST_LINES]:
                print(f"          {line}")
            if len(found) > MOST_LINES:
                print(f"          … and {len(found) - MOST_LINES} more lines")
    print(f"{len(chosen)} checks in {time.monotonic() - started:.0f} s, {failed} failed.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
