"""The files of the production shape are well formed and say what the settings read."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from interflora import database
from interflora.dev import roles
from interflora.dev.tools import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
EXAMPLE = (CHECKOUT / ".env.example").read_text()
SETTINGS = (CHECKOUT / "interflora" / "settings.py").read_text()
APP_SERVICES = {"shop", "backoffice", "worker", "campaigns", "beat", "address-keys", "migrate"}


def test_every_process_of_the_design_has_its_service():
    assert set(COMPOSE["services"]) == APP_SERVICES | {"proxy", "postgres", "redis"}


def test_every_service_has_an_image_and_known_volumes_and_dependencies():
    for name, service in COMPOSE["services"].items():
        assert service["image"], name
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])
        mounted = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert mounted <= set(COMPOSE["volumes"]), name


def test_roles_and_their_key_files():
    roles_of = {name: COMPOSE["services"][name]["environment"]["SITE_ROLE"] for name in APP_SERVICES}
    assert roles_of == {
        "shop": "shop",
        "backoffice": "backoffice",
        "address-keys": "backoffice",
        "worker": "worker",
        "campaigns": "worker",
        "beat": "worker",
        "migrate": "worker",
    }
    for name, role in roles_of.items():
        assert COMPOSE["services"][name]["env_file"] == [f"secrets/{role}.env"]


def test_private_address_keys_are_mounted_in_the_back_office_alone():
    holders = {name for name, service in COMPOSE["services"].items() if "address-keys:" in str(service.get("volumes"))}
    assert holders == {"backoffice", "address-keys"}
    assert {n for n in APP_SERVICES if "ADDRESS_KEY_DIR" in COMPOSE["services"][n]["environment"]} == holders


def test_address_keys_are_renewed_at_each_start_and_then_daily():
    start = COMPOSE["services"]["backoffice"]["command"][-1]
    assert re.match(
        r"python manage.py rotate_address_keys \|\| exit 1; python manage.py destroy_address_keys; exec ", start
    )
    loop = COMPOSE["services"]["address-keys"]["command"][-1]
    assert re.fullmatch(r"while true; do .*rotate_address_keys; .*destroy_address_keys; sleep 86400; done", loop)


def test_no_secret_is_written_in_the_file():
    for name in APP_SERVICES:
        secrets = set(roles.HELD) - {"ADDRESS_KEY_DIR"} | {"SECRET_KEY"}
        assert not secrets & set(COMPOSE["services"][name]["environment"])


def test_database_is_made_with_the_locale_searches_need():
    assert COMPOSE["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == database.CREATE


def test_database_tells_nobody_what_people_typed():
    command = COMPOSE["services"]["postgres"]["command"]
    assert {f"{name}={value}" for name, value in database.QUIET.items()} <= set(command)


def test_debug_is_off_and_commands_run_modules_that_exist():
    for name in APP_SERVICES:
        service = COMPOSE["services"][name]
        assert service["environment"]["DEBUG"] == "off"
        words = " ".join(service.get("command", []))
        for command in re.findall(r"manage\.py (\w+)", words):
            found = [*CHECKOUT.glob(f"*/management/commands/{command}.py")]
            assert found or command in {"migrate"}, command
    assert "--no-control-socket" in " ".join(COMPOSE["services"]["backoffice"]["command"])


def test_image_installs_by_hash_and_does_not_run_as_root():
    lines = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    names = [step[0] for step in steps]
    assert names[0] == "FROM"
    assert set(names) <= {"FROM", "ENV", "WORKDIR", "RUN", "COPY", "USER", "EXPOSE", "CMD"}
    assert any("--require-hashes" in step[1] for step in steps if step[0] == "RUN")
    assert dict(steps)["USER"] == "interflora"
    for step in steps:
        if step[0] == "RUN":
            assert shlex.split(step[1])


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?:env(?:\.\w+)?|secret)\(\s*\"([A-Z_]+)\"", SETTINGS))))
def test_every_variable_of_the_settings_is_explained(name: str):
    written = re.search(rf"(?:^|\n)((?:#[^\n]*\n)*)(?:# )?{name}=", EXAMPLE)
    assert written, f"{name} is not in .env.example"


def test_every_variable_explained_is_read():
    read = set(re.findall(r"\"([A-Z][A-Z_]+)\"", SETTINGS))
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert {name for name in named if not name.startswith("ANYMAIL_")} <= read


def test_demo_passes_every_variable_on():
    known = {*roles.SHARED, *roles.HELD, "SECRET_KEY", "SITE_ROLE"}
    assert set(re.findall(r"(?:env(?:\.\w+)?|secret)\(\s*\"([A-Z_]+)\"", SETTINGS)) <= known
