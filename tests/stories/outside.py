"""The outside of a story: weather, people and aircraft that do exactly what was written.

Aircraft fly to plan and use the energy predicted for them; people come in time unless the story
says otherwise. It is the scripted form of the port `AircraftLink`.
"""

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from aspan.compose.serviceability import standard_weather
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.operations.ports import Input
from aspan.primitives.units import MS_PER_H, MS_PER_S

if TYPE_CHECKING:
    from aspan.primitives.ids import SortieId
    from aspan.world.weather import Weather

FOG_VISIBILITY_M = 800.0
_SERVICE, _AIRCRAFT, _PEOPLE = range(3)
_Entry = tuple[int, int, int, cmd.Command]


class Fog(msgspec.Struct, frozen=True, kw_only=True):
    """Fog at a site, as reported from one whole hour until another."""

    site: str
    from_ms: int
    until_ms: int


class ScriptedOutside:
    """Plays a script: commands at instants, fog, absent passengers, and flights flown to plan."""

    def __init__(
        self,
        index: CityIndex,
        script: Sequence[tuple[int, cmd.Command]],
        *,
        fogs: Sequence[Fog] = (),
        absent: frozenset[str] = frozenset(),
        late_ms: dict[str, int] | None = None,
    ) -> None:
        self._index = index
        self._fogs = tuple(fogs)
        self._absent = absent
        self._late_ms = late_ms or {}
        self._heap: list[_Entry] = []
        self._pushed = 0
        self._plans: dict[SortieId, ev.SortieAssigned] = {}
        self._releases: dict[SortieId, ev.SortieReleased] = {}
        self._soh = {a.aircraft_id: a.soh for a in index.city.airframes}
        for at_ms, command in script:
            self.push(at_ms, command)

    def push(self, at_ms: int, command: cmd.Command, rank: int = _SERVICE) -> None:
        """Let a command come in at an instant, after all pushed before for the same."""
        self._pushed += 1
        heapq.heappush(self._heap, (at_ms, rank, self._pushed, command))

    def next_at_ms(self) -> int | None:
        """Return when the next input will be there."""
        return self._heap[0][0] if self._heap else None

    def take(self) -> Input | None:
        """Return the next input; a report of the weather brings the next hour's."""
        at_ms, _, number, command = heapq.heappop(self._heap)
        if isinstance(command, cmd.ReportWeather):
            following = self.weather(command.weather.place_id, at_ms + MS_PER_H)
            self.push(at_ms + MS_PER_H, following)
        return Input(at_ms=at_ms, key=f"story/{number}", command=command)

    def weather(self, site: str, at_ms: int) -> cmd.ReportWeather:
        """Return the report of a site at a whole hour: still and clear, or fog."""
        clear = standard_weather(self._index, next(s for s in self._index.site_ids if s == site))
        is_fog = any(f.site == site and f.from_ms <= at_ms < f.until_ms for f in self._fogs)
        weather: Weather = msgspec.structs.replace(clear, at_ms=at_ms)
        if is_fog:
            weather = msgspec.structs.replace(
                weather, visibility_m=FOG_VISIBILITY_M, present_weather="FG"
            )
        return cmd.ReportWeather(weather=weather, forecasts=())

    def act(self, events: Sequence[ev.Event]) -> None:
        """Do what events ask of aircraft and people."""
        for event in events:
            match event:
                case ev.SortieAssigned():
                    self._plans[event.sortie_id] = event
                case ev.SortieReleased():
                    self._fly(event)
                case ev.SortieDiverted():
                    self._divert(event)
                case ev.BookingConfirmed() if event.booking_id not in self._absent:
                    desk_ms = event.off_block_at_ms - self._index.rules.service.process_ms
                    come = cmd.CheckIn(booking_id=event.booking_id)
                    self.push(max(desk_ms, event.at_ms + MS_PER_S), come, _PEOPLE)
                case _:
                    pass

    def _fly(self, release: ev.SortieReleased) -> None:
        plan = self._plans[release.sortie_id]
        self._releases[release.sortie_id] = release
        off = cmd.ReportOffBlock(
            sortie_id=release.sortie_id, soc=release.soc, pack_temperature_k=298.15
        )
        start, end = self._index.departure_use(plan.lift_off_at_ms)
        lift = cmd.ReportLiftOff(
            sortie_id=release.sortie_id, soc=release.soc, fato_from_ms=start, fato_until_ms=end
        )
        self.push(release.at_ms, off, _AIRCRAFT)
        self.push(plan.lift_off_at_ms, lift, _AIRCRAFT)
        late_ms = self._late_ms.get(release.sortie_id, 0)
        self._land(release, plan.touchdown_at_ms + late_ms, plan.on_block_at_ms + late_ms, 1.0)

    def _land(
        self, release: ev.SortieReleased, touchdown_ms: int, on_ms: int, share: float
    ) -> None:
        plan = self._plans[release.sortie_id]
        kwh = release.predicted_energy_kwh * share
        gross_kwh = self._index.city.aircraft_type.gross_kwh * self._soh[plan.aircraft_id]
        soc = round(release.soc - kwh / gross_kwh, 6)
        start, end = self._index.arrival_use(touchdown_ms)
        down = cmd.ReportTouchdown(
            sortie_id=release.sortie_id, soc=soc, fato_from_ms=start, fato_until_ms=end
        )
        on = cmd.ReportOnBlock(
            sortie_id=release.sortie_id,
            soc=soc,
            pack_temperature_k=298.15,
            energy_kwh=round((release.soc - soc) * gross_kwh, 4),
        )
        self.push(touchdown_ms, down, _AIRCRAFT)
        self.push(on_ms, on, _AIRCRAFT)

    def _divert(self, event: ev.SortieDiverted) -> None:
        """Let the aircraft land where it was sent, with energy in proportion to the time."""
        self._heap = [
            entry
            for entry in self._heap
            if not (
                isinstance(entry[3], cmd.ReportTouchdown | cmd.ReportOnBlock)
                and entry[3].sortie_id == event.sortie_id
            )
        ]
        heapq.heapify(self._heap)
        plan = self._plans[event.sortie_id]
        share = (event.on_block_at_ms - plan.off_block_at_ms) / (
            plan.on_block_at_ms - plan.off_block_at_ms
        )
        release = self._releases[event.sortie_id]
        self._land(release, event.touchdown_at_ms, event.on_block_at_ms, share)
