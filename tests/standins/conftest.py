"""The official libraries, pointed at the stand-ins by their base addresses alone, and a shop that listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import stripe
import tweepy
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as TwilioClient

from tests.standin_client import StandIns

stripe.enable_telemetry = False


def stripe_client(standins: StandIns, key: str = "sk_test_standin", retries: int = 0) -> Any:
    """The library as the shop configures it (untyped here: its unions of id and object would hide the tests)."""
    return stripe.StripeClient(
        key,
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=(2, 5)),
        base_addresses={"api": f"{standins.url}/stripe"},
    )


@pytest.fixture
def bank(standins: StandIns) -> Any:
    return stripe_client(standins)


class _TwilioHttp(TwilioHttpClient):  # type: ignore[misc]
    base = ""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


@pytest.fixture
def carrier(standins: StandIns) -> TwilioClient:
    http = _TwilioHttp(timeout=5)
    http.base = f"{standins.url}/twilio"
    return TwilioClient("AC" + "0" * 32, "standin", http_client=http)


class _XAdapter(HTTPAdapter):
    base = ""

    def send(self, request: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        request.url = request.url.replace("https://api.twitter.com", self.base)
        return super().send(request, **(kwargs | {"timeout": 5}))


def x_client(standins: StandIns, **keys: str) -> tweepy.Client:
    """The library in our account's name."""
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    client = tweepy.Client(**(dict.fromkeys(names, "standin") | keys))
    adapter = _XAdapter()
    adapter.base = f"{standins.url}/x"
    client.session.mount("https://api.twitter.com", adapter)
    return client


@pytest.fixture
def bird(standins: StandIns) -> tweepy.Client:
    return x_client(standins)


@dataclass
class Shop:
    """A shop that keeps what it is told. `answers` are the next statuses; 200 when there is none left."""

    url: str = ""
    heard: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait(self, number: int, seconds: float = 30) -> list[tuple[str, bytes, dict[str, str]]]:
        """Return what was heard once there is that much of it."""
        deadline = time.monotonic() + seconds
        while len(self.heard) < number and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(self.heard) >= number, f"heard {len(self.heard)} of {number}"
        return self.heard

    def events(self, number: int) -> list[Any]:
        """Return Stripe's events, verified by its own library."""
        return [
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_standin")
            for _, body, headers in self.wait(number)
        ]


@pytest.fixture
def shop(standins: StandIns) -> Iterator[Shop]:
    """A listening shop that the stand-ins know."""
    listening = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.heard.append((self.path, body, dict(self.headers)))
            self.send_response(listening.answers.pop(0) if listening.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    standins.send_webhooks_to(listening.url)
    yield listening
    standins.reset()
    server.shutdown()
    server.server_close()


def order(**changes: Any) -> Any:
    """The parameters of an ordinary Checkout Session."""
    return {
        "mode": "payment",
        "client_reference_id": "K3M9",
        "line_items": [line("Pivoines du matin", 4590), line("Livraison", 900)],
        "success_url": "http://127.0.0.1:8000/commande/retour/?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/panier/",
        "expires_at": int(time.time()) + 31 * 60,
        "metadata": {"order": "K3M9"},
        "payment_intent_data": {"metadata": {"order": "K3M9"}},
        "locale": "fr",
    } | changes


def line(name: str, cents: Any, quantity: Any = 1, currency: str = "eur") -> Any:
    """One line item."""
    return {
        "quantity": quantity,
        "price_data": {"currency": currency, "unit_amount": cents, "product_data": {"name": name}},
    }


PaidSession = Callable[..., Any]


@pytest.fixture
def paid(bank: stripe.StripeClient, standins: StandIns) -> PaidSession:
    """Make a paid session and return it."""

    def make(**changes: Any) -> Any:
        session = bank.v1.checkout.sessions.create(order(**changes))
        standins.pay(session.id)
        return bank.v1.checkout.sessions.retrieve(session.id)

    return make


@pytest.fixture
def browser() -> requests.Session:
    """Somebody without JavaScript."""
    return requests.Session()
