"""How many people one sender may reach. Counted over keyed digests, never over contacts.

What is counted may change at this very moment in another process: whoever then writes takes the lock first.
"""

from __future__ import annotations

from datetime import timedelta

from addressless.models import Claim
from interflora.lib import clock, locks

NEW_CONTACTS_A_DAY = 5


def take_turn(claim: Claim) -> None:
    """Wait for whoever decides now about the same sender or the same contact; held to the end of the transaction.

    Sender before contact, and both after the claim's own row: everybody keeps this order.
    """
    locks.take(f"gifts-of:{claim.sender_digest}")
    locks.take(f"gifts-to:{claim.contact_digest}")


def is_over_daily_limit(sender: str, contact: str) -> bool:
    """Whether `contact` would be this sender's sixth new person in 24 hours, counted over paid gifts.

    Somebody the sender gave to before is not new. An unknown sender ("") has no limit yet: it is asked after payment.
    """
    if not sender:
        return False
    day = clock.now() - timedelta(days=1)
    mine = Claim.objects.filter(sender_digest=sender, started_at__isnull=False).exclude(contact_digest="")
    known = mine.filter(started_at__lte=day).values("contact_digest")
    if mine.filter(contact_digest=contact, started_at__lte=day).exists():
        return False
    new = mine.filter(started_at__gt=day).exclude(contact_digest=contact).exclude(contact_digest__in=known)
    return new.values("contact_digest").distinct().count() >= NEW_CONTACTS_A_DAY
