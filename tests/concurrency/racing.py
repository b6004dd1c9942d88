"""Real processes behind a barrier, started once and reused: every round they all act on one subject at one instant."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections

Verb = Callable[[int, int], bool]
Race = Callable[[int, int], list[bool]]
WAIT = 120


def _serve(verb: Verb, subject: Any, base: Any, answers: Any, place: int, barrier: Any) -> None:  # noqa: PLR0917
    while True:
        barrier.wait(WAIT)
        if subject.value == 0:
            break
        try:
            answers[place] = 1 if verb(subject.value, base.value + place) else 0
        except Exception:
            answers[place] = -1
        barrier.wait(WAIT)
    connections.close_all()


@contextmanager
def racers(verbs: Sequence[Verb]) -> Iterator[Race]:
    """`race(subject, base)` runs `verb(subject, base + place)` in each process; returns who changed something.

    A verb that raises anything fails the test: refusals are answers, not errors.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(verbs) + 1)
    subject, base, answers = context.Value("q", 0), context.Value("q", 0), context.Array("i", len(verbs))
    runners = [
        context.Process(target=_serve, args=(verb, subject, base, answers, place, barrier), daemon=True)
        for place, verb in enumerate(verbs)
    ]
    for runner in runners:
        runner.start()

    def race(pk: int, first: int = 0) -> list[bool]:
        base.value, subject.value = first, pk
        barrier.wait(WAIT)
        barrier.wait(WAIT)
        results = [int(answers[place]) for place in range(len(verbs))]
        assert -1 not in results, "a verb raised instead of answering"
        return [result == 1 for result in results]

    try:
        yield race
    finally:
        subject.value = 0
        barrier.wait(WAIT)
        for runner in runners:
            runner.join(10)
