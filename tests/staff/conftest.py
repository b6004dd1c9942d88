from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from staff import devices
from tests.staff_access import code_of

PASSWORD = "bouquet-de-lilas-blanc"
LOGIN, CODE, ENROLL = "/gestion/login/", "/gestion/second-facteur/code/", "/gestion/second-facteur/activer/"
PROVE, ACCOUNT, INDEX = "/gestion/confirmer/", "/gestion/second-facteur/", "/gestion/"


@pytest.fixture
def ines(backoffice: Settings, staff_groups: None) -> User:
    """Somebody of customer service on her first day."""
    user = User.objects.create_user("ines", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="support"))
    return user


@pytest.fixture
def enrolled(ines: User) -> list[str]:
    """Her telephone is enrolled; her recovery codes."""
    devices.pending(ines)
    done = devices.enroll(ines, code_of(ines))
    assert done is not None
    return done[1]


@pytest.fixture
def password_only(ines: User, enrolled: list[str], client: Client) -> Client:
    """She typed her password, and nothing else yet."""
    response = client.post(LOGIN, {"username": "ines", "password": PASSWORD})
    assert response.headers["Location"] == f"{CODE}?next=%2Fgestion%2F"
    return client
