"""The order's story in plain words, read downward: its own events, and for a known address the florist's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from florists.states import EventKind as DeliveryEventKind
from orders.models import EventKind, Order

# What the sender reads. Everything else is for staff: reminders, answers, florists' refusals, disputes.
SHOWN = frozenset(
    {
        EventKind.PAID, EventKind.EXPIRED, EventKind.CANCELED, EventKind.CHANGED, EventKind.DELIVERED,
        EventKind.PAYMENT_LATE, EventKind.REFUND_REQUESTED, EventKind.REFUND_SUCCEEDED, EventKind.GIFT_SENT,
        EventKind.GIFT_CONTACT_FAILED, EventKind.GIFT_CONTACT_CHANGED, EventKind.GIFT_LINK_TAKEN,
        EventKind.GIFT_ACCEPTED, EventKind.HELD, EventKind.RESUMED,
    }
)  # fmt: skip
SHOWN_OF_DELIVERY = frozenset({DeliveryEventKind.ACCEPTED, DeliveryEventKind.PREPARING, DeliveryEventKind.DEPARTED})


@dataclass(frozen=True)
class Entry:
    """One line of the story; the sentence is in `orders/_event.html`."""

    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    actor: str = ""
    label: str = ""


def for_sender(order: Order) -> list[Entry]:
    """Oldest first. Of a gift nothing of the florist's side is read at all (invariant I6)."""
    entries = [Entry(e.kind, e.created_at, e.data) for e in order.events.all() if e.kind in SHOWN]
    if not order.is_gift:
        entries += _of_delivery(order)
    return sorted(entries, key=lambda entry: entry.at)


def cause_of_end(entries: list[Entry]) -> str:
    """Why the order was canceled (a `RefundCause`, or `cancellation.WITHOUT_REFUND`); "" when it was not, or unpaid."""
    causes = [entry.data.get("cause", "") for entry in entries if entry.kind == EventKind.CANCELED]
    return str(causes[-1]) if causes else ""


def for_staff(order: Order) -> list[Entry]:
    """Everything, merged by time, each with the label of its code."""
    labels = dict(EventKind.choices)
    entries = [
        Entry(e.kind, e.created_at, e.data, e.actor, str(labels.get(e.kind, e.kind))) for e in order.events.all()
    ]
    for e in order.delivery.events.all():
        label = str(e.get_kind_display())
        if e.kind == DeliveryEventKind.SWAPPED:
            label = _("%(label)s\u00a0: «\u00a0%(name)s\u00a0», à ne pas dire à l’expéditeur avant la livraison") % {
                "label": label,
                "name": order.delivery.items[0]["product"],
            }
        entries.append(Entry(f"delivery_{e.kind}", e.created_at, label=label))
    return sorted(entries, key=lambda entry: entry.at)


def _of_delivery(order: Order) -> list[Entry]:
    """The last time each stage was reached: a job given back starts again."""
    last = {e.kind: e for e in order.delivery.events.all() if e.kind in SHOWN_OF_DELIVERY}
    return [Entry(f"delivery_{kind}", event.created_at) for kind, event in last.items()]
