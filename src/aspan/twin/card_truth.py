"""The truth of a run: every channel of telemetry without noise, from motion, power and packs."""

from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aspan.physics.flight import best_range_speed_mps
from aspan.physics.noise import CRUISE_REFERENCE_M, TERMINAL_REFERENCE_M
from aspan.primitives.units import W_PER_KW
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault, overload_units, spoil_packs
from aspan.twin.card_noise import turbulence
from aspan.twin.card_packs import Packs, drain_packs
from aspan.twin.card_path import Path, heading_deg, is_airborne, pitch_deg, roll_deg
from aspan.twin.card_place import Air, Place
from aspan.twin.card_power import (
    auxiliaries_kw,
    propulsion_kw,
    rotor_speed_rad_per_s,
    share_among_units,
)
from aspan.twin.card_profile import LoadState
from aspan.world.atmosphere import (
    GAS_CONSTANT_AIR_J_KG_K,
    pressure_altitude_m,
    standard_pressure_pa,
)
from aspan.world.telemetry import EVENT_MARK

Floats = NDArray[np.float64]
Columns = dict[str, Floats]

TURBULENCE_S: Final = 3.0
"""How long turbulence remembers. Assumed: eddies of 100 to 200 m at the speeds flown."""

_LAPSE_K_PER_M: Final = 0.0065
_NEAREST_M: Final = 10.0
_ROLL_DEG_PER_MPS: Final = 1.5
_PITCH_DEG_PER_MPS: Final = 0.7
_CLIMB_PER_MPS: Final = 0.3
"""What a metre a second of turbulence does to attitude and climb. Assumed: a damped aircraft."""


def tell_truth(
    path: Path,
    load: LoadState,
    aircraft: TestAircraft,
    *,
    air: Air,
    place: Place,
    faults: tuple[AnyFault, ...],
    seed: int,
) -> Columns:
    """Return every channel as it is."""
    time_s = path.time_s()
    memory = max(1, round(TURBULENCE_S * path.rate_hz))
    sigma = air.turbulence_mps
    gusts = {
        name: sigma * turbulence(seed, name, path.rows, memory) if sigma else np.zeros(path.rows)
        for name in ("along", "across", "up", "power")
    }
    temperature_k = air.temperature_k - _LAPSE_K_PER_M * path.height_m
    pressure_pa = _pressures_pa(air.pressure_pa, path.height_m)
    density = pressure_pa / (GAS_CONSTANT_AIR_J_KG_K * temperature_k)
    propulsion = propulsion_kw(path, aircraft, mass_kg=load.mass_kg, density_kg_m3=density)
    units_kw = share_among_units(path, aircraft, propulsion, gusts["power"])
    overload_units(units_kw, time_s, faults)
    packs = drain_packs(
        path,
        aircraft,
        drawn_kw=units_kw.sum(axis=1) + auxiliaries_kw(path, aircraft, temperature_k),
        soc=load.soc,
        pack_k=load.pack_k,
        charger_efficiency=place.charger_efficiency,
    )
    spoil_packs(packs.temperature_k, packs.cell_spread_v, packs.voltage_v, time_s, faults)
    slow_mps = best_range_speed_mps(
        aircraft.kind, mass_kg=load.mass_kg, density_kg_m3=float(density[0])
    )
    columns = _tell_motion(path, air, place, gusts, slow_mps)
    columns |= {"air_temperature_k": temperature_k, "pressure_pa": pressure_pa}
    columns |= _tell_units(path, aircraft, units_kw) | _tell_packs(packs)
    columns |= {"charger_kw": packs.charger_kw, EVENT_MARK: _mark_segments(path)}
    return columns | _tell_noise(path, aircraft, place)


def _mark_segments(path: Path) -> Floats:
    """Return the number of the segment that is held in each row, from 1; 0 between two."""
    marks = np.zeros(path.rows)
    for number, (first, last) in enumerate(path.segments.values(), 1):
        marks[first:last] = number
    return marks


