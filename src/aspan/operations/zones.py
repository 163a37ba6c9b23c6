"""Zones kept for others, a test or a demonstration: whether they can be, and who is in the way.

A reservation keeps its word to both sides: it is refused while any of our sorties has a way planned
through a zone in that time, and what is planned later goes another way or waits (`lane_choice`).
"""

from aspan.airspace.geozones import enters_reserved
from aspan.operations.actions import FreeZones, Refusal, ReserveZones
from aspan.operations.state import State
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId, SortieId
from aspan.primitives.units import MS_PER_DAY

RESERVED_MS_MAX = MS_PER_DAY
"""Longest time of one reservation; a longer need is several (facts 6.15: 24 h)."""


def refuse_reserving(state: State, action: ReserveZones, at_ms: int) -> Refusal | None:
    """Return why zones cannot be kept for others; None if they can.

    Raises `InvalidInput` for zones that are unknown and times that are none.
    """
    _check(state, action, at_ms)
    start, end = action.from_at_ms, action.until_at_ms
    for zone_id in action.zone_ids:
        if any(a < end and start < b for a, b in state.reserved_zones.get(zone_id, ())):
            return Refusal("zone_reserved_already", zone_id)
    busy = list_through(state, action)
    return Refusal("zone_busy", " ".join(busy)) if busy else None


def refuse_freeing(state: State, action: FreeZones) -> Refusal | None:
    """Return why a reservation cannot be given back; None if it can."""
    found = find_reservation(state, action.reservation)
    if found is None:
        raise InvalidInput("reservation", action.reservation, "the key of a reservation")
    kept = state.reserved_zones.get(found.zone_ids[0], ())
    if (found.from_at_ms, found.until_at_ms) in kept:
        return None
    return Refusal("not_reserved", action.reservation)


def find_reservation(state: State, key: str) -> ReserveZones | None:
    """Return what was reserved under a key, whether or not it still is; None if nothing was."""
    record = state.actions.get(key)
    if record is None or record.reason or not isinstance(record.action, ReserveZones):
        return None
    return record.action


def list_through(state: State, action: ReserveZones) -> list[SortieId]:
    """Return the sorties with a way planned through the zones in that time, by id."""
    span = ((action.from_at_ms, action.until_at_ms),)
    wanted: dict[GeozoneId, tuple[tuple[int, int], ...]] = dict.fromkeys(action.zone_ids, span)
    return [
        intent.sortie_id
        for intent in state.intents.list_intents()
        if enters_reserved(
            state.index.crossings.get(intent.trajectory.lane.lane_id, ()),
            intent.trajectory.offsets_ms,
            intent.lift_off_at_ms,
            wanted,
        )
    ]


def list_kept_waiting(state: State, action: ReserveZones) -> list[SortieId]:
    """Return the sorties wanted then whose every lane enters the zones, by id.

    They have no way planned yet; judged by when they are to leave, whatever the flight time.
    """
    index, zones = state.index, set(action.zone_ids)
    found = []
    for sortie_id in sorted(state.live_sorties):
        sortie = state.live_sorties[sortie_id]
        is_then = action.from_at_ms <= sortie.wanted_off_block_ms < action.until_at_ms
        if not is_then or sortie.assignment is not None or sortie.slotted is not None:
            continue
        pair = (sortie.origin, sortie.destination)
        lanes = (index.lanes[pair], *index.other_lanes.get(pair, ()))
        if all(
            any(c.zone_id in zones for c in index.crossings.get(ln.lane_id, ())) for ln in lanes
        ):
            found.append(sortie_id)
    return found


def keep_zones(state: State, action: ReserveZones) -> None:
    """Fold a reservation; what is over by now is forgotten."""
    for zone_id in action.zone_ids:
        kept = [span for span in state.reserved_zones.get(zone_id, ()) if span[1] > state.now_ms]
        state.reserved_zones[zone_id] = sorted([*kept, (action.from_at_ms, action.until_at_ms)])


def free_zones(state: State, action: ReserveZones) -> None:
    """Fold the end of a reservation."""
    for zone_id in action.zone_ids:
        state.reserved_zones[zone_id].remove((action.from_at_ms, action.until_at_ms))


def _check(state: State, action: ReserveZones, at_ms: int) -> None:
    known = {zone.zone_id for zone in state.index.city.geozones if zone.restriction != "none"}
    if not action.zone_ids or len(set(action.zone_ids)) != len(action.zone_ids):
        raise InvalidInput("zone_ids", list(action.zone_ids), "geozones of the city, each once")
    for zone_id in action.zone_ids:
        if zone_id not in known:
            raise InvalidInput("zone_ids", zone_id, "a geozone of the city that can be closed")
    if not max(at_ms, action.from_at_ms) < action.until_at_ms:
        raise InvalidInput("until_at_ms", action.until_at_ms, "after from_at_ms, and after now")
    if action.until_at_ms - action.from_at_ms > RESERVED_MS_MAX:
        raise InvalidInput("until_at_ms", action.until_at_ms, "at most 24 h after from_at_ms")
