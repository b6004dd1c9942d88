from random import Random

from hypothesis import given
from hypothesis import strategies as st

from interflora.lib import money


def test_vat_is_taken_out_of_the_price_half_up() -> None:
    assert money.vat_of(11000, 1000) == 1000
    assert money.vat_of(990, 2000) == 165
    assert money.vat_of(4590, 1000) == 417  # 417.27
    assert money.vat_of(11, 1000) == 1
    assert money.vat_of(33, 2000) == 6  # 5.5 rounds up


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**5), max_size=11), st.integers(1, 10**5), st.randoms())
def test_spread_loses_no_cent_and_is_fair(total: int, others: list[int], weight: int, chance: Random) -> None:
    weights = [*others, weight]  # at least one is not zero
    chance.shuffle(weights)
    shares = money.spread(total, weights)
    assert sum(shares) == total
    assert all(abs(share - total * weight / sum(weights)) < 1 for share, weight in zip(shares, weights, strict=True))


def test_euros_are_written_the_french_way() -> None:
    assert money.euros(4590) == "45,90\u00a0€"
    assert money.euros(123456789) == "1\u202f234\u202f567,89\u00a0€"
    assert money.euros(-500) == "−5,00\u00a0€"
