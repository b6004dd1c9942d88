"""Test and learn: stable draws, a holdout that never receives, one winner decided once, plain verdicts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from notifications.marketing import campaigns, deciding, purchases, results, short_links, snapshots, stops
from notifications.marketing import sending as campaign_sending
from notifications.marketing.models import Campaign, CampaignMessage, Contact, StopSource
from tests.campaigns.conftest import Clock
from tests.notifications.factories import MORNING, make_campaign, make_contact, scheduled
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> None:
    for _ in range(200):
        make_contact()


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def started(*texts: str, **fields: Any) -> Campaign:
    campaign = scheduled(make_campaign(*texts, **fields))
    assert snapshots.start(campaign.pk)
    return again(campaign)


def draw(campaign: Campaign) -> dict[int, tuple[str, str | None]]:
    rows = campaign.messages.values_list("contact_id", "group", "variant__letter")
    return {contact: (group, letter) for contact, group, letter in rows}


def delivered(campaign: Campaign, clicks: dict[str, int] | None = None) -> None:
    """The test share has arrived; so many people of each version followed the link."""
    rows = campaign.messages.filter(group="test")
    rows.update(status="delivered", handed_at=MORNING, accepted_at=MORNING, settled_at=MORNING)
    for letter, count in (clicks or {}).items():
        some = rows.filter(variant__letter=letter).values("pk")[:count]
        CampaignMessage.objects.filter(pk__in=some).update(clicked_at=MORNING, last_clicked_at=MORNING)


# --- The draw
def test_the_draw_of_a_contact_never_changes(people: None) -> None:
    campaign = started("Un", "Deux", "Trois", test_percent=50, holdout_percent=10)
    first = draw(campaign)
    CampaignMessage.objects.all().delete()
    Campaign.objects.update(status="snapshotting")
    assert snapshots.freeze(campaign.pk)
    assert draw(campaign) == first
    groups = Counter(group for group, _letter in first.values())
    assert sum(groups.values()) == 200
    assert 8 <= groups["holdout"] <= 35
    assert 65 <= groups["test"] <= 115
    letters = Counter(letter for group, letter in first.values() if group == "test")
    assert set(letters) == {"A", "B", "C"}
    assert min(letters.values()) >= 18


def test_two_campaigns_draw_independently(people: None) -> None:
    first, second = (draw(started("Un", "Deux", test_percent=50)) for _ in range(2))
    same = sum(first[contact] == second[contact] for contact in first)
    assert 30 < same < 110


def test_a_holdout_never_receives(people: None, standins: StandIns) -> None:
    campaign = started("Un", holdout_percent=10)
    left_out = set(campaign.messages.filter(group="holdout").values_list("phone", flat=True))
    assert left_out
    while campaign_sending.send_due():
        pass
    received = {text["to"] for text in standins.outbox()}
    assert len(received) == 200 - len(left_out)
    assert not received & left_out
    assert campaigns.finish_done() == 1


def test_the_audience_killed_before_its_rows_is_taken_up(people: None) -> None:
    campaign = scheduled(make_campaign("Un", "Deux"))
    Campaign.objects.update(status="snapshotting")
    assert snapshots.start_due() == 0
    assert again(campaign).status == "testing"
    assert campaign.messages.count() == 200


def test_a_paused_audience_waits(people: None) -> None:
    campaign = scheduled(make_campaign("Un"))
    Campaign.objects.update(status="snapshotting")
    assert campaigns.pause(campaign.pk)
    assert not snapshots.freeze(campaign.pk)
    assert campaign.messages.count() == 0
    assert campaigns.resume(campaign.pk)
    snapshots.start_due()
    assert campaign.messages.count() == 200


# --- The test
def test_only_the_test_share_leaves_before_the_decision(standins: StandIns, clock: Clock) -> None:
    for _ in range(24):
        make_contact()
    campaign = started("Un {lien}", "Deux {lien}", test_percent=50)
    share = campaign.messages.filter(group="test").count()
    campaign_sending.send_due()
    assert len(standins.outbox()) == share
    assert not deciding.decide_due()
    clock.advance(minutes=120)
    assert deciding.decide_due() == 1
    assert deciding.decide_due() == 0
    decided = again(campaign)
    assert (decided.status, decided.decided_at) == ("rolling", clock.moment)
    assert decided.winner is not None
    campaign_sending.send_due()
    rest = campaign.messages.filter(group="rest")
    assert set(rest.values_list("status", "variant")) == {("accepted", decided.winner.pk)}
    assert len(standins.outbox()) == 24


def test_the_better_version_goes_to_the_rest(people: None) -> None:
    campaign = started("Un", "Deux", test_percent=50)
    sizes = Counter(campaign.messages.filter(group="test").values_list("variant__letter", flat=True))
    delivered(campaign, {"A": 2, "B": 20})
    assert min(sizes.values()) >= 30
    assert deciding.decide(campaign.pk)
    decided = again(campaign)
    assert decided.winner is not None
    assert decided.winner.letter == "B"
    assert decided.verdict["probabilities"]["B"] > 0.99


def test_a_test_still_leaving_is_not_decided(people: None) -> None:
    campaign = started("Un", "Deux")
    assert not deciding.decide(campaign.pk)
    assert again(campaign).status == "testing"


def test_an_unclear_test_asks_when_it_was_told_to(people: None) -> None:
    campaign = started("Un", "Deux", asks_when_unclear=True)
    delivered(campaign)
    assert deciding.decide(campaign.pk)
    waiting = again(campaign)
    assert (waiting.status, waiting.winner, waiting.verdict["is_conclusive"]) == ("deciding", None, False)
    with pytest.raises(campaigns.Refused):
        deciding.choose(campaign.pk, "C")
    deciding.choose(campaign.pk, "B")
    with pytest.raises(campaigns.Refused):
        deciding.choose(campaign.pk, "A")
    winner = again(campaign).winner
    assert winner is not None
    assert winner.letter == "B"


def test_a_version_that_drives_people_away_is_stopped(people: None) -> None:
    campaign = started("Un", "Deux", test_percent=50)
    delivered(campaign, {"A": 0, "B": 30})
    worse = campaign.messages.filter(group="test", variant__letter="B").values("pk")[:12]
    CampaignMessage.objects.filter(pk__in=worse).update(stopped_at=MORNING)
    assert deciding.decide(campaign.pk)
    winner = again(campaign).winner
    assert winner is not None
    assert winner.letter == "A"
    assert campaign.variants.get(letter="B").stopped_at == MORNING


def test_nothing_is_rolled_out_once_the_window_has_closed(people: None, standins: StandIns, clock: Clock) -> None:
    campaign = started("Un", "Deux")
    delivered(campaign)
    rest = campaign.messages.filter(group="rest").count()
    clock.moment = MORNING.replace(hour=19)
    assert campaigns.close_late() == 1
    assert campaigns.finish_done() == 1
    assert campaign.messages.filter(status="skipped", skip_reason="window_closed").count() == rest
    assert again(campaign).status == "finished"
    assert not deciding.decide(campaign.pk)
    assert standins.outbox() == []


def test_a_campaign_of_two_days_goes_on_the_next_morning(standins: StandIns, clock: Clock) -> None:
    make_contact()
    campaign = scheduled(make_campaign(), days=2)
    snapshots.start(campaign.pk)
    clock.moment = MORNING.replace(hour=20)
    campaign_sending.send_due()
    assert campaign.messages.get().status == "queued"
    clock.moment = MORNING + timedelta(days=1)
    campaign_sending.send_due()
    assert campaign.messages.get().status == "accepted"


# --- Links, clicks and credit
def test_codes_are_short_distinct_and_turn_back_into_their_row() -> None:
    numbers = [1, 2, 3, 4_294_967_296, (1 << 46) - 1, *range(1000, 1500)]
    found = [short_links.code_of(number) for number in numbers]
    assert [short_links.pk_of(code) for code in found] == numbers
    assert len(set(found)) == len(numbers)
    assert {len(code) for code in found} == {8}
    for wrong in ("", "AbCdEf1", "AbCdEf123", "AbCdEf1!", "zzzzzzzz"):
        assert short_links.pk_of(wrong) is None


@pytest.fixture
def received(standins: StandIns, clock: Clock) -> CampaignMessage:
    make_contact()
    started("Voir {lien}", link_path="/bouquets/")
    campaign_sending.send_due()
    clock.advance(minutes=5)
    return CampaignMessage.objects.get()


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def test_the_link_of_a_text_is_its_own_and_leads_to_the_page(
    received: CampaignMessage, standins: StandIns, client: Any, clock: Clock
) -> None:
    code = short_links.code_of(received.pk)
    assert f"Voir http://testserver/s/{code}\n" in standins.outbox()[0]["text"]
    answer = client.get(f"/s/{code}", headers={"User-Agent": PHONE})
    assert (answer.status_code, answer["Location"]) == (302, "/bouquets/")
    received.refresh_from_db()
    assert (received.clicked_at, received.last_clicked_at, received.scans) == (clock.moment, clock.moment, 0)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", {"User-Agent": PHONE}),
        ("get", {"User-Agent": PHONE, "Sec-Purpose": "prefetch"}),
        ("get", {"User-Agent": "facebookexternalhit/1.1"}),
        ("get", {"User-Agent": "WhatsApp/2.23"}),
        ("get", {"User-Agent": ""}),
    ],
)
def test_a_machine_s_visit_is_no_click(
    received: CampaignMessage, client: Any, method: str, headers: dict[str, str]
) -> None:
    answer = getattr(client, method)(f"/s/{short_links.code_of(received.pk)}", headers=headers)
    assert answer.status_code == 302
    received.refresh_from_db()
    assert (received.clicked_at, received.scans) == (None, 1)


def test_a_visit_within_two_seconds_is_a_machine_s(received: CampaignMessage, client: Any, clock: Clock) -> None:
    CampaignMessage.objects.update(settled_at=clock.moment - timedelta(seconds=1), status="delivered")
    client.get(f"/s/{short_links.code_of(received.pk)}", headers={"User-Agent": PHONE})
    assert CampaignMessage.objects.get().clicked_at is None


@pytest.mark.parametrize("code", ["AAAAAAAA", "x", "zzzzzzzz"])
def test_an_unknown_link_leads_to_the_shop(client: Any, code: str) -> None:
    assert client.get(f"/s/{code}")["Location"] == "/"


def bought(contact: Contact, after: timedelta, order: str = "O1") -> Any:
    assert contact.phone
    return purchases.record(
        contact.phone, order_public_id=order, purchased_at=MORNING + after, occasion="", total_cents=5900
    )


def test_the_last_click_within_five_days_owns_the_order_once() -> None:
    contact = make_contact()
    first, second = started("Un"), started("Deux")
    for campaign, hours in ((first, 1), (second, 3)):
        clicked = MORNING + timedelta(hours=hours)
        campaign.messages.update(clicked_at=clicked, last_clicked_at=clicked)
    assert bought(contact, timedelta(hours=2), "O1").credited_to == first.messages.get()
    assert bought(contact, timedelta(days=5), "O2").credited_to == second.messages.get()
    assert bought(contact, timedelta(days=6), "O3").credited_to is None
    assert bought(contact, timedelta(days=6), "O2").credited_to == second.messages.get()


def test_revenue_is_net_of_refunds() -> None:
    contact = make_contact()
    campaign = started("Un")
    version = campaign.variants.get()
    campaign.messages.update(
        variant=version, status="accepted", handed_at=MORNING, accepted_at=MORNING, clicked_at=MORNING,
        last_clicked_at=MORNING,
    )  # fmt: skip
    bought(contact, timedelta(hours=1), "O1")
    bought(contact, timedelta(hours=2), "O2")
    assert purchases.note_refunds("O1", 5900)
    assert purchases.note_refunds("O2", 99_999)
    assert not purchases.note_refunds("O9", 1)
    bought(contact, timedelta(hours=3), "O3")
    line = results.lines(campaign)[0]
    assert (line.letter, line.clicks, line.orders, line.revenue_cents) == ("A", 1, 3, 5900)


def test_a_stop_is_the_last_text_s() -> None:
    contact = make_contact()
    campaign = started("Un")
    campaign.messages.update(variant=campaign.variants.get(), status="accepted", handed_at=MORNING, accepted_at=MORNING)
    assert contact.phone
    stops.stop(contact.phone, StopSource.SMS)
    assert results.lines(campaign)[-1].stops == 1
