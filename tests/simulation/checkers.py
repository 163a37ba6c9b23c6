"""Checkers: what must be true of any day flown; each returns the faults it finds, in words."""

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from aspan.compose.runs import Run
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.operations.fold import apply
from aspan.operations.invariants import check_all, check_touched
from aspan.operations.lifecycles import ENDED_BOOKING_STATUSES, ENDED_SORTIE_PHASES
from aspan.operations.log import MemoryLog
from aspan.operations.state import State
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_S
from aspan.twin.flight import FlownSortie, Track
from aspan.world.geodesy import Projection

STEP_MS = 2000
SOC_SLACK = 5e-6
POWER_SLACK_KW = 0.01
Numbers = NDArray[np.float64]


def find_faults(run: Run, log: MemoryLog) -> list[str]:
    """Return every fault of a day."""
    checks = (check_fold, check_progress, check_fatos, check_reserves, check_energy, check_power)
    faults = [fault for check in checks for fault in check(run, log)]
    return faults + check_separation(run.index, run.outside.flown)


def fold(run: Run, log: MemoryLog) -> State:
    """Return a fresh state folded from a log."""
    state = State(run.index)
    for event in log.events:
        apply(state, event)
    return state


def check_fold(run: Run, log: MemoryLog) -> list[str]:
    """Fold the log anew with every invariant checked after every event that touched it."""
    state = State(run.index)
    try:
        for event in log.events:
            apply(state, event)
            check_touched(state, event)
        check_all(state)
    except InvariantError as error:
        return [f"invariant: {error}"]
    return []


def check_progress(run: Run, log: MemoryLog) -> list[str]:
    """All sorties and bookings have ended, and everything released has landed."""
    state = run.engine.state
    open_sorties = [s for s, r in state.sorties.items() if r.phase not in ENDED_SORTIE_PHASES]
    open_bookings = [b for b, r in state.bookings.items() if r.status not in ENDED_BOOKING_STATUSES]
    asked = {e.booking_id for e in log.events if isinstance(e, ev.BookingConfirmed)}
    released = {e.sortie_id for e in log.events if isinstance(e, ev.SortieReleased)}
    landed = {e.sortie_id for e in log.events if isinstance(e, ev.SortieOnBlock)}
    return [
        *(f"sortie {s} never ended" for s in open_sorties),
        *(f"booking {b} never ended" for b in open_bookings),
        *(f"sortie {s} was released and not seen on block" for s in sorted(released - landed)),
        *(f"booking {b} was confirmed and lost" for b in sorted(asked - state.bookings.keys())),
        *(f"{a} is nowhere" for a, r in state.aircraft.items() if r.stand_id is None),
    ]


def check_fatos(run: Run, log: MemoryLog) -> list[str]:
    """One aircraft on a FATO at a time, and the stated gap from start to start."""
    gap_ms = run.index.rules.movement.fato_gap_s * MS_PER_S
    plans: dict[str, ev.SortieAssigned] = {}
    landing: dict[str, str] = {}
    uses: dict[str, list[tuple[int, int, str]]] = {}
    for event in log.events:
        match event:
            case ev.SortieAssigned():
                plans[event.sortie_id] = event
                landing[event.sortie_id] = event.destination_fato_id
            case ev.SortieDiverted() | ev.LandingMoved():
                landing[event.sortie_id] = event.destination_fato_id
            case ev.SortieLiftedOff() | ev.SortieTouchedDown():
                is_lift = isinstance(event, ev.SortieLiftedOff)
                sortie_id = event.sortie_id
                fato_id = plans[sortie_id].origin_fato_id if is_lift else landing[sortie_id]
                use = (event.fato_from_ms, event.fato_until_ms, sortie_id)
                uses.setdefault(fato_id, []).append(use)
            case _:
                pass
    return [
        f"{fato_id}: {first} and {second}"
        for fato_id, held in uses.items()
        for first, second in pairwise(sorted(held))
        if second[0] < first[1] or second[0] - first[0] < gap_ms
    ]


def check_reserves(run: Run, log: MemoryLog) -> list[str]:
    """Every landing keeps the final reserve of its release, unless an emergency was declared."""
    kind = run.city.aircraft_type
    soh = {f.aircraft_id: f.soh for f in run.city.airframes}
    aircraft: dict[str, float] = {}
    reserve: dict[str, float] = {}
    excused: set[str] = set()
    faults = []
    for event in log.events:
        match event:
            case ev.SortieAssigned():
                aircraft[event.sortie_id] = soh[event.aircraft_id]
            case ev.SortieReleased():
                reserve[event.sortie_id] = event.final_reserve_kwh
            case ev.EmergencyDeclared() | ev.SortieDiverted():
                excused.add(event.sortie_id)
            case ev.SortieTouchedDown() if event.sortie_id not in excused:
                gross_kwh = kind.gross_kwh * aircraft[event.sortie_id]
                left_kwh = (event.soc - kind.floor_soc) * gross_kwh
                if left_kwh < reserve[event.sortie_id]:
                    faults.append(f"{event.sortie_id} landed with {left_kwh:.2f} kWh")
            case _:
                pass
    return faults


