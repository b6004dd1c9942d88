"""Headers of every page of both roles and of every error page (`safety.md` 7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import override_settings
from pytest_django import Settings

from tests.web.routes import routes

pytestmark = pytest.mark.django_db
# Assets may be kept by caches and shown anywhere on our pages; everything else is a page.
PICTURES = ("/images/", "/sitemap.xml", "/robots.txt", "/healthz", "/readyz")
PRIVATE = ("/cadeau/", "/suivi/", "/verifier/", "/commande/", "/panier/", "/stop/", "/gestion/", "/fleuriste/")
VALUES = {"int": "7", "slug": "amour", "str": "x" * 43, "path": "7"}


def filled(pattern: str) -> str:
    """A path for a pattern: every parameter gets a value of its kind, known to nobody."""
    path = re.sub(r"\(\?P<app_label>.*?\)", "orders", pattern)
    path = re.sub(r"\(\?P<url>.*?\)", "nulle-part/", path)
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES[found.group(1) or "str"], path)
    return "/" + re.sub(r"[\^$?]|\(_mime\)", "", path)


def check(answer: HttpResponseBase, path: str) -> None:
    """What every answer carries, whatever its status."""
    policy = answer.headers.get("Content-Security-Policy", "")
    if not path.startswith(PICTURES):
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert answer.headers["X-Frame-Options"] == "DENY", path
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin"), path
    assert "geolocation=()" in answer.headers["Permissions-Policy"], path
    assert "Server" not in answer.headers
    if path.startswith(PRIVATE) and answer.status_code == 200:
        assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"], path


SHOP = sorted(routes("interflora.urls_shop").items())


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_route_of_the_shop(method: str) -> None:
    client = Client()
    for _name, pattern in SHOP:
        path = filled(pattern)
        check(getattr(client, method)(path), path)


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_route_of_the_back_office(method: str, backoffice: Settings) -> None:
    client = Client()
    for _name, pattern in sorted(routes("interflora.urls_backoffice").items()):
        path = filled(pattern)
        check(getattr(client, method)(path), path)


@pytest.mark.parametrize(
    ("path", "status", "sent"),
    [
        ("/nulle-part/", 404, {}),
        ("/bouquets/?q=\x00", 200, {}),
        ("/cadeau/" + "x" * 43 + "/", 404, {}),
        ("/cadeau/accepter/", 403, {}),
    ],
)
def test_dead_ends_carry_them_too(path: str, status: int, sent: dict[str, Any]) -> None:
    answer = Client().get(path, **sent)
    assert answer.status_code == status
    check(answer, path)


def test_a_form_without_its_token_and_a_wrong_host_carry_them_too() -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/panier/ajouter/")
    assert refused.status_code == 403
    check(refused, "/panier/ajouter/")
    wrong = Client().get("/", headers={"host": "ailleurs.example"})
    assert wrong.status_code == 400
    check(wrong, "/")


@override_settings(DEBUG=False)
def test_an_error_of_ours_carries_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("canari-dans-l-erreur")

    monkeypatch.setattr("django.template.loader.select_template", fail)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    client = Client(raise_request_exception=False)
    client.cookies["boutique"] = "x" * 32
    answer = client.get("/panier/")
    assert answer.status_code == 500
    assert "canari" not in answer.content.decode()
    check(answer, "/panier/")
