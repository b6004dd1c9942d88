"""Wake-ups: ids in, one verb called. Losing any of them loses nothing."""

from __future__ import annotations

from celery import shared_task

from notifications import allowance, sending, sign_ups, unknowns
from notifications.marketing import campaigns, deciding, snapshots, standing
from notifications.marketing import sending as campaign_sending
from notifications.marketing import unknowns as campaign_unknowns


@shared_task
def send_message(pk: int) -> None:
    sending.send_one(pk)


@shared_task
def sweep_outbox() -> None:
    sending.send_due()


@shared_task
def resolve_unknown_messages() -> None:
    unknowns.resolve_unknown()
    campaign_unknowns.resolve_unknown()
    allowance.forget_old()
    sign_ups.forget_old()


@shared_task
def send_campaigns() -> None:
    campaign_sending.send_due()
    campaigns.finish_done()


@shared_task
def sweep_campaigns() -> None:
    standing.start_due()
    moved = snapshots.start_due() + deciding.decide_due()
    campaigns.close_late()
    campaigns.finish_done()
    if moved:
        send_campaigns()  # its page is being watched: at once, and not at the next wake-up
