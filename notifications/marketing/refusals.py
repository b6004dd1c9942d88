"""« Pas de SMS fête des mères »: occasions of which a person never wants to hear, and the campaigns that speak of them.

What a campaign speaks of is read in its words, its page and its rules: nobody has to remember to say it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from interflora.lib import crypto
from notifications.marketing import occasions
from notifications.marketing.models import Campaign, Contact, OccasionRefusal


def refuse(phone: str, slugs: Collection[str], *, page: str) -> None:
    """Never again a campaign about these occasions to this E.164 number. Idempotent; nothing lifts it.

    Locks the contact, as a STOP does: a batch that is being taken either sees it or was before it.
    """
    digest = crypto.contact_digest(phone)
    known = [slug for slug in slugs if slug in occasions.BY_SLUG]
    with transaction.atomic():
        Contact.objects.select_for_update().filter(phone_digest=digest).first()
        OccasionRefusal.objects.bulk_create(
            [OccasionRefusal(phone_digest=digest, occasion=slug, source=page) for slug in known], ignore_conflicts=True
        )


def of_digest(phone_digest: str) -> list[str]:
    """The slugs that the owner of this number refused, in the order of the year."""
    refused = set(OccasionRefusal.objects.filter(phone_digest=phone_digest).values_list("occasion", flat=True))
    return [slug for slug in occasions.BY_SLUG if slug in refused]


def spoken_of(campaign: Campaign) -> set[str]:
    """The occasions a campaign is about, saved or not yet: all its versions, its name, its page, its rules."""
    texts = [variant.text for variant in campaign.variants.all()] if campaign.pk else []
    told = {campaign.segment.occasion}
    if campaign.standing is not None:
        texts.append(campaign.standing.text)
        told.add(campaign.standing.occasion)
    return (told | occasions.spoken_of(campaign.name, campaign.link_path, *texts)) - {""}
