"""Bounds: how many aircraft, stands, chargers and pilots a flow of sorties needs.

From flow: no network carries a flow with fewer aircraft than are busy at once on the mean, block
time, turnaround and charge counted (J. D. C. Little, 1961); nor with less charging than it flies.
From queueing: so many that no more than a share of those who ask is turned away (D. Y. Barrer,
1957; A. K. Erlang, 1917; `studies.queueing`). The first is a bound, the second an estimate that the
simulation must confirm.
"""

from math import ceil

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.studies.queueing import erlang_loss, least_servers

LOST_MAX = 0.05
"""Share of flights asked for in the busiest hour that a network may turn away. Assumed: as many
airlines lose to no-shows (facts 8.5)."""

CROWDED_MAX = 0.02
"""Chance at which an arrival may find no stand. Assumed: one in fifty waits for a stand."""

SECTORS_SPARE = 0.8
"""Share of a pilot's limits that a day of service uses. Assumed: the rest is for what runs late."""


class PairFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What flies between two sites in the busiest hour.

    Parameters
    ----------
    sorties_per_h
        With passengers.
    charge_h
        To put back what a sortie takes; what the turnaround does not cover adds to it.
    """

    origin: str
    destination: str
    sorties_per_h: float
    block_h: float
    charge_h: float


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """The busiest hour of a network and its day.

    Parameters
    ----------
    away_share
        Of sorties before which the aircraft comes empty, in [0, 1].
    empty_h
        Block time and turnaround of such an empty sortie.
    patience_h
        From a wish until the last instant at which its party would still take off.
    sorties_per_day
        Empty ones within.
    """

    pairs: tuple[PairFlow, ...]
    turnaround_h: float
    away_share: float
    empty_h: float
    patience_h: float
    sorties_per_day: float
    block_h_per_day: float
    service_h: float

    def __post_init__(self) -> None:
        """Refuse a flow that is none."""
        for pair in self.pairs:
            name = f"flow {pair.origin} to {pair.destination}"
            if not 0.0 <= pair.sorties_per_h < float("inf"):
                raise InvalidInput(f"{name}: sorties_per_h", pair.sorties_per_h, "0 or more")
            if not pair.block_h > 0.0:
                raise InvalidInput(f"{name}: block_h", pair.block_h, "more than 0 h")
        if not 0.0 <= self.away_share <= 1.0:
            raise InvalidInput("flow: away_share", self.away_share, "a share from 0 to 1")

    @property
    def sorties_per_h(self) -> float:
        """With passengers, in the busiest hour."""
        return sum(pair.sorties_per_h for pair in self.pairs)

    @property
    def busy_aircraft(self) -> float:
        """Aircraft that are busy at once on the mean: arrivals times time in use [Little]."""
        each_h = self.away_share * self.empty_h
        return sum(
            pair.sorties_per_h
            * (
                pair.block_h
                + self.turnaround_h
                + max(0.0, pair.charge_h - self.turnaround_h)
                + each_h
            )
            for pair in self.pairs
        )


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a pilot's day, and how many days of a year one flies.

    Parameters
    ----------
    days_a_year
        Assumed: 220, five days a week less leave, training and illness.
    """

    duty_h: float
    flight_h: float
    sectors: int
    days_a_year: int = 220


def least_fleet(flow: Flow) -> int:
    """Return the fewest aircraft that carry a flow at all."""
    return max(1, ceil(flow.busy_aircraft - 1e-9)) if flow.sorties_per_h > 0.0 else 0


def good_fleet(flow: Flow, *, lost_max: float = LOST_MAX) -> int:
    """Return the fewest aircraft that turn away no more than a share in the busiest hour."""
    total = flow.sorties_per_h
    if total <= 0.0:
        return 0
    load = flow.busy_aircraft
    mean_h = load / total
    spare_h = max(0.0, flow.patience_h - flow.away_share * flow.empty_h)
    return max(least_fleet(flow), least_servers(load, spare_h / mean_h, lost_max=lost_max))


def site_arrivals(flow: Flow, site_id: str) -> float:
    """Return sorties with passengers that land at a site in the busiest hour."""
    return sum(pair.sorties_per_h for pair in flow.pairs if pair.destination == site_id)


def least_stands(flow: Flow, site_id: str) -> int:
    """Return the fewest stands on which a site's arrivals turn round, on the mean."""
    return max(1, ceil(site_arrivals(flow, site_id) * flow.turnaround_h - 1e-9))


def good_stands(
    flow: Flow, site_id: str, parked: float, *, crowded_max: float = CROWDED_MAX
) -> int:
    """Return the fewest stands that an arrival finds full no oftener than a chance.

    Parameters
    ----------
    parked
        Aircraft of the fleet that stand there with nothing to do, on the mean.
    """
    load = parked + site_arrivals(flow, site_id) * flow.turnaround_h
    stands = least_stands(flow, site_id)
    while float(erlang_loss(stands, np.array([load]))[0]) > crowded_max:
        stands += 1
    return stands


def least_chargers(flow: Flow, site_id: str) -> int:
    """Return the fewest chargers that put back in an hour what its arrivals took."""
    busy = sum(p.sorties_per_h * p.charge_h for p in flow.pairs if p.destination == site_id)
    return max(1, ceil(busy - 1e-9))


def good_chargers(flow: Flow, site_id: str, *, lost_max: float = LOST_MAX) -> int:
    """Return the fewest chargers that an arrival finds all busy no oftener than a chance."""
    busy = sum(p.sorties_per_h * p.charge_h for p in flow.pairs if p.destination == site_id)
    return max(least_chargers(flow, site_id), least_servers(busy, 0.0, lost_max=lost_max))


def least_pilots(flow: Flow, duty: Duty, fleet: int) -> int:
    """Return the fewest pilots on the payroll of a service that flies every day of the year.

    Those on duty in a day cover the hours that aircraft are manned, the block hours and the
    sectors, each at `SECTORS_SPARE` of a pilot's limit; a year has more days than a pilot flies.
    """
    if fleet < 1:
        return 0
    manned = fleet * max(1.0, flow.service_h / (duty.duty_h * SECTORS_SPARE))
    flown = flow.block_h_per_day / (duty.flight_h * SECTORS_SPARE)
    sectors = flow.sorties_per_day / (duty.sectors * SECTORS_SPARE)
    a_day = ceil(max(manned, flown, sectors) - 1e-9)
    return ceil(a_day * 365.0 / duty.days_a_year - 1e-9)
