"""Contacts and oppositions from a file: shown first, written as shown, every refused line told with its reason."""

from __future__ import annotations

import codecs
import time
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from interflora.lib import clock, crypto
from notifications.marketing import consents, imports, judging, numbers, segments, sheets, stops
from notifications.marketing.judging import Outcome
from notifications.marketing.models import Consent, Contact, StopEntry, StopSource, Wording
from tests.notifications.factories import make_campaign, make_contact
from tests.staff_access import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/gestion/notifications/contact/importer/"
HEAD = "Mobile;Prénom;Date du consentement;Source;Texte montré\n"
YES = "J’accepte de recevoir vos offres par SMS."


def line(phone: str, first_name: str = "Anne", date: str = "03/11/2025 14:05", source: str = "/lettre/") -> str:
    return f"{phone};{first_name};{date};{source};{YES}\n"


def sheet(*lines: str) -> bytes:
    return (HEAD + "".join(lines)).encode()


def judged(content: bytes) -> list[tuple[int, str, str]]:
    plan = judging.judge_contacts("clients.csv", content)
    return [(row.line, row.outcome.value, row.reason) for row in plan.lines]


def bring_in(content: bytes, name: str = "clients.csv") -> judging.Plan:
    return imports.write_contacts(name, content, judging.judge_contacts(name, content).digest)


# --- Numbers
@pytest.mark.parametrize(
    ("cell", "phone", "repaired"),
    [
        ("0612345678", "+33612345678", False),
        ("06 12 34 56 78", "+33612345678", False),
        ("06.12.34.56.78", "+33612345678", False),
        ("+33 (0)6 12 34 56 78", "+33612345678", False),
        ("0033612345678", "+33612345678", False),
        ("'0612345678", "+33612345678", False),
        ('="0612345678"', "+33612345678", False),
        ("06\u00a012\u202f34 56 78", "+33612345678", False),
        ("612345678", "+33612345678", True),
        ("612345678,0", "+33612345678", True),
        ("33612345678", "+33612345678", True),
    ],
)
def test_a_mobile_is_read_as_people_and_spreadsheets_write_it(cell: str, phone: str, repaired: bool) -> None:
    assert numbers.marketing(cell) == numbers.Number(phone, "", repaired)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "missing"),
        ("6,12E+08", "rounded"),
        ("6.12345678e8", "rounded"),
        ("06 12 34", "unreadable"),
        ("anne@example.org", "unreadable"),
        ("=1+1", "unreadable"),
        ("06 12 34 56 78 ou 06 99", "unreadable"),
        ("01 42 34 56 78", "landline"),
        ("09 12 34 56 78", "landline"),
        ("+590 690 12 34 56", "overseas"),
        ("0692 12 34 56", "overseas"),
        ("+32 470 12 34 56", "foreign"),
        ("07 00 12 34 56", "unassigned"),
        ("08 92 12 34 56", "not_mobile"),
    ],
)
def test_other_numbers_are_refused_with_their_reason(cell: str, reason: str) -> None:
    assert numbers.marketing(cell) == numbers.Number(reason=reason)


# --- Files
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators_are_recognized(encoding: str, separator: str) -> None:
    text = f"{HEAD}{line('0612345678', 'Hélène')}".replace(";", separator).replace("\n", "\r\n")
    (row,) = judging.judge_contacts("a.csv", text.encode(encoding)).lines
    assert (row.line, row.outcome, row.first_name, row.wording) == (2, Outcome.CREATED, "Hélène", YES)


