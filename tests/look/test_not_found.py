"""A page that does not exist says what to do, also where DEBUG is on."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "path", ["/nulle/part/", "/commande/inconnu/", "/bouquets/jamais-vendu/", "/occasions/aucune/"]
)
def test_an_unknown_address_gets_our_own_page(settings: Settings, client: Client, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
    assert "URLconf" not in response.content.decode()


def test_a_missing_slash_is_still_added(settings: Settings, client: Client) -> None:
    settings.DEBUG = True
    assert client.get("/panier").headers["Location"] == "/panier/"
