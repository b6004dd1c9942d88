"""Somebody said yes and the flowers will not come: they are told, and the sender learns nothing by it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from addressless import blocks, claims, letters, trackings
from addressless.models import Claim, ClaimStatus
from interflora.lib import clock
from orders.models import Order

CANCELED = "canceled"
TELL_FOR = timedelta(days=3)


def tell(claim_pk: int) -> bool:
    """Accepted flowers that will not come: told once, on the recipient's own contact or else on the invited one.

    Of an invited contact the sender may be the reader: it reads what an unanswered one would. Nothing there after
    « Ne plus être contacté ». Locks Order → Claim. Safe to run twice.
    """
    with transaction.atomic():
        order, claim = claims.lock(claim_pk)
        if claim.status != ClaimStatus.ACCEPTED or order.status != Order.Status.CANCELED:
            return False
        row = trackings.of(claim)
        if row.told == CANCELED or row.erased_at:
            return False
        row.told = CANCELED
        row.save(update_fields=["told"])
        if row.channel:
            letters.tell_recipient(row, "gift_news", key=CANCELED, state=CANCELED)
        elif not blocks.is_blocked(claim.sender_digest, claim.contact_digest):
            claims.withdraw(order, claim)
        return True


def untold() -> list[int]:
    """Accepted gifts canceled these days, of which the recipient has not been told: the sweeper's list."""
    ended = Claim.objects.filter(status=ClaimStatus.ACCEPTED, order__status=Order.Status.CANCELED)
    untold = ended.filter(order__canceled_at__gte=clock.now() - TELL_FOR, tracking__erased_at=None)
    return list(untold.exclude(tracking__told=CANCELED).order_by("pk").values_list("pk", flat=True)[:500])
