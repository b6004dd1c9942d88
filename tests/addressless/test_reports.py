"""The staff queue of reports, in the back office."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from addressless import answers, claims
from addressless.models import Claim, Report
from notifications.models import Message
from orders.models import Refund
from tests.addressless.factories import make_invited, open_session
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
HOST = {"host": "gestion.testserver"}


@pytest.fixture
def report() -> Report:
    answers.refuse_quietly(open_session(make_invited()), report="Cette personne me suit.")
    return Report.objects.get()


@pytest.fixture
def staff(report: Report, backoffice: Settings) -> Client:
    client = Client()
    sign_in(client, User.objects.create_superuser("ines", password="bouquet-de-test"))
    return client


def act(client: Client, action: str, report: Report) -> None:
    data = {"action": action, "_selected_action": report.pk}
    answer = client.post(reverse("admin:addressless_report_changelist"), data, headers=HOST)
    assert answer.status_code == 302
    report.refresh_from_db()


def test_staff_read_the_report_and_its_claim(staff: Client, report: Report) -> None:
    for name, pk in (("report", report.pk), ("claim", report.claim_id)):
        listed = staff.get(reverse(f"admin:addressless_{name}_changelist"), headers=HOST)
        shown = staff.get(reverse(f"admin:addressless_{name}_change", args=[pk]), headers=HOST)
        assert (listed.status_code, shown.status_code) == (200, 200)
    assert (
        "Cette personne me suit."
        in staff.get(reverse("admin:addressless_report_change", args=[report.pk]), headers=HOST).content.decode()
    )


def test_warning_writes_to_the_sender_once_and_names_nobody(staff: Client, report: Report) -> None:
    act(staff, "warn_sender", report)
    act(staff, "warn_sender", report)
    message = Message.objects.get(template="gift_warning")
    assert report.status == "warned"
    assert "suit" not in str(message.context)


def test_closing_refunds_and_ends_the_gift(staff: Client, report: Report) -> None:
    act(staff, "cancel_and_refund", report)
    assert (report.status, report.handled_by.username if report.handled_by else "") == ("closed", "ines")
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("staff", 5580)]
    claims.close_with_order(report.claim_id)
    assert Claim.objects.get(pk=report.claim_id).status == "canceled"


def test_dismissed_report_leaves_the_gift_alone(staff: Client, report: Report) -> None:
    act(staff, "dismiss", report)
    assert report.status == "dismissed"
    assert Claim.objects.get(pk=report.claim_id).status == "invited"
    assert Refund.objects.count() == 0
