"""Coming in to the back office: a password opens nothing, a telephone or a code on paper goes with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_otp.plugins.otp_static.models import StaticToken
from pytest_django import Settings

from florists import addresses
from interflora.lib import clock, codes
from staff import devices
from staff.models import Authenticator, RecoveryCodes
from tests.staff.conftest import ACCOUNT, CODE, ENROLL, INDEX, LOGIN, PASSWORD
from tests.staff_access import code_of, grow_old, sign_in

pytestmark = pytest.mark.django_db


def body(response) -> str:
    return str(response.content.decode())


def printed_codes(text: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", text)


# --- Coming in ---------------------------------------------------------------------------------------------------
def test_a_password_and_the_telephone_open_the_back_office(ines, password_only):
    assert password_only.get(INDEX).status_code == 302
    response = password_only.post(CODE, {"code": code_of(ines), "next": INDEX})
    assert response.headers["Location"] == INDEX
    assert "À traiter" in body(password_only.get(INDEX))


def test_somebody_already_in_is_not_asked_again(ines, enrolled, client):
    sign_in(client, ines)
    assert client.get(LOGIN).headers["Location"] == INDEX
    assert client.get(CODE).headers["Location"] == INDEX


def admin_addresses(patterns, prefix: str = "/gestion/") -> list[str]:
    """Every address of the admin, arguments replaced by 1."""
    found = []
    for pattern in patterns:
        written = prefix + re.sub(
            r"\(\?P<\w+>[^)]*\)|<[^>]+>|[\^$]|\\Z", lambda part: "1" if "<" in part[0] else "", str(pattern.pattern)
        )
        if isinstance(pattern, URLResolver):
            found += admin_addresses(pattern.url_patterns, written)
        elif isinstance(pattern, URLPattern):
            found.append(written)
    return found


def test_no_page_of_the_admin_opens_on_a_password_alone(password_only):
    admin = next(p for p in get_resolver("interflora.urls_backoffice").url_patterns if str(p.pattern) == "gestion/")
    assert isinstance(admin, URLResolver)
    addresses = admin_addresses(admin.url_patterns)
    assert len(addresses) > 60
    open_ones = {LOGIN, "/gestion/logout/", CODE, ENROLL, "/gestion/second-facteur/cle.svg"}
    for address in addresses:
        if address not in open_ones:
            response = password_only.get(address)
            assert response.status_code == 302, address
            assert response.headers["Location"].startswith(LOGIN), address
            assert password_only.post(address).status_code == 302, address


def test_a_wrong_code_a_used_code_and_a_word_open_nothing(ines, password_only):
    used = code_of(ines)
    other = Client()
    other.post(LOGIN, {"username": "ines", "password": PASSWORD})
    assert other.post(CODE, {"code": used}).status_code == 302
    for typed in (used, "abcdef", ""):
        response = password_only.post(CODE, {"code": typed})
        assert response.status_code == 200
    assert "Ce code n’est pas le bon" in body(password_only.post(CODE, {"code": used}))
    assert password_only.get(INDEX).status_code == 302


def test_wrong_codes_slow_the_next_try_down(ines, password_only):
    right = code_of(ines)
    password_only.post(CODE, {"code": "000000" if right != "000000" else "111111"})
    assert password_only.post(CODE, {"code": right}).status_code == 200
    device = Authenticator.objects.get(user=ines)
    device.throttling_failure_timestamp -= timedelta(seconds=20)
    device.save()
    assert password_only.post(CODE, {"code": right}).status_code == 302


def test_a_stranger_never_reaches_the_second_step(client, ines):
    for address in (CODE, ENROLL, ACCOUNT, "/gestion/second-facteur/cle.svg", "/gestion/confirmer/"):
        assert client.get(address).headers["Location"].startswith(LOGIN)
    text = body(client.post(LOGIN, {"username": "ines", "password": "autre"}))
    assert "Ce nom et ce mot de passe ne vont pas ensemble" in text


def test_the_way_on_stays_in_the_back_office(ines, password_only):
    response = password_only.post(CODE, {"code": code_of(ines), "next": "https://ailleurs.example/"})
    assert response.headers["Location"] == INDEX


# --- How long ----------------------------------------------------------------------------------------------------
def test_a_password_alone_waits_fifteen_minutes_and_a_session_lasts_eight_hours(ines, password_only):
    def lasts() -> timedelta:
        return Session.objects.get(session_key=password_only.session.session_key).expire_date - clock.now()

    assert timedelta(minutes=14) < lasts() <= timedelta(minutes=15)
    first_key = password_only.session.session_key
    password_only.post(CODE, {"code": code_of(ines)})
    assert password_only.session.session_key != first_key
    assert timedelta(hours=7, minutes=59) < lasts() <= timedelta(hours=8)
    end = password_only.session["_session_expiry"]
    password_only.get(INDEX)
    session = password_only.session
    session["something"] = 1
    session.save()
    assert password_only.session["_session_expiry"] == end  # activity does not make it longer


# --- Enrolling ---------------------------------------------------------------------------------------------------
def test_the_first_sign_in_enrolls_a_telephone_and_gives_ten_codes(ines, client):
    client.post(LOGIN, {"username": "ines", "password": PASSWORD})
    assert client.get(CODE).headers["Location"] == f"{ENROLL}?next=%2Fgestion%2F"
    page = client.get(ENROLL)
    key = devices.key_as_text(Authenticator.objects.get(user=ines))
    assert key in body(page)
    assert "no-store" in page.headers["Cache-Control"]
    picture = client.get("/gestion/second-facteur/cle.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"style=" not in picture.content
    assert "no-store" in picture.headers["Cache-Control"]
    assert client.get(INDEX).status_code == 302
    shown = client.post(ENROLL, {"code": code_of(ines)})
    assert len(set(printed_codes(body(shown)))) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.get(INDEX).status_code == 200
    assert LogEntry.objects.get().get_change_message() == "Second facteur activé."


def test_a_wrong_first_code_enrolls_nothing_and_keeps_the_key(ines, client):
    client.post(LOGIN, {"username": "ines", "password": PASSWORD})
    client.get(ENROLL)
    key = Authenticator.objects.get(user=ines).key
    wrong = "000000" if code_of(ines) != "000000" else "111111"
    assert "Ce code n’est pas le bon" in body(client.post(ENROLL, {"code": wrong}))
    device = Authenticator.objects.get(user=ines)
    assert (device.confirmed, device.key) == (False, key)
    assert StaticToken.objects.count() == 0


def test_a_key_nobody_confirmed_is_replaced_after_half_an_hour(ines):
    old = devices.pending(ines)
    assert devices.pending(ines).pk == old.pk
    Authenticator.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(minutes=31))
    assert devices.pending(ines).key != old.key
    assert Authenticator.objects.count() == 1


def test_with_a_password_alone_nobody_replaces_the_telephone(ines, password_only):
    for address in (ENROLL, "/gestion/second-facteur/cle.svg"):
        assert password_only.get(address).headers["Location"].startswith(CODE)
    assert password_only.post(ENROLL, {"code": "123456"}).status_code == 302
    assert Authenticator.objects.get(user=ines).confirmed


def test_another_telephone_takes_the_place_of_the_first_after_a_fresh_proof(ines, enrolled, client):
    sign_in(client, ines)
    grow_old(client, seconds=601)
    assert client.get(ENROLL).headers["Location"].startswith("/gestion/confirmer/")
    grow_old(client, seconds=0)
    old_key = Authenticator.objects.get(user=ines).key
    client.get(ENROLL)
    fresh = printed_codes(body(client.post(ENROLL, {"code": code_of(ines)})))
    assert Authenticator.objects.get(user=ines).key != old_key
    assert not set(fresh) & set(enrolled)
    assert client.get(INDEX).status_code == 200


# --- Codes on paper ----------------------------------------------------------------------------------------------
def test_a_recovery_code_opens_once_however_it_is_typed(password_only, enrolled):
    page = body(password_only.get(CODE + "?secours=1"))
    assert "Code de secours" in page
    typed = enrolled[0].lower().replace("-", " ")
    assert password_only.post(CODE + "?secours=1", {"code": typed}).status_code == 302
    assert "Il vous reste 9 codes de secours." in body(password_only.get(INDEX))
    again = Client()
    again.post(LOGIN, {"username": "ines", "password": PASSWORD})
    assert again.post(CODE + "?secours=1", {"code": enrolled[0]}).status_code == 200


def test_new_recovery_codes_replace_the_old_ones(ines, enrolled, client):
    sign_in(client, ines)
    fresh = printed_codes(body(client.post("/gestion/second-facteur/codes-de-secours/")))
    assert len(fresh) == 10
    assert devices.check(ines, enrolled[3]) is None
    RecoveryCodes.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert devices.check(ines, fresh[3]) is not None


# --- What rests in the database ----------------------------------------------------------------------------------
def test_the_database_holds_neither_key_nor_code(ines, enrolled, settings: Settings):
    device = devices.confirmed(ines)
    assert device is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM otp_totp_totpdevice")
        assert bytes.fromhex(cursor.fetchone()[0]) != device.bin_key
        cursor.execute("SELECT token FROM otp_static_statictoken")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert not any(codes.normalize_code(code) in kept.upper() for code in enrolled)
    code = code_of(ines)
    settings.SECRET_KEY = "the-key-of-another-role-0000000000000000000000000"
    assert devices.check(ines, code) is None  # what a process of another role reads or writes opens nothing


def test_a_device_moved_to_somebody_else_opens_nothing(ines, enrolled):
    stolen = code_of(ines)
    other = User.objects.create_user("paul", is_staff=True)
    Authenticator.objects.filter(user=ines).update(user=other)
    assert devices.check(other, stolen) is None


# --- The demonstration -------------------------------------------------------------------------------------------
def test_the_page_shows_the_code_of_a_demonstration_account_only_where_debug_is_on(
    backoffice: Settings, staff_groups, client
):
    backoffice.DEBUG = True
    call_command("load_demo_staff", verbosity=0)
    call_command("load_demo_staff", verbosity=0)
    client.post(LOGIN, {"username": "support", "password": "bouquet-de-demo"})
    page = body(client.get(CODE))
    assert "pas besoin de téléphone" in page
    shown = re.search(r"data-demo-code>(\d{6})<", page)
    assert shown
    backoffice.DEBUG = False
    assert "data-demo-code" not in body(client.get(CODE))
    assert client.post(CODE, {"code": shown[1]}).status_code == 302
    assert client.get(INDEX).status_code == 200


def test_one_demonstration_account_reads_addresses(backoffice: Settings, staff_groups):
    backoffice.DEBUG = True
    call_command("load_demo_staff", verbosity=0)
    assert [user.username for user in User.objects.order_by("pk") if addresses.may_read(user)] == ["support"]


def test_the_code_of_a_real_telephone_is_never_shown(ines, password_only, backoffice: Settings):
    backoffice.DEBUG = True
    assert "data-demo-code" not in body(password_only.get(CODE))
