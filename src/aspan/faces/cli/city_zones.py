"""What `aspan city check` says of geozones and of the choice of lanes."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from aspan.primitives.instants import format_utc

if TYPE_CHECKING:
    from aspan.airspace.lanes import LaneNetwork
    from aspan.world.city import City
    from aspan.world.geozones import Geozone

_ASKS = {
    "prohibited": "prohibited",
    "required_authorisation": "entered only with leave",
    "conditional": "entered only under conditions",
    "none": "no restriction",
}


def list_geozones(city: "City", network: "LaneNetwork") -> list[dict[str, Any]]:
    """Return each geozone with its state, the lanes that enter it and the sites under it."""
    from aspan.airspace.geozones import lane_crossings, list_sites_inside

    entering: dict[str, list[str]] = {}
    for lane_id, crossings in lane_crossings(network, city.geozones).items():
        for zone_id in sorted({crossing.zone_id for crossing in crossings}):
            entering.setdefault(zone_id, []).append(lane_id)
    tops = [
        (s.vertiport_id, s.lon_deg, s.lat_deg, s.elevation_amsl_m + s.protected_height_m)
        for s in city.vertiports
    ]
    return [
        {
            "zone_id": zone.zone_id,
            "name": zone.names.en,
            "restriction": zone.restriction,
            "state": _describe_state(zone),
            "may_close": zone.may_close,
            "lower_amsl_m": round(zone.lower_amsl_m),
            "upper_amsl_m": round(zone.upper_amsl_m),
            "is_assumed": zone.is_assumed,
            "source": zone.source,
            "lanes": entering.get(zone.zone_id, []),
            "vertiports": list_sites_inside(tops, zone),
        }
        for zone in city.geozones
    ]


def _describe_state(zone: "Geozone") -> str:
    """Return when a zone is closed to the operator, in words."""
    if zone.restriction == "none":
        return "open"
    if not zone.may_close:
        return "open to us: its leave is taken as given"
    if not zone.applicability:
        return "closed at all times"
    bounds = [(a.from_at_ms, a.until_at_ms) for a in zone.applicability]
    spans = [
        f"{'' if first is None else 'from ' + format_utc(first)[:16]}"
        f"{'' if last is None else ' until ' + format_utc(last)[:16]}".strip()
        or "every week"
        for first, last in bounds
    ]
    hours = " at stated hours" if any(a.schedule for a in zone.applicability) else ""
    return f"closed{hours}, {'; '.join(spans)} UTC"


def count_choices(network: "LaneNetwork") -> dict[str, int]:
    """Return how many pairs are linked, and how many of them have a second and a third lane."""
    counts = [
        len(network.list_choices(lane.origin, lane.destination)) for lane in network.list_lanes()
    ]
    return {
        "pairs": len(counts),
        "with_two_or_more": sum(count >= 2 for count in counts),
        "with_three": sum(count >= 3 for count in counts),
    }


def format_geozones(zones: list[dict[str, Any]], *, is_all: bool = True) -> list[str]:
    """Return lines for people: how many of each state, or each zone; always those over a site."""
    if not zones:
        return ["geozones  none: the city has no geozones.geojson"]
    states = Counter(_group_state(zone["state"]) for zone in zones)
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    entered = sum(bool(zone["lanes"]) for zone in zones)
    lines = [f"geozones  {len(zones)}: {told}; lanes enter {entered} of them"]
    for zone in zones:
        if is_all:
            assumed = " (assumed)" if zone["is_assumed"] else ""
            lines += [
                f"  {zone['zone_id']:<8}{zone['name']}{assumed}: {_ASKS[zone['restriction']]}, "
                f"{zone['lower_amsl_m']} to {zone['upper_amsl_m']} m AMSL;",
                f"          {zone['state']}; {len(zone['lanes'])} lanes enter it",
            ]
        if zone["vertiports"] and zone["may_close"]:
            sites = ", ".join(zone["vertiports"])
            lines += [
                f"  ATTENTION: {zone['zone_id']} ({zone['state']}) lies over {sites}.",
                "          While it is closed no aircraft may take off or land there, and every",
                "          lane of it is closed.",
            ]
    return lines


def _group_state(state: str) -> str:
    """Return a state without its dates."""
    return state.split(",")[0].split(":")[0]
