"""Shares: how likely a party takes each way on the ground, and air, before its taste is known.

On the ground a multinomial logit over the best way of each mode, the inner nest of a nested logit:
its scale is the segment's `logit_scale_kzt` times `DemandModel.ground_scale_share`, the
dissimilarity of ways on the ground, in (0, 1]. Towards 0 everybody takes the best way on the
ground, as the twin's travellers do (`choice.py`). Between air and the best way on the ground the
binary logit whose draw is a party's taste.

References
----------
.. [1] M. Ben-Akiva, S. R. Lerman, *Discrete Choice Analysis*, 1985, ch. 5 (logit), 10 (nested).
"""

from collections.abc import Mapping
from math import exp

from aspan.primitives.errors import InvalidInput


def share_out(utilities_kzt: Mapping[str, float], *, scale_kzt: float) -> dict[str, float]:
    """Return the share of each mode by a multinomial logit; shares sum to 1.

    Parameters
    ----------
    utilities_kzt
        Of the best way of each mode, a person; at least one.
    scale_kzt
        Spread of what is not observed, more than 0.
    """
    if not utilities_kzt:
        raise InvalidInput("shares: modes", 0, "at least one")
    if not scale_kzt > 0.0:
        raise InvalidInput("shares: scale_kzt", scale_kzt, "more than 0 KZT")
    best = max(utilities_kzt.values())
    odds = {mode: exp((kzt - best) / scale_kzt) for mode, kzt in utilities_kzt.items()}
    total = sum(odds.values())
    return {mode: odd / total for mode, odd in odds.items()}


def air_chance(advantage_kzt: float, *, scale_kzt: float, air_constant: float) -> float:
    """Return how likely a party of unknown taste flies.

    Parameters
    ----------
    advantage_kzt
        Utility of the best flight less that of the best way on the ground, a person.
    """
    odds = advantage_kzt / scale_kzt + air_constant
    if odds >= 0.0:
        return 1.0 / (1.0 + exp(-odds))
    return exp(max(odds, -700.0)) / (1.0 + exp(max(odds, -700.0)))
