"""The life of an order with a known address: what the sender may change, and until when."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from florists import deliveries
from florists.calendar import SlotUnavailable
from orders import cancellation, recipients
from tests.florists.factories import make_address, next_served_day
from tests.model.life import Life
from tests.model.machine import ACTORS, act, refuses, when
from tests.orders.factories import make_cart, make_order

CHANGEABLE = {"to_assign", "offered", "accepted"}


class KnownAddressLife(Life):
    """Flowers for a place the sender knows."""

    @initialize(
        start=st.sampled_from(["taken", "taken", "paid", "to be paid"]),
        half_day=st.sampled_from(["morning", "afternoon"]),
        days=st.integers(1, 12),
        actors=ACTORS,
    )
    def an_order_is_placed(self, start: str, half_day: str, days: int, actors: frozenset[str]) -> None:
        self.actors = actors
        order = make_order(cart=make_cart(self.world.variant))
        deliveries.plan(order.delivery, make_address(), next_served_day(days), half_day)
        self.order_pk, self.delivery_pk = order.pk, order.delivery_id
        self.world.collect()
        self.was = self.state
        self.open_payment_page()
        if start != "to be paid":
            self.pay_and_catch_up()
        if start == "taken":
            self.florist_answers(yes=True)
        self.was = self.state

    def may_change(self) -> bool:
        order = self.known().order
        return order.status == "pending" or (order.status == "paid" and order.delivery in CHANGEABLE)

    @when(lambda self: "sender" in self.actors and self.known().order.paid_at is not None)
    @act()
    def sender_cancels(self) -> None:
        """Until the florist starts."""
        may = self.known().order.status == "paid" and self.may_change()
        said_no = refuses(lambda: cancellation.cancel_as_sender(self.order_pk), cancellation.TooLate)
        assert said_no != may

    @act(days=st.integers(1, 8), half_day=st.sampled_from(["morning", "afternoon"]))
    def sender_changes_the_date(self, days: int, half_day: str) -> None:
        if self.known().order.status in {"canceled", "delivered", "expired"}:
            return
        day = next_served_day(days)
        said_no = refuses(lambda: recipients.set_slot(self.order_pk, day, half_day), recipients.TooLate)
        assert said_no != self.may_change()

    @act(postcode=st.sampled_from(["35000", "29200"]))
    def sender_changes_the_address(self, postcode: str) -> None:
        """29200 is served by nobody here."""
        if self.known().order.status in {"canceled", "delivered", "expired"}:
            return
        day, address = (
            next_served_day(3),
            make_address(postcode=postcode, commune="Brest" if postcode == "29200" else "Rennes"),
        )
        try:
            recipients.set_address(self.order_pk, address, day, "afternoon")
        except recipients.TooLate:
            assert not self.may_change()
        except SlotUnavailable:
            assert postcode == "29200"
        else:
            assert self.may_change()
            assert postcode == "35000"
