"""Crowding: sorties that find no stand where they would land, and sites that lock each other.

A sortie goes off-block only when a stand is free at its destination. Two things follow.

*One site is full* now and then, as often as a Poisson number of aircraft parked there by chance
exceeds its stands; half of those held get a stand in time.

*Two sites lock each other*: with every stand of both taken, no flight between them can go, and many
aircraft on them are promised to flights that cannot. How many aircraft stand on two sites is taken
as a chain of births and deaths through the day, from where the fleet is placed in the morning. One
comes in when somebody flies there from elsewhere, or is fetched because no aircraft of the two is
ready for a flight between them: as often as all of so many are busy (A. K. Erlang, 1917). One goes
out when somebody flies elsewhere and, where another site has more than two stands free, when an
idle aircraft is sent away to make room (`dispatch.empties`). Flights between the two that meet the
full end are lost if nobody goes out before they are cancelled. The more stands there are for each
aircraft, the farther the end.
"""

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.studies.plan_city import KEPT_FREE
from aspan.studies.surrogate.ways import Flags

HELD_SHARE = 0.5
"""Of sorties that find one site full that do not get a stand in time. Assumed."""

PROMISED_MAX = 2.0 / 3.0
"""Most of the aircraft of two locked sites that are promised to flights that cannot go. Assumed."""

RELIEF_PER_H = 6.0
"""Idle aircraft sent away an hour where one may be: empties are looked at every ten minutes."""

_ROOM = 2.0
"""More stands than this must be free where an idle aircraft is sent (`dispatch.empties`)."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs and stands as crowding sees them; sites of no plan have no stands."""

    origin: Ints
    destination: Ints
    stands: Floats
    fleet: int
    service_h: float
    delay_h_max: float


def crowd_out(ground: Ground, sorties: Floats, cycle_h: Floats) -> tuple[Floats, Floats]:
    """Return the share of the sorties of each pair that are lost for want of a stand, and held.

    The second is that of all which meet a full end, those lost among them.

    Parameters
    ----------
    sorties
        Of a day, by pair.
    cycle_h
        That a sortie of each pair keeps an aircraft busy.
    """
    sites = len(ground.stands)
    rates = np.zeros((sites, sites))
    rates[ground.origin, ground.destination] = sorties / max(ground.service_h, 1.0)
    cycles = np.zeros((sites, sites))
    cycles[ground.origin, ground.destination] = cycle_h
    full = _find_full(ground)
    kept = np.broadcast_to(1.0 - HELD_SHARE * full[None, :], (sites, sites)).copy()
    free = np.broadcast_to(1.0 - full[None, :], (sites, sites)).copy()
    for first in range(sites):
        for last in range(first + 1, sites):
            met, in_vain = _lock(ground, rates, cycles, HELD_SHARE * full, first, last)
            if met > 0.0:
                others = np.ones(sites, dtype=np.bool_)
                others[[first, last]] = False
                for here, there in ((first, last), (last, first)):
                    kept[here, there] *= 1.0 - met * in_vain
                    free[here, there] *= 1.0 - met
                    kept[here, others] *= 1.0 - PROMISED_MAX * met * in_vain
                    free[here, others] *= 1.0 - PROMISED_MAX * met
    pairs = ground.origin, ground.destination
    return 1.0 - kept[pairs], 1.0 - free[pairs]


def _find_full(ground: Ground) -> Floats:
    """Return how often an arrival finds each site full by itself."""
    full = np.zeros(len(ground.stands))
    room = float(ground.stands.sum())
    for site, stands in enumerate(ground.stands.tolist()):
        if stands > 0.0:
            mean = ground.fleet * stands / room
            full[site] = _poisson_tail(mean, int(stands))
    return full


def _poisson_tail(mean: float, at_least: int) -> float:
    """Return the chance of so many or more."""
    term, below = float(np.exp(-mean)), 0.0
    for number in range(at_least):
        below += term
        term *= mean / (number + 1)
    return max(0.0, 1.0 - below)


def _lock(
    ground: Ground, rates: Floats, cycles: Floats, held: Floats, first: int, last: int
) -> tuple[float, float]:
    """Return the share of flights between two sites that meet a lock, and of them those in vain."""
    both = int(ground.stands[first] + ground.stands[last])
    inside = float(rates[first, last] + rates[last, first])
    if inside <= _LEAST_SHARE * float(rates.sum()) or ground.fleet < both:
        return 0.0, 0.0
    others = np.ones(len(ground.stands), dtype=np.bool_)
    others[[first, last]] = False
    outward = float((rates[[first, last]][:, others] * (1.0 - held[others])).sum())
    inward = float(rates[others][:, [first, last]].sum())
    load = float((rates * cycles)[[first, last], [last, first]].sum())
    numbers = np.arange(both + 1)
    elsewhere = np.maximum(ground.fleet - numbers, 0) / ground.fleet
    up = (inside * _busy_all(load, both) + inward) * np.minimum(1.0, 2.0 * elsewhere)
    down = np.full(both + 1, outward)
    promised = min(PROMISED_MAX, inside * ground.delay_h_max / both)
    down[-1] = (1.0 - promised) * outward + _relieve(ground, others, both)
    in_vain = float(np.exp(-ground.delay_h_max * down[-1]))
    down[0], up[-1] = 0.0, 0.0
    start = _placed(ground, first, last)
    return _share_at_end(up, down, start=start, hours=ground.service_h), in_vain


def _busy_all(load: float, most: int) -> Floats:
    """Return how often all of 0, 1 … aircraft are busy [Erlang]."""
    busy = np.ones(most + 1)
    for number in range(1, most + 1):
        busy[number] = load * busy[number - 1] / (number + load * busy[number - 1])
    return busy


def _relieve(ground: Ground, others: Flags, both: int) -> float:
    """Return how many aircraft an hour are sent away from full sites."""
    sizes = ground.stands[others]
    room = float(sizes.sum())
    if room <= 0.0:
        return 0.0
    free = sizes * (1.0 - max(0, ground.fleet - both) / room)
    return RELIEF_PER_H * float(np.clip(free.max() - _ROOM, 0.0, 1.0))


def _placed(ground: Ground, first: int, last: int) -> int:
    """Return aircraft of two sites in the morning: by the stands, one kept free at each site."""
    room = np.maximum(ground.stands - KEPT_FREE, 0.0)
    share = float(room[[first, last]].sum() / max(float(room.sum()), 1.0))
    most = int(ground.stands[first] + ground.stands[last]) - 2 * KEPT_FREE
    return max(0, min(most, round(ground.fleet * share)))


def _share_at_end(up: Floats, down: Floats, *, start: int, hours: float) -> float:
    """Return the mean chance of the last state over some hours from a state."""
    states = len(up)
    step_h = min(_STEP_H, 0.5 / max(float((up + down).max()), 1e-9))
    steps = max(1, round(hours / step_h))
    move = np.diag(1.0 - step_h * (up + down))
    move += np.diag(step_h * up[:-1], 1) + np.diag(step_h * down[1:], -1)
    chance = np.zeros(states)
    chance[start] = 1.0
    total = 0.0
    for _ in range(steps):
        chance = chance @ move
        total += float(chance[-1])
    return total / steps


_STEP_H = 0.25
_LEAST_SHARE = 0.03
"""Two sites with less than this share of all flights between them are not looked at."""
