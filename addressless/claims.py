"""The claim's own life: every change of `Claim.status` is in this module.

A claim leaves `invited` exactly once (I2): whatever ends it locks Order → Payment → Refund → Claim and re-reads, and
whatever only writes an answer on it is one conditional update.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from addressless import blocks, letters, limits, sessions
from addressless.models import (
    OPEN,
    Claim,
    ClaimChannel,
    ClaimSession,
    ClaimStatus,
    PendingAnswer,
    Review,
    ReviewStatus,
    SessionAnswer,
    WantedRule,
)
from interflora.lib import clock, crypto, links
from interflora.lib.statements import Given, Select, Writes, update
from orders import cancellation, events, steps
from orders.models import EventKind, Order, Owner, RefundCause, Step

UNDO_FOR = timedelta(minutes=15)
UNREACHABLE_AFTER = timedelta(hours=72)
RETELL_AFTER = timedelta(hours=24)
LAST_CUT_OFF_HOUR = 14
LAST_REMINDER_BEFORE = timedelta(hours=2)
ERASE_CONTACTS_AFTER = timedelta(days=30)
# A sweeper needs a moment: a step is late only after it had the time to run.
SWEEP_MARGIN = timedelta(hours=1)


@dataclass(frozen=True)
class Gift:
    """What the sender typed at the delivery step, checked: `contact` is what the outbox takes as `to`."""

    channel: str
    contact: str = ""
    contact_key: str = ""
    invite_at: datetime | None = None
    wanted_on: date | None = None
    wanted_rule: str = ""


@transaction.atomic
def draft(order: Order, gift: Gift) -> Claim:
    """Create or rewrite the claim of a pending order. Joins the transaction of `place_order`."""
    claim = Claim.objects.select_for_update().filter(order=order).first() or Claim(order=order)
    claim.invite_at, claim.wanted_on, claim.wanted_rule = gift.invite_at, gift.wanted_on, gift.wanted_rule
    set_contact(claim, gift)
    claim.save()
    return claim


def set_contact(claim: Claim, gift: Gift) -> None:
    """Put the contact, encrypted, and the link that belongs to it on `claim`; the caller saves."""
    claim.channel = gift.channel
    personal = gift.channel == ClaimChannel.PERSONAL_LINK
    claim.contact_sealed = None if personal else crypto.encrypt(gift.contact)
    claim.contact_digest = "" if personal else crypto.gift_digest(gift.contact_key)
    claim.announcement = None
    claim.derive_digests()


def lock(claim_pk: int, *, money: bool = False, delivery: bool = False) -> tuple[Order, Claim]:
    """Lock Order (→ Payment → Refund when `money`) → Claim (→ Delivery), in the order everybody locks; inside a
    transaction. Without `money` it is one statement: PostgreSQL locks a row's tables in the order `of` names them, and
    reads the newest version of each."""
    if money:
        order = cancellation.lock(Claim.objects.values_list("order_id", flat=True).get(pk=claim_pk))
        return order, Claim.objects.select_for_update().get(pk=claim_pk)
    found = (_WITH_DELIVERY if delivery else _WITH_ORDER).run(claim=claim_pk)
    if not found:
        raise Claim.DoesNotExist
    return found[0].order, found[0]


def _locked(*of: str) -> Select[Claim]:
    rows = Claim.objects.select_related("order__delivery").order_by()
    return Select(lambda: rows.filter(pk=Given("claim")).select_for_update(of=of))


_WITH_ORDER, _WITH_DELIVERY = _locked("order", "self"), _locked("order", "self", "order__delivery")


def is_live(order: Order) -> bool:
    """Paid, neither canceled nor wholly refunded."""
    return Order.objects.awaiting_delivery().filter(pk=order.pk).exists()


def _write(claim: Claim, status: str, **fields: Any) -> None:
    """Move an open claim; the caller holds its lock, so anything but one row is a bug."""
    if status not in OPEN:
        fields["postponed_until"] = None
    changed = Claim.objects.filter(pk=claim.pk, status__in=OPEN).update(status=status, **fields)
    if changed != 1:
        raise RuntimeError("an ended claim cannot move")
    if status not in OPEN:
        Review.objects.filter(claim=claim, status=ReviewStatus.OPEN).update(
            status=ReviewStatus.MOOT, handled_at=clock.now()
        )
    for name, value in {"status": status, **fields}.items():
        setattr(claim, name, value)


def window_end(claim: Claim, start: datetime) -> datetime:
    """20:00 Paris on day 7; for « ce jour seulement » no later than the last cut-off able to serve that day."""
    end = clock.claim_window_end(start)
    if claim.wanted_on and claim.wanted_rule == WantedRule.ONLY:
        end = max(min(end, clock.at_paris(claim.wanted_on, LAST_CUT_OFF_HOUR)), start + timedelta(hours=1))
    return end


def reminder_times(invited_at: datetime, expires_at: datetime) -> list[datetime]:
    """After 2 days and 24 hours before the end; in a short window only what is still a reminder."""
    wished = (invited_at + timedelta(days=2), expires_at - timedelta(hours=24))
    kept = [
        moment for moment in wished if invited_at + timedelta(hours=12) <= moment < expires_at - LAST_REMINDER_BEFORE
    ]
    return sorted(set(kept))


def open_window(order: Order, claim: Claim, start: datetime, *, is_told: bool = True) -> None:
    """draft → invited. Order and Claim are locked by the caller. `is_told`: whether the sender's page may change."""
    expires_at = window_end(claim, start)
    times = [] if claim.is_personal_link else reminder_times(start, expires_at)
    _write(
        claim,
        ClaimStatus.INVITED,
        invited_at=start,
        expires_at=expires_at,
        next_reminder_at=times[0] if times else None,
    )
    if is_told:
        steps.set_step(order, Step.ANSWER, Owner.RECIPIENT, expires_at + SWEEP_MARGIN)
        events.record(order, EventKind.GIFT_SENT, channel=claim.channel)


