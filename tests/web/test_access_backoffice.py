"""Every route of the back office × persona × method, as written in `access_backoffice.txt`; a new route needs its line.

A cell is the status of GET, then of a POST whose form is empty. HEAD answers like GET; other methods are refused. Each
try is rolled back. After a deliberate change the test prints the lines to write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from florists import address_keys
from tests.florists.factories import STREET
from tests.web.backoffice_world import CARD, GROUPS, OUTSIDE, PERSONAS, STRANGERS, World
from tests.web.routes import routes

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("access_backoffice.txt")
# Django forwards « …/7/ » to « …/7/change/ » for every model and for everybody: one line says it.
FORWARD = "<path:object_id>/"
# Django's pages of each model; those of our own are the rest.
GENERIC = ("_changelist", "_add", "_history", "_delete", "_change", FORWARD)
# Who tries those; what a password, another florist, a right given by name or an old proof change is at our own.
BASIC = ("anonymous", "florist", *GROUPS, "superuser")
# Several personas who fare alike at a door.
TOGETHER = (OUTSIDE, ("anonymous", "florist"))


@pytest.fixture
def world(staff_groups: None, address_key_dir: Path, settings: Settings, request: pytest.FixtureRequest) -> World:
    """Sealed with a real key and made while this process holds the shop's; then it becomes the back office."""
    settings.SITE_ROLE = "backoffice"
    address_keys.rotate()
    settings.SITE_ROLE = "shop"
    made = World()
    request.getfixturevalue("backoffice")
    made.open_doors()
    return made


def names() -> dict[str, str]:
    found = routes("interflora.urls_backoffice")
    forwards = [name for name in found if name.endswith(FORWARD)]
    return {name: path for name, path in found.items() if name not in forwards[1:]}


def lines() -> dict[str, str]:
    rows = [line.partition("|") for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {name.strip(): cells.strip() for name, _bar, cells in rows}


def paths(world: World) -> Iterator[tuple[str, str]]:
    for name, pattern in names().items():
        if name.endswith(FORWARD):
            yield name, f"/{pattern.replace(FORWARD, '1/')}"
        elif "(?P<url>" in pattern:
            yield name, "/gestion/nulle-part/"
        else:
            args = world.args(name, pattern)
            assert args is not None, f"{name} ({pattern}) has no arguments in World.args"
            path = reverse(name, args=args) if ":" in name or name == "set_language" else f"/{pattern}"
            yield name, f"{path}?ids={world.order.pk}" if name == "admin:orders_order_refunds" else path


def tried(browser: Client, method: str, path: str) -> HttpResponseBase:
    """The answer, with nothing changed: not in the database, in the cookies or in what Redis counts."""
    kept = {name: morsel.value for name, morsel in browser.cookies.items()}
    with transaction.atomic():
        answer = browser.generic(method, path)
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.load(kept)
    if method == "POST":
        cache.clear()
    return answer


def written(cells: dict[str, str]) -> str:
    """Personas by what they are answered; the last group is everybody else."""
    found: dict[str, list[str]] = defaultdict(list)
    for persona, cell in cells.items():
        found[cell].append(persona)
    groups = sorted(found.items(), key=lambda item: (len(item[1]), item[1]))
    parts = [f"{cell} {_short(people)}" for cell, people in groups[:-1]]
    return " | ".join([*parts, f"{groups[-1][0]} {'others' if parts else 'all'}"])


def _short(people: list[str]) -> str:
    for members in TOGETHER:
        if set(members) <= set(people):
            people = ["outside", *(one for one in people if one not in members)]
    return " ".join(people)


def test_every_route_has_its_line() -> None:
    assert set(lines()) == set(names())


def test_every_cell_is_as_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, found = lines(), {}
    for name, path in paths(world):
        cells = {}
        for persona in BASIC if name.endswith(GENERIC) else PERSONAS:
            is_read = persona in STRANGERS
            with monkeypatch.context() as patch:
                if not is_read:
                    patch.setattr(Template, "render", lambda *_args, **_kwargs: "")
                answers = [tried(world.browsers[persona], "GET", path)]
                # A model's page that somebody may not open asks the same right of both methods.
                if answers[0].status_code not in (302, 403) or not name.endswith(GENERIC):
                    answers.append(tried(world.browsers[persona], "POST", path))
            cells[persona] = " ".join(str(answer.status_code) for answer in answers)
            for answer in answers if is_read else ():
                check_silence(persona, path, answer, world)
        found[name] = written(cells)
    different = {name: cells for name, cells in found.items() if cells != expected.get(name)}
    assert not different, "\n" + "\n".join(f"{name:<44} | {cells}" for name, cells in different.items())


def check_silence(persona: str, path: str, answer: HttpResponseBase, world: World) -> None:
    """Whatever the status: no address but on the florist's own sheet, no order, no sender, no recipient."""
    text = getattr(answer, "content", b"").decode(errors="replace")
    secrets = [world.order.public_id, "camille@martin.example", "lou@belle", "canari-du-souci", CARD]
    for secret in secrets if persona == "florist" else [*secrets, STREET, world.job.public_id]:
        assert secret not in text, (persona, path, secret)


def test_head_is_get_and_no_other_method_is_known(world: World) -> None:
    for name, path in paths(world):
        # Django's change of language answers any method with the way back, and changes nothing on them.
        refused = (302,) if name == "set_language" else (404, 405)
        for method in ("PUT", "PATCH", "DELETE"):
            assert tried(world.browsers["superuser"], method, path).status_code in refused, (name, method)
        if not name.endswith(GENERIC):
            for persona in ("florist", "superuser"):
                if name == "admin:login":
                    continue  # Django's page leads whoever is in further on GET alone
                got = tried(world.browsers[persona], "GET", path)
                assert tried(world.browsers[persona], "HEAD", path).status_code == got.status_code, (name, persona)