def check_energy(run: Run, log: MemoryLog) -> list[str]:
    """State of charge changes only by flights and charges, by the energy they state."""
    kind = run.city.aircraft_type
    soc: dict[str, float] = {}
    soh: dict[str, float] = {}
    aircraft: dict[str, str] = {}
    off: dict[str, float] = {}
    faults = []

    def see(name: str, value: float, what: str) -> None:
        if abs(value - soc[name]) > SOC_SLACK:
            faults.append(f"{name}: {what} at {value}, last known {soc[name]}")

    for event in log.events:
        match event:
            case ev.AircraftRegistered():
                soc[event.aircraft_id], soh[event.aircraft_id] = event.soc, event.soh
            case ev.SortieAssigned():
                aircraft[event.sortie_id] = event.aircraft_id
            case ev.ChargeStarted():
                see(event.aircraft_id, event.soc, "charged from")
            case ev.ChargeEnded():
                name = str(event.aircraft_id)
                gain = event.energy_kwh / (kind.gross_kwh * soh[name])
                see(name, event.soc - gain, "charged from")
                soc[name] = event.soc
            case ev.SortieOffBlock():
                see(aircraft[event.sortie_id], event.soc, "off-block")
                off[event.sortie_id] = event.soc
            case ev.SortieOnBlock():
                name = aircraft[event.sortie_id]
                used = event.energy_kwh / (kind.gross_kwh * soh[name])
                if abs(off[event.sortie_id] - event.soc - used) > SOC_SLACK or used <= 0.0:
                    faults.append(
                        f"{event.sortie_id}: {event.energy_kwh} kWh do not fit its charge"
                    )
                soc[name] = event.soc
            case _:
                pass
    return faults


def check_power(run: Run, log: MemoryLog) -> list[str]:
    """At no instant do the chargers of a site draw more than its grid meter allows."""
    charging = run.index.rules.charging
    feeding: dict[str, dict[str, float]] = {s: {} for s in run.index.site_ids}
    faults = []
    for event in log.events:
        match event:
            case ev.ChargeStarted():
                feeding[event.vertiport_id][event.charger_id] = event.power_kw
            case ev.ChargingReallocated():
                for charger_id, power_kw, _ in event.allocations:
                    feeding[event.vertiport_id][charger_id] = power_kw
            case ev.ChargeEnded():
                del feeding[event.vertiport_id][event.charger_id]
            case _:
                continue
        site = run.index.sites[event.vertiport_id]
        dc_kw = sum(feeding[event.vertiport_id].values())
        grid_kw = dc_kw * charging.dc_to_battery / charging.grid_to_battery
        if grid_kw > site.site_power_limit_kw + POWER_SLACK_KW:
            faults.append(f"{site.vertiport_id}: {grid_kw:.1f} kW at {event.at_ms}")
    return faults


def check_separation(index: CityIndex, flown: dict[SortieId, FlownSortie]) -> list[str]:
    """Flown tracks keep the minima outside protected cylinders, every pair tried every 2 s."""
    projection = Projection(index.city.utm_epsg)
    paths = {
        sortie_id: _sample(index, projection, sortie.track) for sortie_id, sortie in flown.items()
    }
    rules = index.rules.separation
    faults = []
    for (a, one), (b, other) in combinations(sorted(paths.items()), 2):
        first, last = max(one[0], other[0]), min(_end(one), _end(other))
        if first >= last:
            continue
        p, q = one[1][first - one[0] : last - one[0]], other[1][first - other[0] : last - other[0]]
        apart_m = np.hypot(p[:, 0] - q[:, 0], p[:, 1] - q[:, 1])
        is_close = (apart_m < rules.horizontal_m) & (np.abs(p[:, 2] - q[:, 2]) < rules.vertical_m)
        is_close &= (p[:, 3] == 0.0) & (q[:, 3] == 0.0)
        if is_close.any():
            at = int(np.flatnonzero(is_close)[0])
            faults.append(f"{a} and {b}: {apart_m[at]:.0f} m apart at {(first + at) * STEP_MS}")
    return faults


def _end(path: tuple[int, Numbers]) -> int:
    return path[0] + len(path[1])


def _sample(index: CityIndex, projection: Projection, track: Track) -> tuple[int, Numbers]:
    """Return x, y, altitude and whether protected, on a grid of instants all tracks share."""
    first, last = -(-track.at_ms[0] // STEP_MS), track.at_ms[-1] // STEP_MS
    at_ms = np.arange(first, last + 1) * float(STEP_MS)
    x, y = projection.all_to_xy(np.array(track.lon_deg), np.array(track.lat_deg))
    knots = np.array(track.at_ms, dtype=np.float64)
    path = np.zeros((len(at_ms), 4))
    for column, values in enumerate((x, y, np.array(track.altitude_amsl_m))):
        path[:, column] = np.interp(at_ms, knots, values)
    for site in index.sites.values():
        near = np.hypot(path[:, 0] - site.x_m, path[:, 1] - site.y_m) <= site.protected_radius_m
        low = path[:, 2] <= site.elevation_amsl_m + site.protected_height_m
        path[:, 3] = np.maximum(path[:, 3], near & low)
    return first, path
