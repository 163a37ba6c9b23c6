"""Judges that most scenarios want, made to order: `check("packs")(packs_at_most(50.0))`.

Each is made with its bound and with the manoeuvres it looks at, and finds the segments by the
profile of the card.
"""

from collections.abc import Callable

import msgspec

from aspan.evidence.card import CheckId
from aspan.evidence.card_parts import WAY
from aspan.evidence.judging import (
    JudgeFunction,
    held_within,
    never_outside,
    packs_below,
    predicting,
    recorded,
    units_below,
    within_band,
)
from aspan.evidence.prediction import level_rows, power_kw
from aspan.evidence.run_data import RunData, electrical_kw, electrical_offset_kw
from aspan.evidence.verdict import Verdict, missing
from aspan.twin.card_profile import Manoeuvre, Segment
from aspan.world.telemetry import PACKS, RATE_HZ_MIN


def list_segments(run: RunData, *manoeuvres: Manoeuvre) -> list[Segment]:
    """Return the card's segments of these manoeuvres, in order, those on the way left out."""
    return [
        segment
        for segment in run.card.profile
        if segment.manoeuvre in manoeuvres and not segment.label.startswith(WAY)
    ]


def list_labels(run: RunData, *manoeuvres: Manoeuvre) -> list[str]:
    """Return the labels of these segments."""
    return [segment.label for segment in list_segments(run, *manoeuvres)]


def power_near(*manoeuvres: Manoeuvre, what: str = "Power") -> JudgeFunction:
    """Compare the mean battery power of each segment with the model.

    Turns are left out of flight on the wing.
    """

    @predicting
    def judge_power(check_id: CheckId, run: RunData) -> Verdict:
        power = electrical_kw(run)
        if "roll_deg" in run.columns:
            power = level_rows(run, power)
        labels, offset = list_labels(run, *manoeuvres), electrical_offset_kw(run)
        return within_band(check_id, run, labels, what, power, power_kw, offset=offset)

    return judge_power


def charge_left(soc_min: float) -> JudgeFunction:
    """Ask that no pack ends with less charge than this."""

    def judge_charge(check_id: CheckId, run: RunData) -> Verdict:
        channels = [f"pack{n}_soc" for n in range(1, PACKS + 1)]
        return never_outside(check_id, run, channels, "Charge", low=soc_min)

    return judge_charge


def held(
    channel: str,
    what: str,
    *manoeuvres: Manoeuvre,
    tolerance: float,
    about: float | Callable[[Segment], float] | None = None,
) -> JudgeFunction:
    """Ask that a channel is kept near a value for 95 % of each segment.

    Parameters
    ----------
    about
        The value, or how it follows from the segment. The segment's own mean if None.
    """

    def judge_held(check_id: CheckId, run: RunData) -> Verdict:
        verdicts = [
            held_within(
                check_id,
                run,
                (segment.label,),
                channel,
                what,
                about=about(segment) if callable(about) else about,
                tolerance=tolerance,
            )
            for segment in list_segments(run, *manoeuvres)
        ]
        if not verdicts:
            return missing(check_id, f"{what}: the card has no such segment")
        return max(verdicts, key=lambda verdict: verdict.value or 0.0)

    return judge_held


def speed_held(tolerance_mps: float, *manoeuvres: Manoeuvre) -> JudgeFunction:
    """Ask that airspeed is kept near what each segment states."""
    return held(
        "airspeed_mps",
        "Airspeed",
        *manoeuvres,
        tolerance=tolerance_mps,
        about=lambda segment: segment.airspeed_mps,
    )


def bank_held_level(tolerance_deg: float) -> JudgeFunction:
    """Ask that bank is kept near its mean in cruise, the turns at the ends left out."""

    def judge_bank(check_id: CheckId, run: RunData) -> Verdict:
        level = level_rows(run, run.column("roll_deg"))
        cut = msgspec.structs.replace(run, columns={**run.columns, "roll_deg": level})
        labels = list_labels(run, "cruise")
        return held_within(
            check_id, cut, labels, "roll_deg", "Bank", about=None, tolerance=tolerance_deg
        )

    return judge_bank


def packs_at_most(celsius: float) -> JudgeFunction:
    """Ask that no pack is ever warmer than this."""
    return lambda check_id, run: packs_below(check_id, run, celsius)


def units_at_most(shaft_kw: float) -> JudgeFunction:
    """Ask that no unit ever gives more than this on its shaft."""
    return lambda check_id, run: units_below(check_id, run, shaft_kw)


def all_recorded(share: float = 0.99) -> JudgeFunction:
    """Ask that every channel of the card's record is there, ten times a second."""
    return lambda check_id, run: recorded(
        check_id, run, run.card.record, share=share, rate_hz=RATE_HZ_MIN
    )


def kept(
    channels: tuple[str, ...], what: str, *, low: float | None = None, high: float | None = None,
    of: tuple[Manoeuvre, ...] = (),
) -> JudgeFunction:  # fmt: skip
    """Ask that channels stay within bounds, in segments of these manoeuvres or the whole run."""

    def judge_kept(check_id: CheckId, run: RunData) -> Verdict:
        labels = list_labels(run, *of) if of else None
        return never_outside(check_id, run, channels, what, low=low, high=high, labels=labels)

    return judge_kept
