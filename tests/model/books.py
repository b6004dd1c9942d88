"""What must hold whatever happened, read from our rows with plain SQL and from Stripe's own ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tests.standin_client import JSON

ENDED_CLAIM = {"accepted", "declined", "expired", "canceled", "unreachable", "void"}
UNTAKEN = {"declined", "expired", "canceled", "unreachable"}
CAUSE_OF = {"declined": "declined", "expired": "expired", "unreachable": "unreachable"}
SENT = ("submitted", "succeeded")
BACK = ("requested", *SENT)


@dataclass(frozen=True)
class Row:
    """One database row, its columns as attributes."""

    columns: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.columns[name]


def rows(statement: str, *values: Any) -> list[Row]:
    """What a statement finds, past every model and manager."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        return [Row(dict(zip(names, found, strict=True))) for found in cursor.fetchall()]


ORDER = """
    SELECT o.status, o.total_cents, o.is_gift, o.paid_at, o.next_step, o.next_step_owner, o.next_step_due_at,
           o.problem, d.status AS delivery, d.held_at, c.id AS claim_pk, c.status AS claim, c.pending_answer,
           c.settles_at, c.quiet_at, c.invited_at, c.expires_at, c.contact_failed_at, c.generation, c.invitations,
           c.reminders, c.channel, c.wanted_on, c.wanted_rule
    FROM orders_order o JOIN florists_delivery d ON d.id = o.delivery_id
    LEFT JOIN addressless_claim c ON c.order_id = o.id WHERE o.id = %s
"""
PAYMENTS = "SELECT * FROM orders_payment WHERE order_id = %s ORDER BY id"
REFUNDS = """
    SELECT r.*, p.pays_order FROM orders_refund r JOIN orders_payment p ON p.id = r.payment_id
    WHERE p.order_id = %s ORDER BY r.id
"""


@dataclass(frozen=True)
class State:
    """An order with its money, its delivery and its claim, at one moment."""

    order: Row
    payments: list[Row]
    refunds: list[Row]

    @classmethod
    def of(cls, order_pk: int) -> State:
        return cls(rows(ORDER, order_pk)[0], rows(PAYMENTS, order_pk), rows(REFUNDS, order_pk))

    def returned(self, payment: Row) -> int:
        """Cents of refunds not failed."""
        return sum(r.amount_cents for r in self.refunds if r.payment_id == payment.id and r.status in BACK)

    @property
    def paying(self) -> Row | None:
        return next((payment for payment in self.payments if payment.pays_order), None)

    @property
    def is_live(self) -> bool:
        """Paid, neither canceled nor wholly refunded."""
        paying = self.paying
        return self.order.status == "paid" and paying is not None and self.returned(paying) < self.order.total_cents

    @property
    def is_open(self) -> bool:
        """The gift has no outcome yet."""
        return self.order.claim in {"draft", "invited"}

    def is_answerable(self, now: datetime) -> bool:
        """The recipient may still say yes or no."""
        order = self.order
        return order.claim == "invited" and not order.pending_answer and order.expires_at > now

    def is_on_the_board(self, payment: Row) -> bool:
        """Staff were told about this payment or one of its refunds."""
        return bool(payment.problem) or any(r.problem for r in self.refunds if r.payment_id == payment.id)


def check_money(state: State) -> None:
    """I1, I3, I4: never more back than came, one refund per cause and of everything, paid at most once."""
    assert sum(payment.pays_order for payment in state.payments) <= 1
    for payment in state.payments:
        returned = state.returned(payment)
        assert returned <= payment.captured_cents
        stray = payment.status == "confirmed" and (
            not payment.pays_order or state.order.status in {"canceled", "expired"}
        )
        if stray and not state.is_on_the_board(payment):
            assert returned == payment.captured_cents, "money is held for no live order"
    causes = [(refund.payment_id, refund.cause) for refund in state.refunds if refund.cause != "console"]
    assert len(causes) == len(set(causes))
    if state.order.status in {"paid", "delivered"}:
        assert state.paying is not None


def check_gift_money(state: State) -> None:
    """I3: a gift that was not taken went back in full, for the reason its claim names."""
    cause = CAUSE_OF.get(state.order.claim)
    if state.order.claim not in UNTAKEN:
        return
    assert state.order.status in {"canceled", "paid", "delivered"}
    if cause is not None:
        assert state.order.status == "canceled"
        assert state.order.delivery == "canceled"
        asked = [refund.cause for refund in state.refunds if refund.pays_order and refund.cause != "console"]
        assert asked == [cause] or (not asked and state.refunds), asked
    else:
        # Money returned elsewhere ends a gift; should the bank send it back, staff are told.
        assert not state.is_live or (state.paying and state.is_on_the_board(state.paying))


def check_books(state: State, books: dict[str, list[JSON]]) -> None:
    """Our rows say nothing that Stripe does not; no request for a refund was carried out twice."""
    charges, made = _by_intent(books), {refund["id"]: refund for refund in books["refunds"]}
    for payment in state.payments:
        if payment.status == "confirmed":
            assert charges[payment.intent_id]["amount_captured"] == payment.captured_cents
    for refund in state.refunds:
        if refund.stripe_id:
            assert made[refund.stripe_id]["amount"] == refund.amount_cents
    asked = [(one["metadata"]["refund"], one["metadata"]["generation"]) for one in made.values() if one["metadata"]]
    assert len(asked) == len(set(asked)), "one request for a refund was carried out twice"
    for charge in charges.values():
        assert charge["amount_refunded"] <= charge["amount_captured"]


def check_settled(state: State, books: dict[str, list[JSON]]) -> None:
    """Once every news has come and every worker ran, our rows and Stripe's ledger say the same, to the cent."""
    charges, made = _by_intent(books), {refund["id"]: refund for refund in books["refunds"]}
    confirmed = [payment for payment in state.payments if payment.status == "confirmed"]
    assert {payment.intent_id for payment in confirmed} == set(charges)
    for payment in confirmed:
        sent = [r.amount_cents for r in state.refunds if r.payment_id == payment.id and r.status in SENT]
        assert sum(sent) == charges[payment.intent_id]["amount_refunded"]
    for refund in state.refunds:
        assert refund.status != "requested" or refund.problem, "a refund waits for nobody"
        if refund.status == "succeeded":
            assert made[refund.stripe_id]["status"] == "succeeded"


def _by_intent(books: dict[str, list[JSON]]) -> dict[str, JSON]:
    return {charge["payment_intent"]: charge for charge in books["charges"] if charge["captured"]}


def check_step(state: State, now: datetime) -> None:
    """I5: a paid order to be delivered has somebody who must do something, and until when."""
    if state.is_live:
        assert state.order.next_step
        assert state.order.next_step_owner
        assert state.order.next_step_due_at > now, f"{state.order.next_step} is past due"


def check_messages(received: list[JSON]) -> None:
    """I9: each message left once, but for the one second time its row admits."""
    messages = rows("SELECT public_id, channel, status, resent_at, provider_id FROM notifications_message")
    copies: dict[str, int] = {}
    for one in received:
        copies[one["provider_id"]] = copies.get(one["provider_id"], 0) + 1
    known = set()
    for message in messages:
        # Over SMTP the Message-ID is ours; a text's id is Twilio's.
        key = f"<{message.public_id}@testserver>" if message.channel == "email" else message.provider_id
        known.add(key)
        count = copies.get(key, 0)
        assert count <= 1 + (message.resent_at is not None), f"{key} left {count} times"
        if message.status in {"accepted", "delivered"}:
            assert count >= 1, f"{key} never left"
    assert set(copies) <= known
