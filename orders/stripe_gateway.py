"""The only file that imports Stripe's library. Plain values in and out; nothing about the recipient passes here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import stripe
from django.conf import settings

stripe.enable_telemetry = False
API_VERSION = "2026-10-28.endive"
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How long one call may keep its caller: each attempt connects and reads within so many seconds.

    A failure within `quickly` seconds of the first attempt is tried again after each of `pauses`. The library adds no
    retries of its own where a person waits.
    """

    connect: float
    read: float
    library_retries: int = 0
    quickly: float = 0.0
    pauses: tuple[float, ...] = ()

    @property
    def worst(self) -> float:
        """Seconds a single address of Stripe can take at most, without the library's own retries."""
        return self.quickly + sum(self.pauses) + self.connect + self.read


# In a shop process somebody looks at a page that must come within ten seconds; a worker can wait.
PAGE = Limits(connect=1.5, read=6.0, quickly=1.0, pauses=(0.1, 0.3))
WORKER = Limits(connect=3.05, read=20.0, library_retries=2)


class GatewayError(Exception):
    """Stripe did not do what was asked."""


class Unreachable(GatewayError):
    """Connection error, timeout, 5xx, rate limit: the outcome is unknown. Retry with the same key and parameters."""


class Refused(GatewayError):
    """Stripe refused, for good. `code` is Stripe's error code or the error's class."""

    def __init__(self, code: str, param: str = "") -> None:
        super().__init__(f"{code} {param}".strip())
        self.code = code
        self.param = param


class BadSignature(GatewayError):
    """A webhook that Stripe did not sign, or too old."""


@dataclass(frozen=True)
class Session:
    id: str
    url: str
    status: str  # open, complete, expired
    payment_status: str  # unpaid, paid, no_payment_required
    amount_cents: int
    currency: str
    intent_id: str
    payment_key: str  # Payment.key, from the metadata

    @property
    def is_paid(self) -> bool:
        return self.payment_status == "paid"


@dataclass(frozen=True)
class Intent:
    id: str
    status: str
    payment_key: str


@dataclass(frozen=True)
class RefundState:
    id: str
    status: str  # pending, requires_action, succeeded, failed, canceled
    amount_cents: int
    intent_id: str
    failure: str
    refund_key: str  # Refund.key, from the metadata; "" for a refund made in Stripe's console
    generation: int


@dataclass(frozen=True)
class Dispute:
    id: str
    intent_id: str
    status: str

    @property
    def is_open(self) -> bool:
        return self.status not in {"won", "lost", "warning_closed", "prevented"}

    @property
    def is_won(self) -> bool:
        return self.status in {"won", "warning_closed", "prevented"}


@dataclass(frozen=True)
class Event:
    id: str
    kind: str
    object_id: str


@lru_cache(maxsize=4)
def _client_for(key: str, base: str, limits: Limits) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        max_network_retries=limits.library_retries,
        http_client=stripe.RequestsClient(timeout=(limits.connect, limits.read)),
        base_addresses={"api": base},
    )


def _limits() -> Limits:
    return PAGE if settings.SITE_ROLE == "shop" else WORKER


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, _limits())


def _call(request: Callable[[], T]) -> T:
    """Three outcomes, not two: done, Refused, or Unreachable (unknown).

    Asked again only with what makes asking again harmless: reads, our own idempotency keys, and closing a session.
    """
    limits = _limits()
    started = time.monotonic()
    for pause in (*limits.pauses, None):
        try:
            return request()
        except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
            late = time.monotonic() - started > limits.quickly
            if pause is None or late or isinstance(error, stripe.RateLimitError):
                raise Unreachable(type(error).__name__) from None
            time.sleep(pause)
        except stripe.StripeError as error:
            raise Refused(error.code or type(error).__name__, str(getattr(error, "param", None) or "")) from None
    raise AssertionError("the last attempt returns or raises")


def create_session(params: Mapping[str, Any], key: str) -> Session:
    """Open a Checkout Session. The same key and params give the same session (kept 24 h by Stripe)."""
    body: Any = dict(params)
    return _session(_call(lambda: _client().v1.checkout.sessions.create(body, {"idempotency_key": key})))


def retrieve_session(session_id: str) -> Session:
    return _session(_call(lambda: _client().v1.checkout.sessions.retrieve(session_id)))


