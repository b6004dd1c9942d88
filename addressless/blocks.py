"""Peace: which sender may not write to which contact, and whether a gift between the two is open.

Everything is keyed digests: no contact can be read from these rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from addressless.models import Claim, ClosedSender, PairBlock, Report
from interflora.lib import clock, contacts, crypto
from interflora.lib.contacts import Channel

REST = timedelta(days=90)


def sender_digest(email: str) -> str:
    """Keyed digest of a sender, under which spellings of one address are the same person."""
    return crypto.gift_digest("sender:" + contacts.match_key(Channel.EMAIL, email)) if email else ""


def rest_pair(claim: Claim) -> None:
    """Ninety days of rest. After an expiry too: otherwise trying again would tell a silent refusal from silence."""
    pair = {"sender_digest": claim.sender_digest, "contact_digest": claim.contact_digest}
    if not all(pair.values()):
        return
    until = clock.now() + REST
    PairBlock.objects.bulk_create([PairBlock(**pair, until=until)], ignore_conflicts=True)
    PairBlock.objects.filter(**pair, until__lt=until).update(until=until)


def block_pair(claim: Claim, contact_digest: str | None = None) -> None:
    """For ever; wins over any rest. `contact_digest` names an earlier contact of the claim."""
    to = claim.contact_digest if contact_digest is None else contact_digest
    if not claim.sender_digest or not to:
        return
    PairBlock.objects.bulk_create(
        [PairBlock(sender_digest=claim.sender_digest, contact_digest=to, until=None)],
        update_conflicts=True,
        unique_fields=["sender_digest", "contact_digest"],
        update_fields=["until"],
    )


def close_sender(report: Report, since: datetime) -> None:
    """Nothing more from this sender to anybody, from then on; an earlier decision stands."""
    sender = report.claim.sender_digest
    if sender:
        ClosedSender.objects.get_or_create(sender_digest=sender, defaults={"since": since, "report": report})


def is_closed(sender: str) -> bool:
    """Whether this sender may write to nobody."""
    return ClosedSender.objects.filter(sender_digest=sender, since__lte=clock.now()).exists()


def is_blocked(sender: str, contact: str) -> bool:
    """Whether this pair rests or is blocked now, or the sender is closed; both are always asked."""
    alive = Q(until=None) | Q(until__gt=clock.now())
    pair = PairBlock.objects.filter(alive, sender_digest=sender, contact_digest=contact)
    return any((pair.exists(), is_closed(sender)))


def has_open_gift(sender: str, contact: str, *, besides: int = 0) -> bool:
    """One open gift per sender and contact; counted from its invitation, so that of two at once the first goes on."""
    claims = Claim.objects.standing().filter(sender_digest=sender, contact_digest=contact)
    return claims.exclude(pk=besides).exists()
