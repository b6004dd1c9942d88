"""Can this contact be written to? Asked before payment, where the channel allows."""

from __future__ import annotations

from dataclasses import dataclass

from interflora.lib.contacts import Channel
from notifications.transports import twitter_dm
from notifications.transports.base import TransportError


@dataclass(frozen=True)
class Reachability:
    """`reason` is "" when fine, else unknown_handle, closed (no messages from us) or unavailable (X is down)."""

    ok: bool
    reason: str = ""
    provider_user_id: str = ""


def check(channel: str, normalized: str) -> Reachability:
    """Ask X about a handle; e-mail and SMS can only be judged by their syntax, which `lib.contacts` did.

    One network call of at most 13 seconds: never inside a transaction. X being down is not the person's fault: the
    reason says so, and the page offers the other channels.
    """
    if channel != Channel.TWITTER_DM:
        return Reachability(ok=True)
    try:
        account = twitter_dm.look_up(normalized)
    except TransportError:
        return Reachability(ok=False, reason="unavailable")
    if account is None:
        return Reachability(ok=False, reason="unknown_handle")
    if not account.is_open:
        return Reachability(ok=False, reason="closed", provider_user_id=account.user_id)
    return Reachability(ok=True, provider_user_id=account.user_id)
