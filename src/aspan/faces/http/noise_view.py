"""The noise of a day up to now or to a past instant, kept until another has to be heard."""

from threading import Lock

from aspan.airspace.noise import NoiseGround, lay_noise
from aspan.compose.noise_counts import HeardSortie
from aspan.compose.noise_map import NoiseMap, map_noise
from aspan.compose.service import TwinService
from aspan.live.chronicle import Chronicle
from aspan.live.history import Archive, History
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms, ms_to_local


class EngineNoise:
    """A `NoiseView` over a twin's service; one request is answered at a time."""

    def __init__(self, twin: TwinService, archive: Archive, history: History) -> None:
        self._twin = twin
        self._archive = archive
        self._history = history
        self._lock = Lock()
        self._ground: NoiseGround | None = None
        self._kept: dict[bool, tuple[list[HeardSortie], int, NoiseMap | None]] = {}

    def find_noise(self, at_ms: int | None = None) -> NoiseMap | None:
        """Return the map from local midnight to an instant; None where the city states no limits.

        What was in the air at a past instant is heard up to it, as it was known then.
        """
        city, index = self._twin.run.city, self._twin.run.index
        now_ms = self._twin.clock.now_ms()
        until_ms = now_ms if at_ms is None else at_ms
        if until_ms > now_ms:
            raise InvalidInput("at_ms", until_ms, f"{now_ms} or earlier, the present instant")
        day = ms_to_local(until_ms, city.time_zone).date()
        from_ms = local_midnight_ms(day, city.time_zone)
        if at_ms is None:
            heard = self._archive.tell(lambda chronicle: list_heard(chronicle, from_ms))
        else:
            heard = self._history.look(at_ms, lambda look: list_heard(look.chronicle, from_ms))
        is_past = at_ms is not None
        with self._lock:
            kept = self._kept.get(is_past)
            if kept is None or kept[:2] != (heard, from_ms):
                if self._ground is None:
                    self._ground = lay_noise(city, index.network)
                end_ms = max(from_ms + 1, until_ms)
                found = map_noise(city, self._ground, heard, from_ms=from_ms, until_ms=end_ms)
                kept = self._kept[is_past] = (heard, from_ms, found)
        return kept[2]


def list_heard(chronicle: Chronicle, from_ms: int) -> list[HeardSortie]:
    """Return what can be heard of the sorties that were in the air since an instant."""
    heard = []
    for story in chronicle.sorties.values():
        plan = story.plan
        if plan is None or story.lift_off_ms is None:
            continue
        if story.touchdown_ms is not None and story.touchdown_ms < from_ms:
            continue
        onward = () if story.diverted is None else (story.diverted.lane_id,)
        sortie = HeardSortie(
            lanes=(plan.lane_id, *onward),
            origin_fato_id=plan.origin_fato_id,
            lift_off_at_ms=story.lift_off_ms,
            destination_fato_id=story.destination_fato_id or plan.destination_fato_id,
            touchdown_at_ms=story.touchdown_ms,
        )
        heard.append(sortie)
    return heard
