"""Five failures close the door to one person at one address; staff reopen it; what rests says nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from interflora.lib import clock
from staff import devices, lockout
from staff.models import Authenticator
from tests.staff.conftest import CODE, INDEX, LOGIN, PASSWORD, PROVE
from tests.staff_access import code_of, grow_old, sign_in

pytestmark = pytest.mark.django_db
SENTENCE = "le code a été faux cinq fois"


def try_password(client: Client, password: str, address: str = "10.0.0.1"):
    return client.post(LOGIN, {"username": "ines", "password": password}, REMOTE_ADDR=address)


def test_five_wrong_passwords_close_the_door_kindly_from_that_address_alone(ines, enrolled, client):
    for _ in range(4):
        assert try_password(client, "faux").status_code == 200
    response = try_password(client, "faux")
    assert response.status_code == 429
    assert SENTENCE in response.content.decode()
    assert try_password(client, PASSWORD).status_code == 429
    cache.clear()  # Redis is lost: the count is not
    assert try_password(client, PASSWORD).status_code == 429
    assert try_password(client, PASSWORD, "10.0.0.2").status_code == 302


def test_the_door_opens_again_after_half_an_hour(ines, enrolled, client):
    for _ in range(5):
        try_password(client, "faux")
    with time_machine.travel(clock.now() + timedelta(minutes=29), tick=False):
        assert try_password(client, PASSWORD).status_code == 429
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert try_password(client, PASSWORD).status_code == 302


def test_wrong_codes_count_too_and_the_right_password_clears_nothing(ines, password_only):
    for _ in range(3):
        assert password_only.post(CODE, {"code": "nope"}).status_code == 200
    password_only.post(LOGIN, {"username": "ines", "password": PASSWORD})
    password_only.post(CODE, {"code": "nope"})
    assert password_only.post(CODE, {"code": "nope"}).status_code == 429
    assert "_auth_user_id" not in password_only.session
    assert password_only.post(LOGIN, {"username": "ines", "password": PASSWORD}).status_code == 429


def test_a_locked_person_gives_no_code_either(ines, password_only):
    other = Client()
    for _ in range(5):
        other.post(LOGIN, {"username": "ines", "password": "faux"})
    assert password_only.post(CODE, {"code": code_of(ines)}).status_code == 429


def test_coming_in_forgets_the_failures(ines, password_only):
    for _ in range(4):
        password_only.post(CODE, {"code": "nope"})
    Authenticator.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert password_only.post(CODE, {"code": code_of(ines)}).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_failing_to_prove_oneself_five_times_ends_the_session(ines, enrolled, client):
    sign_in(client, ines)
    grow_old(client, seconds=601)
    for _ in range(4):
        assert client.post(PROVE, {"password": "faux", "code": "123456"}).status_code == 200
    assert client.post(PROVE, {"password": "faux", "code": "123456"}).status_code == 429
    assert client.get(INDEX).status_code == 302


def test_what_is_kept_of_a_failure_holds_neither_password_nor_code(ines, password_only):
    password_only.post(CODE, {"code": "mon-code-456"})
    try_password(Client(), "mon-mot-de-passe")
    kept = " ".join(f"{row.post_data} {row.get_data}" for row in AccessAttempt.objects.all())
    assert "mon-" not in kept
    assert AccessAttempt.objects.count() == 2


def test_too_many_tries_from_one_address_are_slowed_down_whoever_is_named(ines, client):
    for number in range(82):  # two windows of forty: the clock may turn in the middle
        response = client.post(LOGIN, {"username": f"personne-{number}", "password": "faux"})
        if number >= 40 and response.status_code == 429:
            break
    assert response.status_code == 429
    assert "Beaucoup d’essais viennent de votre connexion" in response.content.decode()


@pytest.mark.parametrize("address", ["", "unknown", "pas une adresse"])
def test_a_caller_without_address_is_counted_all_the_same(ines, rf, address):
    request = rf.get("/", REMOTE_ADDR=address)
    assert lockout.caller(request) == lockout.NOWHERE


# --- What staff do about it --------------------------------------------------------------------------------------
@pytest.fixture
def administrator(ines: User) -> Client:
    user = User.objects.create_user("odile", is_staff=True)
    user.groups.add(Group.objects.get(name="administrateur"))
    return sign_in(Client(), user)


def act(client: Client, action: str, user: User):
    data = {"action": action, "_selected_action": [user.pk]}
    return client.post(reverse("admin:auth_user_changelist"), data, follow=True).content.decode()


def test_an_administrator_reopens_the_door(ines, enrolled, client, administrator):
    for _ in range(5):
        try_password(client, "faux")
    assert "fermée pour l’instant" in administrator.get(reverse("admin:auth_user_changelist")).content.decode()
    assert "1 connexion rouverte." in act(administrator, "unlock", ines)
    assert "fermée pour l’instant" not in administrator.get(reverse("admin:auth_user_changelist")).content.decode()
    assert try_password(client, PASSWORD).status_code == 302


def test_an_administrator_resets_a_lost_telephone_and_its_sessions_stop(ines, enrolled, client, administrator):
    sign_in(client, ines)
    assert client.get(INDEX).status_code == 200
    assert "1 personne devra enregistrer un téléphone" in act(administrator, "reset_second_factor", ines)
    assert devices.confirmed(ines) is None
    assert devices.recovery_codes_left(ines) == 0
    assert client.get(INDEX).status_code == 302
    history = administrator.get(reverse("admin:auth_user_history", args=[ines.pk])).content.decode()
    assert "Second facteur réinitialisé." in history
    assert "odile" in history


def test_the_command_line_helps_the_administrator_whom_nobody_can_help(ines, enrolled, client, settings):
    for _ in range(5):
        try_password(client, "faux")
    call_command("reset_second_factor", "ines", verbosity=0)
    assert devices.confirmed(ines) is None
    assert try_password(client, PASSWORD).headers["Location"].startswith(CODE)
    with pytest.raises(CommandError, match="Nobody is called inconnue"):
        call_command("reset_second_factor", "inconnue")
    settings.SITE_ROLE = "shop"
    with pytest.raises(CommandError, match="SITE_ROLE=backoffice"):
        call_command("reset_second_factor", "--all")


def test_resetting_wants_a_fresh_proof(ines, enrolled, administrator):
    grow_old(administrator, seconds=601)
    assert "Rien n’a encore été fait" in act(administrator, "reset_second_factor", ines)
    assert devices.confirmed(ines) is not None


def test_support_resets_nobody(ines, enrolled, client):
    other = User.objects.create_user("paul", is_staff=True)
    sign_in(client, other)
    data = {"action": "reset_second_factor", "_selected_action": [ines.pk]}
    assert client.post(reverse("admin:auth_user_changelist"), data).status_code == 403
    assert devices.confirmed(ines) is not None


def test_only_a_superuser_touches_a_superuser_or_makes_one(ines, administrator):
    chief = User.objects.create_superuser("chef", password=PASSWORD)
    devices.give_demo_device(chief)
    act(administrator, "reset_second_factor", chief)
    assert devices.confirmed(chief) is not None
    change = reverse("admin:auth_user_change", args=[chief.pk])
    assert 'name="username"' not in administrator.get(change).content.decode()
    password = reverse("admin:auth_user_password_change", args=[chief.pk])
    assert administrator.get(password).status_code == 403
    own = administrator.get(reverse("admin:auth_user_change", args=[ines.pk])).content.decode()
    assert 'name="username"' in own
    assert 'name="is_superuser"' not in own


def test_nobody_sees_the_keys_in_the_admin(ines, client):
    chief = User.objects.create_superuser("chef", password=PASSWORD)
    page = sign_in(client, chief).get(INDEX).content.decode()
    assert "otp_totp" not in page
    assert client.get("/gestion/otp_totp/totpdevice/").status_code == 404
