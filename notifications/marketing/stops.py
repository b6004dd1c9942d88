"""Opposition to marketing: from that moment on, and for ever, by whatever road it comes."""

from __future__ import annotations

import unicodedata

from django.db import transaction

from interflora.lib import clock, crypto
from interflora.lib.contacts import Channel
from notifications.marketing.models import CampaignMessage, Consent, Contact, StopEntry
from notifications.statuses import MessageStatus

# Whole message, any case or accent, punctuation around it trimmed (sms.md 1; Twilio's own list).
WORDS = frozenset(
    {"STOP", "STOPALL", "STOPSMS", "ARRET", "ARRETER", "DESABO", "DESABONNER", "DESINSCRIRE"}
    | {"UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)


def is_stop_word(text: str) -> bool:
    """Whether an inbound text asks to be left alone."""
    return _bare(text) in WORDS


def is_contact_word(text: str) -> bool:
    """Whether an inbound text asks who is writing: a short code must answer it (AF2M charter, sms.md 1)."""
    return _bare(text) == "CONTACT"


def _bare(text: str) -> str:
    """Letters and digits alone, in capitals without accents; "" for what is too long to be one word."""
    if len(text) > 200:
        return ""
    return "".join(char for char in unicodedata.normalize("NFKD", text.upper()) if char.isalnum())


def stop(phone: str, source: str, *, page: str = "", ip: str | None = None) -> None:
    """Put an E.164 number on the stop list, record the refusal, and drop what was about to leave. Idempotent.

    Only the keyed hash of the number is kept, so the opposition survives the erasure of the contact. A new tick of a
    box does not lift it: whoever types a number at checkout has not proved that it is theirs.
    """
    digest = crypto.contact_digest(phone)
    with transaction.atomic():
        _entry, is_new = StopEntry.objects.get_or_create(phone_digest=digest, defaults={"source": source})
        contact = Contact.objects.select_for_update().filter(phone_digest=digest).first()
        if contact is not None and (is_new or contact.is_sms_opted_in):
            Consent.objects.create(contact=contact, channel=Channel.SMS, granted=False, source=page or source, ip=ip)
            Contact.objects.filter(pk=contact.pk).update(is_sms_opted_in=False)
        now = clock.now()
        rows = CampaignMessage.objects.filter(phone=phone)
        rows.filter(status=MessageStatus.QUEUED).update(
            status=MessageStatus.SKIPPED, skip_reason="stopped", settled_at=now
        )
        if is_new and contact is not None:
            received = CampaignMessage.objects.filter(contact=contact, handed_at__gt=now - CampaignMessage.CREDIT)
            last = received.order_by("-handed_at").values("pk")[:1]
            CampaignMessage.objects.filter(pk__in=last).update(stopped_at=now)


def stop_many(phones: list[str], source: str, *, page: str) -> None:
    """`stop` for a list of E.164 numbers, in five statements; the caller's transaction, a few thousand at a time."""
    digests = {crypto.contact_digest(phone) for phone in phones}
    known = set(StopEntry.objects.filter(phone_digest__in=digests).values_list("phone_digest", flat=True))
    StopEntry.objects.bulk_create(
        [StopEntry(phone_digest=digest, source=source) for digest in sorted(digests - known)], ignore_conflicts=True
    )
    rows = Contact.objects.select_for_update().filter(phone_digest__in=digests).order_by("pk")
    refusing = [row for row in rows if row.is_sms_opted_in or row.phone_digest not in known]
    Consent.objects.bulk_create(
        Consent(contact=row, channel=Channel.SMS, granted=False, source=page) for row in refusing
    )
    Contact.objects.filter(pk__in=[row.pk for row in refusing]).update(is_sms_opted_in=False)
    CampaignMessage.objects.filter(phone__in=phones, status=MessageStatus.QUEUED).update(
        status=MessageStatus.SKIPPED, skip_reason="stopped", settled_at=clock.now()
    )


def is_stopped(phone_digest: str) -> bool:
    """Whether the number behind this digest opposed."""
    return StopEntry.objects.filter(phone_digest=phone_digest).exists()
