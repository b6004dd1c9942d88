"""The whole canary: gifts to their states, every person at every state, every sink drained, the matrix judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.leaks import blobs, chrome, failures, people, planting, routes, story, walk
from tests.leaks.court import Court, Sight
from tests.leaks.gifts import World
from tests.leaks.matrix import Matrix, Persona, Sink, State
from tests.leaks.search import Searcher
from tests.leaks.stack import LeakStack
from tests.leaks.taps import TAPS, Messages, Piece, Tap
from tests.leaks.walk import Walk

PROOF_SECONDS = 240.0  # staff/proof.py believes a proof for ten minutes; a state takes its time on a busy machine


class Blind(RuntimeError):
    """The canary does not find what was planted: nothing it says can be believed."""


@dataclass
class Canary:
    """One run on a running stack."""

    stack: LeakStack
    personas: tuple[Persona, ...] = tuple(Persona)
    states: tuple[State, ...] = tuple(State)
    with_browser: bool = True
    every_failure: int = 1  # every line of the accept path is made to fail; n: one line in n; 0: none
    say: Callable[[str], None] = lambda _line: None
    taps: list[Tap] = field(default_factory=list)
    proven: float = 0.0
    half_done: list[str] = field(default_factory=list)
    told: int = 0
    kinds: set[tuple[str, ...]] = field(default_factory=set)

    def run(self) -> Court:
        """Fill the matrix; the caller judges it. Raises StoryError, NoRecipe."""
        found = routes.checked()
        self.taps = [kind(self.stack) for kind in TAPS]
        try:
            return self._run(found)
        finally:
            for tap in self.taps:
                tap.close()

    def _run(self, found: list[routes.Route]) -> Court:
        world = people.gather(self.stack, self.states)
        self.proven = time.monotonic()
        marks = [mark for gift in world.gifts.values() for mark in gift.address.marks]
        marks += [mark for florist in world.florists.values() for mark in florist.marks] + world.failing.marks
        matrix = Matrix(self.personas, self.states, absent=walk.absent(found))
        court = Court(Searcher(marks), matrix)
        self.say(f"{len(marks)} marks, {court.searcher.forms} forms of them; {len(found)} routes")
        with chrome.opened(self.with_browser) as window:
            if missed := planting.missed(world, self.taps, window):
                raise Blind(f"a planted word is not found in: {', '.join(missed)}")
            self.say(f"a planted word is found in each of the {len(Sink)} sinks")
            self._begin(world, court, found)
            self._visit(world, court, Walk(world, court, found), window)
        if self.every_failure:
            self._fail(world, court)
        return court

    def _begin(self, world: World, court: Court, found: list[routes.Route]) -> None:
        """What is there before any address was typed, then the gifts."""
        for tap in self.taps:
            list(tap.drain())
        people.buy_other_orders(world)
        self._remember_reference(world, court, found)
        started = time.monotonic()
        story.tell(world)
        self.say(f"{len(world.gifts)} gifts brought to {len(self.states)} states in {time.monotonic() - started:.0f} s")

    def _fail(self, world: World, court: Court) -> None:
        started = time.monotonic()
        try:
            failed = failures.run(world, court, lambda sight: self._drain(world, court, sight), self.every_failure)
        except RuntimeError as problem:
            self.say(f"failed  {problem}")
            self.half_done.append(str(problem))
            return
        for line in failed.lines():
            self.say(f"{line} ({time.monotonic() - started:.0f} s)")
        self.half_done += failed.half_done

    def _remember_reference(self, world: World, court: Court, found: list[routes.Route]) -> None:
        """The network's own zones, on the staff's pages about florists."""
        florist = world.florists[Persona.FLORIST_ASSIGNED].pk
        for route in found:
            if "florists_florist" in route.name:
                for persona in set(self.personas) & people.USERS.keys():
                    browser = world.people[persona]
                    path = route.pattern.replace("<path:object_id>", str(florist))
                    court.remember(persona, route.name, browser.get(f"{browser.backoffice}/{path}").text)

    def _visit(self, world: World, court: Court, steps: Walk, window: chrome.Window) -> None:
        for state in self.states:
            started = time.monotonic()
            self._prove_staff(world)
            for persona in self.personas:
                if not court.matrix.reason((persona, state, Sink.PAGES)):
                    steps.go(persona, state)
                    blobs.look(world, court, persona, state)
                    window.look(world, court, persona, state)
                    self._drain(world, court, Sight(persona, state, Sink.LOGS, ""))
                self._tell_hits(court)
            self.say(f"{state}: {time.monotonic() - started:.0f} s, {len(court.hits)} hits so far")

    def _tell_hits(self, court: Court) -> None:
        """Each kind of hit once, as soon as it is seen: a whole run is long."""
        for hit in court.hits[self.told :]:
            kind = (hit.sight.persona, hit.sight.sink, hit.sight.where, hit.found.mark.field)
            if kind not in self.kinds:
                self.kinds.add(kind)
                self.say(f"HIT {hit}")
        self.told = len(court.hits)

    def _prove_staff(self, world: World) -> None:
        """The back office asks staff again who they are: they answer before it does."""
        if time.monotonic() > self.proven + PROOF_SECONDS:
            people.sign_in_staff(world)
            self.proven = time.monotonic()

    def _drain(self, world: World, court: Court, sight: Sight) -> None:
        """What came out behind the pages since the last cell; and every message once more."""
        for tap in self.taps:
            seen = replace(sight, sink=tap.sink)
            court.matrix.looked((seen.persona, seen.state, seen.sink))
            pieces = list(tap.drain())
            for piece in tap.kept if isinstance(tap, Messages) else pieces:
                self._look(world, court, seen, piece)

    @staticmethod
    def _look(world: World, court: Court, sight: Sight, piece: Piece) -> None:
        to = next((who for who, one in world.florists.items() if piece.to in {one.email, one.phone}), "")
        court.look(replace(sight, where=piece.where, audience=to), piece.text)


def verdict(court: Court, say: Callable[[str], None]) -> bool:
    """Print the matrix and its totals; whether every cell is tested and nothing was found."""
    matrix = court.matrix
    for line in matrix.lines():
        say(line)
    for number, sink in enumerate(matrix.sinks, 1):
        looks = sum(count for cell, count in matrix.looks.items() if cell[2] == sink)
        say(f"{number:>3} {sink}: {looks} looks, {matrix.sizes[sink]} characters")
    for name, count in court.allowed.most_common():
        say(f"allowed {count:>6} times: {name}")
    for hit in list(dict.fromkeys(map(str, court.hits)))[:80]:
        say(f"HIT {hit}")
    empty = matrix.empty()
    for cell in empty[:40]:
        say(f"EMPTY {' × '.join(cell)}")
    cells = sum(1 for _cell in matrix.cells())
    tested = sum(1 for cell in matrix.cells() if matrix.looks[cell])
    say(f"{tested} of {cells} cells tested, {cells - tested - len(empty)} cannot be, {len(empty)} empty")
    say(f"hits: {len(court.hits)}")
    return not court.hits and not empty