_ACCEPTED = Writes(
    lambda: [
        update(
            Claim.objects.filter(pk=Given("claim"), status__in=OPEN),
            status=ClaimStatus.ACCEPTED,
            accepted_at=Given("now"),
            ended_at=Given("now"),
            next_reminder_at=None,
            postponed_until=None,
            tracking_token_digest=Given("token_digest"),
            tracking_code_digest=Given("code_digest"),
        ),
        update(
            Review.objects.filter(claim=Given("claim"), status=ReviewStatus.OPEN),
            status=ReviewStatus.MOOT,
            handled_at=Given("now"),
        ),
        sessions.answering(SessionAnswer.ACCEPTED),
    ]
)


def mark_accepted(order: Order, claim: Claim, session: ClaimSession, now: datetime) -> None:
    """invited → accepted in this session, with the digests of the follow-up link, in one statement.

    The caller holds the claim's lock; the order's and the florists' part was done in this transaction.
    """
    tracking = claim.tracking_link()
    moved, _reviews, _sessions = _ACCEPTED.run(
        claim=claim.pk,
        session=session.pk,
        now=now,
        token_digest=links.digest(links.token(tracking)),
        code_digest=links.code_digest(tracking.purpose, links.code(tracking)),
    )
    if len(moved) != 1:
        raise RuntimeError("an ended claim cannot move")
    claim.status = ClaimStatus.ACCEPTED
    letters.drop_queued(claim, "answered")
    letters.tell_sender(order, "gift_accepted")


def hold_decline(session: ClaimSession, now: datetime) -> bool:
    """Write the open decline that settles in 15 minutes; one conditional update, False when nothing can be answered.

    Only by somebody the gift is still addressed to: a contact corrected since then answers nothing.
    """
    changed = (
        Claim.objects.answerable(now)
        .filter(pk=session.claim_id, generation=session.generation)
        .update(pending_answer=PendingAnswer.DECLINE, settles_at=now + UNDO_FOR)
    )
    return changed == 1


def lift_decline(session: ClaimSession, now: datetime) -> bool:
    """Undo, while it has not settled; one conditional update."""
    changed = Claim.objects.filter(
        pk=session.claim_id,
        generation=session.generation,
        status=ClaimStatus.INVITED,
        pending_answer=PendingAnswer.DECLINE,
        settles_at__gt=now,
    ).update(pending_answer="", settles_at=None)
    return changed == 1


def silence(claim: Claim) -> None:
    """No more messages about this gift; nothing the sender can see changes. The Claim is locked by the caller."""
    if claim.quiet_at is None:
        claim.quiet_at = clock.now()
        claim.save(update_fields=["quiet_at"])
    letters.drop_queued(claim, "answered")


def settle(claim_pk: int) -> bool:
    """invited → declined with its refund, once the 15 minutes are over. Only the sweeper calls this; safe to repeat."""
    with transaction.atomic():
        order, claim = lock(claim_pk, money=True)
        if claim.pending_answer != PendingAnswer.DECLINE or claim.settles_at is None or claim.settles_at > clock.now():
            return False
        return _end(order, claim, ClaimStatus.DECLINED, RefundCause.DECLINED)


