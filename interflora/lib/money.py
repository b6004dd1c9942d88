"""Euro cents, VAT included."""

from __future__ import annotations

from collections.abc import Sequence


def vat_of(ttc_cents: int, vat_bp: int) -> int:
    """VAT contained in a price with tax, cents, rounded half up; `vat_bp` in basis points (1000 = 10 %)."""
    return (2 * ttc_cents * vat_bp + (10_000 + vat_bp)) // (2 * (10_000 + vat_bp))


def spread(total_cents: int, weights: Sequence[int]) -> list[int]:
    """`total_cents` shared in proportion to `weights`, exact to the cent (largest remainder, first wins a tie)."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("weights must have a positive sum")
    shares = [total_cents * weight // whole for weight in weights]
    rest = total_cents - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total_cents * weights[i] % whole), i))
    for index in by_remainder[:rest]:
        shares[index] += 1
    return shares


def euros(cents: int) -> str:
    """4590 → « 45,90 € » with a no-break space, thousands too."""
    sign, cents = ("−", -cents) if cents < 0 else ("", cents)
    whole = f"{cents // 100:,}".replace(",", "\u202f")
    return f"{sign}{whole},{cents % 100:02d}\u00a0€"


def euros_in_english(cents: int) -> str:
    """4590 → « €45.90 »."""
    sign, cents = ("−", -cents) if cents < 0 else ("", cents)
    return f"{sign}€{cents // 100:,}.{cents % 100:02d}"
