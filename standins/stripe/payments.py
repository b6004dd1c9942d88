"""What happens to money: a session is paid, declined, left waiting, expired; a charge is refunded or disputed."""

from __future__ import annotations

from typing import Any

from standins.stripe import objects
from standins.stripe.errors import Refused, missing
from standins.stripe.events import emit
from standins.world import World

JSON = dict[str, Any]
BUYER: JSON = {"email": "camille@example.fr", "name": "Camille Martin"}


def _required(world: World, kind: str, key: str) -> JSON:
    found = world.store.get(kind, key)
    if found is None:
        raise missing(kind, key)
    return found


def _intent_of(world: World, session: JSON) -> JSON:
    """Return the session's PaymentIntent; it is made when the buyer confirms for the first time."""
    if session["payment_intent"]:
        return _required(world, "payment_intent", session["payment_intent"])
    private = _required(world, "session_private", session["id"])
    intent = objects.payment_intent(world, session["amount_total"], session["currency"], private["intent_data"])
    session["payment_intent"] = intent["id"]
    emit(world, "payment_intent.created", intent)
    return intent


def _save(world: World, *bodies: JSON) -> None:
    for body in bodies:
        kind = "session" if body["object"] == "checkout.session" else str(body["object"])
        world.store.put(kind, body["id"], body)


def _open(world: World, key: str, late: bool) -> JSON:
    session = _required(world, "session", key)
    if session["status"] == "complete" or (session["status"] == "expired" and not late):
        raise Refused(f"This Checkout Session is {session['status']}.", code="checkout_session_not_open")
    return session


