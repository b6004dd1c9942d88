"""Each process gets its own keys and no other, whatever lies around it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interflora.dev import roles
from interflora.dev.tools import CHECKOUT

ARCHITECTURE = (CHECKOUT / "docs" / "architecture.md").read_text()
SHOW = """
import json
import django
django.setup()
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


def everything() -> dict[str, str]:
    """Every setting there is, as a careless person might put them all in one file."""
    keys = {name: f"value-of-{name.lower()}-0123456789012345" for name in roles.HELD}
    return keys | {"DATABASE_URL": "postgresql:///x", "SECRET_KEY": 50 * "k", "ANYMAIL_MAILJET_SECRET_KEY": "m"}


@pytest.mark.parametrize("role", roles.ROLES)
def test_process_holds_exactly_the_keys_of_its_role(role: str):
    environment = roles.environment(role, everything(), os.environ)
    names = [name for name in roles.HELD if not name.startswith("EMAIL_")]
    assert {name for name in names if environment[name]} == {name for name in names if role in roles.HELD[name]}
    shown = subprocess.run(
        [sys.executable, "-c", SHOW % names], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    settings = json.loads(shown.stdout)
    assert {name for name, value in settings.items() if value} == {n for n in names if role in roles.HELD[n]}


@pytest.mark.parametrize("role", roles.ROLES)
def test_settings_empty_the_keys_of_other_roles_even_when_given_all(role: str):
    environment = dict(os.environ) | everything() | {"SITE_ROLE": role, "DJANGO_SETTINGS_MODULE": "interflora.settings"}
    names = [name for name in roles.HELD if not name.startswith("EMAIL_")]
    shown = subprocess.run(
        [sys.executable, "-c", SHOW % names], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    settings = json.loads(shown.stdout)
    assert {name for name, value in settings.items() if value} == {n for n in names if role in roles.HELD[n]}


@pytest.mark.parametrize(("role", "origin"), [("shop", "SITE_URL"), ("backoffice", "BACKOFFICE_URL")])
def test_a_site_believes_forms_of_its_own_origin_alone(role: str, origin: str):
    environment = roles.environment(role, everything(), os.environ)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW % ["CSRF_TRUSTED_ORIGINS", "SITE_URL", "BACKOFFICE_URL"]],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    settings = json.loads(shown.stdout)
    assert settings["CSRF_TRUSTED_ORIGINS"] == [settings[origin]]
    assert settings["SITE_URL"] != settings["BACKOFFICE_URL"]


def test_table_of_the_architecture_is_the_one_in_force():
    cells = {
        name: [cell.strip() == "yes" for cell in row.split("|")[2:5]]
        for row in ARCHITECTURE.splitlines()
        if row.startswith("| ")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    }
    assert cells == {
        name: [role in roles.HELD[name] for role in ("shop", "worker", "backoffice")]
        for name in roles.HELD
        if name in cells
    }
    assert len(cells) == 6


def test_no_role_holds_both_address_keys_and_links_to_gifts():
    assert not roles.HELD["ADDRESS_KEY_DIR"] & roles.HELD["LINK_KEY"]


def test_mail_keys_go_to_the_worker_alone():
    values = everything() | {"ANYMAIL_WEBHOOK_SECRET": "w"}
    held = {
        role: [name for name, value in roles.environment(role, values, {}).items() if "ANYMAIL" in name and value]
        for role in roles.ROLES
    }
    assert held["worker"] == ["ANYMAIL_MAILJET_SECRET_KEY", "ANYMAIL_WEBHOOK_SECRET"]
    assert held["shop"] == ["ANYMAIL_WEBHOOK_SECRET"]
    assert held["backoffice"] == []


def test_demo_keys_are_private_random_and_kept(tmp_path: Path):
    first = roles.demo_keys(tmp_path / "one.json")
    assert roles.demo_keys(tmp_path / "one.json") == first
    assert (tmp_path / "one.json").stat().st_mode & 0o777 == 0o600
    other = roles.demo_keys(tmp_path / "two.json")
    assert not set(first.values()) & set(other.values())
    assert len(set(first.values())) == len(first) == 8


def test_real_key_of_one_provider_leaves_stand_ins_for_the_others(tmp_path: Path):
    given = {"STRIPE_SECRET_KEY": "sk_test_mine"}
    values = roles.settings_for(given, tmp_path, roles.Ports(), {})
    assert values["STRIPE_SECRET_KEY"] == "sk_test_mine"
    assert "STRIPE_API_BASE" not in values
    assert "STRIPE_CHECKOUT_ORIGIN" not in values
    assert values["TWILIO_API_BASE"] == "http://127.0.0.1:9911/twilio"
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"]) == ("127.0.0.1", "9925")
    assert roles.needs_standins(given)
    real = {key: "mine" for key, _base, _path in roles.PROVIDERS.values()} | {"EMAIL_HOST": "smtp.fleurs.example"}
    assert not roles.needs_standins(real)


def test_stray_variables_of_the_machine_do_not_reach_a_process():
    environment = roles.environment("shop", everything(), {"PATH": "/bin", "AWS_SECRET": "x", "PYTHONPATH": "/y"})
    assert "AWS_SECRET" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["PATH"] == "/bin"
