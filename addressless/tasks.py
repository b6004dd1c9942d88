"""Celery wrappers: ids in, one verb called."""

from __future__ import annotations

from celery import shared_task

from addressless import canceled_gifts, claims, invitations, signatures, sweeps, trackings
from addressless.models import Claim


@shared_task
def start_claim(order_pk: int) -> None:
    """The order was paid."""
    for pk in Claim.objects.filter(order_id=order_pk).values_list("pk", flat=True):
        if not invitations.start(pk):
            claims.close_with_order(pk)


@shared_task
def close_claim(order_pk: int) -> None:
    """The order was canceled, expired or refunded."""
    for pk in Claim.objects.filter(order_id=order_pk).values_list("pk", flat=True):
        claims.close_with_order(pk)
        canceled_gifts.tell(pk)


@shared_task
def hear_message(message_pk: int) -> None:
    """An invitation was handed over or lost."""
    invitations.hear(message_pk)


@shared_task
def tell_news(delivery_pk: int) -> None:
    """A delivery changed: the recipient may have asked for news."""
    trackings.tell_news(delivery_pk)


@shared_task
def sweep_claims() -> None:
    sweeps.sweep()


@shared_task
def purge_claims() -> None:
    sweeps.purge()


@shared_task
def refresh_signatures() -> None:
    """Hourly: what X calls the accounts that sign gifts whose invitation leaves soon."""
    signatures.refresh_planned()
