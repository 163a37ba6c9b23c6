"""A begun run flown by the twin: as fast as it goes, watched, kept and reported to its site.

Theory of operation: only a run that the site says is under way is flown, so that approval, list
and slot stand behind each (`release.begin_run` is the one door). The twin flies the card in the air
that was reported at the pad; the limit watch sees the rows as they would have come over the link.
At the first breach the run is flown anew with the same seed and recovered from that instant on: it
begins with the same bytes. Telemetry is kept, doubtful rows included, and reported.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from aspan.evidence.card import Card
from aspan.evidence.fence import Fence, FenceVolume
from aspan.evidence.limit_watch import Breach, LimitWatch
from aspan.evidence.reports import ReportKnockItOff, ReportTelemetry
from aspan.evidence.site_events import Slot
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.importing import keep_columns
from aspan.evidence.telemetry.layout import twin_layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air, Box, Place
from aspan.world.city import City
from aspan.world.geodesy import metres_per_degree
from aspan.world.range import Range
from aspan.world.telemetry import RATE_HZ_MIN

REACTION_S: Final = 2.0
"""From the alarm to the first move of the pilot. Assumed: a call and a hand on the stick."""

EDGE_M: Final = 400.0
"""Kept free between the box that is flown and the walls of the volumes. Assumed: a turn's width."""


class UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has begun, with what the twin needs to fly it."""

    run_id: str
    card: Card
    slot: Slot
    begun_at_ms: int
    air: Air


class FlownRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the twin's flight of a run left behind.

    Parameters
    ----------
    until_ms
        Of its last row.
    """

    run_id: str
    manifest: Manifest
    breaches: tuple[Breach, ...]
    until_ms: int


def find_under_way(state: SiteState, run_id: str) -> UnderWay:
    """Return a run that is under way and not flown yet; `InvalidInput` with its phase otherwise."""
    run = state.runs.get(run_id)
    if run is None or run.begun_at_ms is None or not run.is_flying:
        found = "not known" if run is None else str(run.phase)
        raise InvalidInput("run", f"{run_id}, {found}", "a run that has begun and not ended")
    if run.telemetry is not None:
        raise InvalidInput("run", run_id, "a run whose telemetry is not kept yet")
    weather = state.weather.get("pad")
    if weather is None:
        raise InvalidInput("run", run_id, "a run with weather reported at the pad")
    at_ms = run.begun_at_ms
    hour = max((h for h in weather.hours if h.at_ms <= at_ms), key=lambda h: h.at_ms)
    return UnderWay(
        run_id=run_id,
        card=state.cards[run.card_id].versions[run.version],
        slot=state.slots[run.slot_id].slot,
        begun_at_ms=at_ms,
        air=Air(
            temperature_k=hour.temperature_k,
            pressure_pa=hour.pressure_pa,
            wind_mps=hour.wind_mps,
            gust_mps=max(hour.gust_mps, hour.wind_mps),
        ),
    )


def fly_run(
    store: SiteStore,
    city: City,
    run_id: str,
    *,
    software: str,
    seed: int,
    faults: Sequence[AnyFault] = (),
    rate_hz: float = RATE_HZ_MIN,
) -> FlownRun:
    """Fly a run that is under way, keep its telemetry and report both to the site."""
    run = store.look(lambda state: find_under_way(state, run_id))
    recording, breaches = _fly_watched(run, store.site.range, city, seed, faults, rate_hz)
    for breach in breaches:
        report = ReportKnockItOff(
            run_id=run_id, limit_id=breach.limit_id, at_ms=breach.at_ms, value=breach.value
        )
        store.report(report, max(breach.at_ms, _last_ms(store)))
    layout = twin_layout("twin", software, rate_hz=rate_hz)
    manifest = keep_columns(store.run_folder(run_id), run_id, recording.columns, layout)
    until_ms = int(np.max(recording.columns["at_ms"], initial=run.begun_at_ms))
    store.report(report_telemetry(manifest), max(until_ms, _last_ms(store)))
    return FlownRun(run_id=run_id, manifest=manifest, breaches=tuple(breaches), until_ms=until_ms)


def report_telemetry(manifest: Manifest) -> ReportTelemetry:
    """Return what the site is told of kept telemetry."""
    return ReportTelemetry(
        run_id=manifest.run_id,
        manifest_sha256=manifest.sha256,
        rows=manifest.rows,
        gaps=manifest.doubts.get("gap", 0),
        flagged=sum(manifest.doubts.values()),
        from_at_ms=manifest.first_at_ms,
        until_at_ms=manifest.last_at_ms,
        is_twin=manifest.source == "twin",
    )


