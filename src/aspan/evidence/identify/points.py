"""Points: what one run says, as few numbers, each with its own standard error.

A run is the unit of evidence: an instrument keeps its offset through a run, so that readings of one
run agree better with each other than with the truth. What is estimated therefore rests on the
scatter between runs; the standard errors here serve plots and verdicts on single points.
"""

from math import nan
from typing import Final, NamedTuple

import numpy as np

from aspan.evidence.identify.runs import TestRun, smooth
from aspan.evidence.reduction import Flags, Floats, Mean, block_means, steady_mean
from aspan.primitives.units import J_PER_KWH, S_PER_H, W_PER_KW
from aspan.twin.card_profile import Segment
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.telemetry import MICROPHONES

TURN_ROLL_DEG: Final = 8.0
"""More bank than that is a turn, in which the wing carries more than the weight."""

TURN_EDGE_S: Final = 3.0
"""About a turn that is left out too: power comes and goes evenly."""

PASS_M_MAX: Final = 700.0
"""Slant distance within which a microphone hears a cruise. Assumed: 42 dBA there."""

HOVER_M_MAX: Final = 600.0
"""The same of a hover."""

_SOUND_READINGS_MIN: Final = 30
_QUIET_READINGS_MIN: Final = 5
_STILL_RAD_PER_S: Final = 1.0
_SOURCE_STEPS: Final = 8
_CHARGE_BLOCK_S: Final = 10.0
_DRAWN_SHARE_MIN: Final = 0.5
_REST_S: Final = 10.0


class SteadyPoint(NamedTuple):
    """A segment held on the ground, in hover or on the wing.

    Parameters
    ----------
    packs_kw
        Given by the packs, auxiliaries included.
    temperature_k
        Of the air.
    """

    run_id: str
    label: str
    manoeuvre: str
    mass_kg: float
    density_kg_m3: float
    temperature_k: float
    height_agl_m: float
    airspeed_mps: Mean
    shaft_kw: Mean
    units_kw: Mean
    packs_kw: Mean


class DischargePoint(NamedTuple):
    """Packs emptied on the load bank until they cut off.

    Parameters
    ----------
    capacity_kwh
        Energy given for the whole of the charge that was counted down.
    soc
        Counted at the start.
    pack_k
        Cell temperature at the start.
    given_kwh
        Until cut-off; NaN if the packs did not cut off.
    """

    run_id: str
    cycles: float
    pack_k: float
    soc: float
    capacity_kwh: float
    given_kwh: float


class ChargeCurve(NamedTuple):
    """Rate of charging [1/h] against state of charge, block by block, where the cells set it.

    Parameters
    ----------
    counted_rate
        Rate at which a zero of the power that is off leaves the rate as it is: the capacity, told
        by the same power, goes with it.
    """

    run_id: str
    capacity_kwh: float
    counted_rate: float
    soc: Floats
    rate: Floats


class SoundPoint(NamedTuple):
    """Source level heard in one state, brought to its reference distance."""

    run_id: str
    state: str
    level_dba: float
    readings: int


def steady_points(run: TestRun) -> list[SteadyPoint]:
    """Return the points of all segments on the ground, in hover and in level cruise."""
    points = []
    for segment, rows in run.list_segments("ground", "hover", "cruise"):
        usable = is_straight(run, rows) if segment.manoeuvre == "cruise" else None
        points.append(_steady_point(run, segment, rows, usable))
    return points


def is_straight(run: TestRun, rows: slice) -> Flags:
    """Return which rows are not in a turn or at its edge."""
    roll = np.nan_to_num(smooth(run.column("roll_deg", rows), run.rate_hz))
    edge = np.ones(2 * round(TURN_EDGE_S * run.rate_hz) + 1)
    turning = (np.abs(roll) > TURN_ROLL_DEG).astype(np.float64)
    if len(turning) < len(edge):
        return np.full(len(turning), not turning.any())
    return np.asarray(np.convolve(turning, edge, mode="same") < 0.5)


