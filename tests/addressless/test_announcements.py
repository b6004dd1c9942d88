"""Two messages a day to one contact; gifts that come later are announced together the next morning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addressless import blocks, claims, invitations, sweeps
from addressless.models import Announcement, Claim, InvitedContact, PairBlock
from florists import holds
from interflora.lib import clock, links, reading
from notifications import gsm7
from notifications.models import Message
from notifications.rendering import render
from orders.models import Order, Refund
from tests.addressless.factories import (
    CONTACTS,
    age,
    invitation_of,
    let_window_end,
    make_draft,
    make_invited,
    make_started,
    pay,
    settle_message,
)
from tests.addressless.pages import Browser, text_of
from tests.addressless.test_messages import FORBIDDEN, code_of
from tests.addressless.test_sender_pages import page_of
from tests.florists.conftest import Clock

pytestmark = pytest.mark.django_db
FRIENDS = ["Camille", "Paul", "Lina", "Inès", "Noé"]


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Tuesday 10 February 2026, 10:00 in Paris; time passes only where a test says so."""
    return Clock(monkeypatch)


def gifts(number: int, channel: str = "email") -> list[Claim]:
    """Gifts of so many friends to one person, paid one after the other."""
    senders = [{"sender_first_name": name, "sender_email": f"{name[:2]}@exemple.fr"} for name in FRIENDS[:number]]
    started = [make_started(channel, sender=sender) for sender in senders]
    return list(Claim.objects.filter(pk__in=[claim.pk for claim in started]).order_by("pk"))


def hand_over(*messages: Message) -> None:
    for message in messages:
        settle_message(message, "accepted")
        assert invitations.hear(message.pk)


def together() -> Message:
    return Message.objects.get(template="gifts_invitation")


def states(rows: list[Claim]) -> list[tuple[str, int]]:
    return list(
        Claim.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list("status", "invitations")
    )


def test_the_third_gift_of_a_day_waits_for_the_next_morning(paris: Clock) -> None:
    first, second, third = gifts(3)
    assert states([first, second, third]) == [("draft", 1), ("draft", 1), ("draft", 0)]
    assert third.postponed_until == clock.at_paris(clock.paris_today() + timedelta(days=1), 10)
    order = Order.objects.get(pk=third.order_id)
    assert (order.next_step, order.next_step_due_at) == ("invite", third.postponed_until + timedelta(days=2))
    hand_over(invitation_of(first), invitation_of(second))
    assert "L’invitation part" in page_of(third)
    paris.set(11, 9, 59)
    sweeps.sweep()
    assert states([third]) == [("draft", 0)]
    paris.set(11, 10)
    sweeps.sweep()
    sweeps.sweep()
    left = Claim.objects.get(pk=third.pk)
    assert (left.invitations, left.postponed_until, left.announcement) == (1, None, None)
    assert Message.objects.filter(about=third.about, template="gift_invitation").count() == 1


def test_a_payment_heard_again_does_not_hurry_what_waits(paris: Clock) -> None:
    rows = gifts(3)
    hand_over(*(invitation_of(claim) for claim in rows[:2]))
    paris.set(11, 10)
    assert invitations.start(rows[2].pk)
    assert states(rows[2:]) == [("draft", 0)]


def test_its_sender_cannot_tell_that_it_waits() -> None:
    third = gifts(3)[-1]
    other = make_draft(contact="noe@belle-adresse.example", sender={"sender_email": "sacha@exemple.fr"})
    pay(other.order)
    assert invitations.start(other.pk)
    assert page_of(third) == page_of(other).replace("noe@belle", "lou@belle")


def test_gifts_that_wait_are_announced_in_one_message(paris: Clock) -> None:
    rows = gifts(5)
    hand_over(*(invitation_of(claim) for claim in rows[:2]))
    paris.set(11, 10)
    sweeps.sweep()
    sweeps.sweep()
    message = together()
    body = render(message)
    assert body.subject == "3 personnes vous offrent des fleurs"
    for claim, name in zip(rows[2:], ["Lina", "Inès", "Noé"], strict=True):
        for text in (body.text, body.html):
            assert name in text
            assert links.url(claim.link()) in text
            assert code_of(claim.link()) in text
    assert not [word for word in ("Martin", "exemple.fr", "Camille") if word in body.text]
    assert not FORBIDDEN.search(body.text)
    assert states(rows[2:]) == [("draft", 1)] * 3
    hand_over(message)
    assert states(rows[2:]) == [("invited", 1)] * 3
    assert {claim.invited_at for claim in Claim.objects.filter(announcement__isnull=False)} == {message_time(message)}
    assert not invitations.hear(message.pk)
    assert [Browser().get(links.path(claim.link())).status_code for claim in rows[2:]] == [200] * 3


