"""Everything that is kept about what the owner of one number agreed to and refused: the proof an authority asks for."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from interflora.lib import clock, crypto
from interflora.lib.contacts import Channel
from notifications.marketing import occasions
from notifications.marketing.models import Consent, OccasionRefusal, StopEntry, StopSource


def of_phone(phone: str) -> list[list[str]]:
    """A line per yes, per no and per opposition of this E.164 number, oldest first; without its heading, maybe empty.

    Oppositions are found by the keyed hash, so they are told even when the contact was erased.
    """
    digest = crypto.contact_digest(phone)
    found: list[tuple[datetime, list[str]]] = []
    for row in Consent.objects.filter(contact__phone_digest=digest).select_related("wording"):
        kind = _("accord") if row.granted else _("retrait")
        wording = row.wording
        words = [wording.text, f"{wording.key} v{wording.version}", wording.sha256] if wording else ["", "", ""]
        found.append((row.recorded_at, [str(Channel(row.channel).label), kind, row.source, row.ip or "", *words]))
    sms = str(Channel.SMS.label)
    for stop in StopEntry.objects.filter(phone_digest=digest):
        told = [sms, _("opposition (STOP)"), str(StopSource(stop.source).label), "", "", "", ""]
        found.append((stop.created_at, told))
    for refusal in OccasionRefusal.objects.filter(phone_digest=digest):
        kind = _("occasion refusée\u00a0: %s") % occasions.label(refusal.occasion)
        found.append((refusal.created_at, [sms, kind, refusal.source, "", "", "", ""]))
    found.sort(key=lambda one: one[0])
    return [[clock.paris(at).isoformat(timespec="seconds"), *cells] for at, cells in found]


def heading() -> list[str]:
    """The names of the columns of `of_phone`."""
    return [
        _("date et heure (Paris)"),
        _("canal"),
        _("acte"),
        _("page ou origine"),
        _("adresse IP"),
        _("texte montré"),
        _("version du texte"),
        _("empreinte SHA-256 du texte"),
    ]
