"""What a test between versions allows one to say. Pure arithmetic: no row is read or written here.

Each version's rate (clicks or orders per delivered text) has a Beta(1, 1) prior; the posteriors are compared by
Monte-Carlo with a seed, so that the same figures always give the same verdict.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DRAWS = 20_000
# Best with this probability: said to be the winner.
SURE = 0.95
# Fewer delivered texts than this per version prove nothing, whatever the arithmetic says.
FEWEST_DELIVERED = 50
# A version is stopped for its STOPs on strong evidence only.
SURE_OF_STOPS = 0.99
FEWEST_STOPS = 5


@dataclass(frozen=True)
class Arm:
    """One version's figures: texts delivered, and how many of them succeeded (or led to a STOP)."""

    letter: str
    delivered: int
    successes: int

    @property
    def rate(self) -> float:
        """Successes per delivered text; 0 when nothing was delivered."""
        return self.successes / self.delivered if self.delivered else 0.0


@dataclass(frozen=True)
class Verdict:
    """Who is probably best, how probably, and what choosing each version would cost on average (a rate)."""

    best: str
    probabilities: Mapping[str, float]
    losses: Mapping[str, float]
    is_conclusive: bool


def judge(arms: Sequence[Arm], seed: int) -> Verdict:
    """Compare two versions or more. Raises ValueError with fewer.

    `best` has the highest probability of being best; the verdict is conclusive when that is at least 95 % and every
    version had 50 texts delivered.
    """
    if len(arms) < 2:
        raise ValueError("a test compares two versions at least")
    wins = dict.fromkeys((arm.letter for arm in arms), 0)
    losses = dict.fromkeys(wins, 0.0)
    for rates in _draws(arms, seed):
        top = max(rates.values())
        wins[next(letter for letter, rate in rates.items() if rate == top)] += 1
        for letter, rate in rates.items():
            losses[letter] += top - rate
    probabilities = {letter: won / DRAWS for letter, won in wins.items()}
    best = max(probabilities, key=lambda letter: probabilities[letter])
    is_enough = min(arm.delivered for arm in arms) >= FEWEST_DELIVERED
    return Verdict(
        best=best,
        probabilities=probabilities,
        losses={letter: loss / DRAWS for letter, loss in losses.items()},
        is_conclusive=is_enough and probabilities[best] >= SURE,
    )


def clearly_worse(arms: Sequence[Arm], seed: int) -> list[str]:
    """The versions whose STOP rate is above that of all the others together with 99 % probability; 5 STOPs at least.

    `successes` are STOPs here.
    """
    found = []
    for arm in arms:
        others = [other for other in arms if other is not arm]
        if arm.successes < FEWEST_STOPS or not others:
            continue
        rest = Arm("", sum(other.delivered for other in others), sum(other.successes for other in others))
        worse = sum(rates[arm.letter] > rates[""] for rates in _draws([arm, rest], seed))
        if worse / DRAWS >= SURE_OF_STOPS:
            found.append(arm.letter)
    return found


def roll_size(audience: int, rate: float, spread: float) -> int:
    """Texts per version, for two versions, that earn most over the whole audience; half of it at most.

    `rate` is the success rate usually seen and `spread` the standard deviation between versions (both from past
    campaigns). Formula: Feit & Berman, « Test & Roll: Profit-Maximizing A/B Tests », Marketing Science 38(6), 2019.
    """
    if audience < 2 or not 0 < rate < 1 or spread <= 0:
        raise ValueError("needs two people, a rate between 0 and 1 and a spread")
    noise = rate * (1 - rate) / spread**2
    best = math.sqrt(audience / 4 * noise + (0.75 * noise) ** 2) - 0.75 * noise
    return max(1, min(round(best), audience // 2))


def _draws(arms: Sequence[Arm], seed: int) -> list[dict[str, float]]:
    """As many possible rates of each version as DRAWS, from their posteriors."""
    chance = random.Random(seed)  # noqa: S311 # nosec B311 - a simulation, which must be repeatable
    shapes = [(arm.letter, arm.successes + 1, max(0, arm.delivered - arm.successes) + 1) for arm in arms]
    return [{letter: chance.betavariate(yes, no) for letter, yes, no in shapes} for _draw in range(DRAWS)]
