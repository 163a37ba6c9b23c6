"""Alerts of GTFS-Realtime: what does not run, runs late or elsewhere, and why, in three languages.

One alert a kind and cause, with every trip it is about. A departure that nobody booked is no news
and has no alert. Causes are those of the log, sorted into the few that the format knows.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from aspan.faces.feeds.movements import Movement, Movements
from aspan.faces.feeds.realtime import Published, TripRef, fill_trip, find_trip, make_message
from aspan.faces.feeds.texts import LANGUAGES, tell, tell_cause
from aspan.live.board import UNWANTED
from aspan.live.punctuality import ON_TIME_MS
from aspan.operations.minima import MinimaReason
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_S
from aspan.world.vertiport import Names

if TYPE_CHECKING:
    from google.transit import gtfs_realtime_pb2 as pb

_WEATHER_PREFIX: Final = "weather_"
_WEATHER: Final = frozenset({"headwind", "no_weather_report", *(r.value for r in MinimaReason)})
_TECHNICAL: Final = frozenset(
    {
        "aircraft",
        "aircraft_late",
        "energy",
        "energy_impossible",
        "energy_no_charger",
        "grounded",
        "minimum_energy",
        "no_aircraft",
        "pack_temperature",
        "turnaround",
    }
)
_MAINTENANCE: Final = frozenset({"fato_closed", "crossing_closed"})
_EFFECTS: Final = {
    "cancelled": "NO_SERVICE",
    "delayed": "SIGNIFICANT_DELAYS",
    "diverted": "DETOUR",
    "site": "NO_SERVICE",
}


def sort_cause(cause: str) -> str:
    """Return the cause in the words of GTFS-Realtime."""
    short = cause.removeprefix(_WEATHER_PREFIX)
    if cause.startswith(_WEATHER_PREFIX) or short in _WEATHER:
        return "WEATHER"
    if cause in _TECHNICAL:
        return "TECHNICAL_PROBLEM"
    if cause in _MAINTENANCE:
        return "MAINTENANCE"
    return "OTHER_CAUSE" if cause else "UNKNOWN_CAUSE"


def build_alerts(published: Published, now: Movements, sites: dict[str, Names]) -> "pb.FeedMessage":
    """Return the alerts of an instant.

    Parameters
    ----------
    sites
        Names of the vertiports by id.
    """
    message = make_message(published, now.at_ms)
    groups: dict[tuple[str, str], list[tuple[Movement, TripRef]]] = defaultdict(list)
    for sortie in now.sorties:
        kind = _find_kind(sortie, now.at_ms)
        trip = find_trip(published, sortie)
        if kind and trip is not None:
            groups[kind, sortie.cause].append((sortie, trip))
    for (kind, cause), hit in sorted(groups.items()):
        alert = _add_alert(message, kind, cause)
        header = tell(f"alert_{kind}", cause=tell_cause(cause, sort_cause(cause)))
        _translate(alert.header_text, header)
        _translate(alert.description_text, _list_flights(published, hit, sites))
        period = alert.active_period.add()
        period.start = min(s.wanted_off_block_at_ms for s, _ in hit) // MS_PER_S
        for _, trip in hit:
            fill_trip(alert.informed_entity.add().trip, trip)
    for hold in now.holds:
        alert = _add_alert(message, "site", hold.cause, hold.vertiport_id)
        words = tell_cause(hold.cause, sort_cause(hold.cause))
        told = tell("alert_site", site=sites[hold.vertiport_id], cause=words)
        _translate(alert.header_text, told)
        _translate(alert.description_text, told)
        alert.informed_entity.add().stop_id = hold.vertiport_id
    return message


def _find_kind(sortie: Movement, now_ms: int) -> str:
    """Return what there is to say of a sortie that is not over; empty if nothing."""
    late_ms = sortie.off_block_expected_ms - sortie.wanted_off_block_at_ms
    if sortie.on_block_at_ms is not None:
        return ""
    if sortie.is_cancelled:
        is_news = sortie.cause not in UNWANTED and sortie.wanted_off_block_at_ms >= now_ms
        return "cancelled" if is_news else ""
    if sortie.is_diverted:
        return "diverted"
    return "delayed" if late_ms >= ON_TIME_MS else ""


def _add_alert(message: "pb.FeedMessage", kind: str, cause: str, tail: str = "") -> "pb.Alert":
    from google.transit import gtfs_realtime_pb2 as pb

    entity = message.entity.add()
    entity.id = "-".join(part for part in (kind, cause or "unstated", tail) if part)
    entity.alert.cause = pb.Alert.Cause.Value(sort_cause(cause))
    entity.alert.effect = pb.Alert.Effect.Value(_EFFECTS[kind])
    entity.alert.severity_level = pb.Alert.WARNING
    alert: pb.Alert = entity.alert
    return alert


def _list_flights(
    published: Published, hit: list[tuple[Movement, TripRef]], sites: dict[str, Names]
) -> Names:
    """Return the flights an alert is about, each by its ends and its planned time."""
    told: dict[str, str] = {}
    for language in LANGUAGES:
        told[language] = "; ".join(
            f"{ms_to_local(sortie.wanted_off_block_at_ms, published.zone):%H:%M} "
            f"{getattr(sites[sortie.origin], language)} – "
            f"{getattr(sites[sortie.planned_destination], language)}"
            for sortie, _ in hit
        )
    return Names(**told)


def _translate(text: "pb.TranslatedString", names: Names) -> None:
    for language in LANGUAGES:
        translation = text.translation.add()
        translation.text, translation.language = getattr(names, language), language