def pay(world: World, key: str, buyer: JSON | None = None, *, delayed: bool = False, late: bool = False) -> JSON:
    """Complete a session: paid by card, or by a delayed method whose outcome follows (`settle`).

    `late` also completes an expired one, as when the confirmation crossed the expiry. Raises Refused when it is
    complete already: paying twice takes the money once.
    """
    session = _open(world, key, late)
    buyer = BUYER | (buyer or {})
    intent = _intent_of(world, session)
    manual = intent["capture_method"] == "manual"
    method = "sepa_debit" if delayed else "card"
    charge = objects.charge(world, intent, buyer, method, "pending" if delayed else "succeeded")
    intent |= {"latest_charge": charge["id"], "payment_method": charge["payment_method"], "last_payment_error": None}
    intent["status"] = "processing" if delayed else "requires_capture" if manual else "succeeded"
    intent["amount_received"] = 0 if delayed or manual else intent["amount"]
    intent["amount_capturable"] = intent["amount"] if manual and not delayed else 0
    session["status"] = "complete"
    session["payment_status"] = "unpaid" if delayed or manual else "paid"
    session["customer_details"] = {
        "address": objects.NO_ADDRESS | {"country": "FR"},
        "email": session["customer_email"] or buyer["email"],
        "name": buyer["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session["url"] = None
    _save(world, session, intent, charge)
    if delayed:
        emit(world, "payment_intent.processing", intent)
        emit(world, "charge.pending", charge)
    elif manual:
        emit(world, "payment_intent.amount_capturable_updated", intent)
    else:
        emit(world, "charge.succeeded", charge)
        emit(world, "payment_intent.succeeded", intent)
    emit(world, "checkout.session.completed", session)
    return session


def settle(world: World, key: str, *, succeeded: bool) -> JSON:
    """End the wait of a delayed payment."""
    session = _required(world, "session", key)
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        raise Refused("This Checkout Session waits for no payment.")
    intent = _intent_of(world, session)
    charge = _required(world, "charge", intent["latest_charge"])
    if succeeded:
        amount = charge["amount"]
        entry = objects.balance_transaction(world, charge, amount, "charge")
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": amount}
        charge["balance_transaction"] = entry["id"]
        intent |= {"status": "succeeded", "amount_received": amount}
        session["payment_status"] = "paid"
    else:
        charge |= {"status": "failed", "failure_code": "insufficient_funds"}
        intent |= {"status": "requires_payment_method", "last_payment_error": decline("insufficient_funds")}
    _save(world, session, intent, charge)
    word = "succeeded" if succeeded else "failed"
    emit(world, f"charge.{word}", charge)
    emit(world, "payment_intent.succeeded" if succeeded else "payment_intent.payment_failed", intent)
    emit(world, f"checkout.session.async_payment_{word}", session)
    return session


def decline(code: str) -> JSON:
    """Return a card error as it stands in `last_payment_error`."""
    return {"type": "card_error", "code": "card_declined", "decline_code": code, "message": "Your card was declined."}


def refuse_card(world: World, key: str, buyer: JSON | None = None, code: str = "generic_decline") -> JSON:
    """One try is declined; the session stays open."""
    session = _open(world, key, late=False)
    intent = _intent_of(world, session)
    charge = objects.charge(world, intent, BUYER | (buyer or {}), "card", "failed")
    intent |= {"latest_charge": charge["id"], "last_payment_error": decline(code) | {"charge": charge["id"]}}
    _save(world, session, intent, charge)
    emit(world, "charge.failed", charge)
    emit(world, "payment_intent.payment_failed", intent)
    return session


def expire(world: World, session: JSON) -> JSON:
    """Close an open session; raises Refused for another one (the race « canceled while paying »)."""
    if session["status"] != "open":
        raise Refused(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one has a status of '
            f"{session['status']}.",
            saved=True,
        )
    session |= {"status": "expired", "url": None}
    _save(world, session)
    emit(world, "checkout.session.expired", session)
    return session


def expire_due(world: World) -> None:
    """Close the sessions whose time is over."""
    for session in world.store.all("session"):
        if session["status"] == "open" and session["expires_at"] <= world.now():
            expire(world, session)


def refund(world: World, charge: JSON, amount: int | None, params: JSON, outcome: str = "succeeded") -> JSON:
    """Give money back; `outcome` is succeeded, pending or failed. Raises Refused as Stripe does."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not charge["captured"]:
        raise Refused("This charge has not been captured.", code="charge_not_captured", saved=True)
    if any(one["charge"] == charge["id"] and one["status"] != "won" for one in world.store.all("dispute")):
        raise Refused(f"Charge {charge['id']} has been charged back.", code="charge_disputed", saved=True)
    if left <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refused(message, code="charge_already_refunded", saved=True)
    amount = left if amount is None else amount
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise Refused(message, param="amount", saved=True)
    made = objects.refund(world, charge, amount, params, "pending" if outcome == "pending" else "succeeded")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    _save(world, charge, made)
    emit(world, "refund.created", made)
    emit(world, "charge.refunded", charge)
    if outcome == "failed":
        move_refund(world, made["id"], "failed", "expired_or_canceled_card")
    return made


def move_refund(world: World, key: str, status: str, reason: str = "unknown") -> JSON:
    """Change a refund's status: pending to succeeded, failed or canceled; succeeded to failed, days later."""
    made = _required(world, "refund", key)
    before = made["status"]
    allowed = {"pending": {"succeeded", "failed", "canceled", "requires_action"}, "succeeded": {"failed"}}
    if status not in allowed.get(before, set()):
        raise Refused(f"A {before} refund cannot become {status}.")
    charge = _required(world, "charge", made["charge"])
    made["status"] = status
    made.pop("pending_reason", None)
    if status == "succeeded":
        made["balance_transaction"] = objects.balance_transaction(world, made, -made["amount"], "refund")["id"]
    if status in {"failed", "canceled"}:
        made["failure_reason"] = reason
        if before == "succeeded":
            entry = objects.balance_transaction(world, made, made["amount"], "refund_failure")
            made["failure_balance_transaction"] = entry["id"]
        charge["amount_refunded"] -= made["amount"]
        charge["refunded"] = False
    _save(world, made, charge)
    emit(world, "refund.updated", made, {"status": before})
    emit(world, "charge.refund.updated", made, {"status": before})
    if status == "failed":
        emit(world, "refund.failed", made)
    return made


def open_dispute(world: World, charge_id: str, reason: str = "fraudulent") -> JSON:
    """The buyer's bank takes the money back."""
    charge = _required(world, "charge", charge_id)
    made = objects.dispute(world, charge, reason)
    charge["disputed"] = True
    _save(world, charge)
    emit(world, "charge.dispute.created", made)
    emit(world, "charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(world: World, key: str, *, won: bool) -> JSON:
    """The bank decides."""
    made = _required(world, "dispute", key)
    made["status"] = "won" if won else "lost"
    _save(world, made)
    if won:
        emit(world, "charge.dispute.funds_reinstated", made)
    emit(world, "charge.dispute.closed", made)
    return made
