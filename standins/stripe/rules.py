"""Which parameters each Stripe operation takes, from the published API and what the shop may need of it."""

from __future__ import annotations

from typing import Any

from standins.stripe.errors import Refused
from standins.stripe.parameters import (
    EXPAND,
    PAGE,
    Check,
    boolean,
    currency,
    email,
    integer,
    listing,
    metadata,
    moment_range,
    not_simulated,
    one_of,
    record,
    text,
    url,
)

JSON = dict[str, Any]
MINIMUM_TOTAL = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50, "cad": 50, "jpy": 50}
MAXIMUM_TOTAL = 99_999_999
METHODS = ("card", "sepa_debit", "link", "paypal", "klarna", "bancontact", "ideal", "alma")
LOCALES = ("auto", "de", "en", "en-GB", "es", "fr", "fr-CA", "it", "nl", "pt")


def _gone(param: str, value: Any) -> Any:
    raise Refused(
        "payment_method_types can no longer be sent. Use allowed_payment_method_types, or leave it out.",
        code="payment_method_types_no_longer_supported",
        param=param,
    )


PRODUCT_DATA = record(
    {
        "name": text(5000),
        "description": text(40_000),
        "images": listing(url, 8),
        "metadata": metadata,
        "tax_code": not_simulated,
        "unit_label": text(12),
    },
    ("name",),
)
PRICE_DATA = record(
    {
        "currency": currency,
        "product": not_simulated,
        "product_data": PRODUCT_DATA,
        "recurring": not_simulated,
        "tax_behavior": one_of("exclusive", "inclusive", "unspecified"),
        "unit_amount": integer(0, MAXIMUM_TOTAL),
        "unit_amount_decimal": not_simulated,
    },
    ("currency",),
)
LINE_ITEM = record(
    {
        "adjustable_quantity": not_simulated,
        "metadata": metadata,
        "price": not_simulated,
        "price_data": PRICE_DATA,
        "quantity": integer(1, 999_999),
        "tax_rates": not_simulated,
    }
)
INTENT_DATA = record(
    {
        "capture_method": one_of("automatic", "automatic_async", "manual"),
        "description": text(1000),
        "metadata": metadata,
        "receipt_email": email,
        "setup_future_usage": not_simulated,
        "shipping": not_simulated,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
        "transfer_group": not_simulated,
    }
)
_SWITCH = record({"enabled": boolean}, ("enabled",))
_MESSAGE = record({"message": text(1200)}, ("message",))
SESSION: dict[str, Check] = {
    **EXPAND,
    "allow_promotion_codes": boolean,
    "allowed_payment_method_types": listing(one_of(*METHODS)),
    "billing_address_collection": one_of("auto", "required"),
    "cancel_url": url,
    "client_reference_id": text(200),
    "custom_text": record({"submit": _MESSAGE, "after_submit": _MESSAGE}),
    "customer_creation": one_of("always", "if_required"),
    "customer_email": email,
    "excluded_payment_method_types": listing(one_of(*METHODS)),
    "expires_at": integer(0),
    "line_items": listing(LINE_ITEM, 100),
    "locale": one_of(*LOCALES),
    "metadata": metadata,
    "mode": one_of("payment", "setup", "subscription"),
    "payment_intent_data": INTENT_DATA,
    "payment_method_types": _gone,
    "phone_number_collection": _SWITCH,
    "submit_type": one_of("auto", "book", "donate", "pay", "subscribe"),
    "success_url": url,
    "ui_mode": one_of("hosted_page", "embedded_page", "elements", "form"),
} | dict.fromkeys(
    [
        "adaptive_pricing",
        "after_expiration",
        "automatic_tax",
        "branding_settings",
        "consent_collection",
        "currency",
        "custom_fields",
        "customer",
        "customer_account",
        "customer_update",
        "discounts",
        "invoice_creation",
        "managed_payments",
        "name_collection",
        "optional_items",
        "origin_context",
        "payment_method_collection",
        "payment_method_configuration",
        "payment_method_data",
        "payment_method_options",
        "permissions",
        "redirect_on_completion",
        "return_url",
        "saved_payment_method_options",
        "setup_intent_data",
        "shipping_address_collection",
        "shipping_options",
        "subscription_data",
        "tax_id_collection",
        "wallet_options",
        "integration_identifier",
    ],
    not_simulated,
)
SESSION_LIST: dict[str, Check] = {
    **PAGE,
    "payment_intent": text(),
    "status": one_of("open", "complete", "expired"),
}
REFUND: dict[str, Check] = {
    **EXPAND,
    "amount": integer(1),
    "charge": text(),
    "instructions_email": email,
    "metadata": metadata,
    "payment_intent": text(),
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
} | dict.fromkeys(("currency", "customer", "origin", "refund_application_fee", "reverse_transfer"), not_simulated)
METADATA_ONLY: dict[str, Check] = {**EXPAND, "metadata": metadata}
REFUND_LIST: dict[str, Check] = {**PAGE, "charge": text(), "payment_intent": text()}
DISPUTE_LIST: dict[str, Check] = {**REFUND_LIST, "created": moment_range}
CHARGE_LIST: dict[str, Check] = {**PAGE, "payment_intent": text()}
INTENT_LIST: dict[str, Check] = {**PAGE}
EVENT_LIST: dict[str, Check] = {
    **PAGE,
    "created": moment_range,
    "delivery_success": boolean,
    "type": text(),
    "types": listing(text(), 20),
}


def check_session(params: JSON, now: int) -> None:
    """Refuse a Checkout Session whose parameters are well-formed and do not go together."""
    if params.get("mode") != "payment":
        if "mode" not in params:
            raise Refused("Missing required param: mode.", code="parameter_missing", param="mode")
        not_simulated("mode", params["mode"])
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        not_simulated("ui_mode", params["ui_mode"])
    if "success_url" not in params:
        raise Refused("Missing required param: success_url.", code="parameter_missing", param="success_url")
    if not params.get("line_items"):
        raise Refused("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if "allowed_payment_method_types" in params and "excluded_payment_method_types" in params:
        raise Refused("You may only specify one of allowed_payment_method_types, excluded_payment_method_types.")
    for number, item in enumerate(params["line_items"]):
        _check_item(item, f"line_items[{number}]")
    if len({item["price_data"]["currency"] for item in params["line_items"]}) > 1:
        raise Refused("All line items must have the same currency.", param="line_items")
    money = params["line_items"][0]["price_data"]["currency"]
    total = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in params["line_items"])
    if total < MINIMUM_TOTAL[money]:
        raise Refused(
            f"The total amount due must be at least {MINIMUM_TOTAL[money] / 100:.2f} {money}.", code="amount_too_small"
        )
    if total > MAXIMUM_TOTAL:
        raise Refused("The total amount due must be at most 999,999.99.", code="amount_too_large")
    expires_at = params.get("expires_at", now + 3600)
    if not now + 30 * 60 <= expires_at <= now + 24 * 3600:
        raise Refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _check_item(item: JSON, param: str) -> None:
    for name in ("price_data", "quantity"):
        if name not in item:
            raise Refused(
                f"Missing required param: {param}[{name}].", code="parameter_missing", param=f"{param}[{name}]"
            )
    for name in ("product_data", "unit_amount"):
        if name not in item["price_data"]:
            wanted = f"{param}[price_data][{name}]"
            raise Refused(f"Missing required param: {wanted}.", code="parameter_missing", param=wanted)


def check_refund(params: JSON) -> None:
    """Refuse a refund that names no payment, or two."""
    if ("charge" in params) == ("payment_intent" in params):
        raise Refused("One of the following params should be provided for this request: payment_intent or charge.")
