"""What judges and estimators say of runs, from the telemetry that is kept of them.

A run is judged by the very version of its card that was approved and flown: where the files of the
campaign are of another version, nothing is said.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.card import Bounds
from aspan.evidence.identify.campaign import identify
from aspan.evidence.identify.estimates import Identification
from aspan.evidence.identify.kept_runs import load_kept_runs
from aspan.evidence.orders import ReviewRun
from aspan.evidence.package.contents import RunEntry, RunVerdicts
from aspan.evidence.package.records import draw_records
from aspan.evidence.run_reading import read_run_data
from aspan.evidence.scenarios import Campaign, judge_run
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.verdict import Verdict
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.range import Range

_ROUNDING: Final = 1e-6
"""Of a share, between two judgements of the same telemetry."""


class Flown(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs were flown, and where their telemetry lies.

    Parameters
    ----------
    folder
        Of a run's telemetry, by its id.
    """

    city: City
    site: Range
    folder: Callable[[str], Path]


def judge_runs(
    campaign: Campaign, flown: Flown, runs: Sequence[RunEntry]
) -> tuple[RunVerdicts, ...]:
    """Return what the judges say of every run that was begun."""
    return tuple(_judge(campaign, flown, run) for run in runs if run.begun is not None)


def judge_one(store: SiteStore, city: City, campaign: Campaign, run_id: str) -> RunVerdicts:
    """Return what the judges say of one run; `InvalidInput` where it was not begun."""
    runs = draw_records(store.events()).runs
    run = next((each for each in runs if each.run_id == run_id and each.begun), None)
    if run is None:
        raise InvalidInput("RUN", run_id, "a run that was begun")
    flown = Flown(city=city, site=store.site.range, folder=store.run_folder)
    return _judge(campaign, flown, run)


def _judge(campaign: Campaign, flown: Flown, run: RunEntry) -> RunVerdicts:
    told = RunVerdicts(run_id=run.run_id, card_id=run.card_id, version=run.version, verdicts=())
    card = campaign.cards.get(run.card_id)
    if run.raw is None:
        return msgspec.structs.replace(told, not_judged="no telemetry is kept")
    if card is None:
        return msgspec.structs.replace(told, not_judged="the campaign has no judge of this card")
    if campaign.versions[run.card_id] != run.version:
        why = "the card's files are not those of this version any more"
        return msgspec.structs.replace(told, not_judged=why)
    aircraft = flown.site.find_aircraft(run.slot.aircraft_id)
    data = read_run_data(
        flown.folder(run.run_id),
        run.run_id,
        card,
        flown.city.aircraft_type,
        aircraft.soh if aircraft is not None else 1.0,
        flown.site,
    )
    verdicts = tuple(_make_plain(verdict) for verdict in judge_run(campaign, data))
    return msgspec.structs.replace(told, verdicts=verdicts)


def _make_plain(verdict: Verdict) -> Verdict:
    """Return a verdict with numbers of Python's own, as it stands in a file."""
    named = {"value": verdict.value, "low": verdict.low, "high": verdict.high}
    numbers = {name: None if value is None else float(value) for name, value in named.items()}
    return msgspec.structs.replace(verdict, **numbers)


def estimate_aircraft(store: SiteStore, city: City) -> Identification:
    """Return what the accepted runs of a site say of its aircraft; without a stated calibration."""
    found = identify(load_kept_runs(store, {}).runs, city.aircraft_type)
    estimates = tuple(
        msgspec.structs.replace(
            each,
            value=float(each.value),
            low=float(each.low),
            high=float(each.high),
            systematic=float(each.systematic),
            dof=int(each.dof),
        )
        for each in found.estimates
    )
    return msgspec.structs.replace(found, estimates=estimates)


def find_off_prediction(found: RunVerdicts, prediction_band: float) -> float | None:
    """Return the largest share by which a run differs from the model; None if none was judged."""
    band = Bounds(low=-prediction_band, high=prediction_band)
    off = [
        abs(verdict.value)
        for verdict in found.verdicts
        if verdict.value is not None and verdict.unit == "1" and verdict.bound == band
    ]
    return max(off, default=None)


def find_trend_fault(found: RunVerdicts, prediction_band: float, stated: float | None) -> str:
    """Return why a run may not be accepted with what is stated of its trend; "" if it may.

    Nothing need be stated of a run whose verdicts say that it is inside the band of its card. Of
    any other it must be, and never less than the telemetry says, so that the cards after it stay
    shut (facts 5.c).
    """
    if found.not_judged:
        return f"run {found.run_id} is not judged: {found.not_judged}"
    off = find_off_prediction(found, prediction_band)
    if stated is not None:
        is_less = off is not None and stated < off - _ROUNDING
        return f"{stated:.4f} off its prediction is stated, {off:.4f} is told" if is_less else ""
    band = Bounds(low=-prediction_band, high=prediction_band)
    for verdict in found.verdicts:
        if verdict.bound == band and verdict.value is None:
            return f"how far it is off its prediction is not told: {verdict.check_id}"
    if off is not None and off > prediction_band:
        return f"it is {off:.4f} off its prediction, its band is {prediction_band:g}: state it"
    return ""


def check_review(store: SiteStore, city: City, campaign: Campaign, order: ReviewRun) -> str:
    """Return why an order to accept a run does not say what its telemetry says; "" if it does."""
    card = store.look(
        lambda state: (
            state.cards[run.card_id].versions[run.version]
            if (run := state.runs.get(order.run_id)) is not None and run.telemetry is not None
            else None
        )
    )
    if card is None:
        return ""  # the site says what is missing
    manifest = read_manifest(store.run_folder(order.run_id))
    if manifest.sha256 != order.manifest_sha256:
        return f"its telemetry lies under manifest {manifest.sha256}, not what was looked at"
    found = judge_one(store, city, campaign, order.run_id)
    return find_trend_fault(found, card.prediction_band, order.off_prediction)
