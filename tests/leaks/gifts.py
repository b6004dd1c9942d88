"""The gifts under watch: who bought them, which doors each person holds, and what their rows are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from interflora.lib import contacts
from tests.leaks.browsing import Browser
from tests.leaks.marks import MarkedAddress, MarkedFlorist
from tests.leaks.matrix import Persona, State
from tests.leaks.stack import LeakStack

CARD = "Joyeux anniversaire, je pense à toi. Camille"
CHANNELS = {
    State.PAID: "email",
    State.INVITED: "sms",
    State.OPENED: "twitter_dm",
    State.ACCEPTED: "email",
    State.OUT: "sms",
    State.DELIVERED: "twitter_dm",
    State.FAILED: "email",
    State.DECLINED: "sms",
    State.QUIET: "email",
    State.EXPIRED: "personal_link",
    State.REFUNDED: "sms",
}


@dataclass
class Gift:
    """One gift order and everything the story learned about it."""

    state: State
    twin: str
    address: MarkedAddress
    number: int
    channel: str
    sender: Browser
    recipient: Browser
    other_device: Browser  # the recipient's, opened and never answered with
    snoop: Browser  # the sender's, where the recipient's inbox is read too
    ids: dict[str, str] = field(default_factory=dict)  # public ids: order, claim, delivery
    rows: dict[str, int] = field(default_factory=dict)  # primary keys of the same
    tokens: dict[str, str] = field(default_factory=dict)  # order, claim, stop, code, tracking, tracking_code
    offers: dict[str, str] = field(default_factory=dict)  # florist's owner → token of the proposal
    day: str = ""

    @property
    def owner(self) -> str:
        return f"{self.state} {self.twin}"

    @property
    def sender_email(self) -> str:
        return f"camille-{list(State).index(self.state):02}@expediteur.example"

    @property
    def contact(self) -> str:
        """What the sender types, and the stand-ins know the person by."""
        return {
            "email": f"lou-{self.number:02}@belle-adresse.example",
            "sms": f"+336123456{self.number:02}",
            "twitter_dm": f"lou_fleurs_{self.number:02}",
            "personal_link": "",
        }[self.channel]

    @property
    def own_words(self) -> dict[str, str]:
        """What differs between twins by nature, and what to read in its place."""
        found = {value: f"<{name}>" for name, value in (self.ids | self.tokens).items() if value}
        if self.contact:
            found |= dict.fromkeys((self.contact, contacts.display(self.channel, self.contact)), "<contact>")
        return found


@dataclass
class World:
    """Everything a persona may hold."""

    stack: LeakStack
    gifts: dict[str, Gift]
    florists: dict[Persona, MarkedFlorist]
    failing: MarkedAddress  # typed into acceptances that are made to fail
    people: dict[Persona, Browser] = field(default_factory=dict)  # those with one browser for all gifts
    other_orders: dict[Persona, str] = field(default_factory=dict)  # order tokens of SENDER_OTHER, OTHER_SENDER
    one_at_a_time: Any = field(default_factory=Lock)
    answers: defaultdict[tuple[Persona, State], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.product = self.stack.one("select slug from catalog_product where is_active order by id limit 1")
        self.occasion = self.stack.one("select slug from catalog_occasion order by id limit 1")
        self._rows: dict[tuple[str, str], list[str]] = {}

    def rows_of(self, gift: Gift, model: str, query: str) -> list[str]:
        """Primary keys of the rows of `model` that belong to a gift; asked once."""
        key = (gift.owner, model)
        if key not in self._rows:
            ids = {f"{name}_id": value for name, value in gift.ids.items()}
            found = self.stack.sql(query.format(**gift.rows, **ids))
            self._rows[key] = [str(row[0]) for row in found if row[0] is not None]
        return self._rows[key]

    def gift(self, state: State, twin: str = "A") -> Gift:
        return self.gifts[f"{state} {twin}"]

    def browser(self, ip: str, cookies: dict[str, str] | None = None) -> Browser:
        """A fresh browser, or one that holds copies of another's cookies."""
        return Browser(self.stack.shop_url, self.stack.backoffice_url, ip, dict(cookies or {}))
