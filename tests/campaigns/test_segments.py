"""Rules of a segment: each one alone, all together, and those that make no sense."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F

from interflora.lib import clock
from notifications.marketing import purchases, segments
from notifications.marketing.models import Contact, Purchase, Segment
from notifications.marketing.segment_forms import SegmentForm
from tests.notifications.factories import make_contact

pytestmark = pytest.mark.django_db

# Of each person: days ago, euros, euros given back, occasion, department.
BOUGHT: dict[str, list[tuple[int, int, int, str, str]]] = {
    "Anne": [],
    "Benoît": [(10, 40, 0, "naissance", "35")],
    "Chloé": [(400, 60, 0, "naissance", ""), (300, 80, 30, "noel", "75")],
    "David": [(5, 50, 50, "naissance", "35")],
}


@pytest.fixture
def people() -> None:
    for name, bought in BOUGHT.items():
        contact = make_contact(name)
        for number, (days, euros, back, occasion, department) in enumerate(bought):
            public_id = f"{name.upper():A<10.10}{number:02}"
            purchases.record(
                str(contact.phone),
                order_public_id=public_id,
                purchased_at=clock.now() - timedelta(days=days),
                occasion=occasion,
                total_cents=euros * 100,
                department=department,
            )
            purchases.note_refunds(public_id, back * 100)


def reached(**rules: Any) -> str:
    return " ".join(segments.audience(Segment(**rules)).order_by("pk").values_list("first_name", flat=True))


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ({}, "Anne Benoît Chloé David"),
        ({"buyers": "bought"}, "Benoît Chloé"),
        ({"buyers": "never"}, "Anne David"),
        ({"occasion": "naissance"}, "Benoît Chloé"),
        ({"occasion": "noel"}, "Chloé"),
        ({"orders_min": 2}, "Chloé"),
        ({"orders_max": 1}, "Benoît"),
        ({"bought_within_days": 30}, "Benoît"),
        ({"silent_for_days": 200}, "Chloé"),
        ({"silent_for_days": 350}, ""),
        ({"bought_within_days": 350, "silent_for_days": 200}, "Chloé"),
        ({"spent_min_euros": 40}, "Benoît Chloé"),
        ({"spent_min_euros": 110}, "Chloé"),
        ({"spent_min_euros": 111}, ""),
        ({"departments": "35 75"}, "Benoît Chloé"),
        ({"departments": "35"}, "Benoît"),
        ({"occasion": "naissance", "silent_for_days": 200, "departments": "75"}, "Chloé"),
        ({"occasion": "noel", "orders_max": 1}, ""),
    ],
)
@pytest.mark.usefixtures("people")
def test_a_rule_chooses(rules: dict[str, Any], names: str) -> None:
    assert reached(**rules) == names


@pytest.mark.usefixtures("people")
def test_nobody_who_withdrew_is_reached_by_any_rule() -> None:
    Contact.objects.update(is_sms_opted_in=False)
    assert reached() == ""
    assert reached(buyers="bought") == ""


def form(**data: Any) -> SegmentForm:
    return SegmentForm({"name": "Fidèles", "buyers": "", "occasion": "", **data})


@pytest.mark.parametrize(
    ("typed", "codes"), [("35", "35"), ("75, 35;1", "01 35 75"), ("2A 2b 20", "20"), (" 971 ", None), ("Paris", None)]
)
def test_departments_are_typed_as_people_type_them(typed: str, codes: str | None) -> None:
    filled = form(departments=typed)
    assert filled.is_valid() is (codes is not None)
    assert filled.cleaned_data.get("departments") == codes


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"buyers": "never", "orders_min": 1}, "buyers"),
        ({"orders_min": 3, "orders_max": 2}, "orders_max"),
        ({"bought_within_days": 30, "silent_for_days": 30}, "silent_for_days"),
        ({"orders_min": 0}, "orders_min"),
        ({"spent_min_euros": 0}, "spent_min_euros"),
        ({"occasion": "inconnue"}, "occasion"),
    ],
)
def test_rules_that_exclude_each_other_are_told_beside_their_field(data: dict[str, Any], field: str) -> None:
    filled = form(**data)
    assert list(filled.errors) == [field]


@pytest.mark.parametrize(
    "rules",
    [
        {"buyers": "never", "occasion": "noel"},
        {"orders_min": 3, "orders_max": 2},
        {"bought_within_days": 30, "silent_for_days": 30},
        {"buyers": "autre"},
    ],
)
def test_the_database_refuses_them_too(rules: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Segment.objects.create(name="Fidèles", **rules)


def test_rules_read_as_a_sentence() -> None:
    rules = Segment(occasion="fete-des-meres", orders_min=2, silent_for_days=365, departments="35 75")
    assert segments.in_words(rules) == (
        "ont acheté pour\u00a0: Fête des mères\u00a0; au moins 2 achats\u00a0; aucun achat depuis 365 jours\u00a0; "
        "livré dans\u00a0: 35, 75"
    )
    assert segments.in_words(Segment()) == "tout le monde, client ou non"


@pytest.mark.usefixtures("people")
def test_facts_of_the_fixture_are_as_told() -> None:
    net = F("total_cents") - F("refunded_cents")
    assert sorted(Purchase.objects.values_list(net, flat=True)) == [0, 4000, 5000, 6000]
