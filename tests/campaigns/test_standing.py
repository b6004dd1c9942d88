"""Standing campaigns: approved by a second person, one occurrence a day, nobody twice, nothing tactless."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from interflora.lib import clock as shop_clock
from notifications.marketing import campaigns, purchases, segments, slots, snapshots, standing
from notifications.marketing.models import Campaign, CampaignMessage, Contact, Segment, StandingCampaign
from tests.notifications.conftest import Clock
from tests.notifications.factories import MORNING, make_contact, make_standing
from tests.staff_access import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def in_service(**fields: object) -> StandingCampaign:
    made = make_standing(**fields)  # type: ignore[arg-type]
    standing.approve(made.pk, User.objects.create_user("collegue").pk)
    return StandingCampaign.objects.get(pk=made.pk)


def bought(contact: Contact, when: datetime, number: int = 1, is_unmentionable: bool = False) -> None:
    purchases.record(
        str(contact.phone), order_public_id=f"{contact.first_name.upper():A<10.10}{number:02}", purchased_at=when,
        occasion="", total_cents=4000, is_unmentionable=is_unmentionable,
    )  # fmt: skip


def written_to() -> list[str]:
    """Run today's occurrences and hand them over: the first names, in order."""
    standing.start_due()
    snapshots.start_due()
    rows = (
        CampaignMessage.objects.filter(handed_at=None, status="queued")
        .select_related("contact")
        .order_by("contact__first_name")
    )
    names = [row.contact.first_name for row in rows]
    rows.update(status="accepted", handed_at=shop_clock.now(), accepted_at=shop_clock.now(),
                variant=Campaign.objects.latest("pk").variants.get() if names else None)  # fmt: skip
    return names


def test_its_author_never_puts_it_in_service() -> None:
    author = User.objects.create_user("autrice")
    made = make_standing(edited_by=author)
    with pytest.raises(campaigns.Refused, match="alone"):
        standing.approve(made.pk, author.pk)
    make_contact()
    assert written_to() == []


def test_each_day_has_one_occurrence_and_nobody_is_written_to_twice(clock: Clock) -> None:
    in_service()
    make_contact("Anne")
    assert written_to() == ["Anne"]
    assert standing.start_due() == 0
    make_contact("Benoît")
    assert written_to() == []
    clock.advance(days=1)
    assert written_to() == ["Benoît"]
    clock.advance(days=1)
    assert written_to() == []
    assert Campaign.objects.count() == 2
    clock.moment = MORNING + timedelta(days=335)
    assert written_to() == ["Anne", "Benoît"]


def test_an_occurrence_is_an_approved_campaign_of_its_day() -> None:
    one = in_service()
    make_contact()
    assert standing.start_due() == 1
    occurrence = Campaign.objects.get()
    assert (occurrence.name, occurrence.status) == ("Merci 18/03/2026", "scheduled")
    assert occurrence.approved_by == one.approved_by
    assert occurrence.content_sha256 == campaigns.content_sha256(occurrence)
    assert occurrence.ends_at == slots.window_end(MORNING)


@pytest.mark.parametrize("moment", ["2026-03-18 08:59", "2026-03-18 20:01", "2026-03-22 10:30", "2026-05-01 10:30"])
def test_nothing_starts_before_ten_nor_on_a_closed_day(clock: Clock, moment: str) -> None:
    in_service()
    make_contact()
    clock.moment = datetime.fromisoformat(moment).replace(tzinfo=shop_clock.PARIS)
    assert standing.start_due() == 0


def test_what_is_not_what_was_approved_stops() -> None:
    one = in_service()
    make_contact()
    Segment.objects.filter(pk=one.segment_id).update(orders_max=3)
    assert standing.start_due() == 0
    assert not StandingCampaign.objects.get().is_running


def test_stopping_it_stops_todays_texts_too() -> None:
    one = in_service()
    make_contact()
    standing.start_due()
    snapshots.start_due()
    assert standing.stop(one.pk)
    assert Campaign.objects.get().status == "canceled"
    assert CampaignMessage.objects.get().status == "skipped"
    assert not standing.stop(one.pk)


def test_an_occasion_comes_once_a_year_on_an_open_day(clock: Clock) -> None:
    """Mothers' Day of 2026 is 31 May: eight days before is a Saturday, nine days before a Friday."""
    in_service(occasion="fete-des-meres", days_before=7, rest_days=30)
    make_contact("Anne")
    leaving = []
    for number in range(75):
        clock.moment = MORNING + timedelta(days=number + 1)
        if written_to():
            leaving.append(shop_clock.paris(clock.moment).date())
    assert leaving == [date(2026, 5, 23)]


