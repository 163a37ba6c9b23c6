"""Flight: what an aircraft of the twin really does with a release, from off-block to on-block.

The pilot keeps the times of the trajectory: ground speed is held to the plan with a slow, bounded
scatter, and the true wind decides the airspeed and so the energy. A wind the aircraft cannot beat
makes it late. Scatter stays inside the conformance windows that the plan reserved: within 15 s at
the FATOs, 12 s and 40 m on the way.

Not modelled: gusts and turbulence within the hour, wake, go-arounds, failures of the aircraft.
"""

from math import atan2, cos, degrees, hypot, radians, sin

import msgspec

from aspan.airspace.fix import FixTurn, climbed_share, plan_fix_turn
from aspan.airspace.lanes import Lane
from aspan.airspace.trajectory import Trajectory
from aspan.operations.city_index import CityIndex
from aspan.operations.events import SortieAssigned, SortieDiverted, SortieReleased
from aspan.operations.legs import mean_wind
from aspan.physics.battery import pack_k_after_energy
from aspan.physics.flight import aux_power_kw, ground_energy_kwh
from aspan.physics.sortie import cruise_energy_kwh, hover_energy_kwh, transition_energy_kwh
from aspan.physics.wind import WindRefused, airspeed_for_ground_speed_mps, ground_speed_mps
from aspan.primitives.dice import draw_at, stream_key
from aspan.primitives.errors import ensure
from aspan.primitives.ids import PlaceId, SortieId
from aspan.primitives.units import MS_PER_H, MS_PER_S
from aspan.twin.weather import WeatherTruth
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.weather import Weather

OFF_BLOCK_LATE_MS_MAX = 6000
LIFT_OFF_LATE_MS_MAX = 4000
CRUISE_DRIFT_MS_MAX = 12_000
LANDING_DRIFT_MS_MAX = 8000
DRIFT_SHARE_MAX = 0.03
PATH_ERROR_M_MAX = 40.0
HEIGHT_ERROR_M_MAX = 20.0
"""Greatest scatter of the twin's pilots. Assumed: inside the windows of facts 6.16, note, and the
15 s a FATO slot leaves; speed is held to 3 % of a piece."""

PATH_RAMP_M = 2000.0
"""Distance over which the path error grows from nothing after the transition. Assumed."""

SOC_DIGITS = 6
METRES_PER_DEGREE = 111_195.0
"""Length of a degree of latitude on the mean sphere of radius 6,371 km."""


class Track(msgspec.Struct, kw_only=True, gc=False):
    """What was flown, vertex by vertex; straight and of constant speed in between.

    Parameters
    ----------
    soc
        State of charge at each vertex.
    phases, ground_speed_mps
        Of the piece that begins at the vertex; of the last, what follows it.
    """

    at_ms: list[int]
    lon_deg: list[float]
    lat_deg: list[float]
    altitude_amsl_m: list[float]
    ground_speed_mps: list[float]
    phases: list[str]
    soc: list[float]


class FlownSortie(msgspec.Struct, kw_only=True, gc=False):
    """Instants, charge and path of one sortie as it was flown."""

    sortie_id: SortieId
    off_block_at_ms: int
    lift_off_at_ms: int
    touchdown_at_ms: int
    on_block_at_ms: int
    soc_off_block: float
    soc_lift_off: float
    soc_touchdown: float
    soc_on_block: float
    pack_k_on_block: float
    energy_kwh: float
    late_ms: int
    track: Track


class _Scatter:
    """The scatter of one sortie, from one keyed stream."""

    def __init__(self, seed: int, sortie_id: SortieId, taxi_ms: int, taxi_ms_min: int) -> None:
        key = stream_key(seed, "flight", sortie_id)
        draws = [draw_at(key, n) for n in range(9)]
        self.off_block_ms = int(draws[0] * OFF_BLOCK_LATE_MS_MAX)
        self.lift_off_ms = int(draws[1] * LIFT_OFF_LATE_MS_MAX)
        self.middle_ms = (2.0 * draws[2] - 1.0) * CRUISE_DRIFT_MS_MAX
        self.end_ms = (2.0 * draws[3] - 1.0) * LANDING_DRIFT_MS_MAX
        self.taxi_out_ms = int(taxi_ms_min + draws[4] * 0.6 * (taxi_ms - taxi_ms_min))
        self.taxi_in_ms = int(taxi_ms_min + draws[5] * (taxi_ms - taxi_ms_min))
        reach_m, angle = draws[6] * PATH_ERROR_M_MAX, draws[7] * 360.0
        self.east_m = reach_m * sin(radians(angle))
        self.north_m = reach_m * cos(radians(angle))
        self.up_m = (2.0 * draws[8] - 1.0) * HEIGHT_ERROR_M_MAX


