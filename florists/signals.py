"""News for the apps above."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.dispatch import Signal

# Sent on commit with `delivery_pk` and `status` whenever a delivery's status has changed. Receivers only enqueue
# work; whoever needs certainty also sweeps the rows.
delivery_changed = Signal()


def announce(delivery_pk: int, status: str) -> None:
    """Send `delivery_changed` once the surrounding transaction has committed."""
    transaction.on_commit(
        partial(delivery_changed.send_robust, sender=None, delivery_pk=delivery_pk, status=status), robust=True
    )
