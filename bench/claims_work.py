"""What `bench.claims` needs of the database, in a process with the shop's environment: gifts, and the count of them."""

from __future__ import annotations

import json
import secrets
import sys
import uuid
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - models want a set-up Django
from django.db import transaction  # noqa: E402

from addressless import sessions, web  # noqa: E402
from addressless.models import Claim, ClaimSession  # noqa: E402
from florists.models import Delivery, DeliveryEvent, DeliveryOffer, SealedAddress  # noqa: E402
from interflora.lib import codes, links  # noqa: E402
from notifications.models import Message  # noqa: E402
from orders.models import Order, OrderLine, Payment  # noqa: E402
from tests.addressless.factories import make_invited  # noqa: E402
from tests.addressless.pages import address_data  # noqa: E402
from tests.florists.factories import make_florist  # noqa: E402

FLORISTS = 12
CSRF_SECRET = "k" * 32  # any one, as long as cookie and field agree


def copies(row: Any, number: int) -> list[Any]:
    """Unsaved copies of a row, each with a number of its own."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(row, name) for name in names}
    made = [type(row)(**values) for _ in range(number)]
    for copy in made:
        if hasattr(copy, "public_id"):
            copy.public_id = codes.random_code()
    return made


@transaction.atomic
def make_gifts(number: int) -> list[Claim]:
    """Paid gifts whose invitation was handed over, like the one that the shop's own verbs make."""
    first = make_invited()
    for _ in range(FLORISTS - 1):
        make_florist()
    order, payment = first.order, first.order.payments.get()
    deliveries = Delivery.objects.bulk_create(copies(order.delivery, number))
    orders, payments, claims = copies(order, number), copies(payment, number), copies(first, number)
    for copy, delivery in zip(orders, deliveries, strict=True):
        copy.delivery, copy.cart_id = delivery, None
        copy.token_digest = links.digest(links.token(copy.link()))
    Order.objects.bulk_create(orders)
    for line in order.lines.all():
        lines = copies(line, number)
        for sold, copy in zip(lines, orders, strict=True):
            sold.order = copy
        OrderLine.objects.bulk_create(lines)
    for paid, claim, copy in zip(payments, claims, orders, strict=True):
        paid.order = claim.order = copy
        paid.key, paid.session_id, paid.intent_id = uuid.uuid4(), secrets.token_hex(8), secrets.token_hex(8)
        claim.derive_digests()
    Payment.objects.bulk_create(payments)
    return Claim.objects.bulk_create(claims)


def make(looked_at: int, answered: int) -> dict[str, Any]:
    """Links to look at, keys of open sessions to answer in, and where the flowers go."""
    claims = make_gifts(looked_at + answered)
    keys = [secrets.token_urlsafe(32) for _ in claims[looked_at:]]
    ClaimSession.objects.bulk_create(
        ClaimSession(claim=claim, key_digest=links.digest(key), generation=claim.generation)
        for claim, key in zip(claims[looked_at:], keys, strict=True)
    )
    assert sessions.find(keys[0]) is not None
    paths = [links.path(claim.link()) for claim in claims[:looked_at]]
    cookies = [f"{settings.CSRF_COOKIE_NAME}={CSRF_SECRET}; {web.cookie_name()}={key}" for key in keys]
    return {"links": paths, "cookies": cookies, "token": CSRF_SECRET, "address": address_data()}


def check(accepted: int) -> str:
    """Every acceptance left all its rows; stops the bench when one did not."""
    found = {
        "claims": Claim.objects.filter(status="accepted").count(),
        "addresses": SealedAddress.objects.count(),
        "deliveries to assign": Delivery.objects.filter(status="to_assign").count(),
        "first rungs": DeliveryOffer.objects.filter(rank=1).count(),
        "lines of history": DeliveryEvent.objects.filter(kind="released").count(),
        "messages to senders": Message.objects.filter(template="gift_accepted").count(),
        "answered sessions": ClaimSession.objects.filter(answer="accepted").count(),
    }
    wrong = {name: number for name, number in found.items() if number != accepted}
    if wrong:
        raise SystemExit(f"{accepted} accepted, but {wrong}")
    return f"{accepted} acceptances, each with its {', '.join(found)}."


if __name__ == "__main__":
    if sys.argv[1] == "make":
        print(json.dumps(make(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        print(check(int(sys.argv[2])))