class _Air:
    """The true weather along a sortie: means of both ends by hour, densities at each end."""

    def __init__(self, truth: WeatherTruth, lane: Lane) -> None:
        self._truth = truth
        self._origin, self._destination = PlaceId(lane.origin), PlaceId(lane.destination)

    def ends(self, at_ms: int) -> tuple[Weather, Weather]:
        return self._truth.at(self._origin, at_ms), self._truth.at(self._destination, at_ms)


def fly(
    index: CityIndex,
    truth: WeatherTruth,
    seed: int,
    *,
    plan: SortieAssigned,
    trajectory: Trajectory,
    release: SortieReleased,
    soh: float,
    pack_k: float,
) -> FlownSortie:
    """Return what becomes of a release: times, charge and path.

    Parameters
    ----------
    pack_k
        Cell temperature at off-block [K].
    """
    kind, lane = index.city.aircraft_type, trajectory.lane
    taxi_ms_min = int(index.rules.movement.taxi_s_min * MS_PER_S)
    scatter = _Scatter(seed, release.sortie_id, index.taxi_ms, taxi_ms_min)
    off_ms = release.at_ms + scatter.off_block_ms
    lift_ms = max(plan.lift_off_at_ms, off_ms + scatter.taxi_out_ms) + scatter.lift_off_ms
    at_ms = _keep_time(trajectory, plan.lift_off_at_ms, lift_ms, scatter)
    air = _Air(truth, lane)
    here, there = air.ends(lift_ms)
    aux_kw = max(aux_power_kw(kind, here.temperature_k), aux_power_kw(kind, there.temperature_k))
    energies, late_ms = _fly_pieces(kind, lane, air, at_ms, release.mass_kg, aux_kw)
    capacity = kind.gross_kwh * soh
    out_kwh = ground_energy_kwh(duration_s=(lift_ms - off_ms) / MS_PER_S, power_kw=aux_kw)
    socs = [round(release.soc - out_kwh / capacity, SOC_DIGITS)]
    used = out_kwh
    for energy in energies:
        used += energy
        socs.append(round(release.soc - used / capacity, SOC_DIGITS))
    on_ms = at_ms[-1] + scatter.taxi_in_ms
    used += ground_energy_kwh(duration_s=scatter.taxi_in_ms / MS_PER_S, power_kw=aux_kw)
    soc_on = round(release.soc - used / capacity, SOC_DIGITS)
    return FlownSortie(
        sortie_id=release.sortie_id,
        off_block_at_ms=off_ms,
        lift_off_at_ms=lift_ms,
        touchdown_at_ms=at_ms[-1],
        on_block_at_ms=on_ms,
        soc_off_block=release.soc,
        soc_lift_off=socs[0],
        soc_touchdown=socs[-1],
        soc_on_block=soc_on,
        pack_k_on_block=round(pack_k_after_energy(kind, pack_k=pack_k, energy_kwh=used), 2),
        energy_kwh=round((release.soc - soc_on) * capacity, 4),
        late_ms=late_ms,
        track=_draw_track(lane, at_ms, socs, scatter),
    )


