"""Packs of a card: charge, temperature, voltage and current in each row.

Energy is counted at the terminals, as physics does: charge falls by energy over capacity, cells
warm by the type's share of it (facts B.7) and are cooled on the charger's coolant only. On the load
bank the packs give until the usable energy of the start is out: that of facts 2.5, with this
airframe's own cold factors; then they cut off, and the load falls away. On the charger the taper of
`physics.charging` holds, at the temperature of each five seconds.

Assumed: a pack's open-circuit voltage is linear between four points of charge (an 800 V system),
its resistance grows by 1.5 % a kelvin below 25 °C, the spread of its cells by 0.04 mV an ampere; in
the last twentieth of the usable energy on the load bank the voltage falls by another 60 V.
Not modelled: balancing between packs, self-discharge.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.physics.battery import pack_k_after_energy, pack_k_on_stand
from aspan.physics.charging import soc_after_s
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import J_PER_KWH, KELVIN_AT_0_C, S_PER_H, W_PER_KW
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_path import Path
from aspan.twin.card_rows import CHARGE, DISCHARGE

Floats = NDArray[np.float64]

_SOC_POINTS: Final = (0.0, 0.1, 0.5, 1.0)
_VOLT_POINTS: Final = (560.0, 620.0, 690.0, 800.0)
_WARM_K: Final = KELVIN_AT_0_C + 25.0
_OHM_PER_K: Final = 0.015
_SPREAD_V_PER_A: Final = 4e-5
_KNEE_V: Final = 60.0
_KNEE_SHARE: Final = 0.05
_CHARGE_STEP_S: Final = 5.0


class Packs(NamedTuple):
    """All packs together [row], then one by one [row, pack].

    Parameters
    ----------
    battery_kw
        Given, negative while charging.
    charger_kw
        At the charger's output.
    """

    battery_kw: Floats
    charger_kw: Floats
    soc: Floats
    temperature_k: Floats
    voltage_v: Floats
    current_a: Floats
    cell_spread_v: Floats


class _Whole(NamedTuple):
    """The battery as one: power given, charge, temperature, usable share left on the load bank."""

    battery_kw: Floats
    soc: Floats
    temperature_k: Floats
    left: Floats


def drain_packs(
    path: Path,
    aircraft: TestAircraft,
    *,
    drawn_kw: Floats,
    soc: float,
    pack_k: float,
    charger_efficiency: float,
) -> Packs:
    """Return the packs through a run.

    Parameters
    ----------
    drawn_kw
        By units and auxiliaries; the load bank and the charger are in the path.
    soc, pack_k
        At the start.
    """
    whole = _drain_whole(path, aircraft, drawn_kw, soc, pack_k)
    shares = np.asarray(aircraft.pack_shares)
    more = shares * len(shares)
    socs = soc + (whole.soc - soc)[:, None] * more
    temperatures = whole.temperature_k[:, None] + (whole.temperature_k - pack_k)[:, None] * (
        more - 1.0
    )
    open_v = np.interp(socs, _SOC_POINTS, _VOLT_POINTS)
    open_v -= (_KNEE_V * np.maximum(1.0 - whole.left / _KNEE_SHARE, 0.0) ** 2)[:, None]
    ohm = aircraft.pack_ohm * (1.0 + _OHM_PER_K * np.maximum(_WARM_K - temperatures, 0.0))
    given_w = whole.battery_kw[:, None] * shares * W_PER_KW
    root = np.sqrt(np.maximum(open_v**2 - 4.0 * ohm * given_w, 0.0))
    current = (open_v - root) / (2.0 * ohm)
    return Packs(
        battery_kw=whole.battery_kw,
        charger_kw=np.where(path.mode == CHARGE, -whole.battery_kw, 0.0) / charger_efficiency,
        soc=socs,
        temperature_k=temperatures,
        voltage_v=open_v - ohm * current,
        current_a=current,
        cell_spread_v=aircraft.cell_spread_v + _SPREAD_V_PER_A * np.abs(current),
    )


def _drain_whole(
    path: Path, aircraft: TestAircraft, drawn_kw: Floats, soc: float, pack_k: float
) -> _Whole:
    """Walk through stretches of flight, charge and discharge, each from where the last ended."""
    count = path.rows
    whole = _Whole(drawn_kw.copy(), np.empty(count), np.empty(count), np.ones(count))
    kind = np.where(path.mode >= CHARGE, path.mode, 0)
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), path.rows]
    for first, last in pairwise(edges):
        part = slice(first, last)
        stretch = _Whole(*(column[part] for column in whole))
        if kind[first] == CHARGE:
            _charge(path, aircraft, stretch, path.power_kw[part], soc, pack_k)
        else:
            if kind[first] == DISCHARGE:
                stretch.battery_kw[:] += path.power_kw[part]
                _cut_off(path, stretch, aircraft.usable_kwh(soc=soc, pack_k=pack_k))
            _draw(path, aircraft, stretch, soc, pack_k)
        soc, pack_k = float(stretch.soc[-1]), float(stretch.temperature_k[-1])
    if soc < 0.0:
        raise InvalidInput("profile", f"{soc:.0%} of charge at its end", "no more than packs hold")
    return whole


def _draw(path: Path, aircraft: TestAircraft, stretch: _Whole, soc: float, pack_k: float) -> None:
    """Count down charge and warm the cells by the power given."""
    energy_kwh = np.cumsum(stretch.battery_kw) / (path.rate_hz * S_PER_H)
    stretch.soc[:] = soc - energy_kwh / aircraft.capacity_kwh
    per_kwh = pack_k_after_energy(aircraft.kind, pack_k=0.0, energy_kwh=1.0)
    stretch.temperature_k[:] = pack_k + per_kwh * energy_kwh


def _cut_off(path: Path, stretch: _Whole, usable_kwh: float) -> None:
    """Let the load fall away where the usable energy is out, to the last of it."""
    row_kwh = stretch.battery_kw / (path.rate_hz * S_PER_H)
    drawn = np.cumsum(row_kwh)
    after = np.minimum(drawn, max(usable_kwh, 0.0))
    before = np.concatenate([[0.0], after[:-1]])
    stretch.battery_kw[:] = (after - before) * path.rate_hz * S_PER_H
    stretch.left[:] = 1.0 - after / usable_kwh if usable_kwh > 0.0 else 0.0


def _charge(
    path: Path,
    aircraft: TestAircraft,
    stretch: _Whole,
    asked_kw: Floats,
    soc: float,
    pack_k: float,
) -> None:
    """Charge in steps of five seconds, each exact at one temperature, even between its ends."""
    kind, count = aircraft.kind, len(stretch.soc)
    step = max(1, round(_CHARGE_STEP_S * path.rate_hz))
    for first in range(0, count, step):
        rows = min(step, count - first)
        part, duration_s = slice(first, first + rows), rows / path.rate_hz
        after = soc_after_s(
            kind,
            soc=soc,
            duration_s=duration_s,
            soh=aircraft.soh,
            cap_kw=float(asked_kw[first]),
            pack_k=pack_k,
        )
        share = np.arange(1, rows + 1) / rows
        power_kw = (after - soc) * aircraft.capacity_kwh * S_PER_H / duration_s
        after_k = pack_k_on_stand(kind, pack_k=pack_k, duration_s=duration_s)
        stretch.battery_kw[part] = -power_kw
        stretch.soc[part] = soc + (after - soc) * share
        stretch.temperature_k[part] = pack_k + (after_k - pack_k) * share
        soc, pack_k = after, after_k


def energy_kwh(battery_kw: Floats, rate_hz: float) -> float:
    """Return the energy given over rows of power."""
    return float(battery_kw.sum()) * W_PER_KW / (rate_hz * J_PER_KWH)
