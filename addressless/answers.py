"""What a recipient may answer: accept, decline in three ways, undo. Each verb takes the claim session it happens in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from addressless import blocks, claims, letters, reports, sessions
from addressless.errors import GiftEnded
from addressless.models import (
    Claim,
    ClaimSession,
    ClaimStatus,
    InvitedContact,
    ReportReason,
    SessionAnswer,
    WantedRule,
)
from florists import deliveries, holds
from florists.addresses import AddressInput
from florists.calendar import SlotUnavailable
from interflora.lib import clock, nudge
from notifications import suppressions
from orders import steps, swaps

UNDOABLE = (SessionAnswer.DECLINED, SessionAnswer.QUIET)  # a report stands: staff have it


def accept(session: ClaimSession, address: AddressInput, day: date, half_day: str) -> None:
    """Seal the address into the delivery, release it to the florists and close the claim, in one transaction.

    Locks Order → Claim → Delivery. Raises GiftEnded (answered, ended, canceled or refunded), SlotUnavailable and
    `swaps.BouquetGone` when the flowers preferred in this session are no longer to be had.
    """
    with nudge.together(), transaction.atomic():
        order, claim = claims.lock(session.claim_id, delivery=True)
        now = clock.now()
        if session.generation != claim.generation or not claim.is_answerable(now):
            raise GiftEnded
        if not steps.accept_gift(order, day, half_day):
            raise GiftEnded
        check_wanted(claim, day)
        what = swaps.in_place(order, session.preferred_id) if session.preferred_id else None
        deliveries.place(order.delivery, address, day, half_day, what=what)
        if claim.quiet_at and claim.is_stopped:
            holds.hold(order.delivery)
            order.delivery.refresh_from_db()
            steps.await_delivery(order)
        claims.mark_accepted(order, claim, session, now)


def check_wanted(claim: Claim, day: date) -> None:
    """Raise SlotUnavailable for a day the sender's wish excludes."""
    if not fits_wish(claim, day):
        raise SlotUnavailable("day")


def fits_wish(claim: Claim, day: date) -> bool:
    """Whether the sender's wish, if there is one, leaves this day to the recipient."""
    if claim.wanted_on is None:
        return True
    return day == claim.wanted_on if claim.wanted_rule == WantedRule.ONLY else day >= claim.wanted_on


def decline(session: ClaimSession) -> None:
    """The open decline: settles in 15 minutes unless undone in this session. Raises GiftEnded.

    A second click of the same session changes nothing.
    """
    with transaction.atomic():
        now = clock.now()
        if not claims.hold_decline(session, now):
            if session.answer == SessionAnswer.DECLINED and is_undoable(session):
                return
            raise GiftEnded
        letters.drop_queued(session.claim, "answered")
        sessions.note_answer(session, SessionAnswer.DECLINED, now)


def is_undoable(session: ClaimSession) -> bool:
    """Whether this session's refusal, spoken or quiet, may still be taken back. A report stands: staff have it."""
    now = clock.now()
    claim = Claim.objects.get(pk=session.claim_id)
    if claim.status != ClaimStatus.INVITED or claim.generation != session.generation:
        return False
    if session.answer == SessionAnswer.DECLINED:
        return claim.settles_at is not None and claim.settles_at > now
    is_fresh = session.answered_at is not None and session.answered_at > now - claims.UNDO_FOR
    return session.answer == SessionAnswer.QUIET and is_fresh and claim.is_answerable(now)


def undo(session: ClaimSession) -> None:
    """Take the refusal back, in the session that refused and nowhere else. Raises GiftEnded."""
    with transaction.atomic():
        now = clock.now()
        is_quiet = session.answer == SessionAnswer.QUIET
        lifted = _speak_again(session, now) if is_quiet else claims.lift_decline(session, now)
        if session.answer not in UNDOABLE or not lifted:
            raise GiftEnded
        sessions.note_answer(session, "", now)


def _speak_again(session: ClaimSession, now: datetime) -> bool:
    """Undo a quiet refusal of the last 15 minutes; one conditional update."""
    just_silenced = Claim.objects.filter(
        pk=session.claim_id,
        status=ClaimStatus.INVITED,
        generation=session.generation,
        quiet_at__gt=now - claims.UNDO_FOR,
    )
    if session.claim.is_stopped:
        return just_silenced.exists()  # looks lifted, and stays silent
    return just_silenced.update(quiet_at=None) == 1


def refuse_quietly(session: ClaimSession, *, report: str | None = None) -> None:
    """Refuse without a word: nothing more is sent, and the claim expires through the ordinary expiry. Raises GiftEnded.

    With `report` (what the person wrote, may be empty) staff look at it and this pair is blocked for ever.
    """
    with transaction.atomic():
        now = clock.now()
        claim = Claim.objects.select_for_update().get(pk=session.claim_id)
        if not claim.is_answerable(now) or session.generation != claim.generation:
            raise GiftEnded
        claims.silence(claim)
        if report is not None:
            reports.file(claim, ReportReason.UNWANTED, report, card_text=session.claim.order.delivery.card_text)
        sessions.note_answer(session, SessionAnswer.QUIET if report is None else SessionAnswer.REPORTED, now)


def invited_together(invited: InvitedContact) -> list[InvitedContact]:
    """This contact and those of the other gifts that the same message announced."""
    claim = invited.claim
    if claim.announcement_id is None or claim.generation != invited.generation:
        return [invited]
    rows = InvitedContact.objects.filter(
        claim__announcement_id=claim.announcement_id, generation=F("claim__generation")
    )
    return list(rows.order_by("claim_id"))


def leave_alone(invited: Sequence[InvitedContact], *, everybody: bool) -> None:
    """« Ne plus être contacté »: by these senders, or by any sender. The gifts themselves stay as they are, in silence.

    Acts on the contact that was written to, even when the sender has corrected it since. Locks the Claims, by key.
    """
    with transaction.atomic():
        for row in invited:
            _leave_alone(row)
            if everybody:
                suppressions.suppress_digest(row.contact_digest, "asked")


def _leave_alone(invited: InvitedContact) -> None:
    claim = Claim.objects.select_for_update().get(pk=invited.claim_id)
    blocks.block_pair(claim, invited.contact_digest)
    if claim.generation != invited.generation:
        return
    if claim.status == ClaimStatus.INVITED:
        claims.silence(claim)
    elif claim.status == ClaimStatus.DRAFT:
        # Like any first invitation skipped for a block: the sender reads the neutral sentence.
        letters.drop_queued(claim, "answered")
