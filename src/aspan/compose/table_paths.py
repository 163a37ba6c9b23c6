"""Tables of where sorties were and where they meant to be: tracks and operational intents."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

import msgspec

from aspan.airspace.fix import plan_fix_turn
from aspan.airspace.intents import IntentState, IntentVolumes
from aspan.airspace.lanes import LaneNetwork
from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.compose.table import Kind, Table, table_from_rows
from aspan.compose.table_sorties import SortieLines
from aspan.operations import events as ev
from aspan.primitives.ids import SortieId
from aspan.primitives.units import seconds_to_ms
from aspan.twin.flight import FlownSortie, Track

TRACKS: dict[str, Kind] = {
    "sortie_id": "text",
    "at_ms": "whole",
    "lon_deg": "number",
    "lat_deg": "number",
    "altitude_amsl_m": "number",
    "ground_speed_mps": "number",
    "phase": "text",
}

INTENTS: dict[str, Kind] = {
    "sortie_id": "text",
    "version": "whole",
    "state": "text",
    "from_at_ms": "whole",
    "volumes": "text",
}

NO_VOLUMES = "[]"

VERTEX_MS_MAX = 30_000
"""Vertices of a track stand at most this far apart: what readers of the table rely on."""


def make_tracks(lines: SortieLines, flown: Mapping[SortieId, FlownSortie], *, end_ms: int) -> Table:
    """Return the table of what was flown; a sortie still in the air ends where the run does."""
    columns: dict[str, list[Any]] = {name: [] for name in TRACKS}
    for line in lines.by_id.values():
        if line.lift_off is None:
            continue
        track = flown[line.sortie_id].track
        if track.at_ms[-1] > end_ms:
            track = cut_track(track, end_ms)
        track = split_track(track)
        columns["sortie_id"] += [line.sortie_id] * len(track.at_ms)
        columns["at_ms"] += track.at_ms
        columns["lon_deg"] += track.lon_deg
        columns["lat_deg"] += track.lat_deg
        columns["altitude_amsl_m"] += track.altitude_amsl_m
        columns["ground_speed_mps"] += track.ground_speed_mps
        columns["phase"] += track.phases
    return Table("tracks", TRACKS, columns)


def split_track(track: Track) -> Track:
    """Return a track with vertices added where two are further apart than the table allows."""
    longest_ms = max((b - a for a, b in pairwise(track.at_ms)), default=0)
    if longest_ms <= VERTEX_MS_MAX:
        return track
    # Vertex k, and the share of the piece it begins.
    where: list[tuple[int, float]] = []
    for k, (before_ms, after_ms) in enumerate(pairwise(track.at_ms)):
        parts = max(1, ceil((after_ms - before_ms) / VERTEX_MS_MAX))
        where += [(k, part / parts) for part in range(parts)]
    where.append((len(track.at_ms) - 1, 0.0))

    def along(values: Sequence[float], digits: int | None) -> list[Any]:
        return [
            round(values[k] + share * (values[k + 1] - values[k]), digits) if share else values[k]
            for k, share in where
        ]

    return Track(
        at_ms=along(track.at_ms, None),
        lon_deg=along(track.lon_deg, 7),
        lat_deg=along(track.lat_deg, 7),
        altitude_amsl_m=along(track.altitude_amsl_m, 1),
        ground_speed_mps=[track.ground_speed_mps[k] for k, _ in where],
        phases=[track.phases[k] for k, _ in where],
        soc=along(track.soc, 6),
    )


def cut_track(track: Track, end_ms: int) -> Track:
    """Return a track up to an instant it passes, its last vertex where the aircraft is then."""
    kept = sum(at_ms < end_ms for at_ms in track.at_ms)
    if kept == 0:
        kept, share = 1, 0.0
    else:
        before_ms, after_ms = track.at_ms[kept - 1], track.at_ms[kept]
        share = (end_ms - before_ms) / (after_ms - before_ms)

    def until(values: list[float], digits: int) -> list[float]:
        last = values[kept - 1] + share * (values[kept] - values[kept - 1])
        return [*values[:kept], round(last, digits)]

    return Track(
        at_ms=[*track.at_ms[:kept], end_ms],
        lon_deg=until(track.lon_deg, 7),
        lat_deg=until(track.lat_deg, 7),
        altitude_amsl_m=until(track.altitude_amsl_m, 1),
        ground_speed_mps=[*track.ground_speed_mps[:kept], track.ground_speed_mps[kept - 1]],
        phases=[*track.phases[:kept], track.phases[kept - 1]],
        soc=until(track.soc, 6),
    )


class _Versions:
    """The versions of every intent, in the order of the log."""

    def __init__(self, network: LaneNetwork) -> None:
        self._network = network
        self._volumes = IntentVolumes(network)
        self.rows: list[tuple[Any, ...]] = []
        self._count: dict[SortieId, int] = {}
        self._last: dict[SortieId, str] = {}
        self._plans: dict[SortieId, ev.SortieAssigned] = {}
        self._contingent: set[SortieId] = set()

    def add(
        self, event: ev.Event, sortie_id: SortieId, state: IntentState, volumes: str | None = None
    ) -> None:
        """Add a version; with the volumes of the last one if None.

        What is contingent stays so until it ends (ASTM F3548-21, facts 6.1).
        """
        if state is IntentState.CONTINGENT:
            self._contingent.add(sortie_id)
        elif sortie_id in self._contingent and state is not IntentState.ENDED:
            state = IntentState.CONTINGENT
        kept = self._last.get(sortie_id, NO_VOLUMES) if volumes is None else volumes
        version = self._count.get(sortie_id, 0) + 1
        self._count[sortie_id] = version
        self._last[sortie_id] = kept
        self.rows.append((sortie_id, version, state.value, event.at_ms, kept))

    def is_begun(self, sortie_id: SortieId) -> bool:
        """Say whether a sortie ever had an intent."""
        return sortie_id in self._count

    def volumes(self, lane_id: str, offsets_ms: tuple[int, ...], from_ms: int) -> str:
        """Return the volumes over a lane as JSON."""
        lane = self._network.get(lane_id)
        return self._volumes.format_json(lane, trajectory_from_offsets(lane, offsets_ms), from_ms)

    def plan(self, event: ev.SortieAssigned) -> None:
        """Add the volumes over the lane a sortie was given."""
        self._plans[event.sortie_id] = event
        text = self.volumes(event.lane_id, event.vertex_offsets_ms, event.lift_off_at_ms)
        self.add(event, event.sortie_id, IntentState.ACCEPTED, text)

    def divert(self, event: ev.SortieDiverted) -> None:
        """Add the turn over the closed site and the second lane to the volumes of a sortie."""
        kept = self._last.get(event.sortie_id, NO_VOLUMES)
        added = self.volumes(event.lane_id, event.vertex_offsets_ms, event.virtual_lift_off_at_ms)
        turn = self._turn_volume(self._plans[event.sortie_id], event)
        joined = f"{kept[:-1]},{turn},{added[1:]}"
        self.add(event, event.sortie_id, IntentState.ACTIVATED, joined)

    def _turn_volume(self, plan: ev.SortieAssigned, event: ev.SortieDiverted) -> str:
        """Return the volume of the turn from the arrival fix into the lane to the alternate."""
        inbound, outbound = self._network.get(plan.lane_id), self._network.get(event.lane_id)
        separation = self._network.separation
        last, first = inbound.cruise_last, outbound.cruise_first
        heights_m = (inbound.altitude_amsl_m[last], outbound.altitude_amsl_m[first])
        window_ms = seconds_to_ms(separation.conformance_s)
        corners = plan_fix_turn(inbound, outbound).list_bound(separation.conformance_lateral_m)
        ring = [self._network.projection.to_lonlat(x_m, y_m) for x_m, y_m in corners]
        volume = {
            "footprint": [[round(lon, 7), round(lat, 7)] for lon, lat in (*ring, ring[0])],
            "lower": round(min(heights_m) - separation.conformance_vertical_m, 1),
            "upper": round(max(heights_m) + separation.conformance_vertical_m, 1),
            "start": plan.lift_off_at_ms + plan.vertex_offsets_ms[last] - window_ms,
            "end": event.virtual_lift_off_at_ms + event.vertex_offsets_ms[first] + window_ms,
        }
        return msgspec.json.encode(volume).decode()


def make_intents(events: Iterable[ev.Event], network: LaneNetwork) -> Table:
    """Return the table of operational intents, version by version.

    A sortie that is held gives its volumes back: its intent stays accepted with none until it is
    planned anew.
    """
    state, versions = IntentState, _Versions(network)
    for event in events:
        match event:
            case ev.SortieAssigned():
                versions.plan(event)
            case ev.SortieReleased():
                versions.add(event, event.sortie_id, state.ACTIVATED)
            case ev.SortieHeld() | ev.SortieUnassigned():
                if versions.is_begun(event.sortie_id):
                    versions.add(event, event.sortie_id, state.ACCEPTED, NO_VOLUMES)
            case ev.SortieDeviated():
                versions.add(event, event.sortie_id, state.NONCONFORMING)
            case ev.EmergencyDeclared():
                versions.add(event, event.sortie_id, state.CONTINGENT)
            case ev.SortieDiverted():
                versions.divert(event)
            case ev.SortieOnBlock() | ev.SortieCancelled():
                if versions.is_begun(event.sortie_id):
                    versions.add(event, event.sortie_id, state.ENDED, NO_VOLUMES)
            case _:
                pass
    versions.rows.sort(key=lambda row: (row[0], row[1]))
    return table_from_rows("intents", INTENTS, versions.rows)
