"""Who takes part: marked florists in the network, staff and florists signed in, and the browsers of each cell."""

from __future__ import annotations

import json
import time

from interflora.management.commands import load_demo_staff
from tests.leaks import browsing
from tests.leaks.browsing import Browser
from tests.leaks.gifts import CHANNELS, Gift, World
from tests.leaks.marks import MarkedAddress, MarkedFlorist, addresses
from tests.leaks.matrix import Persona, State
from tests.leaks.ordering import READING_SECONDS, expect, order_gift
from tests.leaks.stack import LeakStack
from tests.leaks.story import LINK, wait_for

# In the order of their keys: the least loaded is asked first, and of those the first (florists/ladder.py).
FLORISTS_ASKED = (Persona.FLORIST_REMOVED, Persona.FLORIST_OTHER, Persona.FLORIST_ASSIGNED)
FIRST_FLORIST_NUMBER = 100
FAILING = "accept path"  # the address of acceptances that are made to fail
USERS = {
    Persona.SUPPORT: "support",
    Persona.MARKETING: "marketing",
    Persona.ACCOUNTING: "comptabilite",
    Persona.SUPERUSER: "admin",
}


def gather(stack: LeakStack, states: tuple[State, ...]) -> World:
    """Florists, staff and senders, ready to begin; two gifts per state, none bought yet."""
    taken = {row[0] for row in stack.sql("select commune from florists_florist")}
    marked = addresses([*State, FAILING], taken)
    florists = _enroll(stack, list(marked.values()))
    failing = marked.pop(f"{FAILING} A"), marked.pop(f"{FAILING} B")
    gifts = {owner: _gift(stack, owner, address) for owner, address in marked.items() if owner[:-2] in states}
    world = World(stack, gifts, florists, failing[0])
    # The demonstration's support reads addresses; the one of the matrix must not.
    stack.sql("delete from auth_user_user_permissions")
    for number, persona in enumerate(FLORISTS_ASKED):
        world.people[persona] = _sign_in_florist(world, world.florists[persona], f"10.8.0.{number + 1}")
    sign_in_staff(world)
    world.people[Persona.ANONYMOUS] = world.browser("10.8.2.1")
    return world


def _gift(stack: LeakStack, owner: str, address: MarkedAddress) -> Gift:
    state, twin = State(owner[:-2]), owner[-1]
    sender, recipient, other, snoop = (
        Browser(stack.shop_url, stack.backoffice_url, f"10.{who}.{address.number}.1") for who in (1, 2, 3, 4)
    )
    return Gift(state, twin, address, address.number, CHANNELS[state], sender, recipient, other, snoop)


def _enroll(stack: LeakStack, marked: list[MarkedAddress]) -> dict[Persona, MarkedFlorist]:
    """Three florists serve the marked towns, and nobody else does; the unserved ones are nobody's."""
    served = [address.town.postcode for address in marked]
    nowhere = [address.unserved.postcode for address in marked if address.unserved]
    stack.sql("delete from florists_servedpostcode where postcode = any(%s)", served + nowhere)
    florists = {}
    for number, persona in enumerate(FLORISTS_ASKED):
        florist = MarkedFlorist(persona, FIRST_FLORIST_NUMBER + number)
        row = stack.sql(
            "insert into florists_florist (public_id, name, email, phone, postcode, commune, department, is_active,"
            " daily_capacity, created_at) values (%s, %s, %s, %s, '75001', 'Paris', '75', true, 1000, now())"
            " returning id",
            f"CANARY{number:06}",
            florist.name,
            florist.email,
            florist.phone,
        )
        florists[persona] = MarkedFlorist(persona, florist.number, row[0][0])
        zone = "insert into florists_servedpostcode (florist_id, postcode) select %s, unnest(%s::text[])"
        stack.sql(zone, row[0][0], served)
    return florists


def _sign_in_florist(world: World, florist: MarkedFlorist, ip: str) -> Browser:
    """By the link in the florist's mail."""
    browser = world.browser(ip)
    page = f"{world.stack.backoffice_url}fleuriste/entrer/"
    expect(browser.post(page, contact=florist.email), 200, "asking for a link")
    message = wait_for(lambda: next(iter(world.stack.messages_to(florist.email, "email")), None))
    link = next(link for link in LINK.findall(message["text"]) if "/fleuriste/entrer/" in link).rstrip(".")
    shown = browsing.field_of(expect(browser.get(link), 200, "the link"), "shown")
    time.sleep(READING_SECONDS)
    expect(browser.send(link, shown=shown), 200, "entering")
    return browser


def sign_in_staff(world: World) -> None:
    """Each member of the staff, by password and code, on the admin's own pages; again when they are signed in."""
    codes = json.loads(world.stack.demonstration("tests.leaks", "second_factor", *USERS.values()))
    for number, (persona, username) in enumerate(USERS.items()):
        browser = world.people.setdefault(persona, world.browser(f"10.8.1.{number + 1}"))
        page = f"{world.stack.backoffice_url}gestion/"
        if "gestion" in browser.cookies:
            proof = {"password": load_demo_staff.PASSWORD, "code": codes[username]}
            expect(browser.post(f"{page}confirmer/", **proof), 302, f"{username} proves who it is")
            continue
        known = {"username": username, "password": load_demo_staff.PASSWORD, "next": "/gestion/"}
        expect(browser.post(f"{page}login/", **known), 302, f"the password of {username}")
        expect(browser.post(f"{page}second-facteur/code/", code=codes[username]), 302, f"the code of {username}")
        expect(browser.get(page), 200, f"the first page of {username}")
        browser.seen.clear()


def buy_other_orders(world: World) -> None:
    """An order of one's own for the sender's other account and for another sender."""
    for number, (persona, email) in enumerate(
        (
            (Persona.SENDER_OTHER, "camille.martin@autre-compte.example"),
            (Persona.OTHER_SENDER, "nadia@expediteur.example"),
        )
    ):
        browser = world.browser(f"10.8.3.{number + 1}")
        contact = {"channel": "email", "email": f"noe-{number}@belle-adresse.example"}
        world.other_orders[persona] = order_gift(world.stack, browser, email, "Bonne fête", contact)
        world.people[persona] = browser
        browser.seen.clear()


def browser_of(world: World, persona: Persona, gift: Gift) -> Browser:
    """The browser this persona looks with, for one gift."""
    if persona in world.people:
        return world.people[persona]
    if persona == Persona.RECIPIENT_BEFORE:
        return gift.other_device
    if persona == Persona.RECIPIENT_AFTER:
        return gift.recipient
    if persona == Persona.SENDER_INBOX:
        return gift.snoop
    return gift.sender