def _keep_time(
    trajectory: Trajectory, planned_ms: int, lift_ms: int, scatter: _Scatter
) -> list[int]:
    """Return when each vertex is passed: the plan, with a drift that changes slowly in cruise."""
    lane, offsets = trajectory.lane, trajectory.offsets_ms
    first, last = lane.cruise_first, lane.cruise_last
    start = float(lift_ms - planned_ms)
    half_ms = 0.5 * (offsets[last] - offsets[first])
    reach_ms = DRIFT_SHARE_MAX * half_ms
    middle = start + min(max(scatter.middle_ms - start, -reach_ms), reach_ms)
    end = middle + min(max(scatter.end_ms - middle, -reach_ms), reach_ms)
    at_ms = []
    for k, offset in enumerate(offsets):
        if k <= first:
            drift = start
        elif k >= last:
            drift = end
        else:
            part = (offset - offsets[first]) / half_ms
            drift = (
                start + (middle - start) * part
                if part < 1.0
                else (middle + (end - middle) * (part - 1.0))
            )
        at_ms.append(planned_ms + offset + round(drift))
    at_ms[0] = lift_ms
    return at_ms


def _fly_pieces(
    kind: AircraftType, lane: Lane, air: _Air, at_ms: list[int], mass_kg: float, aux_kw: float
) -> tuple[list[float], int]:
    """Return the energy of every piece [kWh], and how late the wind made it; moves `at_ms`."""
    here, there = air.ends(at_ms[0])
    density_here = air_density_kg_m3(here.pressure_pa, here.temperature_k)
    density_there = air_density_kg_m3(there.pressure_pa, there.temperature_k)
    wind_mps, wind_from_deg = mean_wind(here, there)
    hour_ends_ms = _next_hour(at_ms[0])
    first, last = lane.cruise_first, lane.cruise_last
    density = 0.5 * (density_here + density_there)
    energies: list[float] = []
    late_ms = 0
    s_m, z_m, legs = lane.s_m, lane.altitude_amsl_m, lane.legs
    for k in range(len(at_ms) - 1):
        at_ms[k + 1] += late_ms
        duration_s = (at_ms[k + 1] - at_ms[k]) / MS_PER_S
        if k < first or k >= last:
            rho = density_here if k < first else density_there
            is_hover = k == 0 or k == len(at_ms) - 2
            spend = hover_energy_kwh if is_hover else transition_energy_kwh
            energies.append(
                spend(
                    kind, mass_kg=mass_kg, density_kg_m3=rho, duration_s=duration_s, aux_kw=aux_kw
                )
            )
            continue
        if at_ms[k] >= hour_ends_ms:
            wind_mps, wind_from_deg = mean_wind(*air.ends(at_ms[k]))
            hour_ends_ms = _next_hour(at_ms[k])
        course_deg = legs[lane.piece_legs[k]][1]
        flown_m = s_m[k + 1] - s_m[k]
        airspeed = airspeed_for_ground_speed_mps(
            ground_speed_mps=flown_m / duration_s,
            course_deg=course_deg,
            wind_mps=wind_mps,
            wind_from_deg=wind_from_deg,
        )
        if airspeed > kind.speed_mps_max:
            airspeed, longer_ms = _fly_at_most(
                kind, flown_m, duration_s, course_deg, wind_mps, wind_from_deg
            )
            late_ms += longer_ms
            at_ms[k + 1] += longer_ms
            duration_s += longer_ms / MS_PER_S
        energies.append(
            cruise_energy_kwh(
                kind,
                mass_kg=mass_kg,
                density_kg_m3=density,
                airspeed_mps=airspeed,
                duration_s=duration_s,
                height_gain_m=z_m[k + 1] - z_m[k],
                aux_kw=aux_kw,
            )
        )
    return energies, late_ms


