"""Capacity: what part of the flights asked for a fleet on its sites can carry, hour by hour.

Each hour of the day is taken as a stationary queue with impatient customers (`studies.queueing`):

* *aircraft* are the servers. One is busy for block time, turnaround, the charge that the turnaround
  is too short for, and for coming empty where none stands at the origin. A party waits from its
  wish until the longest wait past being ready, so its patience is its way to the vertiport, its
  process and that wait, less what an empty flight takes;
* *FATOs* are servers of one movement slot each, taken off-block and at landing, with the patience
  of the longest wait;
* *chargers* that are few make a charge longer; *stands* that are few keep arrivals away.

What one of them turns away the next does not see. Empty sorties are counted: those that fetch an
aircraft, and those that bring a pilot to a base in the middle of a long day.

Not modelled: sorties late one after another, who is on which aircraft, diversions.
"""

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.studies.queueing import patient_loss
from aspan.studies.surrogate.crowding import Ground, crowd_out

HOURS = 24
_WAITED_MAX = 0.95
"""Chargers and stands busier than this are taken as busy as this: a queue without end is none."""


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan has, as the queues see it; sites and pairs by number.

    Parameters
    ----------
    origin, destination, block_h
        Of each pair.
    near_block_h
        Mean block time of an empty flight to each site from the others nearest to it.
    use_soc, need_soc
        Charge that each pair takes, and that must be aboard before it, of a mean pack.
    fatos, stands, chargers, is_base
        Of each site.
    charge_h
        Hours that a mean pack takes from one state of charge to another at a charger of each site,
        as a table of cumulated hours over `charge_soc`, shape (sites, corners).
    slot_h
        That a movement holds a FATO.
    delay_h_max
        A sortie that is held longer is cancelled; one that goes after all is held for a part.
    """

    origin: Ints
    destination: Ints
    block_h: Floats
    near_block_h: Floats
    use_soc: Floats
    need_soc: Floats
    fleet: int
    fatos: Floats
    stands: Floats
    chargers: Floats
    is_base: Floats
    charge_soc: Floats
    charge_h: Floats
    turnaround_h: float
    wait_h_max: float
    delay_h_max: float
    slot_h: float
    service_h: float
    shift_h: float


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What the fleet carries.

    Parameters
    ----------
    accepted
        Share of the sorties asked for, shape (hours, pairs).
    wait_h
        Mean wait past being ready, shape (hours, pairs).
    empties
        Empty sorties of a day.
    busy
        Share of the fleet by hour.
    """

    accepted: Floats
    wait_h: Floats
    empties: float
    busy: Floats


def carry(network: Network, sorties: Floats, lead_h: Floats) -> Carried:
    """Return what of the sorties asked for can be flown.

    Parameters
    ----------
    sorties
        Asked for, an hour, shape (24 hours, pairs).
    lead_h
        From the wish until the party is ready, shape (pairs).
    """
    at_fatos = _pass_fatos(network, sorties)
    asked = sorties * at_fatos
    away = np.full(HOURS, 0.5)
    busy = np.zeros(HOURS)
    shares, service_h = _share_of_site(network, asked), np.zeros_like(asked)
    lost, wait = np.zeros_like(asked), np.zeros_like(asked)
    for _ in range(_ROUNDS):
        idle = network.fleet * (1.0 - busy)
        here = 1.0 - (1.0 - shares) ** np.maximum(idle, 0.05)[:, None]
        away_of = (1.0 - here)[:, network.origin]
        empty_h = network.near_block_h[network.origin] + network.turnaround_h
        extra_h = _charge_extra_h(network, asked)
        service_h = network.block_h + network.turnaround_h + extra_h + away_of * empty_h
        work = (asked * service_h).sum(axis=1)
        total = asked.sum(axis=1)
        mean_h = np.divide(work, total, out=np.ones(HOURS), where=total > 0.0)
        spare_h = np.maximum(lead_h + network.wait_h_max - away_of * empty_h, 0.0)
        lost, wait = _queue(network, work, mean_h, spare_h)
        carried = (asked * (1.0 - lost) * service_h).sum(axis=1)
        busy = 0.5 * busy + 0.5 * np.minimum(1.0, carried / network.fleet)
        away = np.divide(
            (asked * (1.0 - lost) * away_of).sum(axis=1),
            (asked * (1.0 - lost)).sum(axis=1),
            out=np.zeros(HOURS),
            where=total > 0.0,
        )
    crowded, met = crowd_out(
        Ground(
            origin=network.origin,
            destination=network.destination,
            stands=network.stands,
            fleet=network.fleet,
            service_h=network.service_h,
            delay_h_max=network.delay_h_max,
        ),
        (asked * (1.0 - lost)).sum(axis=0),
        service_h.max(axis=0),
    )
    accepted = at_fatos * (1.0 - lost) * (1.0 - crowded)
    flown = (sorties * accepted).sum(axis=1)
    empties = float((flown * away).sum()) + _send_home(network, shares)
    held = np.minimum(1.0, (met - crowded) / np.maximum(1.0 - crowded, 1e-9))
    held_h = HELD_PART * network.delay_h_max * held
    late_h = np.maximum(wait - lead_h, 0.0) + held_h + LATE_BUSY_H * busy[:, None] ** 2
    return Carried(accepted=accepted, wait_h=late_h, empties=empties, busy=busy)


