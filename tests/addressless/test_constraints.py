"""The database refuses a claim that contradicts itself, whoever writes it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from addressless.models import (
    Claim,
    ClaimSession,
    ClosedSender,
    InvitedContact,
    PairBlock,
    Report,
    Review,
    Tracking,
    Worry,
)
from interflora.lib import clock
from tests.addressless.factories import make_draft, make_invited, open_session
from tests.constraints import Case, Prepare, declared, refused, repeated, twice, written

pytestmark = pytest.mark.django_db
NOW = clock.now()
_numbers = count(1)


def accepted() -> Claim:
    """As acceptance leaves it, as far as the claim's own row goes."""
    claim = make_invited(contact=f"lou{next(_numbers)}@belle-adresse.example")
    digests = {name: f"{name}-{claim.pk}" for name in ("tracking_token_digest", "tracking_code_digest")}
    Claim.objects.filter(pk=claim.pk).update(status="accepted", accepted_at=NOW, ended_at=NOW, **digests)
    return claim


def session() -> ClaimSession:
    return open_session(make_invited())


def two_sessions() -> tuple[ClaimSession, ClaimSession]:
    claim = make_invited()
    return open_session(claim), open_session(claim)


def two_contacts() -> tuple[InvitedContact, InvitedContact]:
    claim = make_draft()
    rows = [
        InvitedContact.objects.create(claim=claim, generation=number, contact_digest="c", stop_digest=f"stop{number}")
        for number in (7, 8)
    ]
    return rows[0], rows[1]


def two_blocks() -> tuple[PairBlock, PairBlock]:
    return (
        PairBlock.objects.create(sender_digest="camille", contact_digest="lou"),
        PairBlock.objects.create(sender_digest="camille", contact_digest="sacha"),
    )


def report() -> Report:
    return Report.objects.create(claim=make_invited(), reason="card")


def two_closed() -> tuple[ClosedSender, ClosedSender]:
    row = report()
    camille, sacha = (ClosedSender(sender_digest=name, since=NOW, report=row) for name in ("camille", "sacha"))
    camille.save()
    sacha.save()
    return camille, sacha


def two_reports() -> tuple[Report, Report]:
    claim = make_invited()
    return (
        Report.objects.create(claim=claim, reason="card"),
        Report.objects.create(claim=claim, reason="unwanted"),
    )


def tracking() -> Tracking:
    return Tracking.objects.create(claim=accepted())


def trackings_told() -> tuple[Tracking, Tracking]:
    rows = [
        Tracking.objects.create(
            claim=accepted(), channel="email", contact_sealed=b"sealed", token_digest=f"own{next(_numbers)}"
        )
        for _ in range(2)
    ]
    return rows[0], rows[1]


def worry() -> Worry:
    return Worry.objects.create(claim=accepted(), kind="other")


def review(claim: Claim | None = None, generation: int = 0) -> Review:
    claim = claim or make_draft()
    return Review.objects.create(claim=claim, generation=generation, reason="many_senders", due_at=NOW)


def two_reviews() -> tuple[Review, Review]:
    claim = make_draft()
    return review(claim), review(claim, 1)


