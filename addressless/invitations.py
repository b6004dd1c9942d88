"""How the recipient hears of the gift: first invitation, reminders, a contact that fails, its correction.

Correcting, resending, changing channel and taking the link are open to the sender only after a channel failed. While a
decline is pending or silent they look and succeed as for an open gift, but nothing is sent.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from addressless import blocks, claims, letters, limits
from addressless.claims import Gift
from addressless.errors import NotNow
from addressless.models import Claim, ClaimChannel, ClaimStatus
from addressless.sending import await_answer, await_handover, fail, send
from florists import deliveries
from interflora.lib import clock
from notifications.models import Message, MessageStatus
from orders import events
from orders.models import EventKind, Order

MAX_INVITATIONS = 6
_ARRIVED = (MessageStatus.ACCEPTED, MessageStatus.DELIVERED)
_LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.SKIPPED)


def start(claim_pk: int) -> bool:
    """Paid ⇒ the delivery awaits an address, and the invitation is queued now or at the moment the sender chose.

    Locks Order → Claim → Delivery. Safe to repeat: the sweeper calls it for what the news of the payment missed.
    """
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        if claim.status != ClaimStatus.DRAFT or not order.is_gift or not claims.is_live(order):
            return False
        now = clock.now()
        if claim.started_at is None:
            _begin(order, claim, now)
        if claim.status != ClaimStatus.DRAFT or claim.contact_failed_at or claim.invitations:
            return True
        if claim.is_in_review or claim.postponed_until:
            return True
        if claim.invite_at is not None and claim.invite_at > now:
            await_handover(order, claim, claim.invite_at)
        elif order.delivery.held_at is None:  # nobody is written to about flowers that may never leave
            send(order, claim)
        return True


def resume(claim_pk: int) -> bool:
    """Staff have looked: the invitation to this contact leaves now. Only the sweeper calls this; safe to repeat."""
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        if not claim.is_open or claim.has_answer or claim.contact_failed_at:
            return False
        if claim.is_in_review or claim.postponed_until:
            return False
        if order.delivery.held_at is not None or not claims.is_live(order):
            return False
        if claim.invited_contacts.filter(generation=claim.generation).exists():
            return False
        send(order, claim)
        return True


def _begin(order: Order, claim: Claim, now: datetime) -> None:
    deliveries.await_address(order.delivery)
    claim.started_at = now
    claim.invite_at = claim.invite_at or now
    claim.sender_digest = blocks.sender_digest(order.sender_email)
    claim.save(update_fields=["started_at", "invite_at", "sender_digest"])
    if claim.is_personal_link and blocks.is_closed(claim.sender_digest):
        fail(order, claim)
    elif claim.is_personal_link:
        claims.open_window(order, claim, order.paid_at or now)


def hear(message_pk: int) -> bool:
    """What became of an invitation: handed over opens the window, lost means the contact failed.

    Only the invitation that counts now is heard: news of a replaced one changes nothing. A provider may take its word
    back (lost, then delivered after all). Safe to repeat.
    """
    message = Message.objects.filter(pk=message_pk, template__in=letters.INVITATIONS).first()
    if message is None or message.status not in _ARRIVED + _LOST:
        return False
    heard = [_hear_of(claim_pk, message) for claim_pk in letters.invited_by(message)]
    return any(heard)


def _hear_of(claim_pk: int, message: Message) -> bool:
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        if not claim.is_open or message.dedup_key != letters.invitation_key(claim) or not claims.is_live(order):
            return False
        if message.status in _ARRIVED:
            return _hand_over(order, claim, message.accepted_at or clock.now())
        if claim.contact_failed_at is not None or claim.postponed_until is not None or _is_answered(claim, message):
            return False  # known already: told, or another invitation waits for its turn
        fail(order, claim)
        return True


def _hand_over(order: Order, claim: Claim, moment: datetime) -> bool:
    """draft → invited; a contact thought lost that has it after all needs no correction, nor a resend that waits."""
    came_back = claim.contact_failed_at is not None
    if came_back or claim.postponed_until is not None:
        claim.contact_failed_at = claim.contact_failure_retold_at = claim.postponed_until = None
        claim.save(update_fields=["contact_failed_at", "contact_failure_retold_at", "postponed_until"])
    if claim.status == ClaimStatus.DRAFT:
        claims.open_window(order, claim, moment)
        return True
    if came_back:
        await_answer(order, claim)
    return came_back


def _is_answered(claim: Claim, message: Message) -> bool:
    """We dropped it ourselves, or its loss changes nothing any more: it was answered. A draft still needs a contact."""
    dropped = message.skip_reason in letters.DROPPED
    return claim.status != ClaimStatus.DRAFT and (dropped or claim.has_answer)


def arrived(claim_pk: int) -> bool:
    """Somebody opened the link before the provider's answer was written: the invitation was handed over.

    Of a contact that failed the sender learns nothing by it: « envoyée » would be a read receipt.
    """
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        if claim.status != ClaimStatus.DRAFT or not claim.invitations or not claims.is_live(order):
            return False
        claims.open_window(order, claim, clock.now(), is_told=claim.contact_failed_at is None)
        return True


def remind(claim_pk: int) -> bool:
    """Queue the reminder that is due, at most two, never after an answer, on a day with room for it; safe to repeat."""
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        now = clock.now()
        if not claim.is_answerable(now) or claim.has_answer or claim.contact_failed_at or not claims.is_live(order):
            return False
        if claim.next_reminder_at is None or claim.next_reminder_at > now or claim.reminders >= 2:
            return False
        if order.delivery.held_at is not None:
            return False
        if blocks.is_blocked(claim.sender_digest, claim.contact_digest):
            Claim.objects.filter(pk=claim.pk).update(next_reminder_at=None)
            return False
        assert claim.invited_at and claim.expires_at
        limits.take_contact(claim.contact_digest)
        until = limits.next_turn(claim.contact_digest)
        if until is not None:
            in_time = until < claim.expires_at - claims.LAST_REMINDER_BEFORE
            Claim.objects.filter(pk=claim.pk).update(next_reminder_at=until if in_time else None)
            return False
        later = [moment for moment in claims.reminder_times(claim.invited_at, claim.expires_at) if moment > now]
        claim.reminders += 1
        claim.next_reminder_at = later[0] if later and claim.reminders < 2 else None
        claim.save(update_fields=["reminders", "next_reminder_at"])
        letters.remind(order, claim, claim.reminders)
        return True


def retell(claim_pk: int) -> bool:
    """A day after the contact failed, the sender is told once more."""
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        now = clock.now()
        if not claim.is_open or claim.contact_failed_at is None or claim.contact_failure_retold_at is not None:
            return False
        if claim.contact_failed_at > now - claims.RETELL_AFTER or not claims.is_live(order):
            return False
        claim.contact_failure_retold_at = now
        claim.save(update_fields=["contact_failure_retold_at"])
        letters.contact_failed(order, claim.contact_failed_at, claims.gives_up_at(claim), again=True)
        return True


def _lock_failed(claim_pk: int) -> tuple[Order, Claim]:
    order, claim = claims.lock(claim_pk)
    if not claim.is_open or claim.contact_failed_at is None or not claims.is_live(order):
        raise NotNow
    if order.delivery.held_at is not None:
        raise NotNow
    return order, claim


def correct(claim_pk: int, gift: Gift) -> None:
    """Another contact, or another channel: a new link, the old one and its sessions revoked. Raises NotNow.

    The window, once open, does not start again. The same contact on the same channel is a resend.
    """
    with transaction.atomic():
        order, claim = _lock_failed(claim_pk)
        before = claim.channel, claim.contact_digest
        _check_count(claim)
        letters.drop_queued(claim, "replaced")
        claims.set_contact(claim, gift)
        if (claim.channel, claim.contact_digest) != before:
            claim.generation += 1
            claim.derive_digests()
            events.record(order, EventKind.GIFT_CONTACT_CHANGED, channel=claim.channel)
        claim.save()
        send(order, claim)


def resend(claim_pk: int) -> None:
    """The same link once more to the same contact. Raises NotNow."""
    with transaction.atomic():
        order, claim = _lock_failed(claim_pk)
        _check_count(claim)
        letters.drop_queued(claim, "replaced")
        send(order, claim)


def take_link(claim_pk: int) -> None:
    """The sender passes the link on personally: a new link, open at once. Raises NotNow."""
    with transaction.atomic():
        order, claim = _lock_failed(claim_pk)
        if blocks.is_closed(claim.sender_digest):
            raise NotNow
        letters.drop_queued(claim, "replaced")
        claim.generation += 1
        claims.set_contact(claim, Gift(channel=ClaimChannel.PERSONAL_LINK))
        claim.contact_failed_at = claim.contact_failure_retold_at = claim.next_reminder_at = None
        claim.save()
        events.record(order, EventKind.GIFT_LINK_TAKEN)
        if claim.status == ClaimStatus.DRAFT:
            claims.open_window(order, claim, clock.now())
        else:
            await_answer(order, claim)


def _check_count(claim: Claim) -> None:
    if claim.invitations >= MAX_INVITATIONS:
        raise NotNow
