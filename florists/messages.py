"""What florists are told: each message on every channel the florist has, never with a town, a name or an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from florists.models import Delivery, DeliveryOffer, Florist, SignInLink
from interflora.lib import links, tags
from interflora.lib.contacts import Channel
from interflora.lib.links import Link, Purpose
from notifications import outbox


def _contacts(florist: Florist) -> Iterator[tuple[Channel, str]]:
    yield Channel.EMAIL, florist.email
    if florist.phone:
        yield Channel.SMS, florist.phone


def _slot(delivery: Delivery) -> dict[str, str]:
    with translation.override("fr"):
        day = tags.day(delivery.day)
        half = tags.half_day(delivery.half_day).split(" (")[0]
    return {"reference": str(delivery), "slot": f"{day}, {half}" if day else ""}


def _tell(
    template: str, offer: DeliveryOffer, *, number: int = 0, more: dict[str, Any] | None = None, until: Any = None
) -> None:
    """One message per channel about this offer's delivery; `number` tells apart repeated news of the same kind."""
    for channel, to in _contacts(offer.florist):
        outbox.queue(
            template,
            channel=channel,
            to=to,
            context={**_slot(offer.delivery), **(more or {})},
            dedup_key=f"{template}:{offer.public_id}:{number}:{channel}",
            about=f"delivery:{offer.delivery.public_id}",
            expires_at=until,
        )


def offer_made(offer: DeliveryOffer) -> None:
    """A job is proposed: the link, the half-day and the time to answer by."""
    with translation.override("fr"):
        deadline = tags.moment(offer.deadline_at)
    link = links.reference(Link(Purpose.OFFER, offer.public_id))
    _tell("florist_offer", offer, more={"link": link, "deadline": deadline}, until=offer.deadline_at)


def forget_offer(offer: DeliveryOffer) -> None:
    """Do not send a proposal that was withdrawn before it left."""
    outbox.skip_queued(f"delivery:{offer.delivery.public_id}", "withdrawn", templates=["florist_offer"])


def job_taken_back(offer: DeliveryOffer, *, canceled: bool) -> None:
    """An accepted job is no longer this florist's: canceled, or changed and offered anew."""
    _tell("florist_canceled" if canceled else "florist_withdrawn", offer)


def card_changed(offer: DeliveryOffer, number: int) -> None:
    """The text of the card of an accepted job has changed."""
    _tell("florist_card_changed", offer, number=number)


def delivery_confirmed(offer: DeliveryOffer) -> None:
    """Thanks: the confirmation was received."""
    _tell("florist_thanks", offer)


def sign_in(link: SignInLink, channel: Channel, to: str) -> None:
    """The link that opens the florist's pages."""
    outbox.queue(
        "florist_sign_in",
        channel=channel,
        to=to,
        context={"link": links.reference(Link(Purpose.FLORIST_SIGN_IN, link.public_id))},
        dedup_key=f"florist_sign_in:{link.public_id}:{channel}",
        about=f"florist:{link.florist.public_id}",
        expires_at=link.expires_at,
    )
