"""One module per channel, all of the shape `base.Transport`."""

from __future__ import annotations

from interflora.lib.contacts import Channel
from notifications.transports import email, sms, twitter_dm
from notifications.transports.base import Transport

_BY_CHANNEL: dict[str, Transport] = {
    Channel.EMAIL.value: email,
    Channel.SMS.value: sms,
    Channel.TWITTER_DM.value: twitter_dm,
}


def of(channel: str) -> Transport:
    """The transport of a channel."""
    return _BY_CHANNEL[channel]
