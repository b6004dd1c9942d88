"""The engine of SMS campaigns against other ways to send the same texts, in one run.

    .venv/bin/python -m bench.campaigns [--people 10000] [--audience 270000] [--kills 20] [--peers FOLDER]

A throwaway shop, PostgreSQL and Redis, and a provider that only counts (`bench.provider`), at once and after 50 ms. All
processes' clocks stand at a legal hour. Measured in turn: the whole engine with one and two workers; a Celery task per
text; django-post_office and django-mailer (installed into a temporary folder; they send e-mail, through a backend that
makes the same request); a functional text's wait meanwhile; a pause; workers killed at random; signed reports; the
freezing of a large audience beside a bare INSERT … SELECT. What counts is the ratio of one run. Stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from twilio.request_validator import RequestValidator

from bench import serving
from bench.serving import ROOT, Shop
from interflora.dev import roles
from interflora.dev.stack import free_port
from interflora.dev.test import clock_at

MORNING = "2027-03-17 10:30"  # a Wednesday
LATER = [20 * 60, 35 * 60, 50 * 60]  # seconds
PEERS = ["django-post_office==3.12.0", "django-mailer==2.3.2"]
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16


class Bench:
    """The processes of one run."""

    def __init__(self, shop: Shop, provider: str) -> None:
        self.shop, self.provider = shop, provider
        values = {name: value for name, value in shop.values.items() if not name.endswith("_API_BASE")}
        self.environment = roles.environment("worker", values)
        self.environment |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_PROVIDER": provider}
        self.clock = clock_at(MORNING)

    def popen(self, *arguments: str, later: int = 0, **more: str) -> subprocess.Popen[str]:
        offset = float(self.clock["JOURNEY_CLOCK_OFFSET"]) + later
        environment = self.environment | self.clock | {"JOURNEY_CLOCK_OFFSET": str(offset)} | more
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def work(self, *arguments: str, later: int = 0, **more: str) -> dict[str, Any]:
        """Run one thing to its end; what it said."""
        process = self.popen("-m", "bench.campaigns_work", *arguments, later=later, **more)
        said, _nothing = process.communicate()
        if process.returncode:
            raise SystemExit(f"{arguments} failed")
        return dict(json.loads(said.splitlines()[-1])) if said.strip() else {}

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """A process that is ready, and waits for a line."""
        process = self.popen("-m", "bench.campaigns_work", *arguments)
        assert process.stdout is not None
        if "ready" not in process.stdout.readline():
            raise SystemExit(f"{arguments} did not start")
        return process

    def reset(self, delay: int) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.provider}/reset?delay={delay}", method="POST"))

    def told(self, name: str = "counts") -> Any:
        with urllib.request.urlopen(f"{self.provider}/{name}") as answer:
            return json.load(answer)


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def used(pids: Sequence[int]) -> tuple[float, int]:
    """CPU seconds, and the memory now held in MB, of these processes and their children."""
    seconds, pages = 0.0, 0
    for pid in (one for top in pids for one in family(top)):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        seconds += (int(fields[11]) + int(fields[12])) / TICKS
        pages += int(fields[21])
    return seconds, pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def engine(bench: Bench, workers: int, delay: int, people: int) -> str:
    """The whole engine: claim, hand over, record."""
    plan = bench.work("plan", str(people))
    bench.reset(delay)
    processes = [bench.started("send") for _worker in range(workers)]
    before = used([process.pid for process in processes])
    start = time.perf_counter()
    for process in processes:
        go(process)
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    taken = time.perf_counter() - start
    after = used([process.pid for process in processes])
    for process in processes:
        go(process)
        process.wait(20)
    _check(bench, plan["rows"])
    return _line(f"engine, {workers} worker{'s' * (workers > 1)}", delay, plan["rows"], taken, before, after)


def celery_loop(bench: Bench, delay: int, people: int) -> str:
    """A task per text in two processes; the clock starts with the first task."""
    plan = bench.work("plan", str(people))
    bench.reset(delay)
    worker = bench.popen(
        "-m", "celery", "-A", "bench.celery_loop", "worker", "-c", "2", "-l", "ERROR", SITE_URL="https://shop.example"
    )
    time.sleep(8)
    before, start = used([worker.pid]), time.perf_counter()
    bench.work("enqueue", str(plan["campaign"]))
    while bench.told()["texts"] < plan["rows"] and time.perf_counter() - start < 180:
        time.sleep(0.05)
    taken, after = time.perf_counter() - start, used([worker.pid])
    worker.terminate()
    worker.wait(30)
    _check(bench, plan["rows"])
    return _line("Celery task per text, 2 processes", delay, plan["rows"], taken, before, after)


def peers(bench: Bench, delay: int, people: int, folder: str) -> list[str]:
    """Two queues of e-mails; the start of their command, measured on an empty queue, is taken off."""
    commands = {
        "django-post_office, 2 processes": ("post_office", ["send_queued_mail", "--processes", "2"]),
        "django-mailer": ("mailer", ["send_mail"]),
    }
    more: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "bench.peer_settings"}
    path = f"{folder}:{bench.clock['PYTHONPATH']}"
    lines = []
    for name, (filler, command) in commands.items():
        costs = []
        for filled in (False, True):
            if filled:
                bench.work(filler, str(people), **more, PYTHONPATH=path)
            bench.reset(delay)
            start, before = time.perf_counter(), os.times()
            process = bench.popen("manage.py", *command, **more, PYTHONPATH=path)
            process.communicate()
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            costs.append((time.perf_counter() - start, cpu))
        _check(bench, people, distinct=False)
        (idle, idle_cpu), (taken, cpu) = costs
        lines.append(_line(name, delay, people, max(taken - idle, 0.001), (idle_cpu, 0), (cpu, 0)))
    return lines


def _check(bench: Bench, people: int, *, distinct: bool = True) -> None:
    told = bench.told()
    if told["texts"] != people or (distinct and told["twice"]):
        raise SystemExit(f"{people} texts were planned, the provider tells {told}")


def _line(  # noqa: PLR0913, PLR0917 - the columns of the table
    name: str, delay: int, people: int, taken: float, before: tuple[float, int], after: tuple[float, int]
) -> str:
    cpu = (after[0] - before[0]) / people * 1000
    memory = f"{after[1]:>8}{after[1] - before[1]:>+8}" if after[1] else f"{'–':>8}{'–':>8}"
    return f"{name:<36}{delay:>8}{people / taken:>12,.0f}{cpu:>12.2f}{memory}"


def waits_and_pause(bench: Bench, people: int) -> list[str]:
    """What a functional text waits during a campaign of two workers, and how long texts leave after a pause."""
    plan = bench.work("plan", str(people))
    bench.reset(50)
    processes, lane = [bench.started("send") for _worker in range(2)], bench.started("functional", "8")
    for process in (*processes, lane):
        go(process)
    assert lane.stdout is not None
    waits = json.loads(lane.stdout.readline())["waits"]
    running = [process for process in processes if process.poll() is None]
    pauser = bench.started("pause", str(plan["campaign"]))
    go(pauser)
    assert pauser.stdout is not None
    paused_at = json.loads(pauser.stdout.readline())["at"]
    time.sleep(2)
    last_at = bench.told()["last_at"]
    for process in (*processes, lane, pauser):
        process.kill()
        process.wait(20)
    p95 = statistics.quantiles(waits, n=20)[-1]
    texts = bench.told()["texts"]
    return [
        f"functional text during it, {len(waits)} of them: p50 {statistics.median(waits):.2f} s, p95 {p95:.2f} s",
        f"pause to the last text: {max(0.0, last_at - paused_at):.2f} s, {texts:,} of {plan['rows']:,} had left, "
        f"{len(running)} workers at work",
    ]


def kills(bench: Bench, people: int, times: int) -> str:
    """Three workers, one of them killed at random again and again; then the sweeps of the next three quarters."""
    plan = bench.work("plan", str(people))
    bench.work("speed", str(max(100, people // max(1, times))))
    bench.reset(20)
    chance, workers = random.Random(20), list[subprocess.Popen[str]]()
    for _kill in range(times):
        while len(workers) < 3:
            workers.append(bench.started("send"))
            go(workers[-1])
        time.sleep(chance.uniform(0.05, 0.8))
        victim = workers.pop(chance.randrange(len(workers)))
        victim.kill()
        victim.wait()
    for worker in workers:
        worker.kill()
        worker.wait()
    left = bench.told()["texts"]
    bench.work("speed", "1000000")
    for later in LATER:
        bench.work("settle", later=later)
    told, rows, sids = bench.told(), bench.work("outcome", str(plan["campaign"])), set(bench.told("sids"))
    lost = rows["unsettled"] + len(sids ^ set(rows["accepted"]))
    return (
        f"{times} kills, {left:,} of {people:,} texts had left at the last: duplicates {told['twice']}, losses {lost}; "
        f"{rows['failed']} taken by a worker that died before it called are told as failed, never sent again"
    )


async def _report(token: str, rows: list[list[str]]) -> tuple[float, list[int]]:
    validator, forms = RequestValidator(token), []
    for url, sid in rows:
        form = {"MessageSid": sid, "MessageStatus": "delivered", "To": "+33612345678"}
        forms.append((url, form, validator.compute_signature(url, form)))
    statuses, queue = list[int](), list(forms)

    async def one(session: aiohttp.ClientSession) -> None:
        while queue:
            url, form, signature = queue.pop()
            headers = {"X-Twilio-Signature": signature}
            async with session.post(url, data=form, headers=headers) as answer:
                await answer.read()
                statuses.append(answer.status)

    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session) for _number in range(CONNECTIONS)))
    return time.perf_counter() - start, statuses


def reports(bench: Bench, people: int) -> str:
    plan = bench.work("plan", str(people))
    bench.reset(0)
    worker = bench.started("send")
    go(worker)
    assert worker.stdout is not None
    worker.stdout.readline()
    go(worker)
    worker.wait(20)
    rows = bench.work("references", str(plan["campaign"]))["rows"]
    taken, statuses = asyncio.run(_report(bench.shop.values["TWILIO_AUTH_TOKEN"], rows))
    if wrong := {status for status in statuses if status >= 300}:
        raise SystemExit(f"reports were answered {wrong}")
    empty = asyncio.run(_empty(bench.shop.base))
    return f"signed reports: {len(rows) / taken:,.0f} a second; the same server's empty view {empty:,.0f}"


async def _empty(base: str) -> float:
    asked = 2000

    async def one(session: aiohttp.ClientSession) -> None:
        for _number in range(asked // CONNECTIONS):
            async with session.get(f"{base}/bench/empty/") as answer:
                await answer.read()

    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session) for _number in range(CONNECTIONS)))
    return asked / (time.perf_counter() - start)


def install(folder: str) -> bool:
    """The two queues of e-mails, for this run alone."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", folder, "--no-deps", *PEERS]
    more = ["bleach", "webencodings", "jsonfield", "lockfile"]
    done = subprocess.run([*command, *more], check=False, stderr=subprocess.DEVNULL)
    return done.returncode == 0


