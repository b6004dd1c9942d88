"""How each gift comes to its state, through the pages and with real workers, every answer kept for the matrix."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any

from tests.journeys import stack
from tests.leaks import browsing
from tests.leaks.browsing import Browser
from tests.leaks.gifts import CARD, Gift, World
from tests.leaks.matrix import PLACED, Persona, State
from tests.leaks.ordering import READING_SECONDS, TABS, StoryError, expect, move_job, order_gift, take_job

LINK = re.compile(r"https?://127\.0\.0\.1:\d+/[^\s\"<>]+")
DAYS_AHEAD = 12  # the day of delivery: no deadline of ours falls on it
AT_ONCE = 5
PATIENCE_SECONDS = 120.0


def wait_for(look: Callable[[], Any]) -> Any:
    """What `look` answers once it is something, on a machine that may have much else to do."""
    return stack.wait_for(look, PATIENCE_SECONDS)


def tell(world: World) -> None:
    """Bring every gift to its state, several at a time. Raises StoryError."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for gift in list(pool.map(lambda gift: _tell(world, gift), world.gifts.values())):
            _keep_answers(world, gift)


def _keep_answers(world: World, gift: Gift) -> None:
    """What each person saw on the way belongs to the cells of this gift's state."""
    seen = {
        Persona.SENDER: gift.sender,
        Persona.RECIPIENT_AFTER if gift.state in ANSWERED_HERE else Persona.RECIPIENT_BEFORE: gift.recipient,
        Persona.RECIPIENT_BEFORE: gift.other_device,
    }
    if gift.state in ANSWERED_HERE:
        seen[Persona.RECIPIENT_AFTER] = gift.recipient
    for persona, browser in seen.items():
        world.answers[persona, gift.state] += [(gift, answer) for answer in browser.seen]
        browser.seen.clear()


ANSWERED_HERE = PLACED | {State.DECLINED, State.QUIET}


def _tell(world: World, gift: Gift) -> Gift:
    buy(world, gift.sender, gift)
    if gift.state == State.PAID:
        return gift
    _receive(world, gift)
    _open(world, gift)
    if gift.state == State.INVITED:
        return gift
    _hesitate(world, gift)
    if gift.state in PLACED:
        _accept(world, gift)
    elif gift.state in {State.DECLINED, State.QUIET}:
        _refuse(world, gift)
    elif gift.state == State.EXPIRED:
        _expire(world, gift)
    return gift


# --- The sender ----------------------------------------------------------------------------------------------------
def buy(world: World, browser: Browser, gift: Gift) -> None:
    """From an empty cart to a paid order, as the sender does it."""
    typed = {"channel": gift.channel}
    if gift.channel in TABS:
        typed[TABS[gift.channel]] = gift.contact
    if gift.state == State.PAID:  # the invitation leaves another day
        typed["invite_on"] = (world.stack.today() + timedelta(days=3)).isoformat()
    token = order_gift(world.stack, browser, gift.sender_email, CARD, typed)
    gift.tokens["order"] = token
    row = world.stack.sql(
        "select o.public_id, c.public_id, d.public_id, o.id, c.id, d.id from orders_order o"
        " join addressless_claim c on c.order_id = o.id join florists_delivery d on d.id = o.delivery_id"
        " where o.token_digest = %s",
        hashlib.sha256(token.encode()).hexdigest(),
    )[0]
    gift.ids |= dict(zip(("order", "claim", "delivery"), row[:3], strict=True))
    gift.rows |= dict(zip(("order", "claim", "delivery"), row[3:], strict=True))
    wait_for(lambda: world.stack.one("select started_at is not null from addressless_claim where id = %s", row[4]))


# --- The recipient -------------------------------------------------------------------------------------------------
def _receive(world: World, gift: Gift) -> None:
    """The invitation as it arrived, or the link the sender passes on."""
    if gift.channel == "personal_link":
        page = gift.sender.get(f"/commande/{gift.tokens['order']}/cadeau/")
        links = [link for link in LINK.findall(page.body.decode()) if "/cadeau/" in link and "/commande/" not in link]
    else:
        to = gift.contact
        message = wait_for(lambda: next((m for m in _messages(world, gift.channel, to) if "/cadeau/" in str(m)), None))
        links = LINK.findall(message["text"])
        code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", message["text"])
        gift.tokens["code"] = code[0] if code else ""
        stops = [link for link in links if "/cadeau/stop/" in link]
        gift.tokens["stop"] = stops[0].rstrip("/.").rsplit("/", 1)[-1] if stops else ""
        links = [link for link in links if "/cadeau/" in link and "/stop/" not in link]
    if not links:
        raise StoryError(f"no link for {gift.owner}")
    gift.tokens["claim"] = links[0].rstrip("/.").rsplit("/", 1)[-1]
    claim = gift.rows["claim"]
    wait_for(lambda: world.stack.one("select status = 'invited' from addressless_claim where id = %s", claim))


def _messages(world: World, channel: str, to: str) -> list[dict[str, Any]]:
    """Texts and mails by their address; private messages by what the row says, since X knows people by number."""
    if channel != "twitter_dm":
        return world.stack.messages_to(to, channel)
    return [m for m in world.stack.standins.messages(channel=channel) if to in str(m.get("to"))]


