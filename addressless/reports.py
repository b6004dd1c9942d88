"""The staff queue of reports: what a recipient wants a human to look at."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from addressless import blocks, letters
from addressless.models import Claim, Report, ReportStatus
from interflora.lib import clock, wording
from orders import cancellation
from orders.models import Order

TEXT_LIMIT = 500


def file(claim: Claim, reason: str, text: str, *, card_text: str) -> None:
    """One report per claim and reason, and no further gift of this pair. A repeat changes nothing."""
    blocks.block_pair(claim)
    report = Report(claim=claim, reason=reason, text=wording.clean_text(text)[:TEXT_LIMIT], card_text=card_text)
    Report.objects.bulk_create([report], ignore_conflicts=True)


def _handle(report_pk: int, status: str, user: User) -> bool:
    changed = Report.objects.filter(pk=report_pk, status=ReportStatus.OPEN).update(
        status=status, handled_at=clock.now(), handled_by=user
    )
    return changed == 1


def dismiss(report_pk: int, user: User) -> bool:
    """Nothing to do; False when somebody already handled it."""
    return _handle(report_pk, ReportStatus.DISMISSED, user)


def warn(report_pk: int, user: User) -> bool:
    """Write to the sender, without saying who complained or why."""
    with transaction.atomic():
        order = Order.objects.get(claim__reports__pk=report_pk)
        if not _handle(report_pk, ReportStatus.WARNED, user):
            return False
        letters.tell_sender(order, "gift_warning", key=str(report_pk))
        return True


def cancel_order(report_pk: int, user: User) -> bool:
    """Cancel what still can be and refund in full; the claim is then closed by the news of it."""
    with transaction.atomic():
        order_pk = Order.objects.values_list("pk", flat=True).get(claim__reports__pk=report_pk)
        cancellation.lock(order_pk)
        if not _handle(report_pk, ReportStatus.CLOSED, user):
            return False
        cancellation.refund_in_full(order_pk, actor=user.get_username())
        return True
