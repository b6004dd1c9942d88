"""What the sender is told, queued in the transaction of the fact. Links are references, resolved when sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interflora.lib import links
from interflora.lib.contacts import Channel
from notifications import outbox
from orders.models import Order, Payment, Refund


def about(order: Order) -> str:
    return f"order:{order.public_id}"


def _queue(order: Order, template: str, *, once: str, not_before: datetime | None = None, **context: Any) -> None:
    if not order.sender_email:
        return
    outbox.queue(
        template,
        channel=Channel.EMAIL,
        to=order.sender_email,
        context={
            "first_name": order.sender_first_name,
            "number": order.public_id,
            "is_gift": order.is_gift,
            "order_url": links.reference(order.link()),
            **context,
        },
        dedup_key=f"{template}:{once}",
        about=about(order),
        not_before=not_before,
        language=order.language,
    )


def tell_confirmed(order: Order) -> None:
    """The order is paid: what was bought, the total, what happens next."""
    lines = [
        {"label": line.label, "quantity": line.quantity, "total_cents": line.total_cents} for line in order.lines.all()
    ]
    day, half_day = ("", "") if order.is_gift else (str(order.delivery.day or ""), order.delivery.half_day)
    context = {"lines": lines, "total_cents": order.total_cents, "day": day, "half_day": half_day}
    _queue(order, "order_confirmed", once=order.public_id, **context)


def tell_delivered(order: Order, day: str, half_day: str) -> None:
    """Delivered, to the half-day; of a gift, neither where nor by whom."""
    _queue(order, "order_delivered", once=order.public_id, day=day, half_day=half_day)


def tell_canceled(order: Order, cause: str) -> None:
    """The order ended without delivery. For a gift, one neutral sentence whatever the reason on the other side."""
    _queue(order, "order_canceled", once=order.public_id, cause=cause)


def tell_refund_requested(order: Order, payment: Payment, refund: Refund) -> None:
    _queue(
        order,
        "order_refund_requested",
        once=str(refund.key),
        amount_cents=refund.amount_cents,
        cause=refund.cause,
        is_late=not payment.pays_order,
    )


def tell_refunded(order: Order, refund: Refund) -> None:
    _queue(order, "order_refunded", once=str(refund.key), amount_cents=refund.amount_cents, cause=refund.cause)
