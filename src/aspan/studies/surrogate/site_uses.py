"""Site uses: what groups of trips would save by each pair alone, for the choice of sites.

A group is all trips between two zones of one segment. A pair's minutes count those parties whom the
logit lets fly by it, on days that are open to it, and only where it saves time.
"""

import numpy as np

from aspan.demand.draws import Floats
from aspan.primitives.units import MS_PER_MIN
from aspan.studies.setting import Setting
from aspan.studies.siting import GroupUse
from aspan.studies.surrogate.parties import Parties
from aspan.studies.surrogate.skies import STEP_MS, STEPS_A_DAY, Skies
from aspan.studies.surrogate.wanting import weigh_days
from aspan.studies.surrogate.ways import choice_chance

BUSY_HOUR = 0.12
"""Share of a day's sorties in its busiest hour. Assumed: hourly shares of travellers reach 0.11,
and the hours of service are fewer than 24."""

_LEAST = 1e-4
"""Uses that save less than this share of what the best pair saves all groups are left out."""


def list_uses(
    parties: Parties,
    skies: Skies,
    *,
    setting: Setting,
    fare_kzt: Floats,
    served: Floats,
    trip_kwh: Floats,
    grid_to_battery: float,
) -> tuple[GroupUse, ...]:
    """Return what each group would save by each pair.

    Parameters
    ----------
    fare_kzt, trip_kwh
        Of every pair.
    served
        Whether energy serves each pair at all.
    """
    ways = parties.ways
    value = parties.trips.value_of_time_kzt_h * setting.value_of_time_factor
    cost = ways.air_kzt(value) + fare_kzt
    odds = (ways.ground_kzt(value)[:, None] - cost) / parties.scale_kzt[:, None]
    chance = choice_chance(
        np.where(np.isfinite(cost), odds, -700.0) + parties.air_constant[:, None]
    )
    saved_min = np.where(
        np.isfinite(ways.air.total_ms), ways.car_ms[:, None] - ways.air.total_ms, 0.0
    )
    saved_min = np.maximum(saved_min, 0.0) / MS_PER_MIN
    is_open = np.einsum("d,dsp->sp", weigh_days(skies), skies.is_open.astype(np.float64))
    ready_ms = np.where(np.isfinite(ways.ready_ms), ways.ready_ms, 0.0)
    step = np.minimum((ready_ms / STEP_MS).astype(np.int64), STEPS_A_DAY - 1)
    flying = chance * is_open[step, np.arange(len(fare_kzt))] * served
    flying *= (parties.parties * setting.demand * ways.may_save)[:, None]
    minutes = flying * parties.trips.party[:, None] * saved_min
    groups = np.stack([parties.segment, parties.origin_zone, parties.destination_zone])
    names, group = np.unique(groups, axis=1, return_inverse=True)
    sums, flows = (
        np.zeros((names.shape[1], len(fare_kzt))),
        np.zeros((names.shape[1], len(fare_kzt))),
    )
    np.add.at(sums, group.ravel(), minutes)
    np.add.at(flows, group.ravel(), flying)
    charge_kw = flows * trip_kwh * BUSY_HOUR / grid_to_battery
    least = _LEAST * float(sums.max(initial=0.0))
    return tuple(
        GroupUse(
            group=int(row),
            pair=int(pair),
            minutes=round(float(sums[row, pair]), 6),
            charge_kw=round(float(charge_kw[row, pair]), 6),
        )
        for row, pair in np.argwhere(sums > least).tolist()
    )