def _steady_point(run: TestRun, segment: Segment, rows: slice, usable: Flags | None) -> SteadyPoint:
    def mean(column: Floats) -> Mean:
        return steady_mean(column, rate_hz=run.rate_hz, usable=usable)

    temperature_k = mean(run.column("air_temperature_k", rows)).value
    pressure_pa = mean(run.column("pressure_pa", rows)).value
    return SteadyPoint(
        run_id=run.run_id,
        label=segment.label,
        manoeuvre=segment.manoeuvre,
        mass_kg=run.load.mass_kg,
        density_kg_m3=air_density_kg_m3(pressure_pa, temperature_k),
        temperature_k=temperature_k,
        height_agl_m=mean(run.column("height_agl_m", rows)).value,
        airspeed_mps=mean(run.column("airspeed_mps", rows)),
        shaft_kw=mean(run.shaft_kw(rows)),
        units_kw=mean(run.units_kw(rows)),
        packs_kw=mean(run.packs_kw(rows)),
    )


def discharge_points(run: TestRun) -> list[DischargePoint]:
    """Return what each emptying on the load bank gave.

    Charge is counted by the aircraft and falls straight with the energy given, so that a line
    through both tells the start without the noise of a reading, and the capacity by its slope.
    """
    points = []
    for segment, rows in run.list_segments("discharge"):
        power, soc = run.packs_kw(rows), run.packs_mean("soc", rows)
        energy = _energy_kwh(power, run.rate_hz)
        loaded = power > _DRAWN_SHARE_MIN * segment.power_kw
        line = _fit_line(energy[loaded], soc[loaded])
        if line is None:
            continue
        start_soc, per_kwh = line
        cut_off = run.is_whole and _is_cut_off(power, segment.power_kw, run.rate_hz)
        # To the row of cut-off, not farther: what the zeros of instruments add is no energy.
        last = min(int(np.flatnonzero(loaded)[-1]) + 1, len(energy) - 1)
        points.append(
            DischargePoint(
                run_id=run.run_id,
                cycles=run.cycles,
                pack_k=_cells_before_k(run, rows.start),
                soc=start_soc,
                capacity_kwh=-1.0 / per_kwh,
                given_kwh=float(energy[last]) if cut_off else nan,
            )
        )
    return points


def _cells_before_k(run: TestRun, start: int) -> float:
    """Return the temperature of the cells at rest, before the load warms them."""
    before = slice(max(0, start - round(_REST_S * run.rate_hz)), start + 1)
    readings = run.packs_mean("temperature_k", before)
    return float(np.nanmean(readings)) if np.isfinite(readings).any() else nan


def _energy_kwh(power_kw: Floats, rate_hz: float) -> Floats:
    """Return the energy given up to and with each row; absent readings are drawn straight."""
    good = np.isfinite(power_kw)
    if not good.any():
        return np.full(len(power_kw), np.nan)
    at = np.arange(len(power_kw))
    whole = power_kw if good.all() else np.interp(at, at[good], power_kw[good])
    return np.asarray(np.cumsum(whole) * W_PER_KW / (rate_hz * J_PER_KWH))


def _fit_line(x: Floats, y: Floats) -> tuple[float, float] | None:
    """Return value at 0 and slope of a straight line; None with too few points."""
    good = np.isfinite(x) & np.isfinite(y)
    if good.sum() < 10:
        return None
    x, y = x[good], y[good]
    dx = x - x.mean()
    slope = float((dx * y).sum() / (dx * dx).sum())
    return float(y.mean()) - slope * float(x.mean()), slope


def _is_cut_off(power_kw: Floats, asked_kw: float, rate_hz: float) -> bool:
    """Answer whether the load fell away before the segment ended."""
    last = power_kw[-max(3, round(2.0 * rate_hz)) :]
    last = last[np.isfinite(last)]
    return len(last) > 0 and float(last.mean()) < _DRAWN_SHARE_MIN * asked_kw


