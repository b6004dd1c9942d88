"""`./shop bots`: prints what each machine did and what moved; answers 1 when anything moved, or nothing was tried."""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from interflora.dev.keeper import Keeper
from interflora.dev.tools import CHECKOUT
from interflora.dev.translations import compile_catalogs
from tests.bots import clicker, watch
from tests.bots.behaviors import BEHAVIORS, Behavior, Pressing
from tests.bots.clicker import Clicker
from tests.bots.forms import Fields
from tests.bots.robot import Answer, Carry, Robot
from tests.bots.watch import Snapshot
from tests.leaks import browsing, people, stack, story
from tests.leaks.browsing import Browser
from tests.leaks.gifts import Gift
from tests.leaks.matrix import State
from tests.leaks.ordering import READING_SECONDS, StoryError, expect
from tests.leaks.stack import LeakStack
from tests.leaks.story import LINK

DESCRIPTION = "Thirty kinds of scanners open, press and submit whatever every message leads to; nothing may move."
AT_ONCE = 3
ASSET = re.compile(r"/(static|images?|media)/")


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def links(shop: LeakStack, contacts: frozenset[str] = frozenset()) -> list[str]:
    """Every address in every message received so far (to these contacts, or to anybody), once."""
    ours = (shop.shop_url.rstrip("/"), shop.backoffice_url.rstrip("/"))
    found: dict[str, None] = {}
    for message in shop.standins.messages():
        if contacts and not any(contact in str(message.get("to")) for contact in contacts):
            continue
        for link in LINK.findall(f"{message['text']} {message.get('html') or ''}"):
            whole = link.rstrip("/.),;") + ("/" if "." not in link.rstrip("/.),;").rsplit("/", 1)[-1] else "")
            if whole.startswith(ours) and not ASSET.search(whole):
                found.setdefault(whole)
    return list(found)


