"""« Nos offres par SMS »: anybody may ask for them on a public page; only the phone's owner can confirm.

The one place that joins marketing to the outbox: the confirmation is a functional text, without any offer.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from interflora.lib import clock, crypto, links
from interflora.lib.contacts import Channel
from notifications import outbox, suppressions
from notifications.marketing import consents, stops
from notifications.marketing.models import SignUp

WORDING = "page_sms"
SOURCE = "/offres/"
VALID = timedelta(hours=48)
ONE_TEXT_PER = timedelta(hours=24)
# One key of PostgreSQL's advisory locks per number; the first half is ours.
_LOCK = 0x516E


def ask(phone: str, first_name: str, language: str) -> None:
    """Text this number (E.164) a link to confirm; once a day, whoever asks.

    Nothing is sent, and nobody learns it, to a number that opposed our offers or any message of ours.
    """
    if stops.is_stopped(crypto.contact_digest(phone)) or suppressions.is_suppressed(Channel.SMS, phone):
        return
    now = clock.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, phone])
        if SignUp.objects.filter(phone=phone, asked_at__gt=now - ONE_TEXT_PER).exists():
            return
        row = SignUp(phone=phone, first_name=first_name, language=language, asked_at=now)
        row.token_digest = links.digest(links.token(row.link()))
        row.save()
        outbox.queue(
            "offers_confirm",
            channel=Channel.SMS,
            to=phone,
            context={"link": links.reference(row.link())},
            dedup_key=_about(row),
            about=_about(row),
            expires_at=now + VALID,
            language=language,
        )


def find(token: str) -> SignUp | None:
    """The row of a link that is still valid."""
    row = SignUp.objects.filter(token_digest=links.digest(token), asked_at__gt=clock.now() - VALID).first()
    return row if row is not None and links.matches(row.link(), token) else None


def confirm(row: SignUp, *, language: str, ip: str | None) -> bool:
    """The owner of the number says yes to the words shown in `language`; False when it was said before.

    Locks the row. A STOP that came meanwhile stands: True, and nothing is opened.
    """
    with transaction.atomic():
        waiting = SignUp.objects.filter(pk=row.pk, confirmed_at=None)
        if not waiting.update(confirmed_at=clock.now()):
            return False
        if not stops.is_stopped(crypto.contact_digest(row.phone)):
            consents.record(
                phone=row.phone,
                first_name=row.first_name,
                wording_key=WORDING,
                source=SOURCE,
                ip=ip,
                granted=True,
                language=language,
            )
    return True


def forget_old() -> int:
    """Drop what was asked two days ago, with the number in its message; the proof of a yes is the consent."""
    old = list(SignUp.objects.filter(asked_at__lte=clock.now() - VALID).order_by("pk")[:500])
    for row in old:
        outbox.erase_person(_about(row))
        row.delete()
    return len(old)


def _about(row: SignUp) -> str:
    return f"sign_up:{row.public_id}"
