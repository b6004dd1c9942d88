"""The life of a gift: what the recipient, the sender and the clock may do to a claim, and what must be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from addressless import answers, claims, invitations, sessions
from addressless.errors import GiftEnded, NotNow
from addressless.models import Claim, ClaimSession, InvitedContact
from florists.calendar import SlotUnavailable
from interflora.lib import clock
from tests.addressless.factories import make_gift
from tests.florists.factories import make_address, next_served_day
from tests.model import books
from tests.model.books import ENDED_CLAIM, State
from tests.model.life import Life
from tests.model.machine import ACTORS, act, refuses, when
from tests.model.world import START
from tests.orders.factories import make_cart, make_order

FINE = {"email": "lou@belle-adresse.example", "sms": "+33612345678"}
DEAD = {"email": "inexistant@belle-adresse.example", "sms": "+33600021610"}
WANTED = date(2027, 3, 15)  # a Monday, six days after the start
UNDO, IDLE, AT_MOST = timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=4)
GIVE_UP = timedelta(hours=72)


@dataclass
class Browser:
    """A browser of the recipient's that pressed « Découvrir »: its cookie, and what it answered."""

    key: str
    generation: int
    opened: datetime
    seen: datetime
    answer: str = ""
    answered: datetime | None = None

    def is_alive(self, now: datetime, generation: int) -> bool:
        fresh = now < self.seen + IDLE and now < self.opened + AT_MOST
        return fresh and self.generation == generation


def window_end(claim: Any) -> datetime:
    """20:00 Paris on day 7, sooner when a wanted day can only be served sooner; never less than an hour."""
    start = claim.invited_at.astimezone(clock.PARIS)
    end = datetime.combine(start.date() + timedelta(days=7), datetime.min.time().replace(hour=20), clock.PARIS)
    if claim.wanted_rule == "only":
        last = datetime.combine(claim.wanted_on, datetime.min.time().replace(hour=14), clock.PARIS)
        end = max(min(end, last), start + timedelta(hours=1))
    return end


