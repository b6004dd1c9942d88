"""Two gifts in the same state to two far-apart towns: whoever may not know the town must not tell them apart."""

from __future__ import annotations

import difflib
import re
import statistics
from typing import Any

from tests.leaks import pages
from tests.leaks.browsing import Answer, Browser
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import Gift
from tests.leaks.marks import Mark
from tests.leaks.matrix import RECIPIENTS, SENDERS, Persona, Sink, State

# Those to whom two towns look the same. Staff in charge see the florist, whose name differs in length.
BLIND = SENDERS | {Persona.ANONYMOUS, Persona.MARKETING, Persona.FLORIST_OTHER, Persona.FLORIST_REMOVED}
AMOUNT = re.compile(r"\d+(?:[,.]\d\d)?[\s\u00a0]?€|\b\d{3,5}(?= ?cents)")
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
BEFORE_NEWS = frozenset({State.ACCEPTED, State.OUT, State.FAILED, State.REFUNDED})
TRIES = 7
SLOWER_SECONDS, SLOWER_RATIO = 0.02, 1.5


def compare(
    court: Court, persona: Persona, gifts: tuple[Gift, Gift], first: dict[Any, Answer], second: dict[Any, Answer]
) -> None:
    """Pages about either twin have the same bytes once ids and dates are alike, the same amounts, and no day."""
    gift, twin = gifts
    for label, answer in second.items():
        other = first[label]
        sight = Sight(persona, gift.state, Sink.SIZE, label[0], gift.owner)
        court.matrix.looked((persona, gift.state, Sink.PRICE), len(answer.body))
        court.matrix.looked((persona, gift.state, Sink.SIZE), len(answer.body))
        price = Sight(persona, gift.state, Sink.PRICE, label[0], gift.owner)
        amounts = [AMOUNT.findall(one.text) for one in (other, answer)]
        if persona not in RECIPIENTS and amounts[0] != amounts[1] and other.status == answer.status:
            court.accuse(price, Mark(gift.owner, "amount", ""), f"{amounts[0]} and {amounts[1]}")
        if persona in BLIND:
            _same_bytes(court, sight, (gift, twin), (other, answer))
            _no_day(court, price, gift, other)


def _same_bytes(court: Court, sight: Sight, gifts: tuple[Gift, Gift], answers: tuple[Answer, Answer]) -> None:
    one, other = (
        pages.comparable(f"{answer.head}\n{answer.text}", gift.own_words)
        for gift, answer in zip(gifts, answers, strict=True)
    )
    if one != other:
        court.accuse(sight, Mark(gifts[0].owner, "size", ""), _difference(one, other))


def _difference(one: str, other: str) -> str:
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    changed = [line.strip()[:160] for line in lines if not line.startswith(("---", "+++", "@@"))]
    return f"twins differ: {changed[:4]}"


def days(iso: str) -> list[str]:
    """Ways to write a day."""
    year, month, day = iso.split("-")
    name = MONTHS.split()[int(month) - 1]
    return [iso, f"{int(day)} {name}", f"{int(day)}\u00a0{name}", f"{day}/{month}/{year}", f"{day}.{month}."]


def _no_day(court: Court, sight: Sight, gift: Gift, answer: Answer) -> None:
    """« ni la date à l'avance »: the chosen day is nobody's news before it is over."""
    if gift.state in BEFORE_NEWS and gift.day and sight.persona in SENDERS | {Persona.ANONYMOUS, Persona.MARKETING}:
        for written in days(gift.day):
            if written in answer.text:
                court.accuse(sight, Mark(gift.owner, "slot", gift.day), f"the page says « {written} »")


def time(court: Court, persona: Persona, gifts: tuple[Gift, Gift], browsers: list[Browser]) -> None:
    """The sender's pages of two towns take the same time: medians of tries in turn, measured again before accusing."""
    gift = gifts[0]
    for path in ("/commande/{}/", "/commande/{}/cadeau/"):
        slower = [_slower(gifts, browsers, path, TRIES)]
        while slower[-1] and len(slower) < 4:
            slower.append(_slower(gifts, browsers, path, TRIES * len(slower)))
        court.matrix.looked((persona, gift.state, Sink.SIZE))
        if all(slower):
            sight = Sight(persona, gift.state, Sink.SIZE, path, gift.owner)
            court.accuse(sight, Mark(gift.owner, "time", ""), f"medians differ by {slower}")
    for browser in browsers:
        browser.seen.clear()


def _slower(gifts: tuple[Gift, Gift], browsers: list[Browser], path: str, tries: int) -> str:
    spent: tuple[list[float], list[float]] = ([], [])
    for _try in range(tries):
        for gift, browser, kept in zip(gifts, browsers, spent, strict=True):
            kept.append(browser.get(path.format(gift.tokens["order"])).seconds)
    low, high = sorted(statistics.median(kept) for kept in spent)
    is_slower = high - low > SLOWER_SECONDS and high > SLOWER_RATIO * low
    return f"{low * 1000:.1f} and {high * 1000:.1f} ms" if is_slower else ""
