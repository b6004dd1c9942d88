"""From payment to the window: invitation, lost contacts and their correction, reminders, the ends nobody answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from addressless import answers, claims, invitations, sweeps, tasks
from addressless.errors import NotNow
from addressless.models import Claim, PairBlock
from florists.models import Delivery
from interflora.lib import clock, crypto, links
from interflora.lib.clock import PARIS
from notifications.models import Message
from orders.models import Order, Refund
from tests.addressless.factories import (
    age,
    age_messages,
    invitation_of,
    let_window_end,
    make_draft,
    make_failed,
    make_gift,
    make_invited,
    make_started,
    open_session,
    pay,
    settle_message,
)

pytestmark = pytest.mark.django_db


def step_of(claim: Claim) -> tuple[str, str]:
    order = Order.objects.get(pk=claim.order_id)
    return order.next_step, order.next_step_owner


def test_nothing_leaves_before_payment() -> None:
    claim = make_draft()
    assert invitations.start(claim.pk) is False
    sweeps.sweep()
    assert Message.objects.filter(about=claim.about).count() == 0
    assert Delivery.objects.get(pk=claim.order.delivery_id).status == "draft"


def test_payment_found_by_the_sweeper_alone_queues_one_invitation() -> None:
    claim = make_draft()
    pay(claim.order)
    sweeps.sweep()
    sweeps.sweep()
    tasks.start_claim(claim.order_id)
    assert Message.objects.filter(about=claim.about).count() == 1
    message = invitation_of(claim)
    assert (message.template, message.channel, message.recipient_plain) == ("gift_invitation", "email", "")
    assert crypto.decrypt(message.recipient_sealed or b"") == "lou@belle-adresse.example"
    assert message.context["sender"] == "Camille"
    assert Delivery.objects.get(pk=claim.order.delivery_id).status == "awaiting_address"
    assert step_of(claim) == ("invite", "system")


def test_no_token_no_code_and_no_contact_rest_in_rows() -> None:
    claim = make_invited()
    secrets = [links.token(claim.link()), links.code(claim.link()), links.token(claim.stop_link()), "lou@belle"]
    rows = [str(row) for model in (Claim, Message, Order) for row in model.objects.values()]
    assert not [secret for secret in secrets if any(secret in row for row in rows)]


def test_window_opens_when_the_message_was_handed_over_and_ends_at_eight_in_the_evening() -> None:
    claim = make_started()
    handed = datetime(2026, 3, 18, 9, 30, tzinfo=PARIS)
    settle_message(invitation_of(claim), "accepted", accepted_at=handed)
    assert invitations.hear(invitation_of(claim).pk) is True
    assert invitations.hear(invitation_of(claim).pk) is False
    claim.refresh_from_db()
    assert (claim.status, claim.invited_at) == ("invited", handed)
    assert claim.expires_at == datetime(2026, 3, 25, 20, 0, tzinfo=PARIS)
    assert claim.next_reminder_at == datetime(2026, 3, 20, 9, 30, tzinfo=PARIS)
    assert step_of(claim) == ("answer", "recipient")


def test_lost_news_of_the_hand_over_are_found_by_the_sweeper() -> None:
    claim = make_started()
    settle_message(invitation_of(claim), "delivered")
    sweeps.sweep()
    assert Claim.objects.get(pk=claim.pk).status == "invited"


def test_personal_link_opens_at_payment_and_nothing_is_sent() -> None:
    claim = make_started("personal_link")
    assert claim.status == "invited"
    assert claim.invited_at == Order.objects.get(pk=claim.order_id).paid_at
    assert (claim.contact_sealed, claim.contact_digest, claim.next_reminder_at) == (None, "", None)
    assert Message.objects.filter(about=claim.about).count() == 0


def test_invitation_waits_for_the_chosen_moment() -> None:
    moment = clock.now() + timedelta(days=3)
    claim = make_started(invite_at=moment)
    assert Message.objects.filter(about=claim.about).count() == 0
    assert step_of(claim) == ("invite", "system")
    Claim.objects.filter(pk=claim.pk).update(invite_at=clock.now() - timedelta(seconds=1))
    sweeps.sweep()
    assert Message.objects.filter(about=claim.about).count() == 1


def test_only_a_screened_first_name_travels() -> None:
    claim = make_draft()
    Order.objects.filter(pk=claim.order_id).update(sender_first_name="Votre banque")
    pay(claim.order)
    Order.objects.filter(pk=claim.order_id).update(sender_first_name="www.piege.fr")
    invitations.start(claim.pk)
    assert invitation_of(claim).context["sender"] == ""


@pytest.mark.parametrize("status", ["failed", "undelivered", "skipped"])
def test_lost_invitation_is_told_once_with_the_neutral_sentence(status: str) -> None:
    claim = make_started()
    settle_message(invitation_of(claim), status)
    invitations.hear(invitation_of(claim).pk)
    invitations.hear(invitation_of(claim).pk)
    claim.refresh_from_db()
    assert claim.status == "draft"
    assert claim.contact_failed_at is not None
    told = Message.objects.filter(about=f"order:{claim.order.public_id}", template="gift_contact_failed")
    assert told.count() == 1
    assert step_of(claim) == ("correct_contact", "sender")


def test_bounce_after_the_hand_over_is_a_lost_contact_too() -> None:
    claim = make_invited()
    settle_message(invitation_of(claim), "undelivered")
    sweeps.sweep()
    claim.refresh_from_db()
    assert claim.status == "invited"
    assert claim.contact_failed_at is not None


def test_correction_raises_the_generation_and_keeps_the_window() -> None:
    claim = make_invited()
    ends = claim.expires_at
    settle_message(invitation_of(claim), "undelivered")
    invitations.hear(invitation_of(claim).pk)
    old = links.token(claim.link())
    invitations.correct(claim.pk, make_gift("sms", "+33698765432"))
    claim.refresh_from_db()
    assert (claim.channel, claim.generation, claim.contact_failed_at, claim.expires_at) == ("sms", 1, None, ends)
    assert Claim.objects.by_token(old) is None
    assert Claim.objects.by_token(links.token(claim.link())) == claim
    assert invitation_of(claim).channel == "sms"


def test_late_news_of_the_replaced_invitation_change_nothing() -> None:
    claim = make_failed()
    first = invitation_of(claim)
    invitations.correct(claim.pk, make_gift("email", "noe@belle-adresse.example"))
    settle_message(first, "delivered")
    assert invitations.hear(first.pk) is False
    settle_message(first, "undelivered")
    assert invitations.hear(first.pk) is False
    assert Claim.objects.get(pk=claim.pk).contact_failed_at is None


def test_resend_repeats_the_same_link() -> None:
    claim = make_failed()
    before = links.token(claim.link())
    invitations.resend(claim.pk)
    claim.refresh_from_db()
    assert links.token(claim.link()) == before
    assert Message.objects.filter(about=claim.about, template="gift_invitation").count() == 2


def test_sender_takes_the_link_after_a_failure() -> None:
    claim = make_failed()
    old = links.token(claim.link())
    invitations.take_link(claim.pk)
    claim.refresh_from_db()
    assert (claim.status, claim.channel, claim.contact_digest) == ("invited", "personal_link", "")
    assert Claim.objects.by_token(old) is None


@pytest.mark.parametrize("verb", ["correct", "resend", "take_link"])
def test_corrections_are_closed_while_the_contact_works(verb: str) -> None:
    claim = make_invited()
    with pytest.raises(NotNow):
        if verb == "correct":
            invitations.correct(claim.pk, make_gift("email", "noe@belle-adresse.example"))
        else:
            getattr(invitations, verb)(claim.pk)


def test_corrected_contact_after_a_quiet_refusal_looks_done_and_sends_nothing() -> None:
    claim = make_invited()
    answers.refuse_quietly(open_session(claim))
    Claim.objects.filter(pk=claim.pk).update(contact_failed_at=clock.now())
    count = Message.objects.filter(about=claim.about).count()
    invitations.correct(claim.pk, make_gift("email", "noe@belle-adresse.example"))
    assert Claim.objects.get(pk=claim.pk).contact_failed_at is None
    assert Message.objects.filter(about=claim.about).count() == count


def test_72_hours_without_a_correction_refund_in_full() -> None:
    claim = make_failed()
    age(claim, contact_failed_at=timedelta(hours=24))
    sweeps.sweep()
    sweeps.sweep()
    told = Message.objects.filter(about=f"order:{claim.order.public_id}", template="gift_contact_failed")
    assert told.count() == 2
    assert Claim.objects.get(pk=claim.pk).status == "draft"
    age(claim, contact_failed_at=timedelta(hours=48))
    sweeps.sweep()
    sweeps.sweep()
    assert Claim.objects.get(pk=claim.pk).status == "unreachable"
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("unreachable", 5580)]


def test_two_reminders_on_the_same_channel_with_the_same_link() -> None:
    claim = make_invited("sms")
    age(claim, invited_at=timedelta(days=2), next_reminder_at=timedelta(days=2))
    age_messages(claim)
    sweeps.sweep()
    sweeps.sweep()
    reminders = Message.objects.filter(about=claim.about, template="gift_reminder")
    assert reminders.count() == 1
    age_messages(claim)
    claim.refresh_from_db()
    assert claim.expires_at is not None
    Claim.objects.filter(pk=claim.pk).update(next_reminder_at=clock.now())
    sweeps.sweep()
    sweeps.sweep()
    assert [(row.channel, row.context["link"]) for row in reminders] == [
        ("sms", links.reference(claim.link())),
        ("sms", links.reference(claim.link())),
    ]
    Claim.objects.filter(pk=claim.pk).update(next_reminder_at=clock.now())
    assert invitations.remind(claim.pk) is False


def test_no_reminder_after_a_quiet_refusal() -> None:
    claim = make_invited()
    answers.refuse_quietly(open_session(claim))
    age(claim, invited_at=timedelta(days=2), next_reminder_at=timedelta(days=3))
    sweeps.sweep()
    assert Message.objects.filter(about=claim.about, template="gift_reminder").count() == 0
    assert invitations.remind(claim.pk) is False


def test_expiry_refunds_once_and_rests_the_pair() -> None:
    claim = make_invited()
    let_window_end(claim)
    sweeps.sweep()
    sweeps.sweep()
    assert Claim.objects.get(pk=claim.pk).status == "expired"
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("expired", 5580)]
    block = PairBlock.objects.get()
    assert block.until is not None
    assert timedelta(days=89) < block.until - clock.now() <= timedelta(days=90)


def test_this_day_only_expires_at_the_last_cut_off() -> None:
    now = datetime(2026, 3, 18, 9, 30, tzinfo=PARIS)
    claim = Claim(wanted_on=datetime(2026, 3, 21, tzinfo=PARIS).date(), wanted_rule="only")
    assert claims.window_end(claim, now) == datetime(2026, 3, 21, 14, 0, tzinfo=PARIS)
    claim.wanted_rule = "on_or_after"
    assert claims.window_end(claim, now) == datetime(2026, 3, 25, 20, 0, tzinfo=PARIS)


def test_blocked_pair_is_not_written_to_even_after_payment() -> None:
    first = make_invited()
    answers.refuse_quietly(open_session(first), report="")
    let_window_end(first)
    claims.expire(first.pk)
    second = make_draft()
    pay(second.order)
    invitations.start(second.pk)
    second.refresh_from_db()
    assert second.contact_failed_at is not None
    assert Message.objects.filter(about=second.about).count() == 0
    assert step_of(second) == ("correct_contact", "sender")


def test_second_open_gift_of_a_pair_is_not_sent() -> None:
    make_invited()
    second = make_started()
    assert Message.objects.filter(about=second.about).count() == 0
    assert second.contact_failed_at is not None


def test_order_that_went_back_to_an_address_voids_its_claim() -> None:
    claim = make_draft()
    pay(claim.order)
    Order.objects.filter(pk=claim.order_id).update(is_gift=False)
    tasks.start_claim(claim.order_id)
    assert Claim.objects.get(pk=claim.pk).status == "void"


def test_unpaid_order_voids_its_claim() -> None:
    from orders import checkout

    claim = make_draft()
    Order.objects.filter(pk=claim.order_id).update(expires_at=clock.now() - timedelta(minutes=1))
    assert checkout.expire(claim.order_id)
    sweeps.sweep()
    assert Claim.objects.get(pk=claim.pk).status == "void"


def test_contact_is_erased_thirty_days_after_the_end() -> None:
    claim = make_invited()
    let_window_end(claim)
    claims.expire(claim.pk)
    sweeps.purge()
    assert Claim.objects.get(pk=claim.pk).contact_sealed is not None
    age(claim, ended_at=timedelta(days=31))
    sweeps.purge()
    row = Claim.objects.get(pk=claim.pk)
    assert (row.contact_sealed, row.contact_digest) == (None, claim.contact_digest)
    assert Message.objects.filter(about=claim.about).exclude(recipient_sealed=None).count() == 0


def test_paid_gift_never_goes_dark(settings: Settings) -> None:
    for claim in (
        make_started(contact="a@belle-adresse.example"),
        make_failed(contact="b@belle-adresse.example"),
        make_invited(contact="c@belle-adresse.example"),
        make_started("personal_link"),
        make_started(contact="d@belle-adresse.example", invite_at=clock.now() + timedelta(days=9)),
    ):
        assert claim.is_open
    assert Order.objects.going_dark().count() == 0
