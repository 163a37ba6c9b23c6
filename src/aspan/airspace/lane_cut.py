"""Lane cut: the lanes of a city that is a part of another one, taken from the other's network.

How a lane is laid hangs on the pads at its ends, on rules, ground and how aircraft climb, never on
what else is built or bought. So a plan with some of a city's sites has some of its lanes, and two
lanes come as near each other in the one as in the other. Lanes are numbered anew.
"""

from typing import TYPE_CHECKING

import msgspec

from aspan.airspace.lanes import LaneNetwork
from aspan.world.city import City
from aspan.world.vertiport import Vertiport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspan.world.lanes import LaneSpec

_Pad = tuple[float, float, float, float, float, float, float]


def find_cut_network(city: City, whole: City, network: LaneNetwork) -> LaneNetwork | None:
    """Return the network of a city cut from that of another; None if it is no part of it.

    Parameters
    ----------
    whole
        The city of `network`.
    """
    if _rules_of(city) != _rules_of(whole) or city.terrain is not whole.terrain:
        return None
    specs = {spec.lane_id: spec for spec in whole.lanes.lanes}
    pads = {site.vertiport_id: _pad_of(site) for site in whole.vertiports}
    if any(pads.get(site.vertiport_id) != _pad_of(site) for site in city.vertiports):
        return None
    wanted: Sequence[LaneSpec] = sorted(city.lanes.lanes, key=lambda spec: spec.lane_id)
    if any(specs.get(spec.lane_id) != spec for spec in wanted):
        return None
    numbers = [network.get(spec.lane_id).number for spec in wanted]
    lanes = tuple(
        msgspec.structs.replace(network.lanes[old], number=new) for new, old in enumerate(numbers)
    )
    return LaneNetwork(
        city, lanes, network.projection, find_conflicts=lambda: network.conflicts.cut(numbers)
    )


def _rules_of(city: City) -> tuple[object, ...]:
    """Return what of a city's rules and aircraft lanes are laid by."""
    plan, kind = city.lanes, city.aircraft_type
    return (
        city.utm_epsg,
        plan.rules,
        plan.nodes,
        plan.runways,
        city.rules.separation,
        kind.cruise_speed_mps,
        kind.transition_s,
        kind.ground_speed_fraction_min,
        kind.climb_gradient_max,
        kind.descent_gradient_max,
    )


def _pad_of(site: Vertiport) -> _Pad:
    """Return what of a site lanes are laid by."""
    return (
        site.lon_deg,
        site.lat_deg,
        site.x_m,
        site.y_m,
        site.elevation_amsl_m,
        site.protected_radius_m,
        site.protected_height_m,
    )
