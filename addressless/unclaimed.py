"""Closed gifts whose money came back: the order lives on, and nobody can accept it any more."""

from __future__ import annotations

from django.db import transaction

from addressless import claims
from addressless.models import OPEN, Claim, ClaimStatus
from orders import steps
from orders.models import DECISIONS, Order, OrderProblem


def flag(claim_pk: int) -> bool:
    """Put the order before staff, who decide. Locks Order → Claim. Only the sweeper calls this; safe to repeat."""
    with transaction.atomic():
        order, _claim = claims.lock(claim_pk)
        if claim_pk not in found():
            return False
        steps.raise_problem(order, OrderProblem.UNCLAIMED)
        return True


def found() -> list[int]:
    """The sweeper's list: a refund of Stripe's console closed them, and the bank sent it back."""
    closed = Claim.objects.exclude(status__in=[*OPEN, ClaimStatus.ACCEPTED]).filter(order__status=Order.Status.PAID)
    live = Order.objects.awaiting_delivery().filter(is_gift=True, claim__in=closed).exclude(problem__in=DECISIONS)
    return list(live.order_by("pk").values_list("claim__pk", flat=True)[:500])
