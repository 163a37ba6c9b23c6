"""The energy profile: what a planned flight is expected to have used at each vertex of its lane.

Piece by piece with the formulas of `physics.sortie`, in the weather reported at both ends, then
scaled so that the whole is what the release predicted: a sum over pieces of a lane is a little less
than the planned sortie, which counts cruise over the whole distance (facts 2.6).
"""

from collections.abc import Sequence

from aspan.airspace.lanes import Lane
from aspan.operations.legs import mean_wind
from aspan.physics.flight import aux_power_kw, ground_energy_kwh
from aspan.physics.sortie import cruise_energy_kwh, hover_energy_kwh, transition_energy_kwh
from aspan.physics.wind import airspeed_for_ground_speed_mps
from aspan.primitives.units import MS_PER_S
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.weather import Weather


def list_used_kwh(
    kind: AircraftType,
    lane: Lane,
    offsets_ms: Sequence[int],
    *,
    here: Weather,
    there: Weather,
    mass_kg: float,
    taxi_ms: int,
    predicted_kwh: float,
) -> list[float]:
    """Return the energy used since off-block at each vertex [kWh]; the first is after taxiing out.

    Parameters
    ----------
    offsets_ms
        Of the vertices, from lift-off.
    here, there
        Reports at the ends.
    taxi_ms
        Planned, at each end.
    predicted_kwh
        Of the whole, off-block to on-block.
    """
    aux_kw = max(aux_power_kw(kind, here.temperature_k), aux_power_kw(kind, there.temperature_k))
    taxi_kwh = ground_energy_kwh(duration_s=taxi_ms / MS_PER_S, power_kw=aux_kw)
    pieces = list_pieces_kwh(kind, lane, offsets_ms, here, there, mass_kg, aux_kw)
    scale = max(0.0, predicted_kwh - 2.0 * taxi_kwh) / max(sum(pieces), 1e-9)
    used = [taxi_kwh]
    for piece_kwh in pieces:
        used.append(used[-1] + scale * piece_kwh)
    return used


def list_pieces_kwh(
    kind: AircraftType,
    lane: Lane,
    offsets_ms: Sequence[int],
    here: Weather,
    there: Weather,
    mass_kg: float,
    aux_kw: float,
) -> list[float]:
    """Return what each piece of a lane takes [kWh], from lift-off to touchdown, unscaled."""
    density_here = air_density_kg_m3(here.pressure_pa, here.temperature_k)
    density_there = air_density_kg_m3(there.pressure_pa, there.temperature_k)
    wind_mps, wind_from_deg = mean_wind(here, there)
    last = len(offsets_ms) - 1
    pieces: list[float] = []
    for k in range(last):
        duration_s = (offsets_ms[k + 1] - offsets_ms[k]) / MS_PER_S
        if duration_s <= 0.0:
            pieces.append(0.0)
        elif lane.cruise_first <= k < lane.cruise_last:
            airspeed_mps = airspeed_for_ground_speed_mps(
                ground_speed_mps=(lane.s_m[k + 1] - lane.s_m[k]) / duration_s,
                course_deg=lane.legs[lane.piece_legs[k]][1],
                wind_mps=wind_mps,
                wind_from_deg=wind_from_deg,
            )
            cruise_kwh = cruise_energy_kwh(
                kind,
                mass_kg=mass_kg,
                density_kg_m3=0.5 * (density_here + density_there),
                airspeed_mps=airspeed_mps,
                duration_s=duration_s,
                height_gain_m=lane.altitude_amsl_m[k + 1] - lane.altitude_amsl_m[k],
                aux_kw=aux_kw,
            )
            pieces.append(cruise_kwh)
        else:
            spend = hover_energy_kwh if k in (0, last - 1) else transition_energy_kwh
            density = density_here if k < lane.cruise_first else density_there
            spent_kwh = spend(
                kind, mass_kg=mass_kg, density_kg_m3=density, duration_s=duration_s, aux_kw=aux_kw
            )
            pieces.append(spent_kwh)
    return pieces
