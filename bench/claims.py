"""Latency of a recipient's pages next to the product page, and answers per second, in one run.

    .venv/bin/python -m bench.claims [--gifts 60] [--answers 1500]

A throwaway shop with two gunicorn workers (DEBUG off), PostgreSQL and Redis. Gift by gift, one request at a time: the
product page, the page of the link, « Découvrir », the gift page, the form, the acceptance, and a refusal after its two
seconds; all in turn, so that a change of the machine's speed falls on all of them. Then as many acceptances as
the two workers can do over 8 connections, each of another person, between two measures of the product page. What counts
is the ratio to that page. Stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import count

import aiohttp

from bench import serving

CONNECTIONS = 8
PRODUCT = "/bouquets/rouge-opera/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SHOWN = re.compile(r'name="shown" value="([^"]+)"')
_people = count(1)


def someone() -> dict[str, str]:
    """What a browser sends with a form of ours, from an address of its own."""
    number = next(_people)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return {"X-Forwarded-For": address, "Sec-Fetch-Site": "same-origin", "Origin": "null"}


class Person:
    """One browser at an address of its own, which notes how long each answer took."""

    def __init__(self, base: str, taken: dict[str, list[float]]) -> None:
        self.base, self.taken, self.token = base, taken, ""
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=someone())

    async def ask(self, name: str, path: str, status: int = 200, data: dict[str, str] | None = None) -> str:
        """One request; `data` makes it a POST with the token of the last page."""
        form = None if data is None else {**data, "csrfmiddlewaretoken": self.token}
        start = time.perf_counter()
        async with self.session.request(
            "GET" if form is None else "POST", self.base + path, data=form, allow_redirects=False
        ) as response:
            body = await response.text()
        self.taken[name].append((time.perf_counter() - start) * 1000)
        if response.status != status:
            raise SystemExit(f"{name} answered {response.status}")
        found = _TOKEN.search(body)
        self.token = found.group(1) if found else self.token
        return body

    async def open(self, link: str) -> None:
        await self.ask("page of the link", link)
        await self.ask("« Découvrir »", link, 302, {})
        await self.ask("gift page", "/cadeau/")


async def accept(base: str, taken: dict[str, list[float]], link: str, address: dict[str, str]) -> None:
    person = Person(base, taken)
    async with person.session:
        await person.ask("product page", PRODUCT)
        await person.open(link)
        await person.ask("form: postcode", "/cadeau/accepter/")
        await person.ask("form: address", "/cadeau/accepter/", 200, {"postcode": address["postcode"]})
        await person.ask("accept", "/cadeau/accepter/adresse/", 302, address)


async def read_refusal(base: str, taken: dict[str, list[float]], link: str) -> tuple[Person, dict[str, str], float]:
    person = Person(base, taken)
    await person.open(link)
    found = _SHOWN.search(await person.ask("form: refuse", "/cadeau/refuser/"))
    assert found is not None
    return person, {"choice": "declined", "shown": found.group(1), "text": ""}, time.monotonic()


async def refuse(person: Person, data: dict[str, str], shown_at: float) -> None:
    await asyncio.sleep(max(0.0, shown_at + 2.1 - time.monotonic()))
    async with person.session:
        await person.ask("refuse", "/cadeau/refuser/confirmer/", 302, data)


async def latencies(base: str, links: list[str], address: dict[str, str]) -> dict[str, list[float]]:
    """Milliseconds of every request, by name; of each two links the first is accepted, the second refused."""
    taken: dict[str, list[float]] = defaultdict(list)
    warm: dict[str, list[float]] = defaultdict(list)
    reading = deque[tuple[Person, dict[str, str], float]]()
    for number in range(0, len(links) - 1, 2):
        notes = warm if number < 10 else taken
        await accept(base, notes, links[number], address)
        reading.append(await read_refusal(base, notes, links[number + 1]))
        if reading[0][2] + 2.1 < time.monotonic():
            await refuse(*reading.popleft())
    while reading:
        await refuse(*reading.popleft())
    return taken


async def answers(base: str, cookies: list[str], address: dict[str, str]) -> tuple[float, list[int]]:
    """Each session accepts its gift, over CONNECTIONS connections: the seconds it took, and every status."""
    statuses: list[int] = []
    waiting = deque(cookies)

    async def one(session: aiohttp.ClientSession) -> None:
        while waiting:
            headers = {"Cookie": waiting.popleft(), **someone()}
            url = f"{base}/cadeau/accepter/adresse/"
            async with session.post(url, data=address, headers=headers, allow_redirects=False) as response:
                await response.read()
                statuses.append(response.status)

    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        start = time.perf_counter()
        await asyncio.gather(*(one(session) for _ in range(CONNECTIONS)))
        return time.perf_counter() - start, statuses


async def products(base: str, seconds: float) -> float:
    """Product pages per second over as many connections: what the machine gives today."""
    asked, stop = 0, time.monotonic() + seconds

    async def one(session: aiohttp.ClientSession) -> None:
        nonlocal asked
        while time.monotonic() < stop:
            async with session.get(base + PRODUCT) as response:
                await response.read()
                asked += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
        await asyncio.gather(*(one(session) for _ in range(CONNECTIONS)))
    return asked / seconds


def show(taken: dict[str, list[float]]) -> None:
    """Print the table of latencies."""
    base = statistics.median(taken["product page"])
    print(f"{'request, one at a time':<28}{'p50 ms':>9}{'p95 ms':>9}{'× product':>11}{'times':>7}")
    for name, values in taken.items():
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"{name:<28}{p50:>9.1f}{p95:>9.1f}{p50 / base:>11.2f}{len(values):>7}")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--gifts", type=int, default=60, help="looked at one by one, half accepted, half refused")
    parser.add_argument("--answers", type=int, default=1500, help="accepted as fast as it goes")
    options = parser.parse_args(argv)
    with serving.shop(TRUSTED_PROXY_HOPS="1") as shop:
        made = json.loads(shop.python("-m", "bench.claims_work", "make", str(options.gifts), str(options.answers)))
        show(asyncio.run(latencies(shop.base, made["links"], made["address"])))
        before = asyncio.run(products(shop.base, 3))
        form = {**made["address"], "csrfmiddlewaretoken": made["token"]}
        seconds, statuses = asyncio.run(answers(shop.base, made["cookies"], form))
        after = asyncio.run(products(shop.base, 3))
        wrong = [status for status in statuses if status != 302]
        print(
            f"\n{len(statuses)} answers in {seconds:.1f} s: {len(statuses) / seconds:.0f} a second over {CONNECTIONS} "
            f"connections, {len(wrong)} errors; product pages {before:.0f} a second before, {after:.0f} after."
        )
        print(shop.python("-m", "bench.claims_work", "check", str(len(made["cookies"]) + options.gifts // 2)).strip())
        print(f"{serving.machine()}.")
        if wrong:
            raise SystemExit(f"not accepted: {sorted(set(wrong))}")


if __name__ == "__main__":
    main()
