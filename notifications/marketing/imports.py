"""Contacts and oppositions that come in a file: written exactly as they were shown (`judging`), or not at all.

Importing the same file again finds every proof already there and changes nothing.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from interflora.lib import clock, locks
from interflora.lib.contacts import Channel
from notifications.marketing import stops
from notifications.marketing.judging import BATCH, WRITTEN, Judged, Outcome, Plan, judge_contacts, judge_stops
from notifications.marketing.models import Consent, Contact, Provenance, StopEntry, StopSource, Wording

WORDING_KEY = "import"
_SOURCE = 80


class Changed(Exception):
    """The situation is no longer the one that was shown; nothing was written."""


def write_contacts(name: str, content: bytes, shown: str) -> Plan:
    """Import this file of contacts as it was shown, all of it or nothing. Raises Changed when it would differ now.

    One transaction: one import at a time, then the known contacts, locked. STOP always wins: the list is read under
    those locks and no line lifts it.
    """
    with transaction.atomic():
        locks.take("contacts import")
        plan = judge_contacts(name, content)
        if plan.digest != shown:
            raise Changed
        lines = [line for line in plan.lines if line.outcome in WRITTEN]
        wordings = _wordings({line.wording for line in lines})
        for start in range(0, len(lines), BATCH):
            _write(name, lines[start : start + BATCH], wordings)
    return plan


def write_stops(name: str, content: bytes, shown: str) -> Plan:
    """Put the numbers of this file on the stop list as it was shown. Raises Changed when it would differ now."""
    with transaction.atomic():
        locks.take("contacts import")
        plan = judge_stops(name, content)
        if plan.digest != shown:
            raise Changed
        phones = [line.phone for line in plan.lines if line.outcome is Outcome.CREATED]
        for start in range(0, len(phones), BATCH):
            stops.stop_many(phones[start : start + BATCH], StopSource.STAFF, page=_import_source(name, ""))
    return plan


def _wordings(texts: set[str]) -> dict[str, Wording]:
    """The rows of these words, each once; new ones take the next versions."""
    found = {row.text: row for row in Wording.objects.filter(key=WORDING_KEY, language="fr", text__in=texts)}
    latest = Wording.objects.filter(key=WORDING_KEY, language="fr").aggregate(latest=Max("version"))["latest"] or 0
    for version, text in enumerate(sorted(texts - set(found)), start=latest + 1):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        found[text] = Wording.objects.create(key=WORDING_KEY, language="fr", version=version, text=text, sha256=sha256)
    return found


def _write(name: str, lines: list[Judged], wordings: dict[str, Wording]) -> None:
    """One batch: contacts made or completed, their proofs appended, their opt-in folded."""
    Contact.objects.bulk_create(
        [
            Contact(
                phone=line.phone,
                phone_digest=line.digest,
                first_name=line.first_name,
                provenance=Provenance.CONSENT,
            )
            for line in lines
            if line.outcome is Outcome.CREATED
        ],
        ignore_conflicts=True,
    )
    rows = Contact.objects.select_for_update().filter(phone__in=[line.phone for line in lines]).order_by("pk")
    contacts = {contact.phone: contact for contact in rows}
    Consent.objects.bulk_create(
        Consent(
            contact=contacts[line.phone],
            channel=Channel.SMS,
            granted=True,
            wording=wordings[line.wording],
            source=_import_source(name, line.source),
            recorded_at=line.at or clock.now(),
        )
        for line in lines
    )
    unnamed = [line for line in lines if line.first_name and not contacts[line.phone].first_name]
    for line in unnamed:
        contacts[line.phone].first_name = line.first_name
    Contact.objects.bulk_update([contacts[line.phone] for line in unnamed], ["first_name"])
    stopped = StopEntry.objects.filter(phone_digest=OuterRef("phone_digest"))
    agreed = Contact.objects.filter(pk__in=[contact.pk for contact in contacts.values()])
    agreed.filter(~Exists(stopped)).update(is_sms_opted_in=True)


def _import_source(name: str, source: str) -> str:
    """« import: file.csv, page »: the page whole, the name of the file shortened when there is no room."""
    tail = f", {source}" if source else ""
    room = _SOURCE - len("import: ") - len(tail)
    short = name if len(name) <= room else f"{name[: room - 1]}…"
    return f"import: {short}{tail}"