def test_columns_are_known_by_name_whatever_their_order_and_accents() -> None:
    text = (
        f"TEXTE MONTRE,source,autre,DATE CONSENTEMENT,prenom,Téléphone\n{YES},/lettre/,x,2025-11-03,Anne,0612345678\n"
    )
    (row,) = judging.judge_contacts("a.csv", text.encode()).lines
    assert (row.phone, row.source, row.first_name) == ("+33612345678", "/lettre/", "Anne")


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "empty", ""),
        (codecs.BOM_UTF8 + b" \n", "empty", ""),
        (HEAD.encode(), "empty", ""),
        (b"mobile;source\n0612345678;x\n", "columns", "date, wording"),
        (b"mobile;portable;date;source;texte\n", "twice", "phone"),
        (b"PK\x03\x04rest", "workbook", ""),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", ""),
        (codecs.BOM_UTF16_LE + b"a", "binary", ""),
        (sheet('0612345678;"Anne;x\n'), "quotes", "2"),
        (b"x" * (sheets.MAX_BYTES + 1), "too_big", ""),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str, detail: str) -> None:
    with pytest.raises(sheets.BadSheet) as bad:
        judging.judge_contacts("a.csv", content)
    assert (bad.value.code, bad.value.detail) == (code, detail)


def test_a_file_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_LINES", 2)
    assert len(judged(sheet(*(line(f"061234567{i}") for i in range(2))))) == 2
    with pytest.raises(sheets.BadSheet, match="too_long"):
        judged(sheet(*(line(f"061234567{i}") for i in range(3))))


# --- Lines
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (line("0612345678", date=""), "no_date"),
        (line("0612345678", date="hier"), "bad_date"),
        (line("0612345678", date="45963"), "bad_date"),
        (line("0612345678", date="03/11/2999"), "future_date"),
        (line("0612345678", date="03/11/2015"), "old_date"),
        (line("0612345678", source=""), "no_source"),
        (line("0612345678", source="x" * 59), "long_source"),
        ("0612345678;Anne;03/11/2025;/lettre/;\n", "no_wording"),
    ],
)
def test_a_line_without_its_proof_is_refused(wrong: str, reason: str) -> None:
    assert judged(sheet(wrong, line("0612345679"))) == [(2, "refused", reason), (3, "created", "")]


def test_the_second_line_of_a_number_is_a_duplicate() -> None:
    rows = judging.judge_contacts("a.csv", sheet(line("0612345678"), line("+33 6 12 34 56 78"))).lines
    assert [(row.outcome, row.value) for row in rows][1] == (Outcome.DUPLICATE, "2")


def test_a_first_name_that_is_none_is_left_out_and_told() -> None:
    (row,) = judging.judge_contacts("a.csv", sheet(line("0612345678", "http://x.example"))).lines
    assert (row.outcome, row.first_name, row.notes) == (Outcome.CREATED, "", ("first_name",))


# --- Writing
def test_an_imported_contact_has_its_proof() -> None:
    bring_in(sheet(line("0612345678")))
    consent = Consent.objects.get()
    assert (consent.contact.phone, consent.contact.first_name) == ("+33612345678", "Anne")
    assert (consent.contact.provenance, consent.contact.is_sms_opted_in) == ("consent", True)
    assert consent.contact.phone_digest == crypto.contact_digest("+33612345678")
    assert (consent.channel, consent.granted, consent.ip) == ("sms", True, None)
    assert consent.source == "import: clients.csv, /lettre/"
    assert clock.paris(consent.recorded_at).isoformat() == "2025-11-03T14:05:00+01:00"
    assert consent.wording is not None
    assert (consent.wording.key, consent.wording.version, consent.wording.text) == ("import", 1, YES)
    assert segments.eligible().count() == 1


def test_the_page_stays_whole_when_the_name_of_the_file_is_long() -> None:
    bring_in(sheet(line("0612345678", source="s" * 58)), name="n" * 60)
    source = Consent.objects.get().source
    assert (len(source), source[8:20], source[-58:]) == (80, "n" * 11 + "…", "s" * 58)


