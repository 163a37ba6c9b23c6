"""Exact arithmetic of money: integers in, one rounding, integers out.

Every input counts in whole millionths; an amount is a product of such numbers over a power of ten,
rounded once, half to even (decision 0012). So an amount hangs on no order of floats, and whoever
computes it another way finds the same tiyn.
"""

import math
from functools import lru_cache
from typing import Final

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE

UNITS: Final = 10**6
"""Millionths of one."""

AMOUNT_MAX: Final = 1e15
"""No input is as great as this; a bound for typing errors."""


@lru_cache(maxsize=16_384)
def to_units(value: float, field: str, *, low: float = 0.0) -> int:
    """Return a number in whole millionths, half to even; `InvalidInput` naming `field` otherwise.

    Parameters
    ----------
    low
        Least number that is accepted.
    """
    if not math.isfinite(value) or not low <= value < AMOUNT_MAX:
        raise InvalidInput(field, value, f"a finite number from {low:g}, below {AMOUNT_MAX:g}")
    return round(value * UNITS)


def round_ratio(numerator: int, denominator: int) -> int:
    """Return a ratio as a whole number, half to even; the denominator is more than 0."""
    whole, rest = divmod(numerator, denominator)
    is_up = 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return whole + is_up


def multiply(*units: int) -> int:
    """Return the whole-number product of numbers in millionths, rounded once."""
    return round_ratio(math.prod(units), UNITS ** len(units))


def usd_to_tiyn(kzt_per_usd: int, *units: int) -> int:
    """Return a product of numbers in millionths, in US dollars, as whole tiyn, rounded once."""
    return multiply(TIYN_PER_TENGE * UNITS, kzt_per_usd, *units)


def tiyn_to_cents(amount_tiyn: int, kzt_per_usd: int) -> int:
    """Return an amount of tiyn as whole US cents; a tenge has as many tiyn as a dollar cents."""
    return round_ratio(amount_tiyn * UNITS, kzt_per_usd)


@lru_cache(maxsize=4096)
def _growth(rate: int, years: int) -> tuple[int, int]:
    """Return by what an amount is multiplied and divided when it is discounted."""
    grown, plain = (UNITS + rate) ** abs(years), UNITS ** abs(years)
    return (plain, grown) if years >= 0 else (grown, plain)


def present(amount: int, rate: int, years: int) -> int:
    """Return what an amount is worth so many years earlier, rounded once.

    Parameters
    ----------
    rate
        Discount rate in millionths a year.
    years
        Of the amount after the year it is counted in; negative if it lies before.
    """
    times, over = _growth(rate, years)
    return round_ratio(amount * times, over)