class Run:
    """One shop, brought to every state, and the machines let loose on it."""

    def __init__(self, shop: LeakStack, window: Clicker | None) -> None:
        self.shop, self.window = shop, window
        self.moved: list[str] = []
        self.asked = 0

    def prepare(self) -> None:
        """One gift in each state. Raises StoryError."""
        self.world = people.gather(self.shop, tuple(State))
        self.world.gifts = {owner: gift for owner, gift in self.world.gifts.items() if gift.twin == "A"}
        story.tell(self.world)

    def let_loose(self, name: str, behaviors: tuple[Behavior, ...], found: list[str]) -> None:
        """Readers together, then each machine that presses by itself, so that what moved has one author."""
        say(f"{name}: {len(found)} links")
        before = watch.settled(self.world)
        readers = [one for one in behaviors if one.pressing is Pressing.NOTHING]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for behavior, told in zip(readers, pool.map(lambda one: self._unleash(one, found), readers), strict=True):
                say(f"        {behavior.name}: {told}")
        before = self._compare("those that only read", before)
        for behavior in behaviors:
            if behavior.pressing is not Pressing.NOTHING:
                told = self._unleash(behavior, found)
                seen = len(self.moved)
                before = self._compare(behavior.name, before)
                say(f"{'failed' if len(self.moved) > seen else 'ok':<7} {behavior.name}: {told}")

    def _compare(self, name: str, before: Snapshot) -> Snapshot:
        now = watch.settled(self.world)
        for change in before.changes(now):
            say(f"failed  {name}: {change[:300]}")
            self.moved.append(f"{name}: {change}")
        return now

    def _unleash(self, behavior: Behavior, found: list[str]) -> str:
        ip = f"10.20.{BEHAVIORS.index(behavior)}.1"
        if behavior.pressing is Pressing.BROWSER:
            if self.window is None:
                return "not tried, Chromium is not installed"
            clicks = sum(self.window.treat(link, behavior, ip) for link in found)
            self.asked += clicks
            return f"{clicks} clicks"
        robot = Robot(behavior, self._carrier(ip, behavior), self._origins())
        for link in found:
            robot.treat(link)
        self._judge(robot)
        return f"{robot.statuses.total()} requests, {shown(robot.statuses)}"

    def _origins(self) -> tuple[str, ...]:
        return self.shop.shop_url.rstrip("/") + "/", self.shop.backoffice_url.rstrip("/") + "/"

    def _judge(self, robot: Robot) -> None:
        """A machine that breaks a page, or that is only ever sent away, proves nothing."""
        self.asked += robot.statuses.total()
        broken = sum(count for status, count in robot.statuses.items() if status >= 500)
        if broken or robot.statuses[429]:
            self.moved.append(f"{robot.behavior.name}: {shown(robot.statuses)}")

    def _carrier(self, ip: str, behavior: Behavior) -> Carry:
        browser = Browser(self.shop.shop_url, self.shop.backoffice_url, ip)

        def carry(method: str, address: str, fields: Fields | None, headers: dict[str, str]) -> Answer:
            if not behavior.keeps_cookies:
                browser.cookies.clear()
                browser.__post_init__()
            got = browser.request(method, address, fields, headers.items())
            browser.seen.clear()
            return Answer(got.status, got.header("Location"), got.text if got.is_html else "")

        return carry

    # --- The fifteen minutes
    def decline_and_undo(self) -> None:
        """Somebody says no, the machines come by, and the no can still be taken back, there and nowhere else."""
        gift = self.world.gift(State.OPENED)
        untouched = watch.settled(self.world)
        self._decline(gift)
        declined = watch.settled(self.world)
        if not any("pending_answer" in change for change in untouched.changes(declined)):
            self.moved.append("a person's own refusal is not noticed: the watch is blind")
        for owner, page in untouched.pages.items():
            if page != declined.pages[owner]:
                self.moved.append(f"the sender's page of {owner} tells a refusal that can be undone")
        pressing = tuple(one for one in BEHAVIORS if one.pressing is not Pressing.NOTHING)
        self.let_loose("a refusal within its fifteen minutes", pressing, links(self.shop))
        expect(gift.recipient.send("/cadeau/refuse/annuler/"), 200, "undoing")
        waits = "select status = 'invited' and pending_answer = '' from addressless_claim where id = %s"
        if not self.shop.one(waits, gift.rows["claim"]):
            self.moved.append("the refusal could not be undone")
        say("ok      the refusal is undone")

    def _decline(self, gift: Gift) -> None:
        browser = gift.recipient
        shown_at = browsing.field_of(expect(browser.get("/cadeau/refuser/"), 200, "refusing"), "shown")
        time.sleep(READING_SECONDS)
        confirm = expect(browser.post("/cadeau/refuser/", choice="declined", text="", shown=shown_at), 200, "choice")
        fields = {name: browsing.field_of(confirm, name) for name in ("choice", "shown")}
        time.sleep(READING_SECONDS)
        expect(browser.send("/cadeau/refuser/confirmer/", text="", **fields), 200, "confirming")


def shown(statuses: Counter[int]) -> str:
    """« 200 × 31, 404 × 2 »."""
    return ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))


def main(arguments: list[str]) -> int:
    """One whole run on a shop of its own."""
    argparse.ArgumentParser(prog="./shop bots", description=DESCRIPTION).parse_args(arguments)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="interflora-bots-"))
    folder.chmod(0o711)
    keeper = Keeper()
    keeper.remove(folder)
    shop = stack.make(folder)
    problem = ""
    try:
        compile_catalogs(CHECKOUT)
        shop.start()
        with clicker.opened() as window:
            run = Run(shop, window)
            run.prepare()
            say(f"{len(run.world.gifts)} gifts in as many states ({time.monotonic() - started:.0f} s)")
            run.let_loose("every message", BEHAVIORS, links(shop))
            run.decline_and_undo()
    except (StoryError, RuntimeError) as error:
        problem = str(error)
    finally:
        shop.stop()
        shutil.rmtree(folder, ignore_errors=True)
        keeper.release()
    if problem:
        say(f"failed  {problem}")
        return 1
    for line in run.moved:
        say(f"moved   {line[:300]}")
    seconds = time.monotonic() - started
    say(f"{len(BEHAVIORS)} machines, {run.asked} requests and clicks, {len(run.moved)} changes, in {seconds:.0f} s.")
    return int(bool(run.moved))
