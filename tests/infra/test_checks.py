"""Each setting has a check that names it and its remedy; production refuses to start without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import Settings

from interflora import checks
from interflora.dev.check import production
from interflora.dev.tools import CHECKOUT


def ids() -> list[str]:
    found = [*checks.secrets_are_complete(), *checks.addresses_are_real(), *checks.machine_is_ready()]
    return sorted(str(message.id) for message in found)


@pytest.fixture
def complete(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The test settings, made like production's."""
    settings.SITE_URL, settings.BACKOFFICE_URL = "https://fleurs.example", "https://gestion.fleurs.example"
    settings.ALLOWED_HOSTS = ["fleurs.example"]
    settings.HOUSE = settings.HOUSE | {"company": "Fleurs SAS"}
    settings.DEFAULT_FROM_EMAIL = "Fleurs <bonjour@fleurs.example>"
    for name, real in settings.REAL_API_BASES.items():
        setattr(settings, name, real)
    return settings


def test_complete_production_has_nothing_to_mend(complete: Settings):
    assert ids() == []


@pytest.mark.parametrize("need", [n for n in checks.NEEDS if "shop" in n.roles], ids=lambda need: need.name)
def test_missing_secret_is_named_with_its_remedy(complete: Settings, need: checks.Need):
    setattr(complete, need.name, [] if need.name.endswith("KEYS") else "")
    messages = checks.secrets_are_complete()
    assert [message.id for message in messages] == [f"interflora.{'E' if need.is_vital else 'W'}{need.number:03}"]
    assert messages[0].msg == f"{need.name} is missing (SITE_ROLE=shop)."
    assert messages[0].hint == need.hint


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LINK_KEY", "short", "interflora.E010"),
        ("FIELD_ENCRYPTION_KEYS", ["not-a-key"], "interflora.E011"),
        ("LINK_KEY", "test-gift-hmac-key-0000000000000000", "interflora.E012"),
        ("SITE_URL", "http://fleurs.example", "interflora.E030"),
        ("BACKOFFICE_URL", "https://fleurs.example/gestion", "interflora.E031"),
        ("ALLOWED_HOSTS", ["other.example"], "interflora.E032"),
        ("STRIPE_API_BASE", "http://127.0.0.1:9911/stripe", "interflora.E033"),
        ("TWILIO_API_BASE", "http://127.0.0.1:9911/twilio", "interflora.E033"),
        ("X_API_BASE", "http://127.0.0.1:9911/x", "interflora.E033"),
        ("DEFAULT_FROM_EMAIL", "Interflora <bonjour@interflora.example>", "interflora.W044"),
    ],
)
def test_wrong_value_is_found(complete: Settings, name: str, value: object, expected: str):
    setattr(complete, name, value)
    assert ids() == [expected]


def test_key_folder_must_be_closed(complete: Settings, address_key_dir: Path):
    assert ids() == []
    address_key_dir.chmod(0o755)
    assert ids() == ["interflora.E042"]


@override_settings(DEBUG=True, LINK_KEY="")
def test_development_starts_with_what_it_has(capsys: pytest.CaptureFixture[str]):
    checks.refuse_to_start()
    assert capsys.readouterr().err == ""


def _python(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("role", ["shop", "backoffice", "worker"])
def test_production_process_refuses_to_start_with_one_line(tmp_path: Path, role: str):
    environment = production(role, tmp_path) | {"CONTACT_HMAC_KEY": ""}
    tmp_path.chmod(0o700)
    code = "import interflora.wsgi" if role != "worker" else "from interflora.celery import check_settings as c; c()"
    setup = "import django; django.setup(); " if role == "worker" else ""
    run = _python(environment, "-W", "ignore", "-c", setup + code)
    assert run.returncode == 4
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith(f"The shop cannot start: CONTACT_HMAC_KEY is missing (SITE_ROLE={role}). Make one: ")


def test_missing_secret_key_is_one_line(tmp_path: Path):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": ""}
    for command in (["manage.py", "check"], ["-c", "import interflora.wsgi"]):
        run = _python(environment, *command)
        assert run.returncode != 0
        assert run.stderr.count("\n") == 1
        assert "SECRET_KEY is missing" in run.stderr