def test_a_day_on_which_all_was_down_is_made_up_on_the_next_open_one_alone(clock: Clock) -> None:
    clock.moment = datetime(2026, 5, 20, 10, 0, tzinfo=shop_clock.PARIS)
    in_service(occasion="fete-des-meres", days_before=7, rest_days=30)
    make_contact("Anne")
    assert written_to() == []
    # Sunday 24, so Saturday 23 was its day; Monday 25 is Whit Monday.
    clock.moment = datetime(2026, 5, 26, 10, 0, tzinfo=shop_clock.PARIS)
    assert written_to() == ["Anne"]
    make_contact("Benoît")
    clock.advance(days=1)
    assert written_to() == []


def test_who_is_put_in_service_after_its_day_waits_for_next_year(clock: Clock) -> None:
    clock.moment = datetime(2026, 5, 26, 10, 0, tzinfo=shop_clock.PARIS)
    in_service(occasion="fete-des-meres", days_before=7, rest_days=30)
    make_contact("Anne")
    assert written_to() == []


def test_an_anniversary_comes_each_once_also_when_it_falls_on_a_closed_day(clock: Clock) -> None:
    """Every purchase of a year is recalled exactly once, the 29 February of a leap year too."""
    in_service(segment=Segment.objects.create(name="Anniversaire", anniversary_in_days=7), rest_days=30)
    first = date(2024, 2, 20)
    for number in range(20):
        bought(make_contact(f"J{number:02}"), shop_clock.at_paris(first + timedelta(days=number), 23))
    told = []
    day = date(2025, 2, 1)
    while day < date(2025, 3, 15):
        clock.moment = shop_clock.at_paris(day, 11)
        told += written_to()
        day += timedelta(days=1)
    assert told == [f"J{number:02}" for number in range(20)]


def test_a_mourning_a_refund_and_an_incident_are_never_recalled() -> None:
    recalled = Segment(anniversary_in_days=7)
    a_year_ago = shop_clock.at_paris(date(2025, 3, 25), 12)
    for name in ("Anne", "Benoît", "Chloé", "David"):
        bought(make_contact(name), a_year_ago, is_unmentionable=name == "Benoît")
    purchases.note_refunds("CHLOÉAAAAA01", 100)
    purchases.note_incidents(["DAVIDAAAAA01"])
    purchases.note_incidents([])  # settled since: no text recalls it all the same
    assert [contact.first_name for contact in segments.audience(recalled)] == ["Anne"]


def test_thanks_after_the_second_order_and_a_win_back_are_rules_of_purchases(clock: Clock) -> None:
    second = Segment.objects.create(name="Deuxième", orders_min=2, orders_max=2, bought_within_days=7)
    away = Segment.objects.create(name="Un an", silent_for_days=365, bought_within_days=395)
    anne, benoit = make_contact("Anne"), make_contact("Benoît")
    bought(anne, MORNING - timedelta(days=90))
    bought(anne, MORNING - timedelta(days=2), 2)
    bought(benoit, MORNING - timedelta(days=370))
    in_service(segment=second)
    assert written_to() == ["Anne"]
    assert [contact.first_name for contact in segments.audience(away)] == ["Benoît"]


def test_staff_write_it_put_it_in_service_and_stop_it(staff_groups: None, backoffice: Settings) -> None:
    browsers = []
    for name in ("autrice", "collegue"):
        user = User.objects.create_user(name, password="x", is_staff=True)
        user.groups.add(Group.objects.get(name="marketing"))
        browsers.append(Client())
        sign_in(browsers[-1], user)
    author, colleague = browsers
    make_contact()
    path = "/gestion/notifications/standingcampaign/"
    form = {"name": "Merci", "segment": Segment.objects.create(name="Tous").pk, "occasion": "", "days_before": 7,
            "rest_days": 330, "text": "Merci {prenom} {", "link_path": ""}  # fmt: skip
    assert "accolade" in author.post(f"{path}add/", form).content.decode()
    assert author.post(f"{path}add/", form | {"text": "Merci {prenom}"}).status_code == 302
    one = f"{path}{StandingCampaign.objects.get().pk}/"
    shown = author.get(f"{one}change/").content.decode()
    assert "Merci Camille" in shown
    assert "1 personne" in shown
    assert "une autre personne" in author.post(f"{one}approuver/", follow=True).content.decode()
    assert "est en service" in colleague.post(f"{one}approuver/", follow=True).content.decode()
    assert author.post(f"{one}change/", form | {"text": "Autre"}).status_code == 403
    segment = f"/gestion/notifications/segment/{Segment.objects.get().pk}/change/"
    assert author.post(segment, {"name": "Autre"}).status_code == 403
    assert "est arrêtée" in author.post(f"{one}arreter/", follow=True).content.decode()