def _open(world: World, gift: Gift) -> None:
    """« Découvrir » on another device first; the invited gift is opened nowhere else."""
    link = f"/cadeau/{gift.tokens['claim']}/"
    browsers = [gift.other_device] if gift.state == State.INVITED else [gift.other_device, gift.recipient]
    for browser in browsers:
        expect(browser.get(link), 200, "opening page")
        if gift.state != State.INVITED:
            expect(browser.send(link), 200, "gift page")


def _hesitate(world: World, gift: Gift) -> None:
    """A place nobody serves, a form with a mistake, a session that ends meanwhile: what was typed comes back."""
    browser, typed = gift.recipient, gift.address.form
    if gift.address.unserved:
        expect(browser.post("/cadeau/accepter/", postcode=gift.address.unserved.postcode), 200, "unserved postcode")
    expect(browser.post("/cadeau/accepter/", postcode=typed["postcode"]), 200, "postcode")
    expect(browser.post("/cadeau/accepter/adresse/", **typed), 200, "form with a mistake")
    sessions = "update addressless_claimsession set last_seen_at = last_seen_at - interval '{}' where claim_id = %s"
    world.stack.sql(sessions.format("1 hour"), gift.rows["claim"])
    expect(browser.post("/cadeau/accepter/adresse/", **typed), 403, "session ended")
    expect(browser.post("/cadeau/reprendre/", **typed), 200, "form again")
    world.stack.sql(sessions.format("-1 hour"), gift.rows["claim"])


def _accept(world: World, gift: Gift) -> None:
    browser, typed = gift.recipient, gift.address.form
    form = expect(browser.post("/cadeau/accepter/", postcode=typed["postcode"]), 200, "postcode")
    earliest = world.stack.today() + timedelta(days=DAYS_AHEAD)
    days = [day for day in browsing.options_of(form, "day") if date.fromisoformat(day) >= earliest]
    gift.day = days[0]
    typed |= {"day": gift.day, "half_day": "morning"}
    with world.one_at_a_time:  # the florists' load decides who is asked first
        _answer(world, gift, typed)
        _find_florist(world, gift)
    _deliver(world, gift)


def _answer(world: World, gift: Gift, typed: dict[str, str]) -> None:
    browser = gift.recipient
    done = expect(browser.send("/cadeau/accepter/adresse/", **typed), 200, "accepting")
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", done.body.decode())
    if not code:
        raise StoryError(f"no follow-up code: {browsing.words(done.body.decode())[:600]}")
    gift.tokens["tracking_code"] = code[0]
    tracking = expect(browser.send("/verifier/", code=code[0]), 200, "tracking")
    gift.tokens["tracking"] = tracking.url.rstrip("/").rsplit("/", 1)[-1]


def _refuse(world: World, gift: Gift) -> None:
    browser = gift.recipient
    choice = "declined" if gift.state == State.DECLINED else "quiet"
    shown = browsing.field_of(expect(browser.get("/cadeau/refuser/"), 200, "refusing"), "shown")
    time.sleep(READING_SECONDS)
    confirm = expect(browser.post("/cadeau/refuser/", choice=choice, text="", shown=shown), 200, "choice")
    fields = {name: browsing.field_of(confirm, name) for name in ("choice", "shown")}
    expect(browser.send("/cadeau/refuser/confirmer/", text="", **fields), 200, "confirming")
    if gift.state == State.DECLINED:
        move = "update addressless_claim set settles_at = settles_at - interval '1 hour' where id = %s"
        world.stack.sql(move, gift.rows["claim"])
        wait_claim(world, gift, "declined")


def _expire(world: World, gift: Gift) -> None:
    move = (
        "update addressless_claim set invited_at = invited_at - interval '9 days',"
        " expires_at = expires_at - interval '9 days' where id = %s"
    )
    world.stack.sql(move, gift.rows["claim"])
    wait_claim(world, gift, "expired")


def wait_claim(world: World, gift: Gift, status: str) -> None:
    """Wake the sweeper until the claim is there."""
    world.stack.wake("addressless.tasks.sweep_claims")
    wait_for(
        lambda: world.stack.one("select status from addressless_claim where id = %s", gift.rows["claim"]) == status
    )


# --- The florists --------------------------------------------------------------------------------------------------
def _find_florist(world: World, gift: Gift) -> None:
    """The first florist asked accepts and gives back, the second refuses, the third keeps the job."""
    for persona in (Persona.FLORIST_REMOVED, Persona.FLORIST_OTHER, Persona.FLORIST_ASSIGNED):
        token = wait_for(partial(_offer_token, world, gift, persona))
        gift.offers[persona] = token
        link = f"{world.stack.backoffice_url}fleuriste/proposition/{token}/"
        job = f"{world.stack.backoffice_url}fleuriste/livraison/{gift.ids['delivery']}/"
        browser = world.browser(f"10.9.{gift.number}.{len(gift.offers)}")
        if persona == Persona.FLORIST_OTHER:
            with _seen(world, persona, gift, browser):
                expect(browser.get(link), 200, "proposal")
                expect(browser.send(link + "refuser/", reason="full"), 200, "refusing the proposal")
            continue
        with _seen(world, Persona.FLORIST_ASSIGNED, gift, browser):  # until the moment of giving back
            take_job(browser, link)
        if persona == Persona.FLORIST_REMOVED:
            with _seen(world, persona, gift, browser):
                expect(browser.send(job + "rendre/", reason="full"), 200, "giving back")