def expire_session(session_id: str) -> Session:
    """Close an open session; Refused when it is complete (« look again »)."""
    return _session(_call(lambda: _client().v1.checkout.sessions.expire(session_id)))


def retrieve_intent(intent_id: str) -> Intent:
    intent = _plain(_call(lambda: _client().v1.payment_intents.retrieve(intent_id)))
    return Intent(intent["id"], intent["status"], _metadata(intent, "payment"))


def create_refund(
    *, intent_id: str, amount_cents: int, refund_key: str, generation: int, idempotency_key: str
) -> RefundState:
    """Give money back; the metadata find the row again when the answer is lost."""
    body: Any = {
        "payment_intent": intent_id,
        "amount": amount_cents,
        "reason": "requested_by_customer",
        "metadata": {"refund": refund_key, "generation": str(generation)},
    }
    return _refund(_call(lambda: _client().v1.refunds.create(body, {"idempotency_key": idempotency_key})))


def retrieve_refund(refund_id: str) -> RefundState:
    return _refund(_call(lambda: _client().v1.refunds.retrieve(refund_id)))


def list_refunds(intent_id: str) -> list[RefundState]:
    """Every refund of a payment, ours and the console's."""
    page = _call(lambda: _client().v1.refunds.list({"payment_intent": intent_id, "limit": 100}))
    return [_refund(item) for item in page.data]


def charge_intent(charge_id: str) -> str:
    """The payment intent of a charge, "" when it has none."""
    return _text(_plain(_call(lambda: _client().v1.charges.retrieve(charge_id))).get("payment_intent"))


def retrieve_dispute(dispute_id: str) -> Dispute:
    return _dispute(_call(lambda: _client().v1.disputes.retrieve(dispute_id)))


def list_disputes(intent_id: str) -> list[Dispute]:
    """Everything contested of a payment, over and done or not."""
    page = _call(lambda: _client().v1.disputes.list({"payment_intent": intent_id, "limit": 100}))
    return [_dispute(item) for item in page.data]


def recent_disputes(since: datetime) -> list[Dispute]:
    """Every dispute opened since then, of whatever payment."""
    params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    found = _call(lambda: list(_client().v1.disputes.list(params).auto_paging_iter()))
    return [_dispute(item) for item in found]


def read_event(body: bytes, signature: str) -> Event:
    """The signed event: its id, type and object id, nothing else. Raises BadSignature."""
    try:
        event = _client().construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except (ValueError, stripe.SignatureVerificationError):
        raise BadSignature from None
    obj = _plain(event.data.object)
    return Event(event.id, event.type, _text(obj.get("id")))


def _plain(obj: Any) -> dict[str, Any]:
    """StripeObject is no dict since version 15."""
    return dict(obj.to_dict()) if hasattr(obj, "to_dict") else dict(obj)


def _text(value: Any) -> str:
    """An id, whether the field was expanded or not."""
    if value is None:
        return ""
    return str(value["id"]) if isinstance(value, Mapping) else str(value)


def _metadata(obj: Mapping[str, Any], name: str) -> str:
    return str((obj.get("metadata") or {}).get(name, ""))


def _session(answer: Any) -> Session:
    obj = _plain(answer)
    return Session(
        id=obj["id"],
        url=obj.get("url") or "",
        status=obj.get("status") or "",
        payment_status=obj.get("payment_status") or "",
        amount_cents=int(obj.get("amount_total") or 0),
        currency=obj.get("currency") or "",
        intent_id=_text(obj.get("payment_intent")),
        payment_key=_metadata(obj, "payment"),
    )


def _dispute(answer: Any) -> Dispute:
    obj = _plain(answer)
    return Dispute(obj["id"], _text(obj.get("payment_intent")), obj["status"])


def _refund(answer: Any) -> RefundState:
    obj = _plain(answer)
    generation = _metadata(obj, "generation")
    return RefundState(
        id=obj["id"],
        status=obj.get("status") or "pending",
        amount_cents=int(obj.get("amount") or 0),
        intent_id=_text(obj.get("payment_intent")),
        failure=obj.get("failure_reason") or "",
        refund_key=_metadata(obj, "refund"),
        generation=int(generation) if generation.isdecimal() else 0,
    )