def _pressures_pa(pad_pa: float, height_m: Floats) -> Floats:
    """Return pressures at heights above the pad, as `atmosphere.pressure_at_height_pa`."""
    # Between exact values at every 50 m the logarithm is straight to 1e-6.
    top_m = max(50.0, float(height_m.max()) + 50.0)
    points_m = np.arange(0.0, top_m + 50.0, 50.0)
    base_m = pressure_altitude_m(pad_pa)
    logs = [log(standard_pressure_pa(base_m + at_m)) for at_m in points_m.tolist()]
    return np.asarray(np.exp(np.interp(height_m, points_m, logs)))


def _tell_motion(path: Path, air: Air, place: Place, gusts: Columns, slow_mps: float) -> Columns:
    flies = is_airborne(path).astype(np.float64)
    lon_deg, lat_deg = place.to_lonlat(path.east_m, path.north_m)
    return {
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "altitude_amsl_m": place.elevation_amsl_m + path.height_m,
        "height_agl_m": path.height_m,
        "roll_deg": roll_deg(path) + _ROLL_DEG_PER_MPS * gusts["across"] * flies,
        "pitch_deg": pitch_deg(path, slow_mps) + _PITCH_DEG_PER_MPS * gusts["up"] * flies,
        "heading_deg": heading_deg(path, air),
        "tilt_deg": path.tilt_deg,
        "airspeed_mps": path.airspeed_mps + gusts["along"],
        "ground_speed_mps": path.along_mps,
        "vertical_speed_mps": path.climb_mps + _CLIMB_PER_MPS * gusts["up"] * flies,
    }


def _tell_units(path: Path, aircraft: TestAircraft, units_kw: Floats) -> Columns:
    speed = rotor_speed_rad_per_s(path)
    shaft_kw = units_kw * aircraft.kind.drivetrain_efficiency
    torque = shaft_kw * W_PER_KW / np.maximum(speed, 1.0)[:, None]
    columns: Columns = {}
    for unit in range(units_kw.shape[1]):
        name = f"unit{unit + 1}"
        columns[f"{name}_torque_nm"] = torque[:, unit]
        columns[f"{name}_speed_rad_per_s"] = speed
        columns[f"{name}_electrical_kw"] = units_kw[:, unit]
    return columns


def _tell_packs(packs: Packs) -> Columns:
    columns: Columns = {}
    for pack in range(packs.soc.shape[1]):
        name = f"pack{pack + 1}"
        columns[f"{name}_voltage_v"] = packs.voltage_v[:, pack]
        columns[f"{name}_current_a"] = packs.current_a[:, pack]
        columns[f"{name}_temperature_k"] = packs.temperature_k[:, pack]
        columns[f"{name}_soc"] = packs.soc[:, pack]
        columns[f"{name}_cell_spread_v"] = packs.cell_spread_v[:, pack]
    return columns


def _tell_noise(path: Path, aircraft: TestAircraft, place: Place) -> Columns:
    """Return the level at each microphone: source by spherical spreading, over the ambient one.

    The source at 1 m has the energy of the terminal level times the share of tilt, and of the level
    of cruise times the rest; the ground is silent.
    """
    kind, share = aircraft.kind, path.tilt_deg / 90.0
    terminal = 10.0 ** (kind.noise_terminal_dba_at_100_m / 10.0) * TERMINAL_REFERENCE_M**2
    cruise = 10.0 ** (kind.noise_cruise_dba_at_500_m / 10.0) * CRUISE_REFERENCE_M**2
    source = np.where(is_airborne(path), cruise + (terminal - cruise) * share, 0.0)
    ambient = 10.0 ** (place.ambient_dba / 10.0)
    columns: Columns = {}
    for number, (east_m, north_m) in enumerate(place.microphones_m, 1):
        square_m2 = (path.east_m - east_m) ** 2 + (path.north_m - north_m) ** 2 + path.height_m**2
        energy = ambient + source / np.maximum(square_m2, _NEAREST_M**2)
        columns[f"mic{number}_dba"] = (10.0 / log(10.0)) * np.log(energy)
    return columns
