"""Requests per second and latency of the shop's pages, next to an empty view and a control, in one run.

    .venv/bin/python -m bench.pages [--seconds 3] [--rounds 3]

Starts a throwaway PostgreSQL and Redis, loads the demo catalogue, serves the shop with two gunicorn workers (DEBUG off)
and asks for each page over 8 connections, all pages in turn and `rounds` times, so that a change of the machine's speed
falls on all of them. What counts is the ratio to the control. Loopback only; stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import time
from collections.abc import Sequence

import aiohttp

from bench import serving

CONNECTIONS = 8
PAGES = {
    "empty view": "/bench/empty/",
    "control (24 rows, 1 query)": "/bench/control/",
    "home": "/",
    "product": "/bouquets/rouge-opera/",
    "list of 24": "/bouquets/",
    "list of 48": "/bouquets/?par=48",
    "occasion": "/occasions/anniversaire/",
    "search": "/bouquets/?q=pivoine",
}


async def hammer(url: str, seconds: float) -> tuple[int, int]:
    """Ask for `url` over CONNECTIONS connections for `seconds`; return answers and bytes of the last body."""
    answers = size = 0
    stop = time.monotonic() + seconds

    async def one(session: aiohttp.ClientSession) -> None:
        nonlocal answers, size
        while time.monotonic() < stop:
            async with session.get(url, headers={"Accept-Encoding": "identity"}) as response:
                body = await response.read()
                if response.status != 200:
                    raise SystemExit(f"{url} answered {response.status}")
                answers, size = answers + 1, len(body)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
        await asyncio.gather(*(one(session) for _ in range(CONNECTIONS)))
    return answers, size


async def alone(url: str, times: int = 40) -> float:
    """Median milliseconds of one request at a time."""
    taken = []
    async with aiohttp.ClientSession() as session:
        for _ in range(times):
            start = time.perf_counter()
            async with session.get(url) as response:
                await response.read()
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def measure(base: str, pages: dict[str, str], seconds: float, rounds: int) -> None:
    """Print the table."""
    rates: dict[str, list[float]] = {name: [] for name in pages}
    sizes, own_cpu, wall = {}, 0.0, 0.0
    for _ in range(rounds):
        for name, path in pages.items():
            before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
            answers, sizes[name] = asyncio.run(hammer(base + path, seconds))
            took = time.perf_counter() - start
            after = resource.getrusage(resource.RUSAGE_SELF)
            own_cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            wall += took
            rates[name].append(answers / took)
    control = statistics.median(rates["control (24 rows, 1 query)"])
    print(f"{'page':<28}{'requests/s':>12}{'× control':>11}{'p50 alone ms':>14}{'HTML kB':>10}")
    for name, path in pages.items():
        rate = statistics.median(rates[name])
        p50 = asyncio.run(alone(base + path))
        print(f"{name:<28}{rate:>12.0f}{rate / control:>11.2f}{p50:>14.1f}{sizes[name] / 1000:>10.1f}")
    print(f"{serving.machine()}, {CONNECTIONS} connections; the load generator used {own_cpu / wall:.0%} of one core.")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    with serving.shop() as shop:
        measure(shop.base, PAGES, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
