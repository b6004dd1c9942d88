"""Signing a gift with a verified account on X: who may, until when, and what a new name changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import RequestFactory
from pytest_django import Settings

from addressless import claims, signatures, tasks
from addressless.admin import ClaimAdmin
from addressless.errors import NotSignable
from addressless.models import Claim
from interflora.lib import clock
from notifications.transports import twitter_dm
from notifications.transports.twitter_dm import Person
from tests.addressless.factories import invitation_of, make_draft, make_gift, make_invited, pay
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
CAMILLE = Person("4242", "camille_flo")


def signature_of(claim: Claim) -> tuple[str, str, bool]:
    row = Claim.objects.get(pk=claim.pk)
    return row.sender_x_id, row.sender_x_handle, row.sender_x_verified_at is not None


def test_a_signature_may_be_dropped_until_the_gift_is_paid() -> None:
    claim = make_draft()
    assert signatures.sign(claim.pk, CAMILLE) is True
    assert signature_of(claim) == ("4242", "camille_flo", True)
    assert signatures.unsign(claim.pk) is True
    assert signature_of(claim) == ("", "", False)
    signatures.sign(claim.pk, CAMILLE)
    pay(claim.order)
    assert signatures.unsign(claim.pk) is False
    assert signatures.sign(claim.pk, Person("7", "somebody")) is False
    assert signature_of(claim) == ("4242", "camille_flo", True)


def test_the_same_person_under_a_new_name_is_the_same_number() -> None:
    claim = make_draft()
    signatures.sign(claim.pk, CAMILLE)
    signatures.sign(claim.pk, Person("4242", "camille_fleurs"))
    assert signature_of(claim) == ("4242", "camille_fleurs", True)


def test_going_back_to_another_contact_keeps_the_signature() -> None:
    claim = make_draft()
    signatures.sign(claim.pk, CAMILLE)
    claims.draft(claim.order, make_gift("sms"))
    assert signature_of(claim) == ("4242", "camille_flo", True)


@pytest.mark.parametrize(
    "handle",
    [
        "Interflora_FR",
        "1nterfl0ra",
        "LaPosteFR",
        "la_poste",
        "Police75",
        "ServiceColis",
        "p0lice",
        "interflora",
    ],
)
def test_a_handle_that_reads_like_a_service_signs_nothing(handle: str) -> None:
    claim = make_draft()
    with pytest.raises(NotSignable):
        signatures.sign(claim.pk, Person("66", handle))
    assert signature_of(claim) == ("", "", False)


@pytest.mark.parametrize("handle", ["camille_x", "x_lou_x", "_", "123", "LouDeParis75", "a" * 15, "POSTIERE"])
def test_ordinary_handles_sign(handle: str) -> None:
    assert signatures.sign(make_draft().pk, Person("66", handle)) is True


def test_the_house_s_own_account_signs_nothing(settings: Settings) -> None:
    settings.X_ACCOUNT_HANDLE = "fleurs_paris"
    with pytest.raises(NotSignable):
        signatures.sign(make_draft().pk, Person("66", "Fleurs_Paris"))


def test_no_message_carries_a_handle() -> None:
    claim = make_draft("sms")
    signatures.sign(claim.pk, CAMILLE)
    pay(claim.order)
    tasks.start_claim(claim.order_id)
    assert invitation_of(claim).context["sender"] == "Camille"
    assert "camille_flo" not in str(invitation_of(claim).context)


# --- Names change
def planned(handle: str = "camille_flo", *, in_hours: int = 12, days_old: int = 30) -> Claim:
    """A paid gift whose invitation leaves later, signed by somebody X knows."""
    account = twitter_dm.look_up(handle)
    assert account is not None
    claim = make_draft(invite_at=clock.now() + timedelta(hours=in_hours))
    signatures.sign(claim.pk, Person(account.user_id, handle))
    pay(claim.order)
    Claim.objects.filter(pk=claim.pk).update(sender_x_verified_at=clock.now() - timedelta(days=days_old))
    return claim


def test_before_a_planned_invitation_leaves_the_number_is_asked_for_its_name(standins: StandIns) -> None:
    claim = planned()
    before = signature_of(claim)
    standins.x_user("camille_flo", username="camille_fleurs")
    standins.x_user("camille_flo", exists="yes")  # somebody else took the old name
    assert signatures.refresh_planned() == 1
    assert signature_of(claim) == (before[0], "camille_fleurs", True)
    assert signatures.refresh_planned() == 0


def test_an_account_that_is_gone_lets_the_first_name_speak(standins: StandIns) -> None:
    claim = planned()
    number = signature_of(claim)[0]
    standins.x_user("camille_flo", exists="suspended")
    assert signatures.refresh_planned() == 1
    assert signature_of(claim) == (number, "", True)
    assert signatures.shown_as(Claim.objects.get(pk=claim.pk)) == "Camille"


def test_a_name_nobody_may_pass_for_is_not_taken_over(standins: StandIns) -> None:
    claim = planned()
    standins.x_user("camille_flo", username="Interflora_SAV")
    signatures.refresh_planned()
    assert signature_of(claim)[1] == ""


def test_x_being_down_changes_nothing_and_is_asked_again(standins: StandIns) -> None:
    first, second = planned(), planned("lou_fleurs", in_hours=13)
    standins.fault(provider="x", operation="users.by_id", kind="error", status=503)
    assert signatures.refresh_planned() == 0
    assert (signature_of(first)[1], signature_of(second)[1]) == ("camille_flo", "lou_fleurs")
    tasks.refresh_signatures()
    assert signatures.refresh_planned() == 0


def test_only_invitations_that_leave_soon_ask(standins: StandIns) -> None:
    planned(in_hours=48)
    planned("lou_fleurs", days_old=0)
    make_invited(contact="noe@belle-adresse.example")
    assert signatures.refresh_planned() == 0


# --- Staff
@pytest.mark.parametrize("typed", ["4242", "CAMILLE_FLO"])
def test_staff_find_a_gift_by_who_signed_it(typed: str) -> None:
    claim = make_draft()
    signatures.sign(claim.pk, CAMILLE)
    make_draft("sms")
    page = ClaimAdmin(Claim, admin.site)
    found, _duplicates = page.get_search_results(RequestFactory().get("/"), Claim.objects.all(), typed)
    assert list(found) == [claim]
    assert {"sender_x_id", "sender_x_handle", "sender_x_verified_at"} <= set(page.fields)
