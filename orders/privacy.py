"""What the shop holds of a sender: a copy of it, and its erasure (GDPR, articles 15, 17 and 20).

Neither ever touches what belongs to the recipient: the copy holds nothing of them, not even the contact that was typed.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from florists import deliveries
from interflora.lib import clock
from notifications import outbox
from orders import messages, timeline
from orders.models import EventKind, Order, Payment, Refund
from orders.recipients import TooLate

IN_FLIGHT = (Refund.Status.REQUESTED, Refund.Status.SUBMITTED)


def export(order: Order) -> dict[str, Any]:
    """Everything kept of the sender with this order, JSON-safe: money in euro cents, moments in ISO 8601 (UTC)."""
    payments = Payment.objects.filter(order=order).order_by("pk")
    refunds = Refund.objects.filter(payment__order=order).order_by("pk")
    claim = getattr(order, "claim", None)  # its row is the upper app’s, the account on it the sender’s
    return {
        "order": {
            "number": str(order),
            "status": order.status,
            "language": order.language,
            "created_at": order.created_at.isoformat(),
            "paid_at": order.paid_at.isoformat() if order.paid_at else None,
            "total_cents": order.total_cents,
            "card_text": order.delivery.card_text,
        },
        "you": {
            "first_name": order.sender_first_name,
            "name": order.sender_name,
            "email": order.sender_email,
            "phone": order.sender_phone,
            "marketing_phone": order.marketing_phone,
            "marketing_ip": order.marketing_ip,
            "x_account": claim.sender_x_handle if claim else "",
            "x_number": claim.sender_x_id if claim else "",
        },
        "lines": list(
            order.lines.order_by("pk").values("label", "quantity", "unit_cents", "discount_cents", "vat_cents")
        ),
        "payments": [{"status": row.status, "amount_cents": row.amount_cents} for row in payments],
        "refunds": [
            {"status": row.status, "amount_cents": row.amount_cents, "requested_at": row.requested_at.isoformat()}
            for row in refunds
        ],
        "history": [{"what": entry.kind, "at": entry.at.date().isoformat()} for entry in timeline.for_sender(order)],
        "messages": outbox.written_to(messages.about(order)),
    }


def may_erase(order: Order) -> bool:
    """Once nothing is to be delivered, paid back or looked into any more."""
    closed = order.status in (Order.Status.DELIVERED, Order.Status.CANCELED, Order.Status.EXPIRED)
    in_flight = Refund.objects.filter(payment__order=order, status__in=IN_FLIGHT).exists()
    contested = Payment.objects.filter(order=order).exclude(problem="").exists()
    return closed and order.erased_at is None and not in_flight and not contested


def erase(order_pk: int) -> bool:
    """Forget who ordered. False when already done; raises TooLate while the order still needs its sender.

    What stays, because the law on accounts asks for it: number, dates, lines, amounts, the provider's references.
    Locks Order → Delivery. `addressless` forgets the account on X that signed, from its sweeper.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("delivery").get(pk=order_pk)
        if order.erased_at is not None:
            return False
        if not may_erase(order):
            raise TooLate
        order.sender_first_name = order.sender_name = order.sender_email = order.sender_phone = ""
        order.marketing_phone, order.marketing_ip, order.recipient_sealed = "", None, None
        order.erased_at = clock.now()
        order.save(
            update_fields=[
                "sender_first_name",
                "sender_name",
                "sender_email",
                "sender_phone",
                "marketing_phone",
                "marketing_ip",
                "recipient_sealed",
                "erased_at",
            ]
        )
        deliveries.forget_card(order.delivery)
        outbox.erase_person(messages.about(order))
        order.events.create(kind=EventKind.ERASED)
        return True
