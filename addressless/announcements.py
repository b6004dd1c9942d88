"""Two messages a day to one contact: gifts that come later wait for the next morning and are announced together."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from addressless import claims, letters, limits, sending
from addressless.models import OPEN, Announcement, Claim
from interflora.lib import clock
from interflora.lib.contacts import Channel
from orders.models import Order

# What one message may announce: a text keeps to four parts.
MOST = {Channel.SMS: 2, Channel.EMAIL: 10, Channel.TWITTER_DM: 10}


def due() -> list[int]:
    """One claim for each contact whose turn has come: the sweeper's list."""
    rows = _waiting().order_by("contact_digest", "pk").distinct("contact_digest")
    return list(rows.values_list("pk", flat=True))


def _waiting() -> QuerySet[Claim]:
    """Whose turn has come; a gift kept back takes nobody's place."""
    rows = Claim.objects.filter(status__in=OPEN, postponed_until__lte=clock.now(), contact_failed_at=None)
    return rows.filter(order__delivery__held_at=None)


def announce(claim_pk: int) -> bool:
    """Everything that waits for this claim's contact leaves in one message, as much as one may hold. Safe to repeat.

    Locks Order → Claim of each, by key, then the contact. Only the sweeper calls this.
    """
    with transaction.atomic():
        ready = [pair for pair in _lock_waiting(claim_pk) if _may_leave(*pair)]
        if not ready:
            return False
        until = limits.next_turn(ready[0][1].contact_digest)
        if until is not None:
            for order, claim in ready:
                sending.postpone(order, claim, until)
            return True
        if len(ready) == 1:
            sending.leave(*ready[0])
            return True
        together = Announcement.objects.create()
        for order, claim in ready:
            sending.leave(order, claim, together)
        letters.announce(together, ready)
        return True


def _lock_waiting(claim_pk: int) -> list[tuple[Order, Claim]]:
    first = Claim.objects.get(pk=claim_pk)
    waiting = _waiting().filter(contact_digest=first.contact_digest)
    most = MOST[Channel(first.channel)]
    order_pks = list(waiting.order_by("postponed_until", "pk").values_list("order_id", flat=True)[:most])
    rows = Order.objects.select_for_update(of=("self",)).select_related("delivery").filter(pk__in=order_pks)
    orders = {order.pk: order for order in rows.order_by("pk")}
    locked = Claim.objects.select_for_update().filter(order_id__in=order_pks).order_by("pk")
    pairs = [(orders[claim.order_id], claim) for claim in locked]
    limits.take_contact(first.contact_digest)
    return [(order, claim) for order, claim in pairs if claim.contact_digest == first.contact_digest]


def _may_leave(order: Order, claim: Claim) -> bool:
    """Whether it still waits and may be written to; what may not is settled here, as if it were alone."""
    if not claim.is_open or claim.postponed_until is None or claim.contact_failed_at or not claims.is_live(order):
        return False
    if order.delivery.held_at is not None:
        return False
    if claim.has_answer:
        sending.leave(order, claim)  # looks done, and writes to nobody
        return False
    if sending.is_refused(claim):
        sending.fail(order, claim)
        return False
    return True
