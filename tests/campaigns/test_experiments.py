"""What a test may say, against closed forms and published figures."""

from __future__ import annotations

from math import exp, lgamma, log

import pytest

from notifications.marketing.experiments import Arm, clearly_worse, judge, roll_size


def _beta(first: float, second: float) -> float:
    return lgamma(first) + lgamma(second) - lgamma(first + second)


def second_beats_first(first: Arm, second: Arm) -> float:
    """P(rate of `second` > rate of `first`), exactly: a finite sum of Beta functions."""
    a1, b1 = first.successes + 1, first.delivered - first.successes + 1
    a2, b2 = second.successes + 1, second.delivered - second.successes + 1
    return sum(exp(_beta(a1 + i, b1 + b2) - log(b2 + i) - _beta(1 + i, b2) - _beta(a1, b1)) for i in range(a2))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Arm("A", 1000, 20), Arm("B", 1000, 35)),
        (Arm("A", 400, 20), Arm("B", 400, 20)),
        (Arm("A", 60, 1), Arm("B", 60, 0)),
        (Arm("A", 5000, 400), Arm("B", 500, 55)),
    ],
)
def test_the_probability_to_be_best_is_the_exact_one(first: Arm, second: Arm) -> None:
    verdict = judge([first, second], seed=7)
    assert verdict.probabilities["B"] == pytest.approx(second_beats_first(first, second), abs=0.012)
    assert sum(verdict.probabilities.values()) == pytest.approx(1)


def test_the_expected_loss_is_the_difference_of_the_means_plus_that_of_the_other() -> None:
    arms = [Arm("A", 1000, 20), Arm("B", 1000, 35)]
    losses = judge(arms, seed=7).losses
    means = {arm.letter: (arm.successes + 1) / (arm.delivered + 2) for arm in arms}
    assert losses["A"] - losses["B"] == pytest.approx(means["B"] - means["A"], abs=0.0002)
    assert 0 < losses["B"] < 0.001 < losses["A"]


def test_the_same_figures_always_give_the_same_verdict() -> None:
    arms = [Arm("A", 300, 9), Arm("B", 300, 12), Arm("C", 300, 7), Arm("D", 300, 10)]
    assert judge(arms, seed=42) == judge(arms, seed=42)


def test_a_clear_difference_is_said_and_an_unclear_one_is_not() -> None:
    assert judge([Arm("A", 2000, 40), Arm("B", 2000, 80)], seed=1).is_conclusive
    assert not judge([Arm("A", 2000, 40), Arm("B", 2000, 44)], seed=1).is_conclusive
    assert judge([Arm("A", 2000, 40), Arm("B", 2000, 44)], seed=1).best == "B"


def test_a_handful_of_texts_proves_nothing() -> None:
    assert not judge([Arm("A", 49, 0), Arm("B", 2000, 900)], seed=1).is_conclusive
    assert judge([Arm("A", 50, 0), Arm("B", 2000, 900)], seed=1).is_conclusive


def test_one_version_alone_is_no_test() -> None:
    with pytest.raises(ValueError, match="two versions"):
        judge([Arm("A", 100, 3)], seed=1)


def test_nothing_delivered_is_a_draw() -> None:
    verdict = judge([Arm("A", 0, 0), Arm("B", 0, 0)], seed=3)
    assert verdict.probabilities["A"] == pytest.approx(0.5, abs=0.02)
    assert not verdict.is_conclusive


def test_a_version_that_drives_people_away_is_named_on_strong_evidence_only() -> None:
    good, bad = Arm("A", 1000, 3), Arm("B", 1000, 22)
    assert clearly_worse([good, bad], seed=1) == ["B"]
    assert clearly_worse([good, Arm("B", 1000, 6)], seed=1) == []
    assert clearly_worse([Arm("A", 10, 0), Arm("B", 10, 4)], seed=1) == []
    assert clearly_worse([bad], seed=1) == []


def test_test_and_roll_gives_the_published_sizes() -> None:
    # Feit & Berman 2019, section 4.1: websites, 100,000 visitors, mean 0.68, spread 0.03: 2,284 per version.
    assert roll_size(100_000, 0.68, 0.03) == 2284
    assert roll_size(10, 0.02, 0.001) <= 5
    with pytest.raises(ValueError, match="rate"):
        roll_size(1000, 0.0, 0.01)
