"""How many people one sender may reach, and how often one person is written to.

Counted over keyed digests, never over contacts. What is counted may change at this very moment in another process:
whoever then writes takes the lock first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from addressless import letters
from addressless.models import Claim, Review, ReviewReason, ReviewStatus
from interflora.lib import clock, locks
from notifications import outbox

NEW_CONTACTS_A_DAY = 5
SENDERS_A_WEEK = 5
MESSAGES_A_DAY = 2
TURN_HOUR = 10
# Paid, but written to nobody: what staff turned away, or have yet to look at.
_NOT_WRITTEN = Exists(Review.objects.filter(claim=OuterRef("pk")).exclude(status=ReviewStatus.SENT))


def take_turn(claim: Claim) -> None:
    """Wait for whoever decides now about the same sender or the same contact; held to the end of the transaction.

    Sender before contact, and both after the claim's own row: everybody keeps this order.
    """
    locks.take(f"gifts-of:{claim.sender_digest}")
    take_contact(claim.contact_digest)


def take_contact(contact: str) -> None:
    """Wait for whoever writes to this contact now; held to the end of the transaction, taken last of all."""
    locks.take(f"gifts-to:{contact}")


def next_turn(contact: str) -> datetime | None:
    """When this contact may be written to: None for now, else 10:00 of the first day that has room.

    Two messages a day, invitations, reminders and withdrawals together. Under the lock of `take_contact`.
    """
    taken = outbox.days_taken(contact, letters.TO_CONTACT)
    today = day = clock.paris_today()
    while taken[day] >= MESSAGES_A_DAY:
        day += timedelta(days=1)
    return None if day == today else clock.at_paris(day, TURN_HOUR)


def reason_to_look(claim: Claim) -> str:
    """Why staff must look before this invitation leaves (a `ReviewReason`), or "". Under the locks of `take_turn`."""
    if is_over_daily_limit(claim.sender_digest, claim.contact_digest):
        return ReviewReason.SENDER_LIMIT
    return ReviewReason.MANY_SENDERS if has_many_senders(claim.contact_digest) else ""


def has_many_senders(contact: str) -> bool:
    """Whether more than five distinct people paid a gift for this contact in seven days."""
    week = clock.now() - timedelta(days=7)
    gifts = Claim.objects.filter(contact_digest=contact, started_at__gt=week).exclude(sender_digest="")
    return gifts.values("sender_digest").distinct().count() > SENDERS_A_WEEK


def is_over_daily_limit(sender: str, contact: str) -> bool:
    """Whether `contact` would be this sender's sixth new person in 24 hours, counted over paid gifts.

    Somebody the sender gave to before is not new. An unknown sender ("") has no limit yet: it is asked after payment.
    """
    if not sender:
        return False
    day = clock.now() - timedelta(days=1)
    mine = Claim.objects.filter(sender_digest=sender, started_at__isnull=False).exclude(contact_digest="")
    known = mine.filter(started_at__lte=day).values("contact_digest")
    today = mine.filter(~_NOT_WRITTEN, started_at__gt=day).exclude(contact_digest=contact)
    new = today.exclude(contact_digest__in=known)
    # Both are asked whatever the first one says: no contact is answered sooner than another.
    is_new = not mine.filter(contact_digest=contact, started_at__lte=day).exists()
    return new.values("contact_digest").distinct().count() >= NEW_CONTACTS_A_DAY and is_new
