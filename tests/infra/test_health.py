"""Both sites say whether they live and whether they can work."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.florists.factories import make_address_key

WELL = {"database": "ok", "redis": "ok", "address_key": "ok"}


def test_healthz_asks_the_database_nothing(client: Client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_asks_two_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries):
    make_address_key()
    with django_assert_num_queries(2):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL)


@pytest.mark.django_db
def test_a_missing_address_key_is_told_and_keeps_the_site_ready(client: Client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL | {"address_key": "missing"})


@pytest.mark.django_db
def test_dead_redis_is_told_and_keeps_the_site_ready(client: Client, settings: Settings):
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"},
    }
    make_address_key()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL | {"redis": "down"})


@pytest.mark.django_db
def test_back_office_answers_too(client: Client, backoffice: Settings):
    assert client.get("/healthz").status_code == 200
    make_address_key()
    assert client.get("/readyz").json() == WELL


def test_only_reading_is_answered(client: Client):
    assert client.post("/healthz").status_code == 405