SETTLES = "claim_pending_answer_settles"
SIGNED = "claim_signature_whole"
CASES: list[Case] = [
    ("claim_status_known", written(make_invited, status="opened", ended_at=NOW)),
    ("claim_channel_known", written(make_invited, channel="pigeon")),
    ("claim_window_follows_invitation", written(make_invited, expires_at=None)),
    ("claim_window_follows_invitation", written(make_invited, expires_at=NOW - timedelta(days=1))),
    ("claim_answer_needs_invitation", written(make_invited, invited_at=None, expires_at=None)),
    ("claim_draft_not_invited", written(make_invited, status="draft")),
    ("claim_draft_not_invited", written(make_invited, status="void", ended_at=NOW)),
    ("claim_accepted_at_tied", written(make_invited, accepted_at=NOW)),
    ("claim_accepted_at_tied", written(make_invited, status="accepted", ended_at=NOW)),
    ("claim_accepted_at_tied", written(accepted, tracking_token_digest=None)),
    ("claim_ended_at_tied", written(make_invited, status="declined")),
    ("claim_ended_at_tied", written(make_invited, ended_at=NOW)),
    (SETTLES, written(make_invited, pending_answer="decline")),
    (SETTLES, written(make_invited, settles_at=NOW)),
    (SETTLES, written(make_invited, status="expired", ended_at=NOW, pending_answer="decline", settles_at=NOW)),
    ("claim_unreachable_failed", written(make_invited, status="unreachable", ended_at=NOW)),
    ("claim_personal_link_keeps_no_contact", written(make_invited, channel="personal_link")),
    ("claim_wanted_day_has_rule", written(make_invited, wanted_on=NOW.date())),
    ("claim_wanted_day_has_rule", written(make_invited, wanted_rule="only")),
    ("claim_two_reminders", written(make_invited, reminders=3)),
    (SIGNED, written(make_draft, sender_x_id="4242")),
    (SIGNED, written(make_draft, sender_x_handle="camille_flo")),
    (SIGNED, written(make_draft, sender_x_verified_at=NOW)),
    (SIGNED, written(make_draft, sender_x_id="4242", sender_x_handle="camille_flo")),
    (SIGNED, written(make_draft, sender_x_id="abc", sender_x_handle="camille_flo", sender_x_verified_at=NOW)),
    (SIGNED, written(make_draft, sender_x_id="4242", sender_x_handle="ca mille", sender_x_verified_at=NOW)),
    ("Claim.public_id", repeated(twice(make_draft), "public_id")),
    ("Claim.order", repeated(twice(make_draft), "order_id")),
    ("Claim.token_digest", repeated(twice(make_draft), "token_digest")),
    ("Claim.code_digest", repeated(twice(make_draft), "code_digest")),
    ("Claim.tracking_token_digest", repeated(twice(accepted), "tracking_token_digest")),
    ("Claim.tracking_code_digest", repeated(twice(accepted), "tracking_code_digest")),
    ("claim_session_answer_dated", written(session, answer="accepted")),
    ("claim_session_answer_dated", written(session, answered_at=NOW)),
    ("ClaimSession.key_digest", repeated(two_sessions, "key_digest")),
    ("invited_contact_once", repeated(two_contacts, "generation")),
    ("InvitedContact.stop_digest", repeated(two_contacts, "stop_digest")),
    ("pair_block_once", repeated(two_blocks, "contact_digest")),
    ("report_once_per_reason", repeated(two_reports, "reason")),
    ("report_handled_tied", written(report, status="dismissed")),
    ("report_handled_tied", written(report, handled_at=NOW)),
    ("report_felt_tied", written(report, felt_at=NOW)),
    ("report_felt_tied", written(report, status="warned", handled_at=NOW)),
    ("ClosedSender.sender_digest", repeated(two_closed, "sender_digest")),
    ("Tracking.claim", repeated(twice(tracking), "claim_id")),
    ("Tracking.token_digest", repeated(trackings_told, "token_digest")),
    ("tracking_contact_whole", written(tracking, channel="email")),
    ("tracking_contact_whole", written(tracking, token_digest="own")),
    ("tracking_thanks_dated", written(tracking, thanks_text="Merci")),
    ("tracking_thanks_dated", written(tracking, thanks_sent_at=NOW)),
    ("tracking_erased_keeps_nothing", written(lambda: trackings_told()[0], erased_at=NOW)),
    ("worry_kind_known", written(worry, kind="bored")),
    ("worry_handled_by_somebody", written(worry, status="handled")),
    ("worry_handled_by_somebody", written(worry, handled_at=NOW)),
    ("claim_postponed_while_open", written(accepted, postponed_until=NOW)),
    ("review_once_per_contact", repeated(two_reviews, "generation")),
    ("review_handled_tied", written(review, status="sent")),
    ("review_handled_tied", written(review, handled_at=NOW)),
    ("review_status_known", written(review, status="lost", handled_at=NOW)),
    ("review_reason_known", written(review, reason="mood")),
]


@pytest.mark.parametrize(("rule", "prepare"), CASES, ids=[rule for rule, _prepare in CASES])
def test_the_database_refuses(rule: str, prepare: Prepare) -> None:
    refused(rule, prepare())


def test_every_rule_of_the_schema_is_broken_at_least_once() -> None:
    assert {rule for rule, _prepare in CASES} == declared("addressless")
