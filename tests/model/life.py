"""The life of one order, whatever its kind: paid in every way, refunded, contested, made and delivered.

Each rule is something a person, a bank or a florist may do at any moment, and what must be answered then.
"""

from __future__ import annotations

from hypothesis import strategies as st

from florists import jobs, offers
from florists.models import Delivery, DeliveryOffer
from orders import cancellation, details, payments, refunds, steps, stripe_gateway
from orders.models import Order, Payment
from orders.payments import AlreadyPaid, NotPayable, Unavailable
from tests.model.machine import Machine, act, when
from tests.standin_client import JSON

DEPARTED = {"out_for_delivery", "delivered"}
DETAILS = {"first_name": "Camille", "name": "Martin", "phone": "", "marketing": False}


class Life(Machine):
    """Rules of every order: its money and its flowers."""

    # --- Reading
    def delivery(self) -> Delivery:
        return Delivery.objects.select_related("florist").get(pk=self.delivery_pk)

    def session(self, which: int) -> JSON:
        """One of the payment pages, as Stripe has it."""
        wanted = self.sessions[which % len(self.sessions)]
        return next(one for one in self.world.books()["sessions"] if one["id"] == wanted)

    def pay_and_catch_up(self) -> None:
        """As it mostly goes: paid at once, and everybody at work."""
        self.world.standins.pay(self.sessions[0])
        self.world.forget_books()
        self.catch_up()
        self.was = self.state

    def moving_refunds(self) -> list[JSON]:
        return [one for one in self.world.books()["refunds"] if one["status"] in {"pending", "succeeded"}]

    def processing(self) -> list[JSON]:
        """Delayed payments whose end nobody knows yet."""
        waiting = {one["id"] for one in self.world.books()["payment_intents"] if one["status"] == "processing"}
        return [one for one in self.world.books()["sessions"] if one["payment_intent"] in waiting]

    # --- Paying
    @when(lambda self: self.known().order.status in {"pending", "expired"} and not self.page_is_open)
    @act()
    def open_payment_page(self) -> None:
        order = Order.objects.get(pk=self.order_pk)
        before = self.known()
        try:
            page = payments.start(order, shown_cents=order.total_cents)
        except AlreadyPaid:
            assert before.order.paid_at or self.charges()
        except NotPayable:
            assert before.order.status == "expired"
        except Unavailable:
            pass
        else:
            assert before.order.status == "pending"
            self.world.forget_books()
            opened = next(one for one in self.world.books()["sessions"] if one["url"] == page)
            assert (opened["status"], opened["amount_total"]) == ("open", before.order.total_cents)
            self.page_is_open = True
            if opened["id"] not in self.sessions:
                self.sessions.append(opened["id"])
        self.world.forget_books()

    @when(lambda self: self.is_pending())
    @act(email=st.sampled_from(["camille@martin.example", "camille@bureau.example"]))
    def change_details(self, email: str) -> None:
        """Another e-mail makes another payment page; the old one is closed by a worker, or paid all the same."""
        self.page_is_open = False
        assert details.save(self.order_pk, DETAILS | {"email": email}, ip="192.0.2.1", language="fr")

    @when(lambda self: any(one["status"] != "complete" for one in self.world.books()["sessions"]))
    @act(which=st.integers(0, 3), how=st.sampled_from(["paid", "paid", "declined", "delayed"]))
    def pay(self, which: int, how: str) -> None:
        """Any page ever shown may be paid, an expired one too (the confirmation crossed the expiry)."""
        session = self.session(which)
        if session["status"] == "complete" or (how == "declined" and session["status"] == "expired"):
            return
        self.world.standins.pay(session["id"], how=how, late=session["status"] == "expired")
        self.world.forget_books()

    @when(lambda self: self.processing())
    @act(arrived=st.sampled_from([True, True, False]))
    def delayed_payments_end(self, arrived: bool) -> None:
        for one in self.processing():
            self.world.standins.pay(one["id"], how="settled" if arrived else "bounced")
        self.world.forget_books()

    @when(lambda self: self.sessions and self.is_pending())
    @act(which=st.integers(0, 3))
    def come_back_from_stripe(self, which: int) -> None:
        """The return page reads the session again; refreshing it changes nothing more."""
        payment = Payment.objects.filter(session_id=self.sessions[which % len(self.sessions)]).first()
        if payment is None:
            return
        try:
            payments.reconcile(payment.pk)
            assert not payments.reconcile(payment.pk)
        except stripe_gateway.Unreachable:
            pass

    # --- Staff, banks
    @when(lambda self: "staff" in self.actors and self.known().order.paid_at is not None)
    @act()
    def staff_refund(self) -> None:
        before = self.known()
        is_held = any(p.captured_cents > before.returned(p) for p in before.payments if p.status == "confirmed")
        may_cancel = before.order.status == "paid" and before.order.delivery not in DEPARTED
        assert cancellation.refund_in_full(self.order_pk, actor="aline") == (is_held or may_cancel)
        self.full_refund_asked = True

    @when(lambda self: "bank" in self.actors and self.charges())
    @act(which=st.integers(0, 2), share=st.sampled_from([1, 2, 50]))
    def refund_in_stripes_console(self, which: int, share: int) -> None:
        charge = self.charges()[which % len(self.charges())]
        left = charge["amount_captured"] - charge["amount_refunded"]
        if left < share or charge["disputed"]:
            return
        self.world.standins.refund_by_hand(charge["id"], left // share)
        self.full_refund_asked = True
        self.world.forget_books()

    @when(lambda self: "bank" in self.actors and self.moving_refunds())
    @act(which=st.integers(0, 3), status=st.sampled_from(["succeeded", "failed", "failed"]))
    def a_refund_moves_at_the_bank(self, which: int, status: str) -> None:
        refund = self.moving_refunds()[which % len(self.moving_refunds())]
        if refund["status"] != status:
            self.world.standins.move_refund(refund["id"], status)
            self.world.forget_books()

    @when(lambda self: "staff" in self.actors and any(r.problem for r in self.known().refunds))
    @act()
    def staff_ask_for_a_refund_again(self) -> None:
        for row in self.known().refunds:
            if row.problem:
                refunds.retry(row.id, actor="aline")

    @when(lambda self: "bank" in self.actors and self.charges())
    @act(which=st.integers(0, 2), won=st.booleans())
    def the_bank_contests(self, which: int, won: bool) -> None:
        """A dispute opens, or the open one is decided."""
        charge = self.charges()[which % len(self.charges())]
        known = [one for one in self.world.books()["disputes"] if one["charge"] == charge["id"]]
        if not known:
            self.world.standins.dispute(charge["id"])
        elif known[0]["status"] not in {"won", "lost"}:
            self.world.standins.close_dispute(known[0]["id"], won=won)
        self.world.forget_books()

    @when(lambda self: "staff" in self.actors and self.known().order.problem)
    @act()
    def staff_solve(self) -> None:
        assert steps.solve(self.order_pk, actor="aline")

    # --- The florist
    def _offer(self) -> DeliveryOffer | None:
        return DeliveryOffer.objects.filter(delivery=self.delivery_pk, status="open").first()

    @when(lambda self: self.known().order.delivery == "offered")
    @act(yes=st.sampled_from([True, True, False]))
    def florist_answers(self, yes: bool) -> None:
        offer = self._offer()
        assert offer is not None
        assert offers.accept(offer.pk) if yes else offers.refuse(offer.pk, "full")
        assert not offers.accept(offer.pk)

    @when(lambda self: self.known().order.delivery in {"accepted", "preparing", "out_for_delivery"})
    @act(what=st.sampled_from(["prepare", "depart", "deliver", "fail", "give back"]))
    def florist_works(self, what: str) -> None:
        delivery, before = self.delivery(), self.known().order.delivery
        assert delivery.florist is not None
        match what:
            case "prepare":
                assert jobs.start_preparing(delivery, delivery.florist) == (before == "accepted")
            case "depart":
                assert jobs.out_for_delivery(delivery, delivery.florist) == (before != "out_for_delivery")
            case "deliver":
                assert jobs.mark_delivered(delivery, delivery.florist)
                self.florist_delivered = True
            case "fail":
                assert jobs.mark_failed(delivery, delivery.florist, "absent")
            case _:
                assert offers.give_back(delivery, delivery.florist, "full") == (before != "out_for_delivery")