def test_the_same_file_twice_changes_nothing() -> None:
    content = sheet(line("0612345678"), line("0612345679"))
    bring_in(content)
    before = list(Contact.objects.values()), list(Consent.objects.values()), list(Wording.objects.values())
    plan = bring_in(content, name="autre nom.csv")
    assert plan.counts == {Outcome.UNCHANGED: 2}
    assert before == (list(Contact.objects.values()), list(Consent.objects.values()), list(Wording.objects.values()))


def test_a_known_contact_gains_a_proof_and_keeps_its_name() -> None:
    consents.of_sale("+33612345678", "Anna")
    consents.of_sale("+33612345679")
    plan = bring_in(sheet(line("0612345678"), line("0612345679")))
    assert plan.counts == {Outcome.UPDATED: 2}
    rows = Contact.objects.order_by("phone").values_list("first_name", "is_sms_opted_in", "provenance")
    assert list(rows) == [("Anna", True, "sale"), ("Anne", True, "sale")]


def test_no_file_lifts_a_stop() -> None:
    make_contact(phone="+33612345678")
    stops.stop("+33612345678", StopSource.SMS)
    stops.stop("+33612345679", StopSource.SMS)
    before = Consent.objects.count()
    plan = bring_in(sheet(line("0612345678"), line("0612345679")))
    assert plan.counts == {Outcome.STOPPED: 2}
    assert (Consent.objects.count(), Contact.objects.filter(is_sms_opted_in=True).count()) == (before, 0)


def test_a_yes_older_than_a_no_lifts_nothing() -> None:
    make_contact(phone="+33612345678")
    consents.record(phone="+33612345678", wording_key="checkout_sms", source="/compte/", ip=None, granted=False)
    assert bring_in(sheet(line("0612345678"))).counts == {Outcome.WITHDRAWN: 1}
    assert not Contact.objects.get().is_sms_opted_in


def test_what_was_shown_and_no_longer_holds_is_not_written() -> None:
    content = sheet(line("0612345678"), line("0612345679"))
    shown = judging.judge_contacts("a.csv", content).digest
    stops.stop("+33612345678", StopSource.SMS)
    with pytest.raises(imports.Changed):
        imports.write_contacts("a.csv", content, shown)
    assert Contact.objects.count() == 0


def test_thousands_of_lines_are_a_few_statements(django_assert_max_num_queries: Any) -> None:
    content = sheet(*(line(f"06{12000000 + i}") for i in range(3000)), *(line("6,12E+08") for _ in range(300)))
    shown = judging.judge_contacts("a.csv", content).digest
    start = time.monotonic()
    with django_assert_max_num_queries(60):
        plan = imports.write_contacts("a.csv", content, shown)
    assert plan.counts == {Outcome.CREATED: 3000, Outcome.REFUSED: 300}
    assert segments.eligible().count() == 3000
    assert time.monotonic() - start < 10


# --- A list of oppositions
def test_a_list_of_stops_stops_each_number_once() -> None:
    contact = make_contact(phone="+33612345678")
    campaign = make_campaign()
    message = campaign.messages.create(contact=contact, phone="+33612345678", not_before=clock.now())
    content = b"numero\n0612345678\n612345678\n0142345678\n6,12E+08\n"
    plan = judging.judge_stops("stops.csv", content)
    assert [(row.line, row.outcome.value) for row in plan.lines] == [
        (2, "created"), (3, "duplicate"), (4, "created"), (5, "refused"),
    ]  # fmt: skip
    imports.write_stops("stops.csv", content, plan.digest)
    digests = {crypto.contact_digest(phone) for phone in ("+33612345678", "+33142345678")}
    assert set(StopEntry.objects.values_list("phone_digest", flat=True)) == digests
    message.refresh_from_db()
    assert (message.status, message.skip_reason) == ("skipped", "stopped")
    assert not Contact.objects.get().is_sms_opted_in
    assert Consent.objects.filter(granted=False).get().source == "import: stops.csv"
    again = judging.judge_stops("stops.csv", content)
    assert again.counts == {Outcome.UNCHANGED: 2, Outcome.DUPLICATE: 1, Outcome.REFUSED: 1}


