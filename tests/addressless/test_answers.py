"""Accept, decline in three ways, undo: what each does to the claim, the order, the delivery and the messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addressless import answers, claims
from addressless.errors import GiftEnded
from addressless.models import Claim, PairBlock, Report
from florists.calendar import SlotUnavailable
from florists.models import SealedAddress
from interflora.lib import clock, links
from notifications.models import Message
from orders.models import Order, Refund
from tests.addressless.factories import age, let_window_end, make_invited, open_session
from tests.florists.factories import make_address, next_served_day

pytestmark = pytest.mark.django_db


def refunds_of(claim: Claim) -> list[tuple[str, int]]:
    return list(Refund.objects.filter(payment__order_id=claim.order_id).values_list("cause", "amount_cents"))


def messages_to_sender(claim: Claim) -> list[str]:
    about = f"order:{claim.order.public_id}"
    return sorted(Message.objects.filter(about=about).values_list("template", flat=True))


def test_accept_seals_the_address_and_closes_the_claim() -> None:
    claim = make_invited()
    session = open_session(claim)
    day = next_served_day()
    answers.accept(session, make_address(), day, "afternoon")
    claim.refresh_from_db()
    delivery = claim.order.delivery
    assert (claim.status, delivery.status, delivery.day, delivery.half_day) == (
        "accepted",
        "to_assign",
        day,
        "afternoon",
    )
    assert SealedAddress.objects.filter(delivery=delivery).count() == 1
    assert claim.tracking_code_digest == links.code_digest(links.Purpose.TRACKING, links.code(claim.tracking_link()))
    order = Order.objects.get(pk=claim.order_id)
    assert (order.status, order.next_step, order.next_step_owner) == ("paid", "deliver", "florist")
    assert "gift_accepted" in messages_to_sender(claim)
    assert refunds_of(claim) == []


def test_accept_outside_the_wished_days_is_refused() -> None:
    wanted = next_served_day(5)
    claim = make_invited(wanted_on=wanted, wanted_rule="on_or_after")
    with pytest.raises(SlotUnavailable):
        answers.accept(open_session(claim), make_address(), next_served_day(2), "afternoon")
    assert Claim.objects.get(pk=claim.pk).status == "invited"


def test_second_answer_is_refused() -> None:
    claim = make_invited()
    first, second = open_session(claim), open_session(claim)
    answers.accept(first, make_address(), next_served_day(), "afternoon")
    with pytest.raises(GiftEnded):
        answers.accept(second, make_address(line1="1 rue de l’Autre"), next_served_day(), "afternoon")
    with pytest.raises(GiftEnded):
        answers.decline(second)
    with pytest.raises(GiftEnded):
        answers.refuse_quietly(second)
    assert claims.cancel_by_sender(claim.pk) is False


def test_accept_of_a_canceled_order_is_refused_and_the_claim_is_closed_by_the_news() -> None:
    from orders import cancellation

    claim = make_invited()
    session = open_session(claim)
    cancellation.cancel(claim.order_id, "staff")
    with pytest.raises(GiftEnded):
        answers.accept(session, make_address(), next_served_day(), "afternoon")
    assert claims.close_with_order(claim.pk) is True
    assert Claim.objects.get(pk=claim.pk).status == "canceled"
    assert SealedAddress.objects.count() == 0


def test_decline_waits_fifteen_minutes_then_refunds_once() -> None:
    claim = make_invited()
    session = open_session(claim)
    answers.decline(session)
    row = Claim.objects.get(pk=claim.pk)
    assert (row.status, row.pending_answer) == ("invited", "decline")
    assert row.settles_at is not None
    assert timedelta(minutes=14) < row.settles_at - clock.now() <= timedelta(minutes=15)
    assert claims.settle(claim.pk) is False
    assert refunds_of(claim) == []
    age(claim, settles_at=timedelta(minutes=15))
    assert claims.settle(claim.pk) is True
    assert claims.settle(claim.pk) is False
    row.refresh_from_db()
    assert (row.status, row.pending_answer) == ("declined", "")
    assert Order.objects.get(pk=claim.order_id).status == "canceled"
    assert refunds_of(claim) == [("declined", 5580)]
    assert PairBlock.objects.get().until is not None


def test_undo_clears_the_decline_in_its_own_session_only() -> None:
    claim = make_invited()
    mine, other = open_session(claim), open_session(claim)
    answers.decline(mine)
    with pytest.raises(GiftEnded):
        answers.undo(other)
    with pytest.raises(GiftEnded):
        answers.accept(other, make_address(), next_served_day(), "afternoon")
    answers.undo(mine)
    row = Claim.objects.get(pk=claim.pk)
    assert (row.status, row.pending_answer, row.settles_at) == ("invited", "", None)
    answers.accept(mine, make_address(), next_served_day(), "afternoon")
    assert Claim.objects.get(pk=claim.pk).status == "accepted"


def test_a_contact_corrected_meanwhile_neither_declines_nor_undoes() -> None:
    """The session was read before the sender corrected the contact: its person is no longer the recipient."""
    claim = make_invited()
    session = open_session(claim)
    Claim.objects.filter(pk=claim.pk).update(generation=claim.generation + 1)
    with pytest.raises(GiftEnded):
        answers.decline(session)
    assert Claim.objects.get(pk=claim.pk).pending_answer == ""
    Claim.objects.filter(pk=claim.pk).update(generation=claim.generation)
    answers.decline(session)
    Claim.objects.filter(pk=claim.pk).update(generation=claim.generation + 1)
    with pytest.raises(GiftEnded):
        answers.undo(session)
    assert Claim.objects.get(pk=claim.pk).pending_answer == "decline"


def test_undo_after_fifteen_minutes_is_too_late() -> None:
    claim = make_invited()
    session = open_session(claim)
    answers.decline(session)
    age(claim, settles_at=timedelta(minutes=15))
    with pytest.raises(GiftEnded):
        answers.undo(session)
    assert Claim.objects.get(pk=claim.pk).pending_answer == "decline"


def test_an_open_decline_beats_expiry() -> None:
    claim = make_invited()
    answers.decline(open_session(claim))
    let_window_end(claim)
    assert claims.expire(claim.pk) is False
    age(claim, settles_at=timedelta(minutes=15))
    assert claims.settle(claim.pk) is True
    assert refunds_of(claim) == [("declined", 5580)]


def test_quiet_refusal_changes_nothing_the_sender_can_see_and_expires_like_silence() -> None:
    claim = make_invited()
    before = messages_to_sender(claim)
    answers.refuse_quietly(open_session(claim))
    row = Claim.objects.get(pk=claim.pk)
    assert (row.status, row.pending_answer) == ("invited", "")
    assert row.quiet_at is not None
    assert messages_to_sender(claim) == before
    assert claim.order.events.count() == Order.objects.get(pk=claim.order_id).events.count()
    let_window_end(claim)
    assert claims.expire(claim.pk) is True
    assert refunds_of(claim) == [("expired", 5580)]


def test_undo_takes_a_quiet_refusal_back_for_fifteen_minutes_in_its_own_session() -> None:
    claim = make_invited()
    mine, other = open_session(claim), open_session(claim)
    answers.refuse_quietly(mine)
    with pytest.raises(GiftEnded):
        answers.undo(other)
    assert answers.is_undoable(mine)
    answers.undo(mine)
    assert (Claim.objects.get(pk=claim.pk).quiet_at, mine.answer) == (None, "")
    answers.accept(mine, make_address(), next_served_day(), "afternoon")
    assert Claim.objects.get(pk=claim.pk).status == "accepted"


def test_a_quiet_refusal_stands_after_fifteen_minutes_and_a_report_at_once() -> None:
    claim = make_invited()
    late, reported = open_session(claim), open_session(make_invited(contact="autre@belle-adresse.example"))
    answers.refuse_quietly(late)
    age(claim, quiet_at=claims.UNDO_FOR)
    late.answered_at = clock.now() - claims.UNDO_FOR
    answers.refuse_quietly(reported, report="")
    for session in (late, reported):
        assert not answers.is_undoable(session)
        with pytest.raises(GiftEnded):
            answers.undo(session)
    assert Claim.objects.filter(quiet_at=None).count() == 0


def test_report_goes_to_staff_and_blocks_the_pair_for_ever() -> None:
    claim = make_invited()
    answers.refuse_quietly(open_session(claim), report="Cette personne me suit.")
    report = Report.objects.get()
    assert (report.claim_id, report.text, report.status) == (claim.pk, "Cette personne me suit.", "open")
    assert PairBlock.objects.get().until is None
    let_window_end(claim)
    claims.expire(claim.pk)
    assert PairBlock.objects.get().until is None


def test_sender_cancels_after_a_quiet_refusal_and_nobody_is_written_to() -> None:
    claim = make_invited()
    answers.refuse_quietly(open_session(claim))
    count = Message.objects.filter(about=claim.about).count()
    assert claims.cancel_by_sender(claim.pk) is True
    assert Message.objects.filter(about=claim.about).count() == count
    assert refunds_of(claim) == [("sender_canceled", 5580)]


def test_sender_cancels_an_open_gift_and_the_recipient_is_told() -> None:
    claim = make_invited()
    assert claims.cancel_by_sender(claim.pk) is True
    assert claims.cancel_by_sender(claim.pk) is False
    assert Claim.objects.get(pk=claim.pk).status == "canceled"
    assert Message.objects.filter(about=claim.about, template="gift_canceled").count() == 1
    assert refunds_of(claim) == [("sender_canceled", 5580)]