def divert(
    index: CityIndex,
    truth: WeatherTruth,
    flown: FlownSortie,
    *,
    plan: SortieAssigned,
    release: SortieReleased,
    diverted: SortieDiverted,
    trajectory: Trajectory,
    soh: float,
) -> FlownSortie:
    """Return what becomes of a sortie that is sent on from its arrival fix to another site.

    Parameters
    ----------
    flown
        What would have become of it; kept up to the end of cruise.
    trajectory
        Over the lane to the alternate.
    """
    kind, outbound = index.city.aircraft_type, trajectory.lane
    inbound = index.network.get(plan.lane_id)
    cut, first = inbound.cruise_last, outbound.cruise_first
    planned_ms = plan.lift_off_at_ms + plan.vertex_offsets_ms[cut]
    late_ms = flown.track.at_ms[cut] - planned_ms
    at_ms = [diverted.virtual_lift_off_at_ms + late_ms + ms for ms in trajectory.offsets_ms]
    fix_turn = plan_fix_turn(inbound, outbound)
    turn_ms = at_ms[first] - flown.track.at_ms[cut]
    rounds = fix_turn.find_rounds(turn_ms)
    ensure(rounds is not None, f"{flown.sortie_id}: no speed turns at the fix in {turn_ms} ms")
    air = _Air(truth, outbound)
    here, there = air.ends(at_ms[first])
    aux_kw = max(aux_power_kw(kind, here.temperature_k), aux_power_kw(kind, there.temperature_k))
    energies, _ = _fly_pieces(kind, outbound, air, at_ms, release.mass_kg, aux_kw)
    turn_kwh = cruise_energy_kwh(
        kind,
        mass_kg=release.mass_kg,
        density_kg_m3=air_density_kg_m3(here.pressure_pa, here.temperature_k),
        airspeed_mps=fix_turn.length_m(rounds or 0) * MS_PER_S / turn_ms,
        duration_s=turn_ms / MS_PER_S,
        height_gain_m=outbound.altitude_amsl_m[first] - inbound.altitude_amsl_m[cut],
        aux_kw=aux_kw,
    )
    capacity = kind.gross_kwh * soh
    soc_fix = flown.track.soc[cut]
    socs = [round(soc_fix - turn_kwh / capacity, SOC_DIGITS)]
    used = turn_kwh
    for energy in energies[first:]:
        used += energy
        socs.append(round(soc_fix - used / capacity, SOC_DIGITS))
    taxi_ms = flown.on_block_at_ms - flown.touchdown_at_ms
    used += ground_energy_kwh(duration_s=taxi_ms / MS_PER_S, power_kw=aux_kw)
    soc_on = round(soc_fix - used / capacity, SOC_DIGITS)
    energy_kwh = round((release.soc - soc_on) * capacity, 4)
    more_kwh = energy_kwh - flown.energy_kwh
    pack_k = pack_k_after_energy(kind, pack_k=flown.pack_k_on_block, energy_kwh=more_kwh)
    return msgspec.structs.replace(
        flown,
        touchdown_at_ms=at_ms[-1],
        on_block_at_ms=at_ms[-1] + taxi_ms,
        soc_touchdown=socs[-1],
        soc_on_block=soc_on,
        pack_k_on_block=round(pack_k, 2),
        energy_kwh=energy_kwh,
        track=_join_tracks(index, flown.track, cut, fix_turn, rounds or 0, outbound, at_ms, socs),
    )


def _join_tracks(
    index: CityIndex,
    before: Track,
    cut: int,
    fix_turn: FixTurn,
    rounds: int,
    outbound: Lane,
    at_ms: list[int],
    socs: list[float],
) -> Track:
    """Return the path up to the fix, round it, and along the lane to the alternate."""
    first = outbound.cruise_first
    start_ms, end_ms = before.at_ms[cut], at_ms[first]
    start_z, end_z = before.altitude_amsl_m[cut], outbound.altitude_amsl_m[first]
    start_soc = before.soc[cut]
    kind, length_m, rise_m = index.city.aircraft_type, fix_turn.length_m(rounds), end_z - start_z
    steepest = kind.climb_gradient_max if rise_m > 0.0 else kind.descent_gradient_max
    times, lon, lat = before.at_ms[: cut + 1], before.lon_deg[: cut + 1], before.lat_deg[: cut + 1]
    z, soc = before.altitude_amsl_m[: cut + 1], before.soc[: cut + 1]
    phases = before.phases[:cut]
    for x_m, y_m, share in fix_turn.list_points(rounds):
        point_lon, point_lat = index.network.projection.to_lonlat(x_m, y_m)
        times.append(start_ms + round(share * (end_ms - start_ms)))
        lon.append(round(point_lon, 7))
        lat.append(round(point_lat, 7))
        climbed = climbed_share(share, length_m=length_m, rise_m=rise_m, gradient_max=steepest)
        z.append(round(start_z + climbed * rise_m, 1))
        soc.append(round(start_soc + share * (socs[0] - start_soc), SOC_DIGITS))
    phases += ["holding"] * (len(times) - len(phases))
    times += at_ms[first:]
    lon += [round(v, 7) for v in outbound.lon_deg[first:]]
    lat += [round(v, 7) for v in outbound.lat_deg[first:]]
    z += [round(v, 1) for v in outbound.altitude_amsl_m[first:]]
    soc += socs
    phases += [*outbound.phases[first : len(at_ms) - 1], "taxi_in"]
    speeds = []
    for k in range(len(times) - 1):
        took_ms = times[k + 1] - times[k]
        speeds.append(round(ground_m(lon, lat, k) * MS_PER_S / took_ms, 2) if took_ms else 0.0)
    return Track(
        at_ms=times,
        lon_deg=lon,
        lat_deg=lat,
        altitude_amsl_m=z,
        ground_speed_mps=[*speeds, 0.0],
        phases=phases,
        soc=soc,
    )


