"""Staff look first: an invitation that waits for a person's decision, and what becomes of it.

Nobody deciding in 72 hours is an answer too: the gift is refunded. Order and Claim are locked before a review.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from addressless import claims, sending
from addressless.models import OPEN, Claim, InvitedContact, Review, ReviewReason, ReviewStatus
from interflora.lib import clock
from orders import events
from orders.models import EventKind, Order

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def send(review_pk: int, user: User) -> bool:
    """« Envoyer »: a worker, which holds the keys, sends it (`cleared`). A block made meanwhile still holds.

    False when it was decided already, or the gift has ended. Locks Order → Claim.
    """
    with transaction.atomic():
        order, claim = claims.lock(_claim_of(review_pk))
        if not claim.is_open or not claims.is_live(order) or not _decide(review_pk, ReviewStatus.SENT, user):
            return False
        events.record(order, EventKind.GIFT_CLEARED, actor=user.get_username())
        sending.await_handover(order, claim)
        return True


def refuse(review_pk: int, user: User) -> bool:
    """« Annuler et rembourser », at once. False when it was decided already. Locks Order → Payment → Refund → Claim."""
    return _turn_away(review_pk, ReviewStatus.REFUSED, user)


def lapse(review_pk: int) -> bool:
    """Nobody decided in time: refunded all the same. Only the sweeper calls this; safe to repeat."""
    if not Review.objects.filter(pk=review_pk, due_at__lte=clock.now()).exists():
        return False
    return _turn_away(review_pk, ReviewStatus.LAPSED, None)


def overdue() -> list[int]:
    """The sweeper's list."""
    due = Review.objects.filter(status=ReviewStatus.OPEN, due_at__lte=clock.now())
    return list(due.order_by("due_at").values_list("pk", flat=True))


def cleared() -> list[int]:
    """Claims that staff have let go and whose contact is not written to yet: the sweeper's list."""
    written = InvitedContact.objects.filter(claim=OuterRef("claim"), generation=OuterRef("generation"))
    rows = Review.objects.filter(
        ~Exists(written), status=ReviewStatus.SENT, generation=F("claim__generation"), claim__status__in=OPEN
    )
    return list(
        rows.filter(claim__contact_failed_at=None, claim__postponed_until=None).values_list("claim_id", flat=True)
    )


def siblings(review: Review) -> list[Claim]:
    """The paid gifts that made this review: of the same sender in a day, or to the same contact in a week."""
    claim = review.claim
    gifts = Claim.objects.select_related("order__delivery").filter(started_at__isnull=False).exclude(pk=claim.pk)
    if review.reason == ReviewReason.SENDER_LIMIT:
        gifts = gifts.filter(sender_digest=claim.sender_digest, started_at__gt=review.created_at - DAY)
    else:
        gifts = gifts.filter(contact_digest=claim.contact_digest, started_at__gt=review.created_at - WEEK)
    return list(gifts.order_by("-started_at")[:50])


def _claim_of(review_pk: int) -> int:
    return Review.objects.values_list("claim_id", flat=True).get(pk=review_pk)


def _decide(review_pk: int, status: ReviewStatus, user: User | None) -> bool:
    open_rows = Review.objects.filter(pk=review_pk, status=ReviewStatus.OPEN)
    return open_rows.update(status=status, handled_at=clock.now(), handled_by=user) == 1


def _turn_away(review_pk: int, status: ReviewStatus, user: User | None) -> bool:
    with transaction.atomic():
        order, claim = claims.lock(_claim_of(review_pk), money=True)
        if claim.status not in OPEN or not _decide(review_pk, status, user):
            return False
        reason = Review.objects.values_list("reason", flat=True).get(pk=review_pk)
        _record(order, user)
        # Of too many senders this one must learn nothing: it reads like any contact that could not be reached.
        claims.turn_away(order, claim, openly=reason == ReviewReason.SENDER_LIMIT)
        return True


def _record(order: Order, user: User | None) -> None:
    events.record(order, EventKind.GIFT_TURNED_AWAY, actor=user.get_username() if user else "")
