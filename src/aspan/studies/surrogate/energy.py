"""Energy: what every pair takes and must keep in reserve, tabulated over warmth, wind and load.

One preparation asks `physics` for each lane on a coarse grid; between its points energies are taken
linear. What a plan or a setting changes comes afterwards and is exact on the grid: the sites that
may be diverted to, the minutes of the reserve, the battery, the power of flight.

Warmth is the mean over both ends of the air's temperature over the standard atmosphere; wind is the
component along the pair. Not modelled: cross wind, winds beyond the grid, a wind on the way to an
alternate, several lanes of one pair (the first open one counts).
"""

from collections.abc import Sequence
from math import atan2, degrees

import msgspec
import numpy as np

from aspan.airspace.lanes import Lane
from aspan.demand.draws import Floats, Ints
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import list_diversions
from aspan.physics.flight import aux_power_kw, ground_energy_kwh
from aspan.physics.reserve import diversion_energy_kwh, final_reserve_kwh
from aspan.physics.sortie import sortie_energy
from aspan.physics.wind import WindRefused
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_S, S_PER_H
from aspan.studies.surrogate.skies import Flags, Skies, standard_temperature_k
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa
from aspan.world.rules import Reserve
from aspan.world.vertiport import Vertiport

WARMTH_K = (-35.0, -20.0, -5.0, 10.0, 25.0)
HEADWIND_MPS = (-12.0, -4.0, 4.0, 12.0)
"""Corners of the grid; beyond them the nearest counts. A cost of detail."""

_NEVER_KWH = 1e6
"""More than any battery: where the wind forbids a leg."""

_SITES_COUNTED = 2
"""Safe sites that must be within reach, as `physics.reserve` counts them."""


class EnergyTables(msgspec.Struct, frozen=True, kw_only=True):
    """Energies at the battery [kWh]; the last axis is one seat's payload, then all seats'.

    Parameters
    ----------
    trip_kwh
        Off-block to on-block, shape (pairs, warmth, wind, 2).
    reserve_kw
        Power of the final reserve at each site, shape (sites, warmth, 2).
    divert_kwh
        From the end of a pair's lane to its beginning's alternate: from `origin` of the pair to its
        `destination`, shape (pairs, warmth, 2).
    is_landable
        Of each pair's lane, everywhere.
    alternates
        Of each site: numbers of the pairs that lead on from it, nearest first.
    """

    origin: Ints
    destination: Ints
    trip_kwh: Floats
    reserve_kw: Floats
    divert_kwh: Floats
    is_landable: Ints
    alternates: tuple[tuple[int, ...], ...]


class AirEnergies(msgspec.Struct, frozen=True, kw_only=True):
    """The tables taken in the air of some skies, shape (days, spans, pairs or sites, 2)."""

    trip_kwh: Floats
    reserve_kw: Floats
    divert_kwh: Floats


def tabulate_energy(index: CityIndex) -> EnergyTables:
    """Return the tables of every pair that a lane joins, pairs sorted."""
    pairs, sites = sorted(index.lanes), index.city.vertiports
    numbers = {site.vertiport_id: number for number, site in enumerate(sites)}
    places = {pair: number for number, pair in enumerate(pairs)}
    tables = _Tabulator(index)
    shape = (len(pairs), len(WARMTH_K), len(HEADWIND_MPS), 2)
    trip = np.zeros(shape)
    divert = np.zeros((len(pairs), len(WARMTH_K), 2))
    for row, pair in enumerate(pairs):
        trip[row] = tables.trip(index.lanes[pair])
        divert[row] = tables.divert(pair)
    return EnergyTables(
        origin=np.array([numbers[origin] for origin, _ in pairs], dtype=np.int64),
        destination=np.array([numbers[end] for _, end in pairs], dtype=np.int64),
        trip_kwh=trip,
        reserve_kw=np.array([tables.reserve(site) for site in sites]),
        divert_kwh=divert,
        is_landable=np.array([index.lanes[pair].is_landable_everywhere for pair in pairs]),
        alternates=tuple(
            tuple(
                places[site.vertiport_id, VertiportId(other.site_id)]
                for other in list_diversions(index, site.vertiport_id)
            )
            for site in sites
        ),
    )


