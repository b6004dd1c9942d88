"""Consent with its proof: who, when, on which page, from which address, and the exact words they answered."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from interflora.lib import crypto
from interflora.lib.contacts import Channel
from notifications.marketing.models import Consent, Contact, Provenance, Wording

# What whoever ticks a box for texts agrees to, wherever it stands.
_SMS = {
    "fr": (
        "J’accepte de recevoir par SMS les offres et les rappels d’occasions envoyés par {house}. "
        "Je pourrai m’y opposer à tout moment grâce au lien présent dans chaque message."
    ),
    "en": (
        "I agree to receive offers and occasion reminders from {house} by text message. "
        "I can opt out at any time with the link in each message."
    ),
}
# The words beside each box. Change them here: the next « yes » makes a new version, older proofs keep theirs.
WORDINGS: dict[str, dict[str, str]] = {
    "checkout_sms": _SMS,
    "page_sms": _SMS,
    "checkout_email": {
        "fr": (
            "J’accepte de recevoir par e-mail les offres et les rappels d’occasions envoyés par {house}. "
            "Je pourrai m’y opposer à tout moment grâce au lien présent dans chaque message."
        ),
        "en": (
            "I agree to receive offers and occasion reminders from {house} by e-mail. "
            "I can opt out at any time with the link in each message."
        ),
    },
}


def text(wording_key: str, language: str = "fr") -> str:
    """The words to show beside the box, exactly as they will be kept as proof."""
    texts = WORDINGS[wording_key]
    return texts.get(language, texts["fr"]).format(house=settings.HOUSE["name"])


def record(  # noqa: PLR0913 - a proof is made of all of these
    *,
    wording_key: str,
    source: str,
    ip: str | None,
    granted: bool,
    phone: str = "",
    email: str = "",
    first_name: str = "",
    language: str = "fr",
) -> Consent | None:
    """Append one yes or one no for a phone (SMS) or an e-mail, typed by the person themselves; normalized contacts.

    The contact is made when it is new and says yes; a no from somebody unknown leaves no trace (None). The opt-in
    column follows in the same transaction. Never call this for a gift recipient, nor for a box left unticked: silence
    is not a refusal and withdraws nothing.
    """
    if bool(phone) == bool(email):
        raise ValueError("a consent is for a phone or for an e-mail")
    channel = Channel.SMS if phone else Channel.EMAIL
    with transaction.atomic():
        contact = _contact(phone, email, first_name, create=granted)
        if contact is None:
            return None
        consent = Consent.objects.create(
            contact=contact,
            channel=channel,
            granted=granted,
            wording=_wording(wording_key, language),
            source=source[:80],
            ip=ip,
        )
        column = "is_sms_opted_in" if phone else "is_email_opted_in"
        Contact.objects.filter(pk=contact.pk).update(**{column: granted})
    return consent


def of_sale(phone: str, first_name: str = "") -> Contact:
    """The contact of a customer who typed this number for their own order; it opens no right to write to them."""
    contact, _created = Contact.objects.get_or_create(
        phone=phone,
        defaults={
            "phone_digest": crypto.contact_digest(phone),
            "first_name": first_name[:20],
            "provenance": Provenance.SALE,
        },
    )
    return contact


def _contact(phone: str, email: str, first_name: str, *, create: bool) -> Contact | None:
    """The contact of this phone or e-mail, locked so that two answers are written one after the other."""
    known = Contact.objects.filter(phone=phone) if phone else Contact.objects.filter(email__iexact=email)
    found = known.select_for_update().first()
    if found is not None or not create:
        return found
    made, _created = Contact.objects.get_or_create(
        phone=phone or None,
        email=email.lower() or None,
        defaults={
            "phone_digest": crypto.contact_digest(phone) if phone else "",
            "first_name": first_name[:20],
            "provenance": Provenance.CONSENT,
        },
    )
    return made


def _wording(key: str, language: str) -> Wording:
    """The row of the words as shown today; a new version when they changed."""
    shown = text(key, language)
    sha256 = hashlib.sha256(shown.encode()).hexdigest()
    known = Wording.objects.filter(key=key, language=language)
    found = known.filter(sha256=sha256).first()
    if found is not None:
        return found
    latest = known.aggregate(latest=Max("version"))["latest"] or 0
    made, _created = Wording.objects.get_or_create(
        key=key, language=language, sha256=sha256, defaults={"version": latest + 1, "text": shown}
    )
    return made
