"""News for the apps above. Receivers only enqueue work; whoever needs certainty also sweeps the rows."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.dispatch import Signal

# Sent on commit with `order_pk` when an order has been paid.
order_paid = Signal()

# Sent on commit with `order_pk` when an order was canceled, expired unpaid, or is fully refunded.
order_closed = Signal()


def announce(signal: Signal, order_pk: int) -> None:
    """Send `signal` once the surrounding transaction has committed."""
    transaction.on_commit(partial(signal.send_robust, sender=None, order_pk=order_pk), robust=True)
