"""What the sender is told, queued in the transaction of the fact. Links are references, resolved when sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import override

from interflora.lib import links, tags
from interflora.lib.contacts import Channel
from notifications import outbox
from orders.models import Order, Payment, Refund


def about(order: Order) -> str:
    return f"order:{order.public_id}"


def tell_confirmed(order: Order) -> None:
    """The order is paid: what was bought, the total, what happens next."""
    with override(order.language):
        lines = [
            {"label": line.shown_label, "quantity": line.quantity, "total_cents": line.total_cents}
            for line in order.lines.all()
        ]
    promise = _gift(order) if order.is_gift else _slot(order, order.delivery.day, order.delivery.half_day)
    _queue(order, "order_confirmed", once=order.public_id, lines=lines, total_cents=order.total_cents, **promise)


def tell_payment_failed(order: Order, payment: Payment) -> None:
    """A bank that took its time said no: nothing was charged."""
    _queue(order, "order_payment_failed", once=str(payment.key), amount_cents=payment.amount_cents)


def tell_delivered(order: Order, day: date, half_day: str) -> None:
    """Delivered, to the half-day; of a gift, neither where nor by whom."""
    _queue(order, "order_delivered", once=order.public_id, **_slot(order, day, half_day))


def tell_canceled(order: Order, cause: str, amount_cents: int) -> None:
    """The order ended without delivery and its refund is asked. One neutral sentence for whatever a recipient did."""
    _queue(order, "order_canceled", once=order.public_id, cause=cause, amount_cents=amount_cents)


def tell_held(order: Order, event_pk: int) -> None:
    """The bank contests the payment: nothing is made for now, and what the sender can do if it is a mistake."""
    _queue(order, "order_held", once=f"{order.public_id}:{event_pk}")


def tell_resumed(order: Order, event_pk: int) -> None:
    """What was held goes on."""
    _queue(order, "order_resumed", once=f"{order.public_id}:{event_pk}")


def tell_refund_requested(order: Order, payment: Payment, refund: Refund) -> None:
    """A refund of an order that goes on, or of a payment that came too late."""
    late = not payment.pays_order
    _queue(order, "order_refund_requested", once=str(refund.key), amount_cents=refund.amount_cents, is_late=late)


def tell_refunded(order: Order, refund: Refund) -> None:
    """The money left for the bank."""
    _queue(order, "order_refunded", once=f"{refund.key}:{refund.generation}", amount_cents=refund.amount_cents)


def _gift(order: Order) -> dict[str, bool]:
    """Whether the sender passes the link on themselves: the claim of `addressless` knows, as in the order's pages."""
    claim = getattr(order, "claim", None)
    return {"is_personal_link": claim is not None and claim.is_personal_link}


def _slot(order: Order, day: date | None, half_day: str) -> dict[str, str]:
    """A half-day in the sender's language."""
    with override(order.language):
        return {"day": tags.day(day), "half_day": tags.half_day(half_day)}


def _queue(order: Order, template: str, *, once: str, **context: Any) -> None:
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
        language=order.language,
    )
