"""Wake-ups: ids in, one verb called."""

from __future__ import annotations

from celery import shared_task

from florists import erasure, jobs, offers


@shared_task
def offer_delivery(pk: int) -> None:
    offers.open_next(pk)


@shared_task
def sweep_offers() -> None:
    offers.sweep()
    jobs.sweep_late()


@shared_task
def erase_old_addresses() -> None:
    erasure.erase_old()