LATE_BUSY_H = 4.0 / 60.0
"""How late sorties are where every aircraft is busy; with the square of the busy share. Measured: a
day of Alatau at a busy share of 0.8 was 2.5 min late in the mean."""

HELD_PART = 2.0 / 3.0
"""Of the longest delay, that a sortie waits for a stand which goes after all. Assumed: those held
keep the next of their aircraft waiting too."""

_ROUNDS = 4
"""Of the fixed point between busy aircraft and empty flights; it moves by a few per cent then."""


def _queue(
    network: Network, work: Floats, mean_h: Floats, spare_h: Floats
) -> tuple[Floats, Floats]:
    """Return the share turned away and the mean wait, shape (hours, pairs)."""
    lost, wait = patient_loss(network.fleet, work[:, None], spare_h / mean_h[:, None])
    return lost, wait * mean_h[:, None]


def _share_of_site(network: Network, asked: Floats) -> Floats:
    """Return how likely an idle aircraft stands at each site, by hour.

    Assumed: half as many as are asked for there, as empties follow what is expected, and half by
    the stands, as aircraft stay where they landed.
    """
    sites = len(network.stands)
    leaving = asked @ (network.origin[:, None] == np.arange(sites))
    total = leaving.sum(axis=1, keepdims=True)
    by_stands = network.stands / network.stands.sum()
    wanted = np.divide(leaving, total, out=np.tile(by_stands, (HOURS, 1)), where=total > 0.0)
    shares: Floats = np.clip(0.5 * wanted + 0.5 * by_stands, 0.0, 1.0)
    return shares


def _charge_extra_h(network: Network, asked: Floats) -> Floats:
    """Return what charging adds to each pair's time beyond the turnaround, shape (hours, pairs).

    An aircraft that lands must reach the charge of the next flight from there, of the mean one.
    """
    sites = len(network.stands)
    day = asked.sum(axis=0)
    leaving = np.bincount(network.origin, day, minlength=sites)
    needed = np.bincount(network.origin, day * network.need_soc, minlength=sites)
    usual = float((day * network.need_soc).sum() / max(float(day.sum()), 1e-12))
    next_soc = np.divide(needed, leaving, out=np.full(sites, usual), where=leaving > 0.0)
    target = next_soc[network.destination]
    landed = np.maximum(np.maximum(network.need_soc, target) - network.use_soc, 0.0)
    charge_h = np.maximum(0.0, _look_up(network, target) - _look_up(network, landed))
    arriving = asked @ (network.destination[:, None] == np.arange(sites))
    mean_h = np.bincount(network.destination, day * charge_h, minlength=sites)
    mean_h = np.divide(
        mean_h, np.bincount(network.destination, day, minlength=sites) + 1e-12, out=mean_h
    )
    use = np.minimum(arriving * mean_h / np.maximum(network.chargers, 0.3), _WAITED_MAX)
    queue = use / (1.0 - use) / np.maximum(network.chargers, 1.0)
    slower = 1.0 + queue[:, network.destination]
    extra: Floats = np.maximum(0.0, charge_h * slower - network.turnaround_h)
    return extra


def _look_up(network: Network, soc: Floats) -> Floats:
    """Return the hours from empty to a charge at the destination of each pair."""
    grid = network.charge_soc
    inside = np.clip(soc, grid[0], grid[-1])
    low = np.clip(np.searchsorted(grid, inside, side="right") - 1, 0, len(grid) - 2)
    share = (inside - grid[low]) / (grid[low + 1] - grid[low])
    rows = network.charge_h[network.destination]
    pairs = np.arange(len(soc))
    hours: Floats = (1.0 - share) * rows[pairs, low] + share * rows[pairs, low + 1]
    return hours


def _pass_fatos(network: Network, sorties: Floats) -> Floats:
    """Return the share of sorties for which there are slots at both ends."""
    sites = len(network.fatos)
    patience = np.full(HOURS, network.wait_h_max / network.slot_h)
    passed = np.ones_like(sorties)
    out = sorties @ (network.origin[:, None] == np.arange(sites))
    into = sorties @ (network.destination[:, None] == np.arange(sites))
    for site in range(sites):
        fatos = int(network.fatos[site])
        half = max(1, fatos // 2)
        for flow, pairs, count in (
            (out, network.origin, half),
            (into, network.destination, max(1, fatos - half)),
        ):
            load = flow[:, site]
            if fatos == 1:
                load = out[:, site] + into[:, site]
            if not load.any():
                continue
            lost, _ = patient_loss(count, load * network.slot_h, patience)
            passed[:, pairs == site] *= (1.0 - lost)[:, None]
    return passed


def _send_home(network: Network, shares: Floats) -> float:
    """Return empty sorties that bring pilots to a base and aircraft back where they are wanted.

    In a day longer than a shift each aircraft away from a base goes there once, for its relief;
    assumed: half of them are sent out again.
    """
    if network.service_h <= network.shift_h:
        return 0.0
    away = float((shares.mean(axis=0) * (1.0 - network.is_base)).sum())
    return 1.5 * network.fleet * away
