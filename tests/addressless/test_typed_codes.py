"""Codes that people type: what rests of them opens nothing and cannot be searched on a copy of the rows."""

from __future__ import annotations

import hashlib
import hmac
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from addressless import answers
from addressless.models import Claim
from interflora.lib import codes, links
from interflora.lib.links import Purpose
from notifications.marketing import compose
from notifications.marketing.models import Contact
from tests.addressless.factories import make_invited, open_session
from tests.addressless.pages import Browser, url
from tests.florists.factories import make_address, next_served_day
from tests.notifications.factories import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    claim = make_invited()
    answers.accept(open_session(claim), make_address(), next_served_day(), "morning")
    return Claim.objects.get(pk=claim.pk)


@pytest.fixture
def contact() -> Contact:
    contact = make_contact()
    compose.ensure_stop_code(contact)
    return contact


def typed(claim: Claim, contact: Contact) -> dict[str, str]:
    """Every code somebody can type, by its purpose."""
    of = {claim.link(), claim.tracking_link(), compose.stop_link(contact)}
    return {link.purpose.value: links.code(link) for link in of}


def dump() -> str:
    """Every row of every table, as PostgreSQL would write it out."""
    with connection.cursor() as cursor:
        texts = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def guesses(purpose: str, code: str) -> list[str]:
    """What somebody with the rows and the sources, but not the key, can compute of a code they try."""
    plain = hashlib.sha256(code.encode()).hexdigest()
    facts = f"code_digest|{purpose}|{plain}"
    keys = ("", "LINK_KEY", purpose)
    keyed = [hmac.new(key.encode(), facts.encode(), hashlib.sha256).hexdigest() for key in keys]
    return [code, codes.grouped(code), plain, hashlib.sha256(facts.encode()).hexdigest(), *keyed]


def test_a_copy_of_the_rows_cannot_be_searched_for_a_code(claim: Claim, contact: Contact) -> None:
    found = dump()
    known = typed(claim, contact)
    assert sorted(known) == ["claim", "tracking", "unsubscribe"]
    for purpose, code in known.items():
        assert not [guess for guess in guesses(purpose, code) if guess in found]
        assert links.code_digest(Purpose(purpose), code) in found


def test_another_key_or_another_purpose_finds_nothing(claim: Claim, contact: Contact, settings: Settings) -> None:
    codes_of = typed(claim, contact)
    assert Claim.objects.by_code(codes_of["claim"]) == Claim.objects.by_tracking_code(codes_of["tracking"]) == claim
    assert Claim.objects.by_code(codes_of["tracking"]) is None
    assert Claim.objects.by_tracking_code(codes_of["claim"]) is None
    settings.LINK_KEY = "another key"
    assert Claim.objects.by_code(codes_of["claim"]) is None
    settings.LINK_KEY = ""
    with pytest.raises(links.MissingKey):
        Claim.objects.by_code(codes_of["claim"])


def as_before(claim: Claim, contact: Contact) -> None:
    """The rows as an older version left them."""
    plain = {name: hashlib.sha256(code.encode()).hexdigest() for name, code in typed(claim, contact).items()}
    Claim.objects.update(code_digest=plain["claim"], tracking_code_digest=plain["tracking"])
    Contact.objects.update(stop_code_digest=plain["unsubscribe"])


def migrate_codes() -> None:
    for name in (
        "addressless.migrations.0007_codes_under_the_key",
        "notifications.migrations.0004_stop_codes_under_the_key",
    ):
        import_module(name).put_under_key(apps, None)


def test_codes_printed_before_stay_valid(claim: Claim, contact: Contact) -> None:
    as_before(claim, contact)
    code = links.code(claim.tracking_link())
    assert Claim.objects.by_tracking_code(code) is None
    migrate_codes()
    assert Browser().submit(url("verify"), code=codes.grouped(code)).status_code == 302
    assert Claim.objects.by_code(links.code(claim.link())) == claim
    assert Browser().get(f"/stop/{links.code(compose.stop_link(contact))}/").status_code == 200


def test_without_the_key_rows_are_not_touched(claim: Claim, contact: Contact, settings: Settings) -> None:
    as_before(claim, contact)
    before = dump()
    settings.LINK_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="LINK_KEY is missing"):
        migrate_codes()
    assert dump() == before


def test_a_fresh_database_needs_no_key(settings: Settings) -> None:
    settings.LINK_KEY = ""
    migrate_codes()