def charge_curves(
    run: TestRun, *, full_rate_k: tuple[float, float], knees: tuple[float, ...]
) -> list[ChargeCurve]:
    """Return the rate of each charging against state of charge.

    Left out: blocks in which the charger held back, the cells were outside the temperatures of
    full rate, or a knee of the taper lay within.
    """
    curves = []
    for segment, rows in run.list_segments("charge"):
        power, soc = -run.packs_kw(rows), run.packs_mean("soc", rows)
        energy = _energy_kwh(power, run.rate_hz)
        line = _fit_line(energy, soc)
        hours = _fit_line(energy, np.arange(len(soc)) / (run.rate_hz * S_PER_H))
        if line is None or hours is None or min(line[1], hours[1]) <= 0.0:
            continue
        capacity_kwh = 1.0 / line[1]
        block_kw, block_soc, block_k = (
            block_means(column, rate_hz=run.rate_hz, block_s=_CHARGE_BLOCK_S)
            for column in (power, soc, run.packs_mean("temperature_k", rows))
        )
        rate = block_kw / capacity_kwh
        block_soc -= 0.5 * rate / (run.rate_hz * S_PER_H)  # a row tells the charge at its end
        half = 0.5 * rate * _CHARGE_BLOCK_S / S_PER_H + 0.002
        kept = np.isfinite(rate) & np.isfinite(block_soc) & (block_kw < 0.97 * segment.power_kw)
        kept &= (block_k > full_rate_k[0] + 0.5) & (block_k < full_rate_k[1] - 0.5)
        for knee in knees:
            kept &= np.abs(block_soc - knee) > half
        charging = np.flatnonzero(block_kw > 0.02 * capacity_kwh)
        kept[: charging[0] + 1] = kept[charging[-1] :] = False  # it began or ended within
        counted_rate = line[1] / hours[1]
        curves.append(
            ChargeCurve(run.run_id, capacity_kwh, counted_rate, block_soc[kept], rate[kept])
        )
    return curves


def sound_points(run: TestRun, *, cruise_m: float, terminal_m: float) -> list[SoundPoint]:
    """Return the source levels heard in cruise and in hover, at their reference distances.

    A microphone hears the ambient of the same run, told while the rotors stand still, and the
    source by spherical spreading, added in energy; least squares fit the source to the levels.
    """
    points = []
    for state, manoeuvre, reference_m, far_m in (
        ("cruise", "cruise", cruise_m, PASS_M_MAX),
        ("terminal", "hover", terminal_m, HOVER_M_MAX),
    ):
        heard, near, ambient = [np.empty(0)], [np.empty(0)], [np.empty(0)]
        for number in range(1, min(MICROPHONES, len(run.microphones)) + 1):
            quiet = _ambient_energy(run, number)
            if not np.isfinite(quiet):
                continue
            for _, rows in run.list_segments(manoeuvre):
                level, far = run.column(f"mic{number}_dba", rows), _distances_m(run, number, rows)
                kept = np.isfinite(level) & (far < far_m)
                heard.append(level[kept])
                near.append((reference_m / far[kept]) ** 2)
                ambient.append(np.full(int(kept.sum()), quiet))
        levels = np.concatenate(heard)
        if len(levels) >= _SOUND_READINGS_MIN:
            found = _fit_source(levels, np.concatenate(near), np.concatenate(ambient))
            points.append(SoundPoint(run.run_id, state, found, len(levels)))
    return points


def _fit_source(heard_dba: Floats, near: Floats, ambient: Floats) -> float:
    """Return the source level that, times `near` and over `ambient`, is heard (Gauss-Newton)."""
    level = float(np.median(heard_dba - 10.0 * np.log10(near)))
    for _ in range(_SOURCE_STEPS):
        own = 10.0 ** (level / 10.0) * near
        share = own / (own + ambient)
        rest = heard_dba - 10.0 * np.log10(own + ambient)
        level += float((share * rest).sum() / (share * share).sum())
    return level


def _ambient_energy(run: TestRun, number: int) -> float:
    """Return the energy a microphone hears while the rotors stand still; NaN if they never do."""
    count = len(run.column("lon_deg"))
    turning = run.column("unit1_speed_rad_per_s", slice(0, count))
    with np.errstate(invalid="ignore"):
        quiet = run.column(f"mic{number}_dba", slice(0, count))[turning < _STILL_RAD_PER_S]
    quiet = quiet[np.isfinite(quiet)]
    return float(10.0 ** (quiet.mean() / 10.0)) if len(quiet) >= _QUIET_READINGS_MIN else nan


def _distances_m(run: TestRun, number: int, rows: slice) -> Floats:
    """Return slant distances from a microphone on the ground."""
    from aspan.world.geodesy import metres_per_degree

    lon_deg, lat_deg = run.microphones[number - 1]
    lon_m, lat_m = metres_per_degree(lat_deg)
    east = (run.column("lon_deg", rows) - lon_deg) * lon_m
    north = (run.column("lat_deg", rows) - lat_deg) * lat_m
    height = run.column("height_agl_m", rows)
    return np.asarray(np.sqrt(east**2 + north**2 + height**2))
