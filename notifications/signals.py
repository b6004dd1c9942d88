"""News that `notifications` sends upward. The row is the truth: a listener that hears nothing sweeps for it."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.dispatch import Signal

from notifications.models import Message

# Sent after the commit that gave a message its outcome, with keywords message_pk, about, template, channel and status
# (accepted, delivered, undelivered, failed or skipped). Receivers only enqueue work. Catch-up: outbox.settled_since.
message_settled = Signal()


def announce(message: Message, status: str) -> None:
    """Send `message_settled` once the surrounding transaction commits; a failing receiver disturbs nobody."""
    transaction.on_commit(
        partial(
            message_settled.send_robust,
            sender=Message,
            message_pk=message.pk,
            about=message.about,
            template=message.template,
            channel=message.channel,
            status=status,
        ),
        robust=True,
    )
