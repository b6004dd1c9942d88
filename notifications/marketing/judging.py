"""What importing a file of contacts or of oppositions would do, line by line: read, compared, nothing written.

`Plan.digest` names the outcome, so that what is written later (`imports`) is what somebody saw.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from interflora.lib import clock, crypto
from interflora.lib.contacts import Channel
from notifications.marketing import numbers, sheets
from notifications.marketing.models import Consent, Contact, StopEntry

BATCH = 2_000
MAX_WORDINGS = 100
KEPT_YEARS = 3  # CNIL: a prospect's consent is not used beyond three years without news of them
LONGEST_SOURCE = 58  # `Consent.source` also says « import: » and the name of the file
_DATES = (
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
_FIRST_NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|[ '’.-]){0,19}$")

COLUMNS = {
    "phone": frozenset(
        {"mobile", "telephone", "portable", "tel", "numero", "phone", "telephonemobile", "telephoneportable"}
        | {"numerodemobile", "numerodetelephone", "numeromobile"}
    ),
    "first_name": frozenset({"prenom", "firstname"}),
    "date": frozenset(
        {"dateduconsentement", "dateconsentement", "dateoptin", "dateaccord", "datedelaccord", "consentdate", "date"}
    ),
    "source": frozenset({"source", "page", "formulaire", "pageformulaire", "origine", "sourcepageformulaire"}),
    "wording": frozenset({"textemontre", "texte", "textemontrewording", "wording", "textedeconsentement", "mention"}),
}
REQUIRED = frozenset({"phone", "date", "source", "wording"})


class Outcome(StrEnum):
    """What becomes of one line."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


WRITTEN = frozenset({Outcome.CREATED, Outcome.UPDATED})


@dataclass
class Judged:
    """One line with what becomes of it; `value` is the cell that decided, `notes` what was put right."""

    line: int
    outcome: Outcome
    reason: str = ""
    value: str = ""
    notes: tuple[str, ...] = ()
    phone: str = ""
    digest: str = ""
    first_name: str = ""
    at: datetime | None = None
    source: str = ""
    wording: str = ""


@dataclass
class Plan:
    """A file, judged."""

    name: str
    sha256: str
    lines: list[Judged]
    counts: Counter[Outcome] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.counts = Counter(line.outcome for line in self.lines)

    @property
    def written(self) -> int:
        """How many lines change something."""
        return self.counts[Outcome.CREATED] + self.counts[Outcome.UPDATED]

    @property
    def digest(self) -> str:
        """Names this outcome for these bytes: another one means that the situation moved in between."""
        said = "".join(f"{line.line}:{line.outcome};" for line in self.lines)
        return hashlib.sha256(f"{self.sha256}{said}".encode()).hexdigest()


def judge_contacts(name: str, content: bytes) -> Plan:
    """What importing this file of contacts would do now. Raises BadSheet; writes nothing."""
    lines = _readable(sheets.read(content, COLUMNS, REQUIRED))
    _compare([line for line in lines if line.outcome is Outcome.CREATED])
    return Plan(name, hashlib.sha256(content).hexdigest(), lines)


def judge_stops(name: str, content: bytes) -> Plan:
    """What importing this list of numbers never to write to again would do now. Raises BadSheet; writes nothing."""
    lines, seen = [], dict[str, int]()
    for row in sheets.read(content, {"phone": COLUMNS["phone"]}, frozenset({"phone"})):
        lines.append(_judged_number(row, numbers.anyone(row.cells["phone"]), seen))
    fresh = [line for line in lines if line.outcome is Outcome.CREATED]
    known = _stopped([line.digest for line in fresh])
    for line in fresh:
        if line.digest in known:
            line.outcome = Outcome.UNCHANGED
    return Plan(name, hashlib.sha256(content).hexdigest(), lines)


def _readable(lines: list[sheets.Line]) -> list[Judged]:
    """Each line judged by what it says itself: number, proof, and whether an earlier line has the same number."""
    seen: dict[str, int] = {}
    now = clock.now()
    judged = [_judged(line, seen, now) for line in lines]
    if len({line.wording for line in judged if line.wording}) > MAX_WORDINGS:
        raise sheets.BadSheet("wordings", str(MAX_WORDINGS))
    return judged


