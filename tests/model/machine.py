"""What moves an example of any kind: time, news that come, come twice or never, workers; and what is checked after.

A rule is something that may happen at any moment (`act`), where it makes sense (`when`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.model import books
from tests.model.books import State
from tests.model.world import BEAT, World
from tests.standin_client import JSON

Step = Callable[..., None]
SPANS = [timedelta(minutes=n) for n in (2, 16, 65)] + [timedelta(hours=n) for n in (5, 25, 75, 200)]
# None of them makes a library try again by itself, which would only take time.
BUSY = {"provider": "stripe", "kind": "error", "status": 429}
TROUBLES: list[dict[str, Any]] = [
    BUSY | {"operation": "refunds.create"},
    BUSY | {"operation": "refunds.list"},
    BUSY | {"operation": "checkout.sessions.create"},
    BUSY | {"operation": "checkout.sessions.retrieve"},
    BUSY | {"operation": "checkout.sessions.expire"},
    {"provider": "stripe", "operation": "refunds.create", "kind": "outcome", "outcome": "pending"},
    {"provider": "stripe", "operation": "refunds.create", "kind": "outcome", "outcome": "failed"},
    {"provider": "smtp", "operation": "data", "kind": "error", "status": 451},
    {"provider": "smtp", "operation": "data", "kind": "drop_before_effect"},
    {"provider": "smtp", "operation": "data", "kind": "drop_after_effect"},
    {"provider": "smtp", "operation": "connect", "kind": "drop_before_effect"},
]
ACTORS = st.frozensets(st.sampled_from(["sender", "recipient says no", "staff", "bank", "trouble"]), max_size=3)


def act(**draws: Any) -> Callable[[Step], Step]:
    """A rule that collects what its commits announce."""

    def decorate(function: Step) -> Step:
        @wraps(function)
        def run(self: Machine, **drawn: Any) -> None:
            self.healthy = self.is_idle = False
            function(self, **drawn)
            self.world.collect()

        decorated: Step = rule(**draws)(run)
        return decorated

    return decorate


def when(predicate: Callable[[Any], bool]) -> Callable[[Step], Step]:
    """Only where it makes sense, so that an example gets somewhere."""
    return precondition(predicate)


def refuses(verb: Callable[[], object], error: type[Exception]) -> bool:
    """Whether the verb says no with this error."""
    try:
        verb()
    except error:
        return True
    return False


class Machine(RuleBasedStateMachine):
    """One order and everything around it. `world` is set by the test that runs the machine.

    `actors`: who meddles in this example. With everybody at once nothing would ever get far.
    """

    world: ClassVar[World]
    actors: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.world.begin()
        self.order_pk = self.delivery_pk = 0
        self.healthy = True
        self.sessions: list[str] = []  # payment pages shown to the sender
        self.page_is_open = False  # the last one, nothing having changed since
        self.was: State | None = None
        self.is_idle = False  # nothing happened since every worker ran
        self.may_be_late = False  # time went by and nobody looked at the promises since
        self.full_refund_asked = False
        self.florist_delivered = False

    # --- Reading
    @property
    def state(self) -> State:
        return State.of(self.order_pk)

    @property
    def now(self) -> datetime:
        return self.world.moment

    def known(self) -> State:
        """The state after the last step."""
        assert self.was is not None
        return self.was

    def is_pending(self) -> bool:
        return bool(self.known().order.status == "pending")

    def charges(self) -> list[JSON]:
        """Money that Stripe took."""
        return [charge for charge in self.world.books()["charges"] if charge["captured"]]

    # --- News and workers
    @act(order=st.randoms(use_true_random=False), keep_back=st.integers(0, 2), twice=st.booleans())
    def webhooks_arrive(self, order: Any, keep_back: int, twice: bool) -> None:
        """Some of them, in any order, perhaps twice."""
        held = self.world.held_webhooks()
        order.shuffle(held)
        held = held[: len(held) - keep_back] if keep_back else held
        self.world.hand(held * 2 if twice else held)

    @when(lambda self: self.world.told)
    @act(which=st.integers(0, 30), times=st.integers(1, 3))
    def an_old_webhook_comes_again(self, which: int, times: int) -> None:
        self.world.hand([self.world.told[which % len(self.world.told)]] * times)

    @act(what=st.sampled_from(["woken", "woken", "forgets", *BEAT]), most=st.integers(1, 12))
    def workers(self, what: str, most: int) -> None:
        """Some are woken, or Redis forgets whom to wake, or one periodic task runs."""
        match what:
            case "woken":
                self.world.hear(most)
            case "forgets":
                self.world.lose_news()
            case _:
                self.world.beat(what)
                self.may_be_late = self.may_be_late and what != "promises"

    @act(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.world.pass_time(span)
        self.may_be_late, self.page_is_open = True, False

    @when(lambda self: not self.is_idle)
    @act()
    def work_goes_on(self) -> None:
        """All news arrive and every sweep runs."""
        self.catch_up()

    @when(lambda self: self.known().order.status in {"pending", "paid"})
    @act(span=st.sampled_from(SPANS[3:]))
    def days_go_by(self, span: timedelta) -> None:
        """As they do: with everybody at work."""
        self.world.pass_time(span)
        self.catch_up()

    def catch_up(self) -> None:
        self.world.catch_up()
        self.may_be_late, self.is_idle, self.page_is_open = False, True, False

    @when(lambda self: "trouble" in self.actors)
    @act(trouble=st.sampled_from(TROUBLES))
    def a_provider_has_trouble(self, trouble: dict[str, Any]) -> None:
        self.world.fault(**trouble)

    # --- After each step
    @invariant()
    def the_books_agree(self) -> None:
        if not self.order_pk:
            return
        before, self.was = self.was, self.state
        assert self.world.alarm.lines == []
        books.check_money(self.was)
        books.check_books(self.was, self.world.books())
        if not self.may_be_late:
            books.check_step(self.was, self.now)
        if before is not None:
            self.check_moves(before, self.was)
        self.healthy = True

    def check_moves(self, before: State, after: State) -> None:
        """What is over stays over."""
        was, now = before.order.status, after.order.status
        if was in {"delivered", "canceled", "expired"}:
            assert now == was
        if before.order.delivery in {"delivered", "canceled"}:
            assert after.order.delivery == before.order.delivery
        if now == "paid" and was != "paid":
            assert self.charges(), "paid without money"
        if now == "delivered":
            assert self.florist_delivered
        for old, new in zip(before.payments, after.payments, strict=False):
            assert old.status != "confirmed" or new.status == "confirmed"
        for old, new in zip(before.refunds, after.refunds, strict=False):
            assert (old.status, new.status) not in {("succeeded", "requested"), ("succeeded", "submitted")} or (
                new.generation > old.generation
            )

    def teardown(self) -> None:
        """Whatever was going on, in the end both sides say the same."""
        try:
            if self.healthy and self.order_pk:
                self._settle()
        finally:
            self.world.end()

    def _settle(self) -> None:
        self.world.standins.forget_faults()
        for _round in range(4):
            self.world.catch_up()
            if not any(refund.status == "requested" and not refund.problem for refund in self.state.refunds):
                break
            self.world.pass_time(timedelta(hours=1))
        self.may_be_late = False
        self.the_books_agree()
        books.check_settled(self.state, self.world.books())
        books.check_messages(self.world.received())
