"""The moment before an invitation leaves: may this sender write to this contact, now?

Asked again here, after payment, whatever was known of the sender before: a fresh browser says nothing of who pays.
Order and Claim are locked by the caller of every function.
"""

from __future__ import annotations

from datetime import datetime

from addressless import blocks, claims, letters, limits
from addressless.models import Announcement, Claim, ClaimStatus, InvitedContact, Review, ReviewReason, ReviewStatus
from interflora.lib import clock, links
from orders import events, steps
from orders.models import EventKind, Order, Owner, Step

HANDOVER_WITHIN = claims.RETELL_AFTER * 2
LOOK_WITHIN = claims.UNREACHABLE_AFTER
_FAILURE = ("contact_failed_at", "contact_failure_retold_at")
_LEFT = ("invitations", "postponed_until", "next_reminder_at", "announcement", *_FAILURE)


def send(order: Order, claim: Claim) -> None:
    """Queue the invitation, unless this sender may not write to this contact.

    After an answer nothing is sent, so nothing is refused either: a block must not show the sender that there is one.
    """
    if not claim.has_answer:
        limits.take_turn(claim)
        if is_refused(claim):
            fail(order, claim)
            return
        reason = _reason_to_look(claim)
        if reason:
            _hold(order, claim, reason)
            return
        until = limits.next_turn(claim.contact_digest)
        if until is not None:
            postpone(order, claim, until)
            return
    leave(order, claim)


def is_refused(claim: Claim) -> bool:
    """Whether this sender may not write to this contact. Under the locks of `limits.take_turn`."""
    pair = claim.sender_digest, claim.contact_digest
    checks = (blocks.is_blocked(*pair), blocks.has_open_gift(*pair, besides=claim.pk))
    return any(checks)


def _reason_to_look(claim: Claim) -> str:
    """Somebody written to already, or whom staff have looked at, needs no other look."""
    if claim.invited_contacts.filter(contact_digest=claim.contact_digest).exists():
        return ""
    if claim.reviews.filter(generation=claim.generation, status=ReviewStatus.SENT).exists():
        return ""
    return limits.reason_to_look(claim)


def _hold(order: Order, claim: Claim, reason: str) -> None:
    """Nothing leaves until staff have looked, 72 hours at most. Only what is the sender's own doing is told."""
    claim.contact_failed_at = claim.contact_failure_retold_at = None
    claim.save(update_fields=_FAILURE)
    due_at = clock.now() + LOOK_WITHIN
    if claim.expires_at is not None:
        due_at = min(due_at, claim.expires_at)
    Review.objects.create(claim=claim, generation=claim.generation, reason=reason, due_at=due_at)
    steps.set_step(order, Step.TREAT, Owner.STAFF, due_at + claims.SWEEP_MARGIN)
    events.record(order, EventKind.GIFT_IN_REVIEW, reason=reason)
    if reason == ReviewReason.SENDER_LIMIT:
        letters.tell_sender(order, "gift_in_review", key=str(claim.generation), deadline=due_at.isoformat())


def postpone(order: Order, claim: Claim, until: datetime) -> None:
    """This contact has had its messages of the day: the invitation waits, and leaves with the others that do."""
    claim.contact_failed_at = claim.contact_failure_retold_at = None
    claim.postponed_until = until
    claim.save(update_fields=["postponed_until", *_FAILURE])
    await_handover(order, claim, until)


def leave(order: Order, claim: Claim, together: Announcement | None = None) -> None:
    """The invitation leaves, by itself or `together` with others in a message that the caller writes."""
    claim.invitations += 1
    claim.contact_failed_at = claim.contact_failure_retold_at = claim.postponed_until = None
    claim.next_reminder_at = _next_reminder(claim)
    claim.announcement = together
    claim.save(update_fields=_LEFT)
    await_handover(order, claim)
    if not claim.has_answer:
        _note_contact(claim)
        if together is None:
            letters.invite(order, claim)


def _next_reminder(claim: Claim) -> datetime | None:
    """Counted again from an invitation sent anew: a reminder never arrives beside it."""
    if claim.expires_at is None or claim.reminders >= 2:
        return None
    return next(iter(claims.reminder_times(clock.now(), claim.expires_at)), None)


def _note_contact(claim: Claim) -> None:
    InvitedContact.objects.get_or_create(
        claim=claim,
        generation=claim.generation,
        defaults={
            "contact_digest": claim.contact_digest,
            "stop_digest": links.digest(links.token(claim.stop_link())),
        },
    )


def await_handover(order: Order, claim: Claim, since: datetime | None = None) -> None:
    """Our turn: the invitation leaves and is handed over, or the window that is open already goes on."""
    if claim.status == ClaimStatus.DRAFT:
        steps.set_step(order, Step.INVITE, Owner.SYSTEM, (since or clock.now()) + HANDOVER_WITHIN)
    else:
        await_answer(order, claim)


def await_answer(order: Order, claim: Claim) -> None:
    """The recipient's turn, until the window ends; nothing for a claim whose window is not open."""
    if claim.expires_at is not None:
        steps.set_step(order, Step.ANSWER, Owner.RECIPIENT, claim.expires_at + claims.SWEEP_MARGIN)


def fail(order: Order, claim: Claim) -> None:
    """The contact failed: the sender has 72 hours to correct it."""
    failed_at = clock.now()
    claim.contact_failed_at, claim.contact_failure_retold_at, claim.postponed_until = failed_at, None, None
    claim.save(update_fields=["postponed_until", *_FAILURE])
    deadline = claims.gives_up_at(claim)
    steps.set_step(order, Step.CORRECT_CONTACT, Owner.SENDER, deadline + claims.SWEEP_MARGIN)
    events.record(order, EventKind.GIFT_CONTACT_FAILED)
    letters.contact_failed(order, failed_at, deadline, again=False)