def message_time(message: Message) -> object:
    message.refresh_from_db()
    return message.accepted_at


def test_a_common_message_that_is_lost_fails_each_of_its_gifts(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    settle_message(together(), "failed", error_code="550")
    sweeps.sweep()
    failed = Claim.objects.filter(contact_failed_at__isnull=False)
    assert set(failed.values_list("pk", flat=True)) == {claim.pk for claim in rows[2:]}
    assert Message.objects.filter(template="gift_contact_failed").count() == 2


def test_a_corrected_gift_leaves_its_common_message_behind(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    message = together()
    settle_message(message, "failed", error_code="550")
    assert invitations.hear(message.pk)
    invitations.take_link(rows[2].pk)
    settle_message(message, "delivered")
    assert invitations.hear(message.pk)
    kept, taken = Claim.objects.get(pk=rows[3].pk), Claim.objects.get(pk=rows[2].pk)
    assert (kept.contact_failed_at, kept.status, kept.generation) == (None, "invited", 0)
    assert (taken.announcement, taken.generation, taken.channel) == (None, 1, "personal_link")


def wait_and_announce(paris: Clock, number: int, channel: str = "email") -> list[Claim]:
    rows = gifts(number, channel)
    hand_over(*(invitation_of(claim) for claim in rows[:2]))
    paris.set(11, 10)
    sweeps.sweep()
    return rows


def test_who_was_blocked_meanwhile_is_not_announced(paris: Clock) -> None:
    rows = gifts(5)
    blocks.block_pair(rows[3])
    hand_over(*(invitation_of(claim) for claim in rows[:2]))
    paris.set(11, 10)
    sweeps.sweep()
    assert [gift["sender"] for gift in together().context["gifts"]] == ["Lina", "Noé"]
    assert Claim.objects.get(pk=rows[3].pk).contact_failed_at is not None


def test_a_gift_canceled_while_it_waits_is_refunded_and_never_announced(paris: Clock) -> None:
    rows = gifts(3)
    assert claims.cancel_by_sender(rows[2].pk)
    paris.set(11, 10)
    sweeps.sweep()
    rows[2].refresh_from_db()
    assert (rows[2].status, rows[2].postponed_until, rows[2].invitations) == ("canceled", None, 0)
    assert (Refund.objects.count(), Announcement.objects.count()) == (1, 0)


def test_one_more_gift_of_the_same_pair_does_not_wait_beside_the_first() -> None:
    rows = gifts(3)
    again = make_started(sender={"sender_first_name": "Lina", "sender_email": "li@exemple.fr"})
    assert (rows[2].postponed_until is not None, again.postponed_until) == (True, None)
    assert again.contact_failed_at is not None


def test_a_common_message_is_dropped_with_its_last_gift_only(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    assert claims.cancel_by_sender(rows[2].pk)
    assert together().status == "queued"
    assert claims.cancel_by_sender(rows[3].pk)
    assert (together().status, together().skip_reason) == ("skipped", "ended")


def test_left_alone_from_a_common_message_holds_for_each_of_its_senders(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    hand_over(together())
    stop = links.path(rows[2].stop_link())
    assert together().context["stop"] == links.reference(rows[2].stop_link())
    browser = Browser()
    assert "Ne plus recevoir de cadeau de ces personnes" in text_of(browser.get(stop))
    shown = stamp_of(rows[2])
    assert "C’est noté" in text_of(browser.submit(stop, choice="pair", shown=shown))
    assert PairBlock.objects.filter(until=None).count() == 2
    assert Claim.objects.filter(quiet_at__isnull=False).count() == 2


def stamp_of(claim: Claim) -> str:
    row = InvitedContact.objects.get(claim=claim)
    return reading.stamp(f"peace:{row.pk}", clock.now() - timedelta(seconds=5))


def test_a_text_announces_two_gifts_in_at_most_four_parts(paris: Clock) -> None:
    rows = wait_and_announce(paris, 5, "sms")
    assert [len(row.context["gifts"]) for row in Message.objects.filter(template="gifts_invitation")] == [2]
    cost = gsm7.cost(render(together()).text)
    assert (cost.is_gsm7, cost.parts <= 4) == (True, True)
    sweeps.sweep()
    assert Message.objects.filter(about=rows[4].about, template="gift_invitation").count() == 1


def test_a_direct_message_announces_them_too(paris: Clock) -> None:
    wait_and_announce(paris, 4, "twitter_dm")
    assert "2 personnes vous offrent des fleurs" in render(together()).text


def test_a_message_that_never_arrived_takes_no_room() -> None:
    first, _second = gifts(2)
    settle_message(invitation_of(first), "failed", error_code="550")
    third = make_started(sender={"sender_first_name": "Lina", "sender_email": "li@exemple.fr"})
    assert (third.invitations, third.postponed_until) == (1, None)


def test_another_spelling_of_the_contact_has_no_room_of_its_own() -> None:
    gifts(2)
    third = make_started(contact="LOU+fleurs@belle-adresse.example", sender={"sender_email": "li@exemple.fr"})
    assert third.postponed_until is not None


def test_a_reminder_waits_for_a_day_with_room_or_is_not_sent(paris: Clock) -> None:
    claim = make_invited()
    paris.set(12, 10)
    gifts_of_the_day = [make_started(sender={"sender_email": f"ami{each}@exemple.fr"}) for each in range(2)]
    assert not invitations.remind(claim.pk)
    claim.refresh_from_db()
    assert (claim.reminders, claim.next_reminder_at) == (0, clock.at_paris(clock.paris_today() + timedelta(days=1), 10))
    hand_over(*(invitation_of(each) for each in gifts_of_the_day))
    paris.set(13, 10)
    assert invitations.remind(claim.pk)
    let_window_end(claim)
    Claim.objects.filter(pk=claim.pk).update(
        next_reminder_at=clock.now(), expires_at=clock.now() + timedelta(hours=12), reminders=1
    )
    make_started(sender={"sender_email": "encore@exemple.fr"})
    assert not invitations.remind(claim.pk)
    claim.refresh_from_db()
    assert (claim.reminders, claim.next_reminder_at) == (1, None)


def test_word_that_a_gift_is_withdrawn_waits_for_a_day_with_room() -> None:
    rows = gifts(2)
    hand_over(*(invitation_of(claim) for claim in rows))
    for claim in rows:
        assert claims.cancel_by_sender(claim.pk)
    words = Message.objects.filter(template="gift_canceled")
    assert {word.not_before for word in words} == {clock.at_paris(clock.paris_today() + timedelta(days=1), 10)}
    third = make_started(sender={"sender_email": "encore@exemple.fr"})
    assert third.postponed_until == clock.at_paris(clock.paris_today() + timedelta(days=2), 10)


def test_the_contact_of_a_common_message_is_forgotten_with_its_last_gift(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    hand_over(together())
    for claim, left in ((rows[2], CONTACTS["email"]), (rows[3], "")):
        assert claims.cancel_by_sender(claim.pk)
        age(Claim.objects.get(pk=claim.pk), ended_at=claims.ERASE_CONTACTS_AFTER + timedelta(minutes=1))
        sweeps.purge()
        assert (together().erased_at is None) is bool(left)


def test_a_common_message_that_no_gift_belongs_to_any_more_is_forgotten(paris: Clock) -> None:
    rows = wait_and_announce(paris, 4)
    message = together()
    settle_message(message, "failed", error_code="550")
    assert invitations.hear(message.pk)
    for claim in rows[2:]:
        invitations.take_link(claim.pk)
    sweeps.purge()
    assert (together().erased_at is not None, Announcement.objects.count()) == (True, 0)


def test_a_resend_that_waits_for_its_turn_does_not_fail_by_the_message_that_was_lost(paris: Clock) -> None:
    lost = make_started()
    settle_message(invitation_of(lost), "failed", error_code="550")
    assert invitations.hear(invitation_of(lost).pk)
    hand_over(*(invitation_of(claim) for claim in gifts(2)))
    invitations.resend(lost.pk)
    sweeps.sweep()
    lost.refresh_from_db()
    tomorrow = clock.at_paris(clock.paris_today() + timedelta(days=1), 10)
    assert (lost.contact_failed_at, lost.postponed_until) == (None, tomorrow)
    paris.set(11, 10)
    sweeps.sweep()
    assert states([lost]) == [("draft", 2)]


def test_a_message_thought_lost_that_arrives_makes_the_resend_that_waits_needless(paris: Clock) -> None:
    lost = make_started()
    first = invitation_of(lost)
    settle_message(first, "failed", error_code="550")
    assert invitations.hear(first.pk)
    hand_over(*(invitation_of(claim) for claim in gifts(2)))
    invitations.resend(lost.pk)
    settle_message(first, "delivered")
    invitations.hear(first.pk)
    paris.set(11, 10)
    sweeps.sweep()
    assert states([lost]) == [("invited", 1)]


def test_gifts_kept_back_do_not_keep_the_others_waiting(paris: Clock) -> None:
    rows = gifts(5, "sms")
    hand_over(*(invitation_of(claim) for claim in rows[:2]))
    for claim in rows[2:4]:
        assert holds.hold(claim.order.delivery)
    paris.set(11, 10)
    sweeps.sweep()
    assert states(rows[2:]) == [("draft", 0), ("draft", 0), ("draft", 1)]
