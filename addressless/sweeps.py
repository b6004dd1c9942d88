"""Everything that is due, found in the database: lose Redis and it still happens. Each verb is safe to run twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from addressless import (
    announcements,
    canceled_gifts,
    claims,
    invitations,
    letters,
    reports,
    reviews,
    trackings,
    unclaimed,
)
from addressless.models import OPEN, Announcement, Claim, ClaimSession, ClaimStatus, ReviewStatus
from interflora.lib import clock
from notifications import outbox
from notifications.models import Message, MessageStatus
from orders.models import Order

log = logging.getLogger(__name__)
BATCH = 500
FORGET_SESSIONS_AFTER = timedelta(days=2)


def _run(name: str, verb: Callable[[int], bool], pks: Iterable[int]) -> int:
    """Call `verb` on each pk; one that fails is logged and does not keep the others waiting."""
    done = 0
    for pk in pks:
        try:
            done += verb(pk)
        except Exception:
            log.exception("%s failed for claim row %s", name, pk)
    return done


def _claims(*conditions: Q, **values: object) -> list[int]:
    found = Claim.objects.filter(*conditions, **values).order_by("pk")
    return list(found.values_list("pk", flat=True)[:BATCH])


def sweep() -> int:
    """One pass over everything due; returns how many rows moved."""
    now = clock.now()
    ended_orders = Q(order__status__in=[Order.Status.CANCELED, Order.Status.EXPIRED])
    live = {"order__status": Order.Status.PAID, "order__is_gift": True}
    return sum(
        (
            _run("tell news", trackings.tell_news, trackings.untold()),
            _run("tell canceled", canceled_gifts.tell, canceled_gifts.untold()),
            _run("thank", trackings.send_thanks, trackings.unsent_thanks()),
            _run("close", claims.close_with_order, _claims(ended_orders, status__in=OPEN)),
            _run("close", claims.close_with_order, _closed_without_news()),
            _run("flag unclaimed", unclaimed.flag, unclaimed.found()),
            _run("start", invitations.start, _claims(status="draft", started_at=None, **live)),
            _run(
                "invite",
                invitations.start,
                _claims(
                    ~Q(reviews__status=ReviewStatus.OPEN),
                    status="draft",
                    invitations=0,
                    postponed_until=None,
                    invite_at__lte=now,
                    contact_failed_at=None,
                    **live,
                ),
            ),
            _run("announce", announcements.announce, announcements.due()),
            _run("resume", invitations.resume, reviews.cleared()),
            _run("lapse", reviews.lapse, reviews.overdue()),
            _run("hear", invitations.hear, _unheard_messages()),
            _run("end stopped", reports.end_stopped, reports.stopped()),
            _run("settle", claims.settle, _claims(~Q(pending_answer=""), settles_at__lte=now)),
            _run("expire", claims.expire, _claims(status="invited", pending_answer="", expires_at__lte=now)),
            _run(
                "give up",
                claims.give_up,
                _claims(status__in=OPEN, pending_answer="", contact_failed_at__lte=now - claims.UNREACHABLE_AFTER),
            ),
            _run(
                "retell",
                invitations.retell,
                _claims(
                    status__in=OPEN,
                    contact_failure_retold_at=None,
                    contact_failed_at__lte=now - claims.RETELL_AFTER,
                ),
            ),
            _run(
                "remind",
                invitations.remind,
                _claims(
                    status="invited",
                    next_reminder_at__lte=now,
                    pending_answer="",
                    quiet_at=None,
                    contact_failed_at=None,
                ),
            ),
        )
    )


def _closed_without_news() -> list[int]:
    """Open claims of orders that were refunded in full, or paid for a known address after all."""
    known = Q(order__is_gift=False, order__paid_at__isnull=False)
    pks = _claims(known, status__in=OPEN)
    refunded = Order.objects.filter(status=Order.Status.PAID, claim__status__in=OPEN).exclude(
        pk__in=Order.objects.awaiting_delivery().filter(claim__status__in=OPEN).values("pk")
    )
    return pks + list(refunded.values_list("claim__pk", flat=True)[:BATCH])


def _unheard_messages() -> list[int]:
    """Invitations whose fate was written, or taken back, while nobody listened."""
    drafts = Claim.objects.filter(status=ClaimStatus.DRAFT, invitations__gt=0, contact_failed_at=None)
    keys = [letters.invitation_key(claim) for claim in drafts.order_by("pk")[:BATCH]]
    waiting = Message.objects.filter(dedup_key__in=keys).exclude(
        status__in=[MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN]
    )
    failed = Claim.objects.filter(status__in=OPEN, contact_failed_at__isnull=False).order_by("pk")[:BATCH]
    came_back = Message.objects.filter(
        dedup_key__in=[letters.invitation_key(claim) for claim in failed],
        status__in=[MessageStatus.ACCEPTED, MessageStatus.DELIVERED],
    )
    lost = Message.objects.filter(
        template__in=letters.INVITATIONS,
        status__in=[MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.SKIPPED],
        settled_at__gte=clock.now() - timedelta(hours=6),
    ).exclude(skip_reason__in=letters.DROPPED)
    found = (waiting, came_back, lost.order_by("-settled_at"))
    return sorted({pk for rows in found for pk in rows.values_list("pk", flat=True)[:BATCH]})


def purge() -> int:
    """Nightly: sessions nobody can use any more, and contacts 30 days after their claim ended, in messages too."""
    now = clock.now()
    ClaimSession.objects.filter(created_at__lt=now - FORGET_SESSIONS_AFTER).delete()
    due = Claim.objects.filter(ended_at__lt=now - claims.ERASE_CONTACTS_AFTER, contact_erased_at=None)
    # The account on X that signed goes with the sender it belongs to.
    signed = Claim.objects.filter(order__erased_at__isnull=False).exclude(sender_x_id="")
    signed.update(sender_x_id="", sender_x_handle="", sender_x_verified_at=None)
    _forget_left_announcements()
    return _run("erase", _erase_contact, list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])) + _run(
        "forget", trackings.forget_old, trackings.past_keeping()
    )


def _forget_left_announcements() -> None:
    """Messages for several gifts whose gifts have all gone another way since: no claim's end would erase them."""
    for together in Announcement.objects.filter(claims=None):
        outbox.erase_contact(together.about)
        together.delete()


def _erase_contact(claim_pk: int) -> bool:
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_pk)
        letters.erase_contact(claim)
        claim.contact_sealed, claim.contact_erased_at = None, clock.now()
        claim.save(update_fields=["contact_sealed", "contact_erased_at"])
        return True
