"""Over HTTPS every cookie of both sites is `__Host-`: no other host can set one, and no path or domain widens it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.cookies import Morsel
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from interflora.dev.tools import CHECKOUT
from interflora.lib import links
from tests.addressless.factories import make_invited
from tests.addressless.pages import SAME_ORIGIN
from tests.orders.factories import make_variant
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
SHOW = """
import json, django
django.setup()
from django.conf import settings
names = [name for name in dir(settings) if "COOKIE" in name and not name.endswith("_MASKED")]
print(json.dumps({name: getattr(settings, name) for name in [*names, "IS_HTTPS", "MESSAGE_STORAGE"]}))
"""


def use(settings: Settings, role: str, scheme: str) -> None:
    """The cookies of this process as the settings file makes them for that role and that address."""
    chosen = {"SITE_ROLE": role, "SITE_URL": f"{scheme}://fleurs.example", "SECRET_KEY": 50 * "k"}
    environment = dict(os.environ) | chosen | {"DJANGO_SETTINGS_MODULE": "interflora.settings"}
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    for name, value in json.loads(shown.stdout).items():
        setattr(settings, name, value)


class Walker(Client):
    """Keeps every cookie it was ever handed, deletions included."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=False)
        self.seen: dict[str, list[Morsel[str]]] = {}

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        for name, morsel in answer.cookies.items():
            self.seen.setdefault(name, []).append(morsel)
        return answer


def walk_the_shop() -> Walker:
    variant, claim = make_variant(), make_invited()
    walker = Walker()
    walker.get(reverse("orders:cart"))
    walker.post(reverse("orders:cart_add"), {"variant": variant.pk}, headers=SAME_ORIGIN)
    walker.get(reverse("orders:cart"))
    walker.get(reverse("addressless:delivery_step"))
    # A bouquet no longer sold leaves a message; the next page shows it and lets it go.
    variant.product.variants.update(is_active=False)
    walker.post(reverse("orders:cart_add"), {"variant": variant.pk}, headers=SAME_ORIGIN, follow=True)
    walker.post(reverse("set_language"), {"language": "en"})
    opened = walker.post(links.path(claim.link()), headers=SAME_ORIGIN)
    walker.get(opened.headers["Location"])
    return walker


def walk_the_back_office() -> Walker:
    walker = Walker()
    walker.get(reverse("admin:login"))
    User.objects.create_superuser("ines", password="bouquet-de-test")
    walker.post(reverse("admin:login"), {"username": "ines", "password": "bouquet-de-test"})
    sign_in(walker, User.objects.get())
    walker.get(reverse("admin:index"))
    asked = {"action": "unlock", "_selected_action": [User.objects.get().pk]}
    walker.post(reverse("admin:auth_user_changelist"), asked, follow=True)
    walker.post(reverse("set_language"), {"language": "en"})
    walker.get(reverse("florists:sign_in"))
    return walker


SHOP = {"boutique", "boutique-csrf", "messages", "langue", "cadeau"}
BACKOFFICE = {"gestion", "gestion-csrf", "messages", "langue"}


def walked(settings: Settings, request: pytest.FixtureRequest, role: str, scheme: str) -> dict[str, list[Morsel[str]]]:
    if role == "backoffice":
        request.getfixturevalue("backoffice")
    use(settings, role, scheme)
    return (walk_the_back_office() if role == "backoffice" else walk_the_shop()).seen


@pytest.mark.parametrize(("role", "names"), [("shop", SHOP), ("backoffice", BACKOFFICE)])
def test_over_https_every_cookie_belongs_to_its_host_alone(
    settings: Settings, request: pytest.FixtureRequest, role: str, names: set[str]
) -> None:
    seen = walked(settings, request, role, "https")
    assert set(seen) == {f"__Host-{name}" for name in names}
    for name, morsels in seen.items():
        for morsel in morsels:
            assert morsel["secure"] and morsel["path"] == "/" and not morsel["domain"], name
            assert morsel["samesite"] == "Lax", name
            assert morsel["httponly"] or not morsel.value, name


@pytest.mark.parametrize(("role", "names"), [("shop", SHOP), ("backoffice", BACKOFFICE)])
def test_in_plain_development_they_have_no_prefix(
    settings: Settings, request: pytest.FixtureRequest, role: str, names: set[str]
) -> None:
    seen = walked(settings, request, role, "http")
    assert set(seen) == names
    assert not any(morsel["secure"] for morsels in seen.values() for morsel in morsels)
