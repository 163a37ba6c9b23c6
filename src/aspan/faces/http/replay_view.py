"""The picture of a past instant: state, board and chronicle folded from the log, drawn as now."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.compose.service import TwinService
from aspan.faces.http.day_view import draw_day
from aspan.faces.http.detail_view import draw_weather, list_forecasts
from aspan.faces.http.picture import Painter
from aspan.faces.http.plan_view import read_plan
from aspan.faces.http.timeline_view import draw_timeline
from aspan.faces.http.wire_detail import WeatherPage
from aspan.faces.http.wire_history import DaySummary, HistorySpan, Timeline
from aspan.faces.http.wire_now import Clock, Snapshot
from aspan.live.history import Archive, History, Look
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.state import State
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import SortieId
from aspan.twin.flight import FlownSortie, divert, fly

T = TypeVar("T")

_AWAY = frozenset((SortiePhase.TAXIING_OUT, SortiePhase.AIRBORNE, SortiePhase.TAXIING_IN))


class ReplayView:
    """Draws what was, at any instant from the first event on."""

    def __init__(
        self,
        twin: TwinService,
        history: History,
        archive: Archive,
        tell_clock: Callable[[int | None], Clock],
    ) -> None:
        self._twin = twin
        self._history = history
        self._archive = archive
        self._tell_clock = tell_clock

    def span(self) -> HistorySpan:
        """Return which instants can be shown."""
        now_ms = self._tell_clock(None).at_ms
        first_ms = self._history.first_at_ms()
        return HistorySpan(first_at_ms=now_ms if first_ms is None else first_ms, last_at_ms=now_ms)

    def draw(self, at_ms: int) -> Snapshot:
        """Return everything as it was; `InvalidInput` on "at_ms" outside the span."""
        clock = self._tell_clock(at_ms)
        known = dict(self._twin.run.outside.flown)

        def see(look: Look) -> Snapshot:
            flown = self._find_flown(look.state, known)
            return Painter(look.state, look.board, flown, clock, is_replay=True).draw()

        return self._look(at_ms, see)

    def timeline(self, from_ms: int, until_ms: int, at_ms: int) -> Timeline:
        """Return who did, did just then and was to do what, as was known at an instant."""
        index = self._twin.run.index
        return self._look(
            at_ms,
            lambda look: draw_timeline(
                look.chronicle,
                read_plan(look.state, at_ms),
                index,
                from_ms=from_ms,
                until_ms=until_ms,
            ),
        )

    def day(self, date: str | None, at_ms: int) -> DaySummary:
        """Return a local date in numbers as far as it was known at an instant; its own if None."""
        city, told = self._twin.run.city, self._tell_clock(at_ms).date if date is None else date
        return self._look(at_ms, lambda look: draw_day(look.chronicle, city, told, now_ms=at_ms))

    def weather(self, at_ms: int) -> WeatherPage:
        """Return the weather of all places as it was known at an instant."""
        return self._look(
            at_ms,
            lambda look: draw_weather(look.chronicle, list_forecasts(look.state, at_ms), at_ms),
        )

    def _look(self, at_ms: int, see: Callable[[Look], T]) -> T:
        """Return what is made of the state at an instant; `InvalidInput` if it is yet to come."""
        now_ms = self._tell_clock(None).at_ms
        if at_ms > now_ms:
            raise InvalidInput("at_ms", at_ms, f"{now_ms} or earlier, the present instant")
        return self._history.look(at_ms, see)

    def _find_flown(
        self, state: State, known: Mapping[SortieId, FlownSortie]
    ) -> dict[SortieId, FlownSortie]:
        """Return the flights of aircraft that are away; those forgotten are flown again."""
        found: dict[SortieId, FlownSortie] = {}
        for aircraft in state.aircraft.values():
            sortie_id = aircraft.sortie_id
            if sortie_id is None or state.sorties[sortie_id].phase not in _AWAY:
                continue
            flown = known.get(sortie_id) or self._fly_again(sortie_id)
            if flown is not None:
                found[sortie_id] = flown
        return found

    def _fly_again(self, sortie_id: SortieId) -> FlownSortie | None:
        """Return what the twin flew: the same release, weather and dice make the same flight."""
        run = self._twin.run
        story = self._archive.tell(lambda chronicle: chronicle.sorties.get(sortie_id))
        if story is None or story.plan is None or story.release is None:
            return None
        aircraft_id = story.aircraft_id
        if aircraft_id is None:
            return None
        soh = self._archive.tell(lambda chronicle: chronicle.soh[aircraft_id])
        network, plan = run.index.network, story.plan
        flown = fly(
            run.index,
            run.truth,
            run.settings.seed,
            plan=plan,
            trajectory=trajectory_from_offsets(network.get(plan.lane_id), plan.vertex_offsets_ms),
            release=story.release,
            soh=soh,
            pack_k=story.pack_temperature_k,
        )
        if story.diverted is None:
            return flown
        onward = network.get(story.diverted.lane_id)
        return divert(
            run.index,
            run.truth,
            flown,
            plan=plan,
            release=story.release,
            diverted=story.diverted,
            trajectory=trajectory_from_offsets(onward, story.diverted.vertex_offsets_ms),
            soh=soh,
        )
