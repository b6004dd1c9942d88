"""The states that functional messages and campaign messages share, and which may follow which."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageStatus(TextChoices):
    """Life of a message, whichever table it is in."""

    QUEUED = "queued", _("en attente")  # will be handed to the provider when due
    SENDING = "sending", _("en cours d’envoi")  # a worker holds the lease
    UNKNOWN = "unknown", _("issue inconnue")  # handed over, the answer was lost
    ACCEPTED = "accepted", _("remis à l’opérateur")  # the provider has it
    FAILED = "failed", _("refusé")  # the provider refused it, or gave up
    UNDELIVERED = "undelivered", _("non distribué")  # accepted, then not delivered
    DELIVERED = "delivered", _("distribué")  # the provider says it arrived
    SKIPPED = "skipped", _("non envoyé")  # we decided not to send it


HANDED_OVER = ["accepted", "undelivered", "delivered"]
SETTLED = ["failed", "undelivered", "delivered", "skipped"]

# A provider's event applies only to a row of lower rank: shuffled or repeated events all end in the same state.
RANKS = {
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.UNKNOWN: 1,
    MessageStatus.ACCEPTED: 2,
    MessageStatus.FAILED: 3,
    MessageStatus.UNDELIVERED: 4,
    MessageStatus.DELIVERED: 5,
}


def below(status: str) -> list[str]:
    """The states an event announcing `status` may replace; a skipped message was never handed over."""
    rank = RANKS[MessageStatus(status)]
    return [known.value for known, known_rank in RANKS.items() if known_rank < rank]
