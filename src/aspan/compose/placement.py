"""Placement: which aircraft stands where when a run begins."""

from typing import TYPE_CHECKING

from aspan.operations.city_index import CityIndex
from aspan.operations.commands import Placement
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.primitives.ids import StandId, VertiportId

KEPT_FREE = 1
"""Planned stands left free at each vertiport, so that arrivals find room."""


def place_fleet(index: CityIndex, fleet: int | None) -> tuple[Placement, ...]:
    """Return where the first `fleet` aircraft of the city stand; all that fit if None.

    Each at its home if a stand is free there, else where most are. `InvalidInput` naming the
    shortfall if there are fewer aircraft or stands than asked for.
    """
    frames = index.city.airframes
    room = {s: len(index.planned_stands[s]) - KEPT_FREE for s in index.site_ids}
    parking = sum(max(0, r) for r in room.values())
    wanted = min(len(frames), parking) if fleet is None else fleet
    if wanted < 1:
        raise InvalidInput("fleet", wanted, "1 aircraft or more")
    if wanted > parking:
        raise InvalidInput(
            "fleet",
            wanted,
            f"at most {parking}, {wanted - parking} fewer: the planned stands"
            f" less {KEPT_FREE} kept free at each vertiport",
        )
    if wanted > len(frames):
        raise InvalidInput(
            "fleet",
            wanted,
            f"at most {len(frames)}, {wanted - len(frames)} fewer: the airframes of fleet.toml",
        )
    taken: dict[VertiportId, int] = dict.fromkeys(index.site_ids, 0)
    placements = []
    for frame in frames[:wanted]:
        site_id = frame.home_vertiport_id
        if taken.get(site_id, 0) >= room.get(site_id, 0):
            site_id = min(index.site_ids, key=lambda s: (taken[s] - room[s], s))
        stand_id: StandId = index.planned_stands[site_id][taken[site_id]]
        taken[site_id] += 1
        placements.append(
            Placement(aircraft_id=frame.aircraft_id, vertiport_id=site_id, stand_id=stand_id)
        )
    return tuple(placements)