# --- The page
@pytest.fixture
def desk(staff_groups: None, backoffice: Settings, client: Client) -> Client:
    user = User.objects.create_user("marie", is_staff=True)
    user.groups.add(Group.objects.get(name="marketing"))
    return sign_in(client, user)


def upload(desk: Client, content: bytes, kind: str = "contacts") -> Any:
    return desk.post(PAGE, {"kind": kind, "file": SimpleUploadedFile("clients.csv", content)})


def test_a_file_is_shown_then_imported_and_who_did_it_is_kept(desk: Client) -> None:
    shown = upload(desk, sheet(line("0612345678"), line("6,12E+08"), line("612345679")))
    page = shown.content.decode()
    assert "Importer les 2 contacts" in page
    assert "6,12E+08" in page
    assert "Excel a arrondi ce numéro" in page
    assert Contact.objects.count() == 0
    done = desk.post(PAGE, {"token": shown.context["token"], "write": "1"}, follow=True)
    assert "Contacts créés : 2" in done.content.decode().replace("\u00a0", " ")
    assert Contact.objects.filter(is_sms_opted_in=True).count() == 2
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("marie", "clients.csv")
    assert entry.change_message.startswith("import contacts: created 2, refused 1; sha256 ")
    # The word is good once.
    desk.post(PAGE, {"token": shown.context["token"], "write": "1"})
    assert LogEntry.objects.count() == 1


def test_the_report_names_each_line_and_runs_nothing(desk: Client) -> None:
    shown = upload(desk, sheet(line("=cmd|x"), line("+32470123456"), line("0612345678")))
    report = desk.post(PAGE, {"token": shown.context["token"], "report": "1"})
    rows = report.content.decode("utf-8-sig").splitlines()
    assert rows == [
        "ligne;valeur;résultat;raison",
        "2;'=cmd|x;refusées;ce n’est pas un numéro de téléphone complet",
        "3;'+32470123456;refusées;numéro étranger\u00a0: les offres ne partent que vers la France",
    ]
    assert "attachment" in report["Content-Disposition"]
    assert Contact.objects.count() == 0


def test_a_stop_that_arrives_in_between_is_shown_again(desk: Client) -> None:
    shown = upload(desk, sheet(line("0612345678"), line("0612345679")))
    stops.stop("+33612345678", StopSource.SMS)
    again = desk.post(PAGE, {"token": shown.context["token"], "write": "1"})
    assert "La situation a changé entre-temps" in again.content.decode()
    assert "Importer 1 contact" in again.content.decode()
    assert Contact.objects.count() == 0


def test_the_word_of_somebody_else_imports_nothing(desk: Client) -> None:
    shown = upload(desk, sheet(line("0612345678")))
    other = User.objects.create_superuser("paul")
    answer = sign_in(Client(), other).post(PAGE, {"token": shown.context["token"], "write": "1"}, follow=True)
    assert "choisissez-le à nouveau" in answer.content.decode()
    assert Contact.objects.count() == 0


def test_a_bad_file_is_explained_beside_its_field(desk: Client) -> None:
    page = upload(desk, b"mobile;source\n0612345678;x\n").content.decode()
    assert "Il manque des colonnes\u00a0: date du consentement, texte montré." in page


def test_a_list_of_stops_is_imported_by_the_page(desk: Client) -> None:
    shown = upload(desk, b"mobile\n0612345678\n", kind="stops")
    assert "Ajouter 1 numéro aux STOP" in shown.content.decode()
    desk.post(PAGE, {"token": shown.context["token"], "write": "1"})
    assert stops.is_stopped(crypto.contact_digest("+33612345678"))


def test_the_list_of_contacts_leads_to_the_import(desk: Client) -> None:
    assert f'href="{PAGE}"' in desk.get("/gestion/notifications/contact/").content.decode()
