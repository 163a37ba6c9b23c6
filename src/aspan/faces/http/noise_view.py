"""The noise of the service's day so far, made anew only when something has lifted off or landed."""

from threading import Lock

from aspan.airspace.noise import NoiseGround, lay_noise
from aspan.compose.noise_counts import HeardSortie
from aspan.compose.noise_map import NoiseMap, map_noise
from aspan.compose.service import TwinService
from aspan.live.chronicle import Chronicle
from aspan.live.history import Archive
from aspan.primitives.instants import local_midnight_ms, ms_to_local


class EngineNoise:
    """A `NoiseView` over a twin's service; one request is answered at a time."""

    def __init__(self, twin: TwinService, archive: Archive) -> None:
        self._twin = twin
        self._archive = archive
        self._lock = Lock()
        self._ground: NoiseGround | None = None
        self._kept: tuple[list[HeardSortie], int, NoiseMap | None] | None = None

    def find_noise(self) -> NoiseMap | None:
        """Return the map from local midnight to now; None where the city states no limits."""
        city, index = self._twin.run.city, self._twin.run.index
        now_ms = self._twin.clock.now_ms()
        day = ms_to_local(now_ms, city.time_zone).date()
        from_ms = local_midnight_ms(day, city.time_zone)
        heard = self._archive.tell(lambda chronicle: list_heard(chronicle, from_ms))
        with self._lock:
            if self._kept is not None and self._kept[:2] == (heard, from_ms):
                return self._kept[2]
            if self._ground is None:
                self._ground = lay_noise(city, index.network)
            found = map_noise(
                city, self._ground, heard, from_ms=from_ms, until_ms=max(from_ms + 1, now_ms)
            )
            self._kept = (heard, from_ms, found)
            return found


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
