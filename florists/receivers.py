"""A delivery that needs a florist wakes a worker at once; `sweep_offers` finds it anyway."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from florists import tasks
from florists.signals import delivery_changed
from florists.states import DeliveryStatus
from interflora.lib.nudge import nudge


@receiver(delivery_changed, dispatch_uid="florists.offer")
def offer_soon(sender: object, *, delivery_pk: int, status: str, **kwargs: Any) -> None:
    if status == DeliveryStatus.TO_ASSIGN:
        nudge(tasks.offer_delivery, delivery_pk)