class _Tabulator:
    """Asks physics for one lane after another."""

    def __init__(self, index: CityIndex) -> None:
        self._index, self._kind = index, index.city.aircraft_type
        kind = self._kind
        empty_kg = kind.empty_kg + kind.pilot_kg
        self._masses_kg = (
            empty_kg + kind.payload_kg_max / kind.seats,
            empty_kg + kind.payload_kg_max,
        )

    def _air(self, site: Vertiport, warmth_k: float) -> tuple[float, float]:
        """Return density and the power of the auxiliaries at a site."""
        temperature_k = standard_temperature_k(site.elevation_amsl_m) + warmth_k
        density = air_density_kg_m3(standard_pressure_pa(site.elevation_amsl_m), temperature_k)
        return density, aux_power_kw(self._kind, temperature_k)

    def trip(self, lane: Lane) -> Floats:
        """Return the energy of a lane, shape (warmth, wind, 2)."""
        index = self._index
        here, there = index.sites[lane.origin], index.sites[lane.destination]
        course_deg = degrees(atan2(there.x_m - here.x_m, there.y_m - here.y_m)) % 360.0
        found = np.zeros((len(WARMTH_K), len(HEADWIND_MPS), 2))
        taxi_s = 2.0 * index.taxi_ms / MS_PER_S
        for i, warmth_k in enumerate(WARMTH_K):
            (density, aux), (far_density, far_aux) = (
                self._air(site, warmth_k) for site in (here, there)
            )
            aux_kw = max(aux, far_aux)
            for j, wind in enumerate(HEADWIND_MPS):
                for k, mass_kg in enumerate(self._masses_kg):
                    energy = sortie_energy(
                        self._kind,
                        mass_kg=mass_kg,
                        legs=lane.legs,
                        climb_m=lane.climb_m,
                        descent_m=lane.descent_m,
                        density_kg_m3=density,
                        destination_density_kg_m3=far_density,
                        aux_kw=aux_kw,
                        wind_mps=abs(wind),
                        wind_from_deg=course_deg if wind >= 0.0 else (course_deg + 180.0) % 360.0,
                    )
                    taxi_kwh = ground_energy_kwh(duration_s=taxi_s, power_kw=aux_kw)
                    found[i, j, k] = (
                        _NEVER_KWH
                        if isinstance(energy, WindRefused)
                        else energy.total_kwh + taxi_kwh
                    )
        return found

    def reserve(self, site: Vertiport) -> Floats:
        """Return the power of the final reserve at a site, shape (warmth, 2)."""
        found = np.zeros((len(WARMTH_K), 2))
        for i, warmth_k in enumerate(WARMTH_K):
            density, aux_kw = self._air(site, warmth_k)
            for k, mass_kg in enumerate(self._masses_kg):
                found[i, k] = final_reserve_kwh(
                    self._kind,
                    mass_kg=mass_kg,
                    density_kg_m3=density,
                    duration_s=S_PER_H,
                    aux_kw=aux_kw,
                )
        return found

    def divert(self, pair: tuple[VertiportId, VertiportId]) -> Floats:
        """Return the energy to go on from the first site of a pair to the second, (warmth, 2)."""
        index = self._index
        found = np.full((len(WARMTH_K), 2), _NEVER_KWH)
        ways = [s for s in list_diversions(index, pair[0]) if s.site_id == pair[1]]
        for i, warmth_k in enumerate(WARMTH_K if ways else ()):
            density, aux_kw = self._air(index.sites[pair[0]], warmth_k)
            for k, mass_kg in enumerate(self._masses_kg):
                energy = diversion_energy_kwh(
                    self._kind,
                    index.rules.reserve,
                    site=ways[0],
                    mass_kg=mass_kg,
                    density_kg_m3=density,
                    aux_kw=aux_kw,
                )
                found[i, k] = _NEVER_KWH if isinstance(energy, WindRefused) else energy
        return found


def take_in_air(tables: EnergyTables, skies: Skies) -> AirEnergies:
    """Return the energies in the air of some skies."""
    warm = _Between(WARMTH_K, skies.warmth_k)
    wind = _Between(HEADWIND_MPS, skies.headwind_mps)
    pairs = np.arange(len(tables.origin))
    trip = np.zeros((*skies.warmth_k.shape, 2))
    divert = np.zeros_like(trip)
    for i, part in warm.corners:
        divert += part[..., None] * tables.divert_kwh[pairs, i]
        for j, share in wind.corners:
            trip += (part * share)[..., None] * tables.trip_kwh[pairs, i, j]
    sites = len(tables.reserve_kw)
    first = np.array([int(np.flatnonzero(tables.destination == s)[0]) for s in range(sites)])
    reserve = np.zeros((*skies.warmth_k.shape[:2], sites, 2))
    for i, part in _Between(WARMTH_K, skies.warmth_k[:, :, first]).corners:
        reserve += part[..., None] * tables.reserve_kw[np.arange(sites), i]
    return AirEnergies(trip_kwh=trip, reserve_kw=reserve, divert_kwh=divert)


class _Between:
    """Between which corners of a grid values lie, and how near each."""

    def __init__(self, grid: Sequence[float], values: Floats) -> None:
        points = np.array(grid)
        inside = np.clip(values, points[0], points[-1])
        low = np.clip(np.searchsorted(points, inside, side="right") - 1, 0, len(points) - 2)
        share = (inside - points[low]) / (points[low + 1] - points[low])
        self.corners = ((low, 1.0 - share), (low + 1, share))


def require_kwh(tables: EnergyTables, air: AirEnergies, policy: Reserve, is_site: Flags) -> Floats:
    """Return what must be available at off-block between some sites, shape of `air.trip_kwh`.

    `_NEVER_KWH` and more where no alternate is left.

    Parameters
    ----------
    is_site
        Of each site of the city, whether it is open.
    """
    days, spans = air.trip_kwh.shape[:2]
    divert = np.full((days, spans, len(is_site), 2), _NEVER_KWH)
    for site, ways in enumerate(tables.alternates):
        open_ways = [way for way in ways if is_site[int(tables.destination[way])]]
        if is_site[site] and open_ways:
            near = air.divert_kwh[:, :, open_ways[:_SITES_COUNTED]]
            divert[:, :, site] = near.max(axis=2)
    seconds = np.where(
        tables.is_landable, policy.final_reserve_s, policy.final_reserve_not_landable_s
    )
    final = air.reserve_kw[:, :, tables.destination] * (seconds / S_PER_H)[:, None]
    reserve = np.maximum(final, divert[:, :, tables.destination])
    required: Floats = policy.contingency_factor * air.trip_kwh + reserve
    return required