def expire(claim_pk: int) -> bool:
    """invited → expired with its refund, at the end of the window. An open decline goes first (I2)."""
    with transaction.atomic():
        order, claim = lock(claim_pk, money=True)
        if claim.status != ClaimStatus.INVITED or claim.pending_answer:
            return False
        if claim.expires_at is None or claim.expires_at > clock.now():
            return False
        return _end(order, claim, ClaimStatus.EXPIRED, RefundCause.EXPIRED)


def gives_up_at(claim: Claim) -> datetime:
    """Until when the sender may correct a failed contact: 72 hours, or the end of the window when that is sooner."""
    if claim.contact_failed_at is None:
        raise ValueError("no contact failed")
    limit = claim.contact_failed_at + UNREACHABLE_AFTER
    return limit if claim.expires_at is None else min(limit, claim.expires_at)


def give_up(claim_pk: int) -> bool:
    """draft or invited → unreachable with its refund, 72 hours after the contact failed without a correction."""
    with transaction.atomic():
        order, claim = lock(claim_pk, money=True)
        if not claim.is_open or claim.pending_answer or claim.contact_failed_at is None:
            return False
        if claim.contact_failed_at > clock.now() - UNREACHABLE_AFTER:
            return False
        return _end(order, claim, ClaimStatus.UNREACHABLE, RefundCause.UNREACHABLE)


def turn_away(order: Order, claim: Claim, *, openly: bool) -> None:
    """draft or invited → refunded by decision of the staff, or for want of one; Order and Claim are locked.

    `openly`: the sender reads that the service ended it. Else it ends like a contact that cannot be reached.
    """
    if openly:
        _end(order, claim, ClaimStatus.CANCELED, RefundCause.STAFF)
        return
    Claim.objects.filter(pk=claim.pk, contact_failed_at=None).update(contact_failed_at=clock.now())
    _end(order, claim, ClaimStatus.UNREACHABLE, RefundCause.UNREACHABLE)


def cancel_by_sender(claim_pk: int) -> bool:
    """The sender takes the gift back before it is accepted: canceled and refunded at once; False when it is too late.

    The recipient is told only when an invitation reached them and they have not answered, aloud or not.
    """
    with transaction.atomic():
        order, claim = lock(claim_pk, money=True)
        if not claim.is_open or not is_live(order):
            return False
        tell = claim.status == ClaimStatus.INVITED and not claim.has_answer and claim.contact_failed_at is None
        _end(order, claim, ClaimStatus.CANCELED, RefundCause.SENDER_CANCELED)
        if tell:
            withdraw(order, claim)
        return True


def close_with_order(claim_pk: int) -> bool:
    """Follow an order that will never need this claim: canceled, refunded, expired, or paid for a known address."""
    with transaction.atomic():
        order, claim = lock(claim_pk)
        if not claim.is_open or order.status == Order.Status.PENDING or (order.is_gift and is_live(order)):
            return False
        tell = claim.status == ClaimStatus.INVITED and not claim.has_answer and claim.contact_failed_at is None
        never_paid = order.paid_at is None or not order.is_gift
        _close(claim, ClaimStatus.VOID if never_paid else ClaimStatus.CANCELED)
        if tell:
            withdraw(order, claim)
        return True


def withdraw(order: Order, claim: Claim) -> None:
    """Tell the recipient, on a day with room for it. Order and Claim are locked by the caller."""
    limits.take_contact(claim.contact_digest)
    letters.withdraw(order, claim, not_before=limits.next_turn(claim.contact_digest))


def _close(claim: Claim, status: str) -> None:
    _write(claim, status, ended_at=clock.now(), pending_answer="", settles_at=None, next_reminder_at=None)
    letters.drop_queued(claim, "ended")


def _end(order: Order, claim: Claim, status: str, cause: RefundCause) -> bool:
    """End the claim and its order in the caller's transaction; an order already closed only closes the claim.

    The sender reads of it in the messages of `orders.cancellation`.
    """
    if not is_live(order):
        _close(claim, ClaimStatus.CANCELED)
        return True
    _close(claim, status)
    if not cancellation.cancel(order.pk, cause):
        raise RuntimeError("a gift nobody accepted can always be canceled")
    if cause != RefundCause.SENDER_CANCELED:
        events.record(order, EventKind.GIFT_NOT_TAKEN, outcome=status)
    if status in (ClaimStatus.DECLINED, ClaimStatus.EXPIRED):
        blocks.rest_pair(claim)
    return True