@contextmanager
def _seen(world: World, persona: Persona, gift: Gift, browser: Browser) -> Iterator[None]:
    """What this browser sees meanwhile was seen by this florist, in the gift's state."""
    before = len(browser.seen)
    yield
    world.answers[persona, gift.state] += [(gift, answer) for answer in browser.seen[before:]]


def _offer_token(world: World, gift: Gift, persona: Persona) -> str:
    """The token in the proposal that this florist received for this gift; "" while there is none."""
    florist = world.florists[persona]
    digest = world.stack.sql(
        "select token_digest from florists_deliveryoffer"
        " where delivery_id = %s and florist_id = %s and status = 'open'",
        gift.rows["delivery"],
        florist.pk,
    )
    for message in world.stack.messages_to(florist.email, "email") if digest else []:
        for link in LINK.findall(message["text"]):
            token = link.rstrip("/.").rsplit("/", 1)[-1]
            if hashlib.sha256(token.encode()).hexdigest() == digest[0][0]:
                return str(token)
    return ""


def _deliver(world: World, gift: Gift) -> None:
    shop, delivery = world.stack, gift.rows["delivery"]
    job = f"{shop.backoffice_url}fleuriste/livraison/{gift.ids['delivery']}/"
    browser = world.browser(f"10.9.{gift.number}.{len(gift.offers)}")
    with _seen(world, Persona.FLORIST_ASSIGNED, gift, browser):
        proposal = f"{shop.backoffice_url}fleuriste/proposition/{gift.offers[Persona.FLORIST_ASSIGNED]}/"
        shown = browsing.field_of(browser.get(proposal), "shown")
        time.sleep(READING_SECONDS)
        browser.send(f"{proposal}fiche/", shown=shown)
        steps: dict[State, tuple[str, ...]] = {
            State.OUT: ("preparing", "out_for_delivery"),
            State.DELIVERED: ("preparing", "out_for_delivery", "delivered"),
        }
        move_job(browser, job, *steps.get(gift.state, ()))
        if gift.state == State.FAILED:
            expect(browser.send(job + "probleme/", problem="absent"), 200, "problem")
    _track(gift)
    match gift.state:
        case State.DELIVERED:  # the sender learns of it once the half-day is over
            for column in ("delivered_at", "departed_at", "preparing_at", "accepted_at"):
                shop.sql(f"update florists_delivery set {column} = {column} - interval '1 day' where id = %s", delivery)
            _wait_order(world, gift, "status = 'delivered'")
        case State.FAILED:
            _wait_order(world, gift, "problem <> ''")
        case State.REFUNDED:
            _refund(world, gift)


def _track(gift: Gift) -> None:
    """What the recipient writes on the tracking page: a contact of one's own, a worry, thanks that say too much."""
    browser, page = gift.recipient, f"/suivi/{gift.tokens['tracking']}/"
    if gift.state == State.OUT:
        own = f"moi-{gift.number:02}@belle-adresse.example"
        expect(browser.post(page + "nouvelles/", contact=own), 302, "a contact of one's own")
    if gift.state == State.FAILED:
        expect(browser.post(page + "souci/", kind="other", text="Personne ne sonne."), 200, "a worry")
    if gift.state == State.DELIVERED:
        where = f"Merci ! Passez au {gift.address.form['line1']}, {gift.address.town.label}"
        expect(browser.post(page + "merci/", text=where), 200, "thanks that say where")
        expect(browser.post(page + "merci/", text="Merci, elles sont superbes."), 302, "thanks")


def _wait_order(world: World, gift: Gift, condition: str) -> None:
    world.stack.wake("orders.tasks.sweep_deliveries")
    wait_for(lambda: world.stack.one(f"select {condition} from orders_order where id = %s", gift.rows["order"]))


def _refund(world: World, gift: Gift) -> None:
    """Support gives everything back, in the admin."""
    support = world.people[Persona.SUPPORT]
    page = f"{world.stack.backoffice_url}gestion/orders/order/{gift.rows['order']}/rembourser/"
    cents = browsing.field_of(expect(support.get(page), 200, "the page of the refund"), "shown")
    typed = {"shown": cents, "typed": f"{int(cents) // 100},{int(cents) % 100:02}"}
    asked = expect(support.post(page, **typed), 302, "refund by support").header("Location")
    if not asked.endswith("/change/"):
        raise StoryError(f"support is sent to {asked} instead of refunding")
    refunded = (
        "select count(*) from orders_refund r join orders_payment p on p.id = r.payment_id"
        " where p.order_id = %s and r.status = 'succeeded'"
    )
    wait_for(lambda: world.stack.one(refunded, gift.rows["order"]) == 1)
