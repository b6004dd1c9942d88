"""A page that does not exist says what to do, also where DEBUG is on."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/nulle/part/", "/bouquets/jamais-vendu/", "/occasions/aucune/"])
def test_an_unknown_address_gets_our_own_page(settings: Settings, client: Client, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
    assert "URLconf" not in response.content.decode()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/commande/inconnu/", "/commande/inconnu/carte/"])
def test_a_cut_link_to_an_order_says_where_to_find_it_again(
    settings: Settings, client: Client, path: str, debug: bool
) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert response.status_code == 404
    assert "Rouvrez l’e-mail de confirmation" in response.content.decode()


@pytest.mark.parametrize("path", ["/panier/ajouter/", "/nulle/part/"])
def test_a_form_too_large_is_told_so_even_without_its_token(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    long = client.post(path, "text=" + "a" * 1024 * 1024, content_type="application/x-www-form-urlencoded")
    assert (long.status_code, "Cet envoi est trop volumineux" in long.content.decode()) == (413, True)
    short = client.post("/panier/ajouter/", "text=a", content_type="application/x-www-form-urlencoded")
    assert (short.status_code, "Ce formulaire a expiré" in short.content.decode()) == (403, True)


def test_an_address_too_long_is_told_so(client: Client) -> None:
    start = "/bouquets/?q="
    fits = client.get(start + "a" * (4_000 - len(start)))
    assert fits.status_code == 200
    long = client.get(start + "a" * (4_001 - len(start)))
    assert (long.status_code, "Cette adresse est trop longue" in long.content.decode()) == (414, True)


def test_a_missing_slash_is_still_added(settings: Settings, client: Client) -> None:
    settings.DEBUG = True
    assert client.get("/panier").headers["Location"] == "/panier/"
