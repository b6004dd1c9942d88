"""The database refuses a claim that contradicts itself, whoever writes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from addressless.models import Claim, ClaimSession, Report
from interflora.lib import clock
from tests.addressless.factories import make_invited, open_session

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"status": "opened", "ended_at": NOW}, "claim_status_known"),
        ({"channel": "pigeon"}, "claim_channel_known"),
        ({"expires_at": None}, "claim_window_follows_invitation"),
        ({"expires_at": NOW - timedelta(days=1)}, "claim_window_follows_invitation"),
        ({"invited_at": None, "expires_at": None}, "claim_answer_needs_invitation"),
        ({"status": "draft"}, "claim_draft_not_invited"),
        ({"status": "void", "ended_at": NOW}, "claim_draft_not_invited"),
        ({"accepted_at": NOW}, "claim_accepted_at_tied"),
        ({"status": "accepted", "ended_at": NOW}, "claim_accepted_at_tied"),
        ({"status": "declined"}, "claim_ended_at_tied"),
        ({"ended_at": NOW}, "claim_ended_at_tied"),
        ({"pending_answer": "decline"}, "claim_pending_answer_settles"),
        ({"settles_at": NOW}, "claim_pending_answer_settles"),
        (
            {"status": "expired", "ended_at": NOW, "pending_answer": "decline", "settles_at": NOW},
            "claim_pending_answer_settles",
        ),
        ({"status": "unreachable", "ended_at": NOW}, "claim_unreachable_failed"),
        ({"channel": "personal_link"}, "claim_personal_link_keeps_no_contact"),
        ({"wanted_on": NOW.date()}, "claim_wanted_day_has_rule"),
        ({"reminders": 3}, "claim_two_reminders"),
    ],
)
def test_contradiction_is_refused(columns: dict[str, Any], name: str) -> None:
    claim = make_invited()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**columns)


def test_answer_of_a_session_is_dated() -> None:
    session = open_session(make_invited())
    with pytest.raises(IntegrityError, match="claim_session_answer_dated"), transaction.atomic():
        ClaimSession.objects.filter(pk=session.pk).update(answer="accepted")


def test_one_report_per_claim_and_reason() -> None:
    claim = make_invited()
    Report.objects.create(claim=claim, reason="card")
    with pytest.raises(IntegrityError, match="report_once_per_reason"), transaction.atomic():
        Report.objects.create(claim=claim, reason="card")
