"""The staff queue of reports, in the back office: and what the sender can tell of it, which is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from addressless import answers, blocks, claims, discretion, invitations, reach, reports, sweeps
from addressless.errors import CannotReach, NotNow
from addressless.models import Claim, ClosedSender, Report, ReportReason
from florists import jobs, offers
from interflora.lib import clock, links
from notifications import outbox
from notifications.models import Message
from orders import disputes, privacy
from orders.models import Order, Refund
from tests.addressless.factories import let_window_end, make_draft, make_failed, make_invited, open_session, pay
from tests.addressless.pages import Browser, text_of
from tests.florists.factories import in_charge, make_address, make_offer, next_served_day
from tests.staff_access import sign_in
from tests.standin_client import StandIns

pytestmark = pytest.mark.django_db
HOST = {"host": "gestion.testserver"}
NEUTRAL = "Votre cadeau n’a pas pu être remis"


@pytest.fixture
def report() -> Report:
    answers.refuse_quietly(open_session(make_invited()), report="Cette personne me suit.")
    return Report.objects.get()


@pytest.fixture
def staff(report: Report, backoffice: Settings) -> Client:
    client = Client()
    sign_in(client, User.objects.create_superuser("ines", password="bouquet-de-test"))
    return client


@pytest.fixture
def ines() -> User:
    return User.objects.create_user("ines")


def act(client: Client, action: str, report: Report) -> None:
    data = {"action": action, "_selected_action": report.pk}
    answer = client.post(reverse("admin:addressless_report_changelist"), data, headers=HOST)
    assert answer.status_code == 302
    report.refresh_from_db()


def about_the_card(claim: Claim) -> Report:
    """Somebody reports the message of the card; the gift itself goes on."""
    reports.file(claim, ReportReason.CARD, "", card_text="Je sais où tu habites.")
    return Report.objects.get(claim=claim, reason=ReportReason.CARD)


def accepted_then_reported() -> Report:
    """The recipient said yes, then read the card again."""
    claim = make_invited()
    answers.accept(open_session(claim), make_address(), next_served_day(4), "morning")
    claim.refresh_from_db()
    return about_the_card(claim)


def seen_by_sender(claim: Claim) -> list[str]:
    """Everything the sender may open or was sent, and their copy of it."""
    order = Order.objects.select_related("delivery", "claim").get(pk=claim.pk and claim.order_id)
    paths = (links.path(order.link()), f"{links.path(order.link())}cadeau/")
    outbox.send_due(50)
    sent = Message.objects.filter(about=f"order:{order.public_id}", handed_at__isnull=False)
    letters = list(sent.order_by("pk").values_list("template", flat=True))
    return [*(text_of(Browser().get(path)) for path in paths), *letters, str(privacy.export(order))]


def let_moment_come() -> None:
    """The moment that was drawn is over."""
    past = clock.now() - timedelta(minutes=1)
    Report.objects.exclude(felt_at=None).update(felt_at=past)
    ClosedSender.objects.update(since=past)
    Message.objects.filter(status="queued").update(not_before=past)


# --- The queue ----------------------------------------------------------------------------------------------------
def test_staff_read_the_report_and_its_claim(staff: Client, report: Report) -> None:
    for name, pk in (("report", report.pk), ("claim", report.claim_id)):
        listed = staff.get(reverse(f"admin:addressless_{name}_changelist"), headers=HOST)
        shown = staff.get(reverse(f"admin:addressless_{name}_change", args=[pk]), headers=HOST)
        assert (listed.status_code, shown.status_code) == (200, 200)
    assert (
        "Cette personne me suit."
        in staff.get(reverse("admin:addressless_report_change", args=[report.pk]), headers=HOST).content.decode()
    )


def test_dismissed_report_leaves_the_gift_alone(staff: Client, report: Report) -> None:
    act(staff, "dismiss", report)
    assert (report.status, report.felt_at) == ("dismissed", None)
    assert Claim.objects.get(pk=report.claim_id).status == "invited"
    assert Refund.objects.count() == 0


# --- When -----------------------------------------------------------------------------------------------------------
def test_the_moment_is_drawn_over_five_working_days_after_the_window() -> None:
    claim = make_invited()
    assert claim.expires_at is not None
    drawn = [clock.paris(discretion.later(claim)) for _turn in range(400)]
    days = {moment.date() for moment in drawn}
    assert len(days) == 5
    assert all(clock.is_working_day(day) and day > clock.paris(claim.expires_at).date() for day in days)
    assert {moment.hour for moment in drawn} == set(range(9, 18))
    assert len({moment.time() for moment in drawn}) > 350


def test_of_an_accepted_gift_it_is_drawn_from_today_on() -> None:
    claim = accepted_then_reported().claim
    days = {clock.paris(discretion.later(claim)).date() for _turn in range(400)}
    assert min(days) > clock.paris_today()
    assert max(days) <= clock.paris_today() + timedelta(days=9)
    assert len(days) == 5


# --- A warning ------------------------------------------------------------------------------------------------------
def test_a_warning_waits_and_until_then_nothing_the_sender_sees_has_changed(report: Report, ines: User) -> None:
    before = seen_by_sender(report.claim)
    assert reports.warn(report.pk, ines)
    assert reports.warn(report.pk, ines) is False
    report.refresh_from_db()
    message = Message.objects.get(template="gift_warning")
    assert (report.status, message.not_before) == ("warned", report.felt_at)
    expires_at = Claim.objects.get().expires_at
    assert expires_at is not None and message.not_before > expires_at
    assert seen_by_sender(report.claim) == before


def test_a_warning_names_neither_gift_nor_day_nor_reason(report: Report, ines: User, standins: StandIns) -> None:
    assert reports.warn(report.pk, ines)
    let_moment_come()
    outbox.send_due(50)
    order = Order.objects.get()
    letter = standins.messages("email", to=order.sender_email)[-1]
    told = f"{letter['subject']} {letter['text']}"
    assert "une commande récente" in told
    assert not [word for word in ("signal", "suit", "lou@", "cadeau offert", str(order), "/commande/") if word in told]
    assert not any(char.isdigit() for char in letter["subject"])


def test_two_reports_of_one_gift_make_one_warning(report: Report, ines: User) -> None:
    other = about_the_card(report.claim)
    assert reports.warn(report.pk, ines) and reports.warn(other.pk, ines)
    assert Message.objects.filter(template="gift_warning").count() == 1


# --- A gift that is stopped -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("action", ["stop_gift", "close_sender"])
def test_a_stopped_gift_looks_open_until_it_expires_like_any_other(
    staff: Client, report: Report, action: str, backoffice: Settings
) -> None:
    act(staff, action, report)
    assert report.handled_by is not None and report.handled_by.username == "ines"
    assert report.status == ("closed" if action == "stop_gift" else "banned")
    claim = Claim.objects.get()
    assert (claim.status, claim.order.status) == ("invited", "paid")
    assert Refund.objects.count() == 0
    let_window_end(claim)
    assert claims.expire(claim.pk)
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("expired", 5580)]


def test_the_sender_sees_nothing_of_a_stopped_gift(ines: User) -> None:
    claim = make_invited()
    report = about_the_card(claim)
    before = seen_by_sender(claim)
    assert reports.stop(report.pk, ines, and_sender=True)
    assert reports.stop(report.pk, ines) is False
    sweeps.sweep()
    assert seen_by_sender(claim) == before
    let_moment_come()
    sweeps.sweep()
    assert seen_by_sender(claim) == before
    let_window_end(claim)
    sweeps.sweep()
    assert NEUTRAL in seen_by_sender(claim)[0] and NEUTRAL in seen_by_sender(claim)[1]


def test_flowers_of_a_stopped_gift_are_kept_back_and_end_later_as_not_deliverable(ines: User) -> None:
    report = accepted_then_reported()
    before = seen_by_sender(report.claim)
    assert reports.stop(report.pk, ines)
    order = Order.objects.select_related("delivery").get()
    assert order.delivery.held_at is not None
    assert (order.next_step, order.next_step_owner) == ("treat", "staff")
    sweeps.sweep()
    assert seen_by_sender(report.claim) == before
    let_moment_come()
    sweeps.sweep()
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("undeliverable", 5580)]
    pages = seen_by_sender(report.claim)
    assert NEUTRAL in pages[0] and NEUTRAL in pages[1]
    assert "Notre service" not in pages[0]


def test_a_florist_who_has_begun_is_stopped_at_once(ines: User) -> None:
    report = accepted_then_reported()
    order = Order.objects.select_related("delivery").get()
    assert offers.accept(make_offer(order.delivery).pk)
    order.delivery.refresh_from_db()
    jobs.start_preparing(order.delivery, in_charge(order.delivery))
    assert reports.stop(report.pk, ines)
    assert list(Refund.objects.values_list("cause", "amount_cents")) == [("undeliverable", 5580)]


def test_a_stopped_gift_that_is_accepted_after_all_leaves_nowhere(ines: User) -> None:
    claim = make_invited()
    report = about_the_card(claim)
    session = open_session(claim)
    assert reports.stop(report.pk, ines)
    answers.accept(session, make_address(), next_served_day(4), "morning")
    order = Order.objects.select_related("delivery").get()
    assert order.delivery.held_at is not None
    assert offers.open_next(order.delivery_id) is False


def test_a_contestation_that_is_won_lets_no_stopped_flowers_go(ines: User) -> None:
    report = accepted_then_reported()
    payment = report.claim.order.payments.get().pk
    assert disputes.apply(payment, "open")
    assert reports.stop(report.pk, ines)
    assert disputes.apply(payment, "won")
    order = Order.objects.select_related("delivery").get()
    assert order.delivery.held_at is not None
    assert (order.problem, order.next_step, order.next_step_owner) == ("", "treat", "staff")


# --- A sender who is closed -----------------------------------------------------------------------------------------
def closed(report: Report, ines: User) -> str:
    assert reports.stop(report.pk, ines, and_sender=True)
    return Order.objects.get(claim=report.claim).sender_email


def test_a_closed_sender_reads_what_everybody_reads_of_a_contact_out_of_reach(report: Report, ines: User) -> None:
    sender = closed(report, ines)
    assert reach.check("email", "sacha@exemple.example", sender_email=sender) == "sacha@exemple.example"
    let_moment_come()
    with pytest.raises(CannotReach) as refused:
        reach.check("email", "sacha@exemple.example", sender_email=sender)
    assert refused.value.code == "neutral"
    assert reach.check("email", "sacha@exemple.example", sender_email="ami@exemple.example")


def test_whatever_browser_pays_nothing_of_a_closed_sender_leaves(report: Report, ines: User) -> None:
    closed(report, ines)
    let_moment_come()
    for channel, contact in (("email", "sacha@exemple.example"), ("personal_link", None)):
        claim = make_draft(channel, contact=contact)
        pay(claim.order)
        assert invitations.start(claim.pk)
        claim.refresh_from_db()
        assert (claim.status, claim.contact_failed_at is not None, claim.invitations) == ("draft", True, 0)


def test_the_link_to_pass_on_is_closed_too(report: Report, ines: User) -> None:
    failed = make_failed(contact="sacha@exemple.example")
    closed(report, ines)
    let_moment_come()
    with pytest.raises(NotNow):
        invitations.take_link(failed.pk)


def test_support_opens_a_sender_again(staff_groups: None, report: Report, backoffice: Settings) -> None:
    user = User.objects.create_user("nour", is_staff=True)
    user.groups.add(Group.objects.get(name="support"))
    staff = sign_in(Client(), user)
    act(staff, "close_sender", report)
    row = ClosedSender.objects.get()
    let_moment_come()
    assert blocks.is_closed(row.sender_digest)
    page = reverse("admin:addressless_closedsender_delete", args=[row.pk])
    assert staff.post(page, {"post": "yes"}, headers=HOST).status_code == 302
    assert not blocks.is_closed(row.sender_digest)
