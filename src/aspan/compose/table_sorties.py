"""Tables of sorties, folded from the log: sorties, releases and uses of FATOs.

Not here: paths and intents (`table_paths.py`), stays and charges (`table_ground.py`).
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from aspan.compose.table import Kind, Table, table_from_rows
from aspan.operations import events as ev
from aspan.physics.battery import available_kwh
from aspan.primitives.ids import AircraftId, FatoId, PilotId, SortieId, VertiportId
from aspan.world.aircraft import AircraftType
from aspan.world.weather import Weather

FLOWN, DIVERTED, CANCELLED, AIRBORNE, PLANNED = (
    "flown",
    "diverted",
    "cancelled",
    "airborne_at_end",
    "planned_at_end",
)
"""Status of a sortie when the run ends; the last only of runs that end inside the day."""


class SortieLine(msgspec.Struct, kw_only=True):
    """What the log tells of one sortie."""

    sortie_id: SortieId
    service: str
    origin: VertiportId
    planned_destination: VertiportId
    scheduled_off_block_ms: int
    destination: VertiportId
    aircraft_id: AircraftId = AircraftId("")
    pilot_id: PilotId = PilotId("")
    lanes: tuple[str, ...] = ()
    origin_fato_id: FatoId = FatoId("")
    destination_fato_id: FatoId = FatoId("")
    assigned_off_block_ms: int | None = None
    release: ev.SortieReleased | None = None
    off_block: ev.SortieOffBlock | None = None
    lift_off: ev.SortieLiftedOff | None = None
    touchdown: ev.SortieTouchedDown | None = None
    on_block: ev.SortieOnBlock | None = None
    emergency_at_ms: int | None = None
    diverted_reserve_kwh: float | None = None
    is_diverted: bool = False
    is_cancelled: bool = False
    cause: str = ""

    @property
    def status(self) -> str:
        """Return how it stood when the run ended."""
        if self.is_cancelled:
            return CANCELLED
        if self.on_block is not None:
            return DIVERTED if self.is_diverted else FLOWN
        return PLANNED if self.off_block is None else AIRBORNE

    @property
    def planned_off_block_ms(self) -> int:
        """Return when it was first meant to go off-block.

        By the timetable where there is one, else as first planned, which is what was promised.
        """
        if self.service == "timetable" or self.assigned_off_block_ms is None:
            return self.scheduled_off_block_ms
        return self.assigned_off_block_ms

    @property
    def reserve_required_kwh(self) -> float | None:
        """Return the reserve it had to keep where it landed; None before release."""
        if self.diverted_reserve_kwh is not None:
            return self.diverted_reserve_kwh
        return self.release.final_reserve_kwh if self.release is not None else None

    @property
    def passengers(self) -> int:
        """Return the persons it was released with; none before release."""
        return self.release.passengers if self.release is not None else 0


class SortieLines:
    """All sorties of a run, folded from its events."""

    def __init__(self, events: Iterable[ev.Event]) -> None:
        self.by_id: dict[SortieId, SortieLine] = {}
        self._folds: dict[type[ev.Event], Callable[[Any], None]] = {
            ev.SortieScheduled: self._on_scheduled,
            ev.SortieAssigned: self._on_assigned,
            ev.SortieUnassigned: self._on_unassigned,
            ev.SortieReleased: self._on_released,
            ev.SortieOffBlock: self._on_off_block,
            ev.SortieLiftedOff: self._on_lifted_off,
            ev.SortieTouchedDown: self._on_touched_down,
            ev.SortieOnBlock: self._on_on_block,
            ev.SortieDiverted: self._on_diverted,
            ev.LandingMoved: self._on_landing_moved,
            ev.SortieCancelled: self._on_cancelled,
            ev.EmergencyDeclared: self._on_emergency,
        }
        for event in events:
            fold = self._folds.get(type(event))
            if fold is not None:
                fold(event)

    def list_landed(self) -> list[SortieLine]:
        """Return the sorties that came on-block, in order of their ids."""
        return [s for s in self.by_id.values() if s.on_block is not None]

    def _on_scheduled(self, event: ev.SortieScheduled) -> None:
        self.by_id[event.sortie_id] = SortieLine(
            sortie_id=event.sortie_id,
            service=event.service,
            origin=event.origin,
            planned_destination=event.destination,
            scheduled_off_block_ms=event.off_block_at_ms,
            destination=event.destination,
        )

    def _on_assigned(self, event: ev.SortieAssigned) -> None:
        line = self.by_id[event.sortie_id]
        line.aircraft_id = event.aircraft_id
        line.pilot_id = event.pilot_id
        line.lanes = (event.lane_id,)
        line.origin_fato_id = event.origin_fato_id
        line.destination_fato_id = event.destination_fato_id
        if line.assigned_off_block_ms is None:
            line.assigned_off_block_ms = event.off_block_at_ms

    def _on_unassigned(self, event: ev.SortieUnassigned) -> None:
        line = self.by_id[event.sortie_id]
        line.aircraft_id, line.pilot_id, line.lanes = AircraftId(""), PilotId(""), ()

    def _on_released(self, event: ev.SortieReleased) -> None:
        line = self.by_id[event.sortie_id]
        line.release = event
        line.pilot_id = event.pilot_id

    def _on_off_block(self, event: ev.SortieOffBlock) -> None:
        self.by_id[event.sortie_id].off_block = event

    def _on_lifted_off(self, event: ev.SortieLiftedOff) -> None:
        self.by_id[event.sortie_id].lift_off = event

    def _on_touched_down(self, event: ev.SortieTouchedDown) -> None:
        self.by_id[event.sortie_id].touchdown = event

    def _on_on_block(self, event: ev.SortieOnBlock) -> None:
        self.by_id[event.sortie_id].on_block = event

    def _on_diverted(self, event: ev.SortieDiverted) -> None:
        line = self.by_id[event.sortie_id]
        line.is_diverted = True
        line.cause = event.cause
        line.destination = event.destination
        line.destination_fato_id = event.destination_fato_id
        line.lanes = (*line.lanes, event.lane_id)
        line.diverted_reserve_kwh = event.final_reserve_kwh

    def _on_landing_moved(self, event: ev.LandingMoved) -> None:
        self.by_id[event.sortie_id].destination_fato_id = event.destination_fato_id

    def _on_cancelled(self, event: ev.SortieCancelled) -> None:
        line = self.by_id[event.sortie_id]
        line.is_cancelled = True
        line.cause = event.cause

    def _on_emergency(self, event: ev.EmergencyDeclared) -> None:
        line = self.by_id[event.sortie_id]
        if line.emergency_at_ms is None:
            line.emergency_at_ms = event.at_ms


SORTIES: dict[str, Kind] = {
    "sortie_id": "text",
    "aircraft_id": "text",
    "pilot_id": "text",
    "origin": "text",
    "planned_destination": "text",
    "destination": "text",
    "status": "text",
    "cause": "text",
    "service": "text",
    "lane_route": "text",
    "passengers": "whole",
    "payload_kg": "number",
    "planned_off_block_at_ms": "whole",
    "off_block_at_ms": "whole",
    "lift_off_at_ms": "whole",
    "touchdown_at_ms": "whole",
    "on_block_at_ms": "whole",
    "soc_off_block": "number",
    "soc_lift_off": "number",
    "soc_touchdown": "number",
    "soc_on_block": "number",
    "pack_temperature_k": "number",
    "energy_kwh": "number",
    "reserve_required_kwh": "number",
    "energy_above_reserve_kwh": "number",
    "emergency_at_ms": "whole",
}


def energy_above_reserve_kwh(
    kind: AircraftType, line: SortieLine, soh: dict[AircraftId, float]
) -> float | None:
    """Return the energy available at touchdown less the reserve; None before touchdown.

    Cells are taken as cold as at off-block: what flight warms is not counted on.
    """
    required_kwh = line.reserve_required_kwh
    if line.touchdown is None or line.off_block is None or required_kwh is None:
        return None
    available = available_kwh(
        kind,
        soc=line.touchdown.soc,
        soh=soh[line.aircraft_id],
        pack_k=line.off_block.pack_temperature_k,
    )
    return round(available - required_kwh, 4)


def make_sorties(lines: SortieLines, kind: AircraftType, soh: dict[AircraftId, float]) -> Table:
    """Return the table of sorties."""
    return table_from_rows("sorties", SORTIES, (_row(s, kind, soh) for s in lines.by_id.values()))


def _row(line: SortieLine, kind: AircraftType, soh: dict[AircraftId, float]) -> tuple[Any, ...]:
    off, up, down, on = line.off_block, line.lift_off, line.touchdown, line.on_block
    release = line.release
    return (
        line.sortie_id,
        line.aircraft_id,
        line.pilot_id or None,
        line.origin,
        line.planned_destination,
        line.destination,
        line.status,
        line.cause or None,
        line.service,
        " ".join(line.lanes) or None,
        line.passengers,
        release.payload_kg if release is not None else 0.0,
        line.planned_off_block_ms,
        off.at_ms if off is not None else None,
        up.at_ms if up is not None else None,
        down.at_ms if down is not None else None,
        on.at_ms if on is not None else None,
        off.soc if off is not None else None,
        up.soc if up is not None else None,
        down.soc if down is not None else None,
        on.soc if on is not None else None,
        off.pack_temperature_k if off is not None else None,
        on.energy_kwh if on is not None else None,
        line.reserve_required_kwh,
        energy_above_reserve_kwh(kind, line, soh),
        line.emergency_at_ms,
    )


FATO_USES: dict[str, Kind] = {
    "vertiport_id": "text",
    "fato_id": "text",
    "sortie_id": "text",
    "kind": "text",
    "start_at_ms": "whole",
    "end_at_ms": "whole",
}


def make_fato_uses(lines: SortieLines) -> Table:
    """Return the table of movements on FATOs, by instant."""
    rows: list[tuple[Any, ...]] = []
    for line in lines.by_id.values():
        up, down = line.lift_off, line.touchdown
        if up is not None:
            ends = (up.fato_from_ms, up.fato_until_ms)
            rows.append((line.origin, line.origin_fato_id, line.sortie_id, "take_off", *ends))
        if down is not None:
            ends = (down.fato_from_ms, down.fato_until_ms)
            fato_id = line.destination_fato_id
            rows.append((line.destination, fato_id, line.sortie_id, "landing", *ends))
    rows.sort(key=lambda row: (row[4], row[0], row[1], row[2]))
    return table_from_rows("fato_uses", FATO_USES, rows)


ROLES = ("origin", "destination", "alternate")
RELEASES: dict[str, Kind] = {
    "sortie_id": "text",
    "released_at_ms": "whole",
    **{
        f"{role}_{column}": "number"
        for role in ROLES
        for column in ("visibility_m", "ceiling_agl_m", "wind_mps", "gust_mps")
    },
    "predicted_energy_kwh": "number",
    "alternate_id": "text",
    "reserve_rule": "text",
    "approval": "text",
}


def make_releases(events: Iterable[ev.Event], lines: SortieLines) -> Table:
    """Return the table of releases, with the reports that were known at each."""
    last: dict[str, Weather] = {}
    rows: list[tuple[Any, ...]] = []
    for event in events:
        if isinstance(event, ev.WeatherReported):
            last[event.weather.place_id] = event.weather
        elif isinstance(event, ev.SortieReleased):
            line = lines.by_id[event.sortie_id]
            known: list[float | None] = []
            for place_id in (line.origin, line.planned_destination, event.alternate_id):
                known += _stated(last.get(place_id))
            rows.append(
                (
                    event.sortie_id,
                    event.at_ms,
                    *known,
                    event.predicted_energy_kwh,
                    event.alternate_id,
                    event.reserve_rule,
                    event.approval,
                )
            )
    return table_from_rows("releases", RELEASES, rows)


def _stated(report: Weather | None) -> list[float | None]:
    if report is None:
        return [None] * 4
    return [report.visibility_m, report.ceiling_agl_m, report.wind_mps, report.gust_mps]