def _next_hour(at_ms: int) -> int:
    return at_ms - at_ms % MS_PER_H + MS_PER_H


def _fly_at_most(
    kind: AircraftType,
    flown_m: float,
    duration_s: float,
    course_deg: float,
    wind_mps: float,
    wind_from_deg: float,
) -> tuple[float, int]:
    """Return the greatest airspeed and how much longer a piece takes with it [ms]."""
    speed = ground_speed_mps(
        airspeed_mps=kind.speed_mps_max,
        course_deg=course_deg,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
        fraction_min=0.0,
    )
    slow = 1.0 if isinstance(speed, WindRefused) else max(speed, 1.0)
    return kind.speed_mps_max, round((flown_m / slow - duration_s) * MS_PER_S)


def _draw_track(lane: Lane, at_ms: list[int], socs: list[float], scatter: _Scatter) -> Track:
    """Return the path over ground: the lane, set aside by the sortie's path error in cruise."""
    first, last = lane.cruise_first, lane.cruise_last
    d_lat = scatter.north_m / METRES_PER_DEGREE
    d_lon = scatter.east_m / (METRES_PER_DEGREE * cos(radians(lane.lat_deg[0])))
    lon, lat, z = list(lane.lon_deg), list(lane.lat_deg), list(lane.altitude_amsl_m)
    start_m, end_m = lane.s_m[first], lane.s_m[last]
    for k in range(first + 1, last):
        share = min(1.0, (lane.s_m[k] - start_m) / PATH_RAMP_M, (end_m - lane.s_m[k]) / PATH_RAMP_M)
        lon[k] += share * d_lon
        lat[k] += share * d_lat
        z[k] += share * scatter.up_m
    speeds = []
    for k in range(len(at_ms) - 1):
        took_ms = at_ms[k + 1] - at_ms[k]
        speeds.append(round(ground_m(lon, lat, k) * MS_PER_S / took_ms, 2) if took_ms else 0.0)
    speeds.append(0.0)
    return Track(
        at_ms=at_ms,
        lon_deg=[round(v, 7) for v in lon],
        lat_deg=[round(v, 7) for v in lat],
        altitude_amsl_m=[round(v, 1) for v in z],
        ground_speed_mps=speeds,
        phases=[*lane.phases[: len(at_ms) - 1], "taxi_in"],
        soc=socs,
    )


def ground_m(lon_deg: list[float], lat_deg: list[float], k: int) -> float:
    """Return the length over ground [m] of the piece that begins at vertex `k`, flat to 0.1 %."""
    north = (lat_deg[k + 1] - lat_deg[k]) * METRES_PER_DEGREE
    middle = radians(0.5 * (lat_deg[k] + lat_deg[k + 1]))
    east = (lon_deg[k + 1] - lon_deg[k]) * METRES_PER_DEGREE * cos(middle)
    return hypot(east, north)


def heading_deg(lon_deg: list[float], lat_deg: list[float], k: int) -> float:
    """Return the true course [deg] of the piece from vertex `k`; 0 where it is vertical."""
    north = lat_deg[k + 1] - lat_deg[k]
    east = (lon_deg[k + 1] - lon_deg[k]) * cos(radians(lat_deg[k]))
    return degrees(atan2(east, north)) % 360.0 if east or north else 0.0
