"""Judges of charging and of discharging on the load bank: energy in, energy out, against the model.

Charge of the packs is their own estimate; energy is integrated here from voltage and current, so
that one can be held against the other.
"""

from typing import Final

import numpy as np

from aspan.evidence.card import Bounds, CheckId
from aspan.evidence.judging import JudgeFunction, predicting
from aspan.evidence.run_data import Floats, NotRecordedError, RunData, electrical_kw
from aspan.evidence.verdict import Measured, Verdict, judge, judge_prediction
from aspan.physics.battery import available_kwh
from aspan.physics.charging import soc_after_s
from aspan.primitives.units import S_PER_H
from aspan.world.telemetry import CHANNEL_BY_NAME, PACKS

ENDS_ROWS: Final = 50
"""Readings averaged at either end of a segment."""

METER_SHARE: Final = 0.005
"""Half of the 95 % interval of an energy from voltage and current. Assumed: shunts of 0.5 %."""


def segment_kwh(run: RunData, label: str) -> Measured:
    """Return the energy out of the packs in a segment, negative while charging."""
    power = electrical_kw(run)[run.rows(label)]
    seconds = run.seconds(label)
    good = np.isfinite(power)
    if good.mean() < 0.98:
        raise NotRecordedError(f"power of segment {label} in more than 2 % of its rows")
    value = float(np.trapezoid(power[good], seconds[good])) / S_PER_H
    half = METER_SHARE * abs(value)
    return Measured(value=value, low=value - half, high=value + half, unit="kWh")


def charge_gained(label: str) -> JudgeFunction:
    """Compare the charge gained in a segment with the taper of the model."""

    @predicting
    def judge_gain(check_id: CheckId, run: RunData) -> Verdict:
        before, after = _pack_means(run, label)
        asked = next(segment for segment in run.card.profile if segment.label == label)
        start, pack_k = float(before.mean()), _pack_k(run, label)
        end = soc_after_s(
            run.aircraft,
            soc=start,
            duration_s=float(run.seconds(label)[-1]),
            soh=run.soh,
            cap_kw=asked.power_kw,
            pack_k=pack_k,
        )
        half = _soc_noise()
        gained = float(after.mean()) - start
        points = [
            (
                Measured(value=gained, low=gained - half, high=gained + half, unit="1"),
                Measured(value=end - start, low=end - start, high=end - start, unit="1"),
            )
        ]
        return judge_prediction(check_id, "Charge gained", points, run.card.prediction_band)

    return judge_gain


def charger_loss(label: str, *, low: float, high: float) -> JudgeFunction:
    """Ask which share of the charger's output reaches the packs."""

    def judge_loss(check_id: CheckId, run: RunData) -> Verdict:
        given = run.of(label, "charger_kw")
        taken = -electrical_kw(run)[run.rows(label)]
        good = np.isfinite(given) & np.isfinite(taken)
        if not good.any() or given[good].sum() <= 0.0:
            raise NotRecordedError("the charger's output")
        share = float(taken[good].sum() / given[good].sum())
        half = 2.0 * METER_SHARE * share
        measured = Measured(value=share, low=share - half, high=share + half, unit="1")
        return judge(check_id, "Share of the charger's output in the packs", measured,
                     Bounds(low=low, high=high))  # fmt: skip

    return judge_loss


def packs_end_even(soc_max: float) -> JudgeFunction:
    """Ask that the packs end with charges that are alike."""

    def judge_even(check_id: CheckId, run: RunData) -> Verdict:
        _, after = _pack_means(run, run.card.profile[-1].label)
        spread = float(after.max() - after.min())
        half = 2.0**0.5 * _soc_noise()
        measured = Measured(value=spread, low=max(0.0, spread - half), high=spread + half, unit="1")
        what = "Greatest difference of the packs' charge at the end"
        return judge(check_id, what, measured, Bounds(high=soc_max))

    return judge_even


def usable_energy(label: str) -> JudgeFunction:
    """Compare the energy given until the packs cut off with what the model has available."""

    @predicting
    def judge_energy(check_id: CheckId, run: RunData) -> Verdict:
        before, _ = _pack_means(run, label)
        rows = run.rows(label)
        start_k = float(np.mean([_ends(run, rows, n, "temperature_k")[0] for n in _numbers()]))
        model = available_kwh(run.aircraft, soc=float(before.mean()), soh=run.soh, pack_k=start_k)
        half = _soc_noise() * run.aircraft.gross_kwh
        predicted = Measured(value=model, low=model - half, high=model + half, unit="kWh")
        points = [(segment_kwh(run, label), predicted)]
        return judge_prediction(check_id, "Usable energy", points, run.card.prediction_band)

    return judge_energy


def _numbers() -> range:
    return range(1, PACKS + 1)


def _pack_means(run: RunData, label: str) -> tuple[Floats, Floats]:
    """Return the charge of each pack at the beginning and at the end of a segment."""
    rows = run.rows(label)
    ends = np.array([_ends(run, rows, n, "soc") for n in _numbers()])
    return ends[:, 0], ends[:, 1]


def _ends(run: RunData, rows: slice, pack: int, part: str) -> tuple[float, float]:
    values = run.column(f"pack{pack}_{part}")[rows]
    first, last = values[:ENDS_ROWS], values[-ENDS_ROWS:]
    if not (np.isfinite(first).any() and np.isfinite(last).any()):
        raise NotRecordedError(f"pack{pack}_{part} at the ends of the segment")
    return float(np.nanmean(first)), float(np.nanmean(last))


def _pack_k(run: RunData, label: str) -> float:
    """Return the mean temperature of all packs in a segment."""
    values = np.concatenate([run.of(label, f"pack{n}_temperature_k") for n in _numbers()])
    if not np.isfinite(values).any():
        raise NotRecordedError("the temperature of the packs")
    return float(np.nanmean(values))


def _soc_noise() -> float:
    """Return half of the 95 % interval of a mean charge of four packs, offsets included.

    Assumed: a pack's own estimate of charge is off by as much as one reading scatters.
    """
    return 1.96 * CHANNEL_BY_NAME["pack1_soc"].noise / PACKS**0.5
