"""The staff queue of reports: what a recipient wants a human to look at.

The sender must not learn that there is a report, nor whose or when (docs/adr/0013): what staff decide shows at a moment
drawn by `discretion.later`, in the words of a gift that simply was not handed over.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from addressless import blocks, claims, discretion, letters
from addressless.models import STOPPED, Claim, ClaimStatus, Report, ReportStatus
from florists import holds
from florists.deliveries import TransitionRefused
from interflora.lib import clock, wording
from orders import cancellation, steps
from orders.models import Order, Owner, RefundCause, Step

TEXT_LIMIT = 500


def file(claim: Claim, reason: str, text: str, *, card_text: str) -> None:
    """One report per claim and reason, and no further gift of this pair. A repeat changes nothing."""
    blocks.block_pair(claim)
    report = Report(claim=claim, reason=reason, text=wording.clean_text(text)[:TEXT_LIMIT], card_text=card_text)
    Report.objects.bulk_create([report], ignore_conflicts=True)


def _handle(report_pk: int, status: str, user: User, felt_at: datetime | None = None) -> bool:
    changed = Report.objects.filter(pk=report_pk, status=ReportStatus.OPEN).update(
        status=status, handled_at=clock.now(), handled_by=user, felt_at=felt_at
    )
    return changed == 1


def dismiss(report_pk: int, user: User) -> bool:
    """Nothing to do; False when somebody already handled it."""
    return _handle(report_pk, ReportStatus.DISMISSED, user)


def warn(report_pk: int, user: User) -> bool:
    """Write to the sender of « une commande récente », later, once for each order; False when already handled."""
    with transaction.atomic():
        order, claim = claims.lock(_claim_of(report_pk))
        felt_at = discretion.later(claim)
        if not _handle(report_pk, ReportStatus.WARNED, user, felt_at):
            return False
        letters.warn_sender(order, felt_at)
        return True


def stop(report_pk: int, user: User, *, and_sender: bool = False) -> bool:
    """Nothing leaves any more, and the sender is refunded at a moment that tells them nothing; False if handled before.

    An open gift goes quiet and expires like any other. An accepted one is kept back, and ends later as not deliverable;
    at once only where the florist has begun. `and_sender`: nothing more from this sender to anybody, from later on.
    Locks Order → Payment → Refund → Claim → Delivery.
    """
    with transaction.atomic():
        order, claim = claims.lock(_claim_of(report_pk), money=True)
        felt_at = discretion.later(claim)
        if not _handle(report_pk, ReportStatus.BANNED if and_sender else ReportStatus.CLOSED, user, felt_at):
            return False
        if and_sender:
            blocks.close_sender(Report.objects.get(pk=report_pk), felt_at)
        if claim.status == ClaimStatus.INVITED:
            claims.silence(claim)
        elif claim.status == ClaimStatus.ACCEPTED and order.is_paid:
            _keep_back(order, felt_at)
        return True


def _keep_back(order: Order, felt_at: datetime) -> None:
    try:
        holds.hold(order.delivery)
    except TransitionRefused:
        cancellation.cancel(order.pk, RefundCause.UNDELIVERABLE)
        return
    steps.set_step(order, Step.TREAT, Owner.STAFF, felt_at + claims.SWEEP_MARGIN)


def end_stopped(order_pk: int) -> bool:
    """The moment has come: a stopped gift that is accepted ends as not deliverable. Only the sweeper calls this."""
    with transaction.atomic():
        order = cancellation.lock(order_pk)
        if not order.is_paid or order.delivery.has_departed:
            return False
        return cancellation.cancel(order_pk, RefundCause.UNDELIVERABLE)


def stopped() -> list[int]:
    """Orders of accepted gifts whose report has taken effect: the sweeper's list."""
    due = Report.objects.filter(
        status__in=STOPPED,
        felt_at__lte=clock.now(),
        claim__status=ClaimStatus.ACCEPTED,
        claim__order__status=Order.Status.PAID,
    )
    return list(due.order_by("felt_at").values_list("claim__order_id", flat=True).distinct())


def _claim_of(report_pk: int) -> int:
    return Report.objects.values_list("claim_id", flat=True).get(pk=report_pk)
