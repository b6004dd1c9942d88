"""« Retrouver ma commande »: the links of their own orders, mailed to whoever ordered with an e-mail.

The page only writes down what was typed, so that it takes the same time and says the same of an e-mail we know and of
any other; a worker looks for orders and writes to the address of the order, never to the one typed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from interflora.lib import clock, links
from interflora.lib.contacts import Channel
from interflora.lib.nudge import nudge
from notifications import outbox
from orders import messages, wakeups
from orders.models import Lookup, Order

REST = timedelta(hours=1)
LOOKS_BACK = timedelta(days=365)
KEPT_FOR = timedelta(days=1)
MOST_LINKS = 20


def ask(email: str, language: str) -> bool:
    """Write down that the links of a normalized e-mail's orders are wanted. False within an hour of the last time."""
    now = clock.now()
    with transaction.atomic():
        lookup, is_new = Lookup.objects.get_or_create(
            email=email.lower(), defaults={"asked_at": now, "language": language}
        )
        rested = Lookup.objects.filter(pk=lookup.pk, asked_at__lte=now - REST)
        if not is_new and not rested.update(asked_at=now, answered_at=None, language=language):
            return False
        nudge(wakeups.answer_lookup, lookup.pk)
    return True


def answer(pk: int) -> bool:
    """Queue the mails of a lookup: one per address as it was spelled when ordering. Locks the Lookup; safe to run
    twice; False when there is nothing left to answer."""
    with transaction.atomic():
        lookup = Lookup.objects.select_for_update().filter(pk=pk, answered_at=None).first()
        if lookup is None:
            return False
        since = clock.now() - LOOKS_BACK
        owned = Order.objects.filter(sender_email__iexact=lookup.email, paid_at__gte=since)
        by_address: dict[str, list[Order]] = defaultdict(list)
        for order in owned.order_by("-paid_at", "-pk"):
            by_address[order.sender_email].append(order)
        for address, orders in sorted(by_address.items()):
            _tell(lookup, address, orders[:MOST_LINKS])
        lookup.answered_at = clock.now()
        lookup.save(update_fields=["answered_at"])
    return True


def due() -> list[int]:
    """Lookups whose wake-up was lost."""
    return list(Lookup.objects.filter(answered_at=None).order_by("asked_at").values_list("pk", flat=True)[:200])


def forget() -> int:
    """Delete what was typed over a day ago and answered; returns how many."""
    old = Lookup.objects.filter(answered_at__isnull=False, asked_at__lte=clock.now() - KEPT_FOR)
    return old.delete()[0]


def _tell(lookup: Lookup, address: str, orders: list[Order]) -> None:
    """The newest order owns the message: it is erased with that order's sender."""
    newest = orders[0]
    outbox.queue(
        "order_links",
        channel=Channel.EMAIL,
        to=address,
        context={
            "first_name": newest.sender_first_name,
            "orders": [
                {
                    "number": order.public_id,
                    "day": clock.paris(order.created_at).date().isoformat(),
                    "order_url": links.reference(order.link()),
                }
                for order in orders
            ],
        },
        dedup_key=f"order_links:{newest.public_id}:{lookup.asked_at:%Y%m%d%H%M%S%f}",
        about=messages.about(newest),
        language=lookup.language,
    )
