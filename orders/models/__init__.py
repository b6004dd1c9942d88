"""Schema of the money: carts, orders, payments, refunds, their history and Stripe's events."""

from __future__ import annotations

from orders.models.carts import Cart, CartLine
from orders.models.history import EventKind, OrderEvent, StripeEvent
from orders.models.lookups import Lookup
from orders.models.money import (
    CONTESTED,
    IN_CONSOLE,
    LEFT_CENTS,
    REPEATED,
    TAKEN_BACK,
    DisputeState,
    Payment,
    PaymentProblem,
    Refund,
    RefundCause,
    RefundProblem,
)
from orders.models.orders import DECISIONS, LineKind, Order, OrderLine, OrderProblem, Owner, Step

__all__ = [
    "CONTESTED",
    "DECISIONS",
    "IN_CONSOLE",
    "LEFT_CENTS",
    "REPEATED",
    "TAKEN_BACK",
    "Cart",
    "CartLine",
    "DisputeState",
    "EventKind",
    "LineKind",
    "Lookup",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderProblem",
    "Owner",
    "Payment",
    "PaymentProblem",
    "Refund",
    "RefundCause",
    "RefundProblem",
    "Step",
    "StripeEvent",
]