def _judged(line: sheets.Line, seen: dict[str, int], now: datetime) -> Judged:
    cells = line.cells
    number = numbers.marketing(cells["phone"])
    if number.reason:
        return Judged(line.number, Outcome.REFUSED, number.reason, cells["phone"])
    at = _moment(cells["date"])
    for reason, value, is_wrong in (
        ("no_date", "", not cells["date"]),
        ("bad_date", cells["date"], at is None),
        ("future_date", cells["date"], at is not None and at > now),
        ("old_date", cells["date"], at is not None and at < now - relativedelta(years=KEPT_YEARS)),
        ("no_source", "", not cells["source"]),
        ("long_source", cells["source"], len(cells["source"]) > LONGEST_SOURCE),
        ("no_wording", "", not cells["wording"]),
    ):
        if is_wrong:
            return Judged(line.number, Outcome.REFUSED, reason, value)
    judged = _judged_number(line, number, seen)
    judged.at, judged.source, judged.wording = at, cells["source"], cells["wording"]
    first_name = cells.get("first_name", "")
    if first_name and not _FIRST_NAME.match(first_name):
        judged.notes += ("first_name",)
    else:
        judged.first_name = first_name
    return judged


def _judged_number(line: sheets.Line, number: numbers.Number, seen: dict[str, int]) -> Judged:
    """A line of a number that can be taken, until it is compared with what is known."""
    value = line.cells["phone"]
    if number.reason:
        return Judged(line.number, Outcome.REFUSED, number.reason, value)
    if number.phone in seen:
        return Judged(line.number, Outcome.DUPLICATE, "duplicate", str(seen[number.phone]))
    seen[number.phone] = line.number
    notes = ("repaired",) if number.repaired else ()
    digest = crypto.contact_digest(number.phone)
    return Judged(line.number, Outcome.CREATED, "", value, notes, number.phone, digest)


def _moment(text: str) -> datetime | None:
    """A date, with its hour when there is one, on a Paris clock; midnight otherwise."""
    for shape in _DATES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=clock.PARIS)
        except ValueError:
            continue
    return None


def _compare(lines: list[Judged]) -> None:
    """Set apart who said STOP, who withdrew since, and whose very proof is already kept."""
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        stopped = _stopped([line.digest for line in batch])
        known = _known([line.phone for line in batch])
        proofs = _proofs(list(known.values()))
        for line in batch:
            pk = known.get(line.phone)
            if line.digest in stopped:
                line.outcome = Outcome.STOPPED
            elif pk is not None:
                line.outcome = _outcome_of_known(line, proofs.get(pk, []))


def _outcome_of_known(line: Judged, proofs: list[tuple[bool, datetime, str]]) -> Outcome:
    if any(granted and at == line.at and text == line.wording for granted, at, text in proofs):
        return Outcome.UNCHANGED
    if any(not granted and line.at is not None and at >= line.at for granted, at, _text in proofs):
        return Outcome.WITHDRAWN
    return Outcome.UPDATED


def _stopped(digests: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(digests), BATCH):
        rows = StopEntry.objects.filter(phone_digest__in=digests[start : start + BATCH])
        found.update(rows.values_list("phone_digest", flat=True))
    return found


def _known(phones: list[str]) -> dict[str, int]:
    return dict(Contact.objects.filter(phone__in=phones).values_list("phone", "pk"))  # type: ignore[arg-type]


def _proofs(contacts: list[int]) -> dict[int, list[tuple[bool, datetime, str]]]:
    """What these contacts said about SMS: (yes or no, when, to which words)."""
    found: dict[int, list[tuple[bool, datetime, str]]] = {}
    rows = Consent.objects.filter(contact__in=contacts, channel=Channel.SMS)
    for pk, granted, at, text in rows.values_list("contact", "granted", "recorded_at", "wording__text"):
        found.setdefault(pk, []).append((granted, at, text or ""))
    return found
