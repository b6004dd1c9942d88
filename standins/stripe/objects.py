"""Stripe's objects as the API shows them, made by hand with the fields the shop may read."""

from __future__ import annotations

from typing import Any

from standins.world import World, new_id

JSON = dict[str, Any]
API_VERSION = "2026-10-28.endive"
KINDS = {
    "cs_": "session",
    "pi_": "payment_intent",
    "ch_": "charge",
    "re_": "refund",
    "txn_": "balance_transaction",
    "du_": "dispute",
    "evt_": "event",
}
NO_ADDRESS: JSON = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def session(world: World, params: JSON, items: list[JSON]) -> JSON:
    """Make an open Checkout Session; `items` are its line items."""
    total = sum(item["amount_total"] for item in items)
    now = world.now()
    key = new_id("cs_test_", 58)
    intent_data = params.get("payment_intent_data", {})
    body: JSON = {
        "id": key,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "created": now,
        "currency": items[0]["currency"] if items else "eur",
        "custom_fields": [],
        "custom_text": {"after_submit": None, "submit": params.get("custom_text", {}).get("submit")},
        "customer": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": params.get("expires_at", now + 24 * 3600),
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("allowed_payment_method_types", ["card", "sepa_debit"]),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.config.url}/c/pay/{key}",
        "wallet_options": None,
    }
    world.store.put("session_private", key, {"items": items, "intent_data": intent_data, "tries": 0})
    return world.store.put("session", key, body)


def line_item(given: JSON) -> JSON:
    """Make a line item out of the checked parameters."""
    price = given["price_data"]
    amount = price["unit_amount"] * given["quantity"]
    return {
        "id": new_id("li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": given.get("metadata", {}),
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "currency": price["currency"],
            "product": new_id("prod_", 14),
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": given["quantity"],
    }


def payment_intent(world: World, amount: int, money: str, data: JSON) -> JSON:
    """Make a PaymentIntent that still needs a payment method."""
    key = new_id("pi_3")
    capture = data.get("capture_method", "automatic_async")
    return world.store.put(
        "payment_intent",
        key,
        {
            "id": key,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": capture,
            "client_secret": f"{key}_secret_{new_id('', 20)}",
            "confirmation_method": "automatic",
            "created": world.now(),
            "currency": money,
            "customer": None,
            "description": data.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": data.get("metadata", {}),
            "next_action": None,
            "payment_method": None,
            "payment_method_types": ["card", "sepa_debit"],
            "processing": None,
            "receipt_email": data.get("receipt_email"),
            "shipping": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
        },
    )


def charge(world: World, intent: JSON, buyer: JSON, method: str, status: str) -> JSON:
    """Make the charge of one try; `status` is succeeded, pending or failed, `method` card or sepa_debit."""
    key = new_id("ch_3")
    paid = status == "succeeded"
    card = {"brand": "visa", "last4": "4242" if status != "failed" else "0002", "exp_month": 12, "exp_year": 2034}
    details: JSON = {"type": method, method: card | {"country": "FR", "funding": "credit"}}
    if method != "card":
        details[method] = {"bank_code": "19043", "country": "FR", "last4": "3000"}
    captured = paid and intent["capture_method"] != "manual"
    body: JSON = {
        "id": key,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {"address": NO_ADDRESS, "email": buyer["email"], "name": buyer["name"], "phone": None},
        "calculated_statement_descriptor": "INTERFLORA",
        "captured": captured,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": "card_declined" if status == "failed" else None,
        "failure_message": "Your card was declined." if status == "failed" else None,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm_1"),
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{world.config.url}/outbox",
        "refunded": False,
        "shipping": None,
        "status": status,
    }
    if captured:
        body["balance_transaction"] = balance_transaction(world, body, body["amount"], "charge")["id"]
    return world.store.put("charge", key, body)


def balance_transaction(world: World, source: JSON, amount: int, kind: str) -> JSON:
    """Make the entry of our balance; a charge costs 1.5 % + 25 cents, which a refund does not give back."""
    key = new_id("txn_3")
    fee = round(amount * 0.015) + 25 if kind == "charge" else 0
    return world.store.put(
        "balance_transaction",
        key,
        {
            "id": key,
            "object": "balance_transaction",
            "amount": amount,
            "available_on": world.now() + 2 * 86400,
            "balance_type": "payments",
            "created": world.now(),
            "currency": source["currency"],
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [],
            "net": amount - fee,
            "reporting_category": kind,
            "source": source["id"],
            "status": "pending",
            "type": kind,
        },
    )


def refund(world: World, paid: JSON, amount: int, params: JSON, status: str) -> JSON:
    """Make a refund of a charge."""
    key = new_id("re_3")
    body: JSON = {
        "id": key,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": paid["id"],
        "created": world.now(),
        "currency": paid["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": params.get("metadata", {}),
        "payment_intent": paid["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    if status == "pending":
        body["pending_reason"] = "processing"
    else:
        body["balance_transaction"] = balance_transaction(world, body, -amount, "refund")["id"]
    return world.store.put("refund", key, body)


def dispute(world: World, paid: JSON, reason: str) -> JSON:
    """Make a dispute over a whole charge."""
    key = new_id("du_1")
    return world.store.put(
        "dispute",
        key,
        {
            "id": key,
            "object": "dispute",
            "amount": paid["amount"],
            "balance_transactions": [],
            "charge": paid["id"],
            "created": world.now(),
            "currency": paid["currency"],
            "evidence": {},
            "evidence_details": {"due_by": world.now() + 7 * 86400, "has_evidence": False, "submission_count": 0},
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "network_reason_code": "10.4",
            "payment_intent": paid["payment_intent"],
            "reason": reason,
            "status": "needs_response",
        },
    )