@contextmanager
def provider() -> Any:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.provider", str(port)], cwd=ROOT)
    try:
        serving.wait_for(f"http://127.0.0.1:{port}/counts")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=10_000, help="of each campaign")
    parser.add_argument("--audience", type=int, default=270_000, help="frozen at the end; 0: not")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", default="", help="engine, celery, peers, waits, kills, reports or audience")
    options = parser.parse_args(argv)
    people = options.people

    def wanted(name: str) -> bool:
        return options.only in ("", name)

    with provider() as address, serving.shop() as shop, tempfile.TemporaryDirectory(prefix="peers-") as folder:
        bench = Bench(shop, address)
        bench.work("fill", str(people * 10 // 9 + 1))
        print(f"{'':<36}{'delay ms':>8}{'texts/s':>12}{'CPU s/1,000':>12}{'MB':>8}{'growth':>8}")
        for delay in (0, 50):
            if wanted("engine"):
                print(engine(bench, 1, delay, people), flush=True)
                print(engine(bench, 2, delay, people), flush=True)
            if wanted("celery"):
                print(celery_loop(bench, delay, people // 4), flush=True)
            if wanted("peers"):
                if not install(folder):
                    print("django-post_office, django-mailer: not to be installed here")
                    continue
                more: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "bench.peer_settings"}
                path = f"{folder}:{bench.clock['PYTHONPATH']}"
                bench.popen("manage.py", "migrate", "-v0", "--skip-checks", **more, PYTHONPATH=path).communicate()
                print(*peers(bench, delay, people // 10, folder), sep="\n", flush=True)
        if wanted("waits"):
            print(*waits_and_pause(bench, 0), sep="\n", flush=True)
        if wanted("kills") and options.kills:
            print(kills(bench, people, options.kills), flush=True)
        if wanted("reports"):
            print(reports(bench, people // 2), flush=True)
        if wanted("audience") and options.audience:
            bench.work("grow", str(options.audience * 10 // 9 + 1))
            plan = bench.work("plan", "0")
            ratio = f"{plan['snapshot'] / plan['bare']:.1f} × a bare INSERT … SELECT ({plan['bare']:.1f} s)"
            print(f"{plan['rows']:,} people frozen in {plan['snapshot']:.1f} s, {ratio}")
    print(f"{serving.machine()}.")


if __name__ == "__main__":
    main()