def _last_ms(store: SiteStore) -> int:
    return store.look(lambda state: state.last_at_ms)


def _fly_watched(
    run: UnderWay, site: Range, city: City, seed: int, faults: Sequence[AnyFault], rate_hz: float
) -> tuple[Recording, list[Breach]]:
    """Return the recording of a run, recovered from its first breach on, and every breach."""
    recording = _fly(run, site, city, seed, faults, rate_hz)
    first = next(iter(_watch(run, site, recording)), None)
    if first is not None:
        after_s = (first.at_ms - run.begun_at_ms) / MS_PER_S + REACTION_S
        recording = _fly(run, site, city, seed, faults, rate_hz, recover_at_s=after_s)
    found: dict[str, Breach] = {}
    for breach in _watch(run, site, recording):
        found.setdefault(breach.limit_id, breach)
    return recording, list(found.values())


def _fly(
    run: UnderWay,
    site: Range,
    city: City,
    seed: int,
    faults: Sequence[AnyFault],
    rate_hz: float,
    recover_at_s: float | None = None,
) -> Recording:
    return fly_card(
        run.card.profile,
        run.card.load,
        find_aircraft(site, city, str(run.slot.aircraft_id)),
        air=run.air,
        place=make_place(site, run.slot.volume_ids),
        faults=faults,
        seed=seed,
        rate_hz=rate_hz,
        start_at_ms=run.begun_at_ms,
        recover_at_s=recover_at_s,
    )


def _watch(run: UnderWay, site: Range, recording: Recording) -> list[Breach]:
    watch = LimitWatch(
        run.card.limits,
        rate_hz=recording.rate_hz,
        fence=make_fence(site, run.slot.volume_ids),
        begun_at_ms=run.begun_at_ms,
    )
    return watch.feed(recording.columns)


def find_aircraft(site: Range, city: City, aircraft_id: str) -> TestAircraft:
    """Return an aircraft of the range as the twin flies it; `InvalidInput` if there is none."""
    found = site.find_aircraft(aircraft_id)
    if found is None:
        known = ", ".join(str(aircraft.aircraft_id) for aircraft in site.aircraft)
        raise InvalidInput("aircraft", aircraft_id, f"one of {known}")
    return TestAircraft(kind=city.aircraft_type, soh=found.soh)


def make_fence(site: Range, volume_ids: Sequence[str]) -> Fence:
    """Return the booked volumes as the limit watch knows them."""
    volumes = [site.get_volume(volume_id) for volume_id in volume_ids]
    return Fence(
        [
            FenceVolume(
                corners=volume.ring,
                lower_amsl_m=volume.lower_amsl_m,
                upper_amsl_m=volume.upper_amsl_m,
            )
            for volume in volumes
        ]
    )


def make_place(site: Range, volume_ids: Sequence[str]) -> Place:
    """Return the pad, its microphones, and the box inside the largest booked volume."""
    ground = site.site
    lon_m, lat_m = metres_per_degree(ground.lat_deg)

    def lay(lon_deg: float, lat_deg: float) -> tuple[float, float]:
        return (lon_deg - ground.lon_deg) * lon_m, (lat_deg - ground.lat_deg) * lat_m

    boxes = [_make_box([lay(*corner) for corner in site.get_volume(v).ring]) for v in volume_ids]
    largest = max(boxes, key=lambda box: (box.east_m - box.west_m) * (box.north_m - box.south_m))
    return Place(
        lon_deg=ground.lon_deg,
        lat_deg=ground.lat_deg,
        elevation_amsl_m=ground.elevation_amsl_m,
        box=largest,
        microphones_m=tuple(lay(mic.lon_deg, mic.lat_deg) for mic in site.microphones),
    )


def _make_box(corners: Sequence[tuple[float, float]]) -> Box:
    """Return the box of a ring about the pad, drawn in by `EDGE_M` but not past the pad."""
    east, north = zip(*corners, strict=True)
    return Box(
        west_m=min(0.0, min(east) + EDGE_M),
        south_m=min(0.0, min(north) + EDGE_M),
        east_m=max(0.0, max(east) - EDGE_M),
        north_m=max(0.0, max(north) - EDGE_M),
    )
