"""Legs: what flying from one vertiport to another takes now: time, energy, reserve.

Asked of `physics` and `airspace` for the reported weather, and remembered until the next report.
"""

from math import atan2, cos, degrees, hypot, radians, sin

import msgspec

from aspan.airspace.lanes import Lane
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.operations.city_index import CityIndex
from aspan.operations.state import State
from aspan.physics.battery import soc_needed
from aspan.physics.flight import aux_power_kw, best_range_speed_mps, ground_energy_kwh
from aspan.physics.reserve import DiversionSite, RequiredEnergy, required_energy
from aspan.physics.sortie import cruise_time_s, timed_sortie_energy
from aspan.physics.wind import WindRefused, is_no_course_refused
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_S
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.weather import Weather

Pair = tuple[VertiportId, VertiportId]


class Leg(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one lane takes in the weather last reported at its ends.

    Parameters
    ----------
    flight_ms, block_ms
        Lift-off to touchdown; off-block to on-block with planned taxi times.
    trip_kwh
        Off-block to on-block at the greatest take-off mass.
    required
        What must be available at off-block.
    payload_kg
        It was judged for.
    """

    lane: Lane
    trajectory: Trajectory
    flight_ms: int
    block_ms: int
    trip_kwh: float
    required: RequiredEnergy
    payload_kg: float


class LegRefused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a pair cannot be flown now whatever the aircraft: an enumerated reason and its words."""

    reason: str
    detail: str


def mean_wind(first: Weather, second: Weather) -> tuple[float, float]:
    """Return speed [m/s] and direction it comes from [deg] of the mean of two winds."""
    east = north = 0.0
    for weather in (first, second):
        angle = radians(weather.wind_from_deg)
        east += 0.5 * weather.wind_mps * sin(angle)
        north += 0.5 * weather.wind_mps * cos(angle)
    return hypot(east, north), degrees(atan2(east, north)) % 360.0


def list_diversions(index: CityIndex, destination: VertiportId) -> tuple[DiversionSite, ...]:
    """Return the sites a lane leads to from a destination, nearest first, ties by id."""
    sites = []
    for site_id in index.site_ids:
        lane = index.lanes.get((destination, site_id))
        if lane is not None and lane.lane_id not in index.shut:
            course_deg = lane.legs[len(lane.legs) // 2][1]
            way = (lane.distance_m, course_deg, lane.climb_m, lane.descent_m)
            sites.append(DiversionSite(site_id, *way, legs=lane.legs))
    return tuple(sorted(sites, key=lambda s: (s.distance_m, s.site_id)))


PAYLOAD_SLACK_KG = 0.1
"""Payload limits are written to 0.1 kg."""


class _Air(msgspec.Struct, frozen=True, gc=False):
    """What the reports at the two ends of a lane mean for any aircraft that flies it.

    Parameters
    ----------
    cruise_s
        Time of the lane's legs at cruise speed.
    """

    here: Weather
    there: Weather
    wind: tuple[float, float]
    trajectory: Trajectory | WindRefused
    cruise_s: float | WindRefused
    aux_kw: float
    density_here_kg_m3: float
    density_there_kg_m3: float


_Judged = tuple[Weather, Weather, float, tuple[DiversionSite, ...], "Leg | LegRefused"]
_Kept = tuple[Weather, Weather, Leg | LegRefused]


class Legs:
    """Remembers legs between reports; a cache, never a copy of the state."""

    def __init__(self, index: CityIndex) -> None:
        self.index = index
        self.diversions = {s: list_diversions(index, s) for s in index.site_ids}
        kind = index.city.aircraft_type
        self.payloads_kg = tuple(
            kind.payload_kg_max * n / kind.seats for n in range(kind.seats + 1)
        )
        self._lanes_from: dict[VertiportId, list[Lane]] = {s: [] for s in index.site_ids}
        for (origin, _), lane in index.lanes.items():
            self._lanes_from[origin].append(lane)
        self._idle_soc: dict[tuple[VertiportId, float], tuple[int, float]] = {}
        self._kept: dict[tuple[int, int], _Kept] = {}
        self._airs: dict[int, _Air] = {}
        self._last: dict[int, _Judged] = {}

    def estimate(
        self, state: State, origin: VertiportId, destination: VertiportId, seats: int | None = None
    ) -> Leg | LegRefused:
        """Return what the pair takes with the payload of so many seats, or why it cannot be flown.

        Parameters
        ----------
        seats
            Each with its share of the greatest payload; all of them if None.
        """
        lane = self.index.lanes.get((origin, destination))
        if lane is None:
            return LegRefused(reason="no_lane", detail=f"{origin} to {destination}")
        return self.estimate_on(state, lane, len(self.payloads_kg) - 1 if seats is None else seats)

    def estimate_on(self, state: State, lane: Lane, seats: int) -> Leg | LegRefused:
        """Return what one lane takes with the payload of so many seats, or why it is not flown."""
        here, there = state.sites[lane.origin].report, state.sites[lane.destination].report
        if here is None or there is None:
            detail = f"{lane.origin} or {lane.destination}"
            return LegRefused(reason="no_weather_report", detail=detail)
        kept = self._kept.get((lane.number, seats))
        if kept is not None and kept[0] is here and kept[1] is there:
            return kept[2]
        diversions = self.diversions[lane.destination]
        leg = self.compute(lane, here, there, self.payloads_kg[seats], diversions)
        self._kept[lane.number, seats] = (here, there, leg)
        return leg

    def find_block_ms(
        self, state: State, origin: VertiportId, destination: VertiportId, seats: int | None = None
    ) -> int | LegRefused:
        """Return the block time that `estimate` would tell, or its refusal, for less work.

        The time is that of the trajectory, and no energy makes a refusal: that is worked out only
        in a wind that may refuse a way to an alternate.
        """
        lane = self.index.lanes.get((origin, destination))
        if lane is not None and lane.lane_id not in self.index.shut:
            here, there = state.sites[origin].report, state.sites[destination].report
            if here is not None and there is not None and self.diversions[destination]:
                air = self._find_air(lane, here, there)
                if self._is_calm(air) and not isinstance(air.trajectory, WindRefused):
                    return self._block_ms(air.trajectory)
        leg = self.estimate(state, origin, destination, seats)
        return leg if isinstance(leg, LegRefused) else leg.block_ms

    def _is_calm(self, air: _Air) -> bool:
        """Say whether the wind at a destination refuses no way on, whatever the aircraft carries.

        A diversion is flown at the speed of best range, the slower the lighter the aircraft.
        """
        kind = self.index.city.aircraft_type
        speed_mps = best_range_speed_mps(
            kind, mass_kg=kind.empty_kg + kind.pilot_kg, density_kg_m3=air.density_there_kg_m3
        )
        fraction_min = kind.ground_speed_fraction_min
        return is_no_course_refused(
            airspeed_mps=speed_mps, wind_mps=air.wind[0], fraction_min=fraction_min
        )

    def _block_ms(self, trajectory: Trajectory) -> int:
        return trajectory.duration_ms + 2 * self.index.taxi_ms

    def seats_for(self, payload_kg: float) -> int:
        """Return the fewest seats whose payload carries a mass."""
        for seats, limit_kg in enumerate(self.payloads_kg):
            if payload_kg <= limit_kg + PAYLOAD_SLACK_KG:
                return seats
        return len(self.payloads_kg) - 1

    def compute(
        self,
        lane: Lane,
        here: Weather,
        there: Weather,
        payload_kg: float,
        diversions: tuple[DiversionSite, ...],
    ) -> Leg | LegRefused:
        """Return what a lane takes in given weather with a payload, diverting to given sites."""
        last = self._last.get(lane.number)
        if (
            last is not None
            and last[0] is here
            and last[1] is there
            and last[2] == payload_kg
            and last[3] == diversions
        ):
            return last[4]
        leg = self._judge(lane, here, there, payload_kg, diversions)
        self._last[lane.number] = (here, there, payload_kg, diversions, leg)
        return leg

    def _judge(
        self,
        lane: Lane,
        here: Weather,
        there: Weather,
        payload_kg: float,
        diversions: tuple[DiversionSite, ...],
    ) -> Leg | LegRefused:
        index = self.index
        kind = index.city.aircraft_type
        mass_kg = kind.empty_kg + kind.pilot_kg + payload_kg
        shut = index.shut.get(lane.lane_id)
        if shut is not None:
            reason, _, detail = shut.partition(" ")
            return LegRefused(reason=reason, detail=detail)
        if not diversions:
            return LegRefused(reason="no_alternate", detail=f"beyond {lane.destination}")
        air = self._find_air(lane, here, there)
        trajectory = air.trajectory
        if isinstance(trajectory, WindRefused):
            return LegRefused(reason="headwind", detail=trajectory.reason)
        trip_kwh = self._trip_kwh(lane, air, mass_kg)
        if isinstance(trip_kwh, WindRefused):
            return LegRefused(reason="headwind", detail=trip_kwh.reason)
        required = required_energy(
            kind,
            index.rules.reserve,
            trip_kwh=trip_kwh,
            mass_kg=mass_kg,
            density_kg_m3=air.density_there_kg_m3,
            aux_kw=air.aux_kw,
            is_landable_everywhere=lane.is_landable_everywhere,
            diversions=diversions,
            wind_mps=air.wind[0],
            wind_from_deg=air.wind[1],
        )
        if isinstance(required, WindRefused):
            return LegRefused(reason="no_alternate", detail=required.reason)
        return Leg(
            lane=lane,
            trajectory=trajectory,
            flight_ms=trajectory.duration_ms,
            block_ms=self._block_ms(trajectory),
            trip_kwh=trip_kwh,
            required=required,
            payload_kg=payload_kg,
        )

    def _find_air(self, lane: Lane, here: Weather, there: Weather) -> _Air:
        """Return what does not depend on the mass; worked out once between reports."""
        kept = self._airs.get(lane.number)
        if kept is not None and kept.here is here and kept.there is there:
            return kept
        kind, wind = self.index.city.aircraft_type, mean_wind(here, there)
        aux_kw = max(
            aux_power_kw(kind, here.temperature_k), aux_power_kw(kind, there.temperature_k)
        )
        air = _Air(
            here=here,
            there=there,
            wind=wind,
            trajectory=plan_trajectory(lane, kind, wind_mps=wind[0], wind_from_deg=wind[1]),
            cruise_s=cruise_time_s(
                kind,
                legs=lane.legs,
                airspeed_mps=kind.cruise_speed_mps,
                wind_mps=wind[0],
                wind_from_deg=wind[1],
            ),
            aux_kw=aux_kw,
            density_here_kg_m3=air_density_kg_m3(here.pressure_pa, here.temperature_k),
            density_there_kg_m3=air_density_kg_m3(there.pressure_pa, there.temperature_k),
        )
        self._airs[lane.number] = air
        return air

    def _trip_kwh(self, lane: Lane, air: _Air, mass_kg: float) -> float | WindRefused:
        """Return the energy from off-block to on-block."""
        if isinstance(air.cruise_s, WindRefused):
            return air.cruise_s
        kind = self.index.city.aircraft_type
        energy = timed_sortie_energy(
            kind,
            mass_kg=mass_kg,
            cruise_s=air.cruise_s,
            airspeed_mps=kind.cruise_speed_mps,
            climb_m=lane.climb_m,
            descent_m=lane.descent_m,
            density_kg_m3=air.density_here_kg_m3,
            destination_density_kg_m3=air.density_there_kg_m3,
            aux_kw=air.aux_kw,
        )
        taxi_s = 2.0 * self.index.taxi_ms / MS_PER_S
        return energy.total_kwh + ground_energy_kwh(duration_s=taxi_s, power_kw=air.aux_kw)

    def idle_soc(self, state: State, site_id: VertiportId, soh: float, margin: float) -> float:
        """Return the charge with which a pack can leave a site on any leg it can fly at all.

        Parameters
        ----------
        margin
            Of charge, added to each need; the ceiling bounds the sum.
        """
        key = (site_id, soh)
        kept = self._idle_soc.get(key)
        if kept is not None and kept[0] == state.reports:
            return kept[1]
        most, ceiling = 0.0, self.index.city.aircraft_type.ceiling_soc
        for lane in self._lanes_from[site_id]:
            full = self.estimate_on(state, lane, len(self.payloads_kg) - 1)
            if isinstance(full, LegRefused):
                continue
            soc = self.soc_needed(full, soh)
            if soc <= ceiling or self._can_fly_one(state, lane, soh):
                most = max(most, soc + margin)
                if most >= ceiling:
                    break
        most = min(ceiling, most)
        self._idle_soc[key] = (state.reports, most)
        return most

    def _can_fly_one(self, state: State, lane: Lane, soh: float) -> bool:
        """Say whether a full pack of this health can fly a lane with one passenger."""
        least = self.estimate_on(state, lane, 1)
        ceiling = self.index.city.aircraft_type.ceiling_soc
        return not isinstance(least, LegRefused) and self.soc_needed(least, soh) <= ceiling

    def soc_for(self, required_kwh: float, soh: float) -> float:
        """Return the state of charge that makes an energy available to a conditioned pack."""
        kind = self.index.city.aircraft_type
        return soc_needed(kind, required_kwh=required_kwh, soh=soh, pack_k=kind.pack_target_k)

    def soc_needed(self, leg: Leg, soh: float) -> float:
        """Return the state of charge a leg needs of a pack of this health, conditioned on a stand.

        May exceed the ceiling: then this pack cannot fly it.
        """
        return self.soc_for(leg.required.required_kwh, soh)