class GiftLife(Life):
    """A gift to somebody whose address the sender does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.browsers: list[Browser] = []
        self.accepted = self.canceled = False
        self.refused: Browser | None = None  # whose open decline waits
        self.silent_since: datetime | None = None
        self.silences: list[tuple[datetime, datetime]] = []

    @initialize(
        channel=st.sampled_from(["email", "email", "sms", "personal_link"]),
        dead=st.sampled_from([False, False, True]),
        later=st.sampled_from([False, False, True]),
        wanted=st.sampled_from(["", "", "on_or_after", "only"]),
        start=st.sampled_from(["opened", "opened", "opened", "accepted", "sent", "to be paid"]),
        actors=ACTORS,
    )
    def a_gift_is_ordered(  # noqa: PLR0917
        self, channel: str, dead: bool, later: bool, wanted: str, start: str, actors: frozenset[str]
    ) -> None:
        self.actors = actors
        order = make_order(is_gift=True, cart=make_cart(self.world.variant))
        contact = (DEAD if dead else FINE).get(channel, "")
        gift = make_gift(
            channel,
            contact,
            invite_at=START + timedelta(days=2) if later else None,
            wanted_on=WANTED if wanted else None,
            wanted_rule=wanted,
        )
        claim = claims.draft(order, gift)
        self.order_pk, self.delivery_pk, self.claim_pk = order.pk, order.delivery_id, claim.pk
        self.world.collect()
        self.was = self.state
        self.open_payment_page()
        if start != "to be paid":
            self.pay_and_catch_up()
        if start in {"opened", "accepted"} and self.may_open():
            self.open_the_link()
            self.was = self.state
        if start == "accepted" and self.may_answer():
            self.accept(which=0, morning=True)
        self.was = self.state

    # --- Reading
    @property
    def claim(self) -> Claim:
        return Claim.objects.get(pk=self.claim_pk)

    def may_open(self) -> bool:
        order = self.known().order
        alive = [browser for browser in self.browsers if browser.is_alive(self.now, order.generation)]
        return self.known().is_open and len(alive) < 2 and bool(order.invitations or order.invited_at)

    def may_answer(self) -> bool:
        return self.known().order.claim == "invited" and bool(self.browsers)

    def may_refuse(self) -> bool:
        return "recipient says no" in self.actors and self.may_answer()

    def has_failed(self) -> bool:
        return self.known().order.contact_failed_at is not None and self.known().is_open

    def enter(self, which: int) -> tuple[Browser, ClaimSession | None]:
        """What the cookie of one browser opens now; no answer of its own shows another page instead."""
        browser = self.browsers[which % len(self.browsers)]
        alive = browser.is_alive(self.now, self.known().order.generation)
        session = sessions.find(browser.key)
        assert (session is not None) == alive
        if session is not None and browser.seen < self.now - timedelta(minutes=1):
            browser.seen = self.now
        return browser, session

    # --- The recipient
    @when(lambda self: self.may_open())
    @act()
    def open_the_link(self) -> None:
        """« Découvrir »: as the page does it."""
        claim, before = self.claim, self.known()
        if claim.status == "draft":
            if not claim.invitations:
                return
            assert invitations.arrived(claim.pk) == before.is_live
        elif not before.is_answerable(self.now):
            assert not claim.is_answerable(self.now)
            return
        self.browsers.append(Browser(sessions.open_session(claim), claim.generation, self.now, self.now))

    @when(may_answer)
    @act(which=st.integers(0, 3), morning=st.booleans())
    def accept(self, which: int, morning: bool) -> None:
        browser, session = self.enter(which)
        if session is None or browser.answer:
            return
        before = self.known()
        day = next_served_day()
        if before.order.wanted_rule == "only" or (before.order.wanted_rule and day < WANTED):
            day = WANTED
        try:
            answers.accept(session, make_address(), day, "morning" if morning else "afternoon")
        except GiftEnded:
            assert not (before.is_answerable(self.now) and before.is_live)
        except SlotUnavailable:
            assert day == WANTED
            assert self.now > datetime(2027, 3, 14, 14, tzinfo=clock.PARIS) or not morning
        else:
            assert before.is_answerable(self.now)
            assert before.is_live
            self.accepted = True
            browser.answer, browser.answered = "accepted", self.now
            self.fall_silent()

    @when(may_refuse)
    @act(which=st.integers(0, 3))
    def decline(self, which: int) -> None:
        browser, session = self.enter(which)
        if session is None or browser.answer:
            return
        said_no = refuses(lambda: answers.decline(session), GiftEnded)
        assert said_no != self.known().is_answerable(self.now)
        if not said_no:
            assert self.claim.settles_at == self.now + UNDO
            browser.answer, browser.answered, self.refused = "declined", self.now, browser
            self.fall_silent()

    @when(may_refuse)
    @act(which=st.integers(0, 3), report=st.sampled_from([None, None, "Je ne connais pas cette personne."]))
    def refuse_quietly(self, which: int, report: str | None) -> None:
        browser, session = self.enter(which)
        if session is None or browser.answer:
            return
        said_no = refuses(lambda: answers.refuse_quietly(session, report=report), GiftEnded)
        assert said_no != self.known().is_answerable(self.now)
        if not said_no:
            browser.answer, browser.answered = "quiet" if report is None else "reported", self.now
            self.fall_silent()

    @when(may_refuse)
    @act(which=st.integers(0, 3))
    def undo(self, which: int) -> None:
        """In the browser that refused and nowhere else, for fifteen minutes."""
        browser, session = self.enter(which)
        if session is None:
            return
        shown = answers.is_undoable(session)
        said_no = refuses(lambda: answers.undo(session), GiftEnded)
        assert said_no != shown
        in_time = browser.answered is not None and self.now < browser.answered + UNDO
        assert shown == (browser.answer in {"declined", "quiet"} and in_time and self.known().order.claim == "invited")
        if not said_no:
            if browser is self.refused:
                self.refused = None
            browser.answer, browser.answered = "", None
            self.speak_again()

    @when(lambda self: "recipient says no" in self.actors and self.known().order.invitations > 0)
    @act(which=st.integers(0, 3), everybody=st.booleans())
    def ask_for_peace(self, which: int, everybody: bool) -> None:
        """« Ne plus être contacté », at the foot of any message ever sent."""
        written = list(InvitedContact.objects.filter(claim_id=self.claim_pk).order_by("generation"))
        if written:
            answers.leave_alone([written[which % len(written)]], everybody=everybody)

    # --- The sender
    @when(lambda self: "sender" in self.actors and self.known().order.status in {"paid", "canceled"})
    @act()
    def sender_cancels(self) -> None:
        before = self.known()
        done = claims.cancel_by_sender(self.claim_pk)
        assert done == (before.is_open and before.is_live)
        self.canceled = self.canceled or done

    @when(has_failed)
    @act(channel=st.sampled_from(["email", "sms"]), dead=st.sampled_from([False, False, True]))
    def correct_the_contact(self, channel: str, dead: bool) -> None:
        before = self.known()
        gift = make_gift(channel, (DEAD if dead else FINE)[channel])
        may = before.is_live and before.order.invitations < 6
        assert refuses(lambda: invitations.correct(self.claim_pk, gift), NotNow) != may

    @when(has_failed)
    @act(resend=st.booleans())
    def resend_or_take_the_link(self, resend: bool) -> None:
        before = self.known()
        may = before.is_live and (before.order.invitations < 6 or not resend)
        verb = invitations.resend if resend else invitations.take_link
        if resend and before.order.channel == "personal_link":
            return
        assert refuses(lambda: verb(self.claim_pk), NotNow) != may

    # --- The network
    @when(lambda self: self.known().order.channel == "sms" and self.known().order.invitations > 0)
    @act()
    def a_text_is_lost_on_its_way(self) -> None:
        for text in self.world.received("sms"):
            if text["to"] == FINE["sms"] and text["status"] not in {"undelivered", "delivered", "failed"}:
                self.world.standins.move_text(text["provider_id"], "undelivered", 30005)

    # --- What the model knows
    def fall_silent(self) -> None:
        self.silent_since = self.silent_since or self.now

    def speak_again(self) -> None:
        if self.silent_since is not None and not any(b.answer for b in self.browsers):
            self.silences.append((self.silent_since, self.now))
            self.silent_since = None

    def has_reason(self, after: State) -> bool:
        """Whether what became of the claim was asked for, or its time had come."""
        claim, now = after.order, self.now
        answered = self.refused.answered if self.refused else None
        reasons = {
            "invited": claim.paid_at is not None,
            "accepted": self.accepted,
            "declined": answered is not None and now >= answered + UNDO,
            "expired": self.refused is None and claim.invited_at is not None and now >= window_end(claim),
            "unreachable": claim.contact_failed_at is not None and now >= claim.contact_failed_at + GIVE_UP,
            "canceled": self.canceled or self.full_refund_asked,
            "void": claim.paid_at is None and claim.status in {"expired", "canceled"},
        }
        return reasons[claim.claim]

    def check_moves(self, before: State, after: State) -> None:
        super().check_moves(before, after)
        was, now = before.order.claim, after.order.claim
        if was in ENDED_CLAIM:
            assert now == was, "an ended claim moved (I2)"
        elif now != was:
            assert self.has_reason(after), f"{was} became {now} for no reason"
        if after.order.invited_at is not None:
            assert after.order.expires_at == window_end(after.order)
            assert before.order.invited_at in {None, after.order.invited_at}
        assert after.order.reminders <= 2
        books.check_gift_money(after)

    def _settle(self) -> None:
        super()._settle()
        state = self.state
        assert state.is_open == (state.is_live and not self.accepted) or state.order.status == "pending"
        if self.silent_since is not None:
            self.silences.append((self.silent_since, self.now + timedelta(days=1)))
        self.check_silence()

    def check_silence(self) -> None:
        """Between an answer and its undoing nothing is written to the recipient."""
        for message in self.world.received():
            if message["to"] in {*FINE.values(), *DEAD.values()}:
                at = datetime.fromtimestamp(message["at"], clock.PARIS)
                assert not any(start + timedelta(minutes=1) < at < end for start, end in self.silences), message["text"]
