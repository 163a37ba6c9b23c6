"""Lanes from `lanes.toml`: rules, named points, crossing nodes, runway axes and one-way lanes."""

from aspan.primitives.ids import LaneId, VertiportId
from aspan.world.lanes import (
    CHOICES_MAX,
    CrossingNode,
    LanePlan,
    LaneRules,
    LaneSpec,
    RunwayAxis,
    UnlinkedPair,
)
from aspan.world.readers.tables import Table


def read_lanes(file: Table, known: tuple[str, ...]) -> LanePlan:
    """Return the lane plan; lanes must link vertiports among `known` through named points.

    Of several lanes of one pair each has its own `choice`, 1 where none is written.
    """
    rules_table = file.table("lane_rules")
    rules = rules_table.fill(
        LaneRules, layer_heights_agl_m=rules_table.numbers("layer_heights_agl_m")
    )
    points = {
        name: (table.number("lon_deg"), table.number("lat_deg"))
        for name, table in (file.tables("points") if file.has("points") else ())
    }
    nodes = tuple(
        table.fill(CrossingNode, node_id=name)
        for name, table in (file.tables("nodes") if file.has("nodes") else ())
    )
    runways = tuple(
        table.fill(RunwayAxis, runway_id=name)
        for name, table in (file.tables("runways") if file.has("runways") else ())
    )
    lanes = []
    taken: dict[tuple[str, str, int], str] = {}
    for name, table in file.tables("lanes"):
        lane = _read_lane(name, table, known, points, nodes, len(rules.layer_heights_agl_m))
        other = taken.setdefault((lane.origin, lane.destination, lane.choice), name)
        if other != name:
            raise table.refuse("choice", lane.choice, f"another than that of lane {other}")
        lanes.append(lane)
    for lane in lanes:
        if (lane.origin, lane.destination, 1) not in taken:
            path = f"lanes.{lane.lane_id}.choice"
            raise file.refuse(path, lane.choice, "1, as its pair has no other lane with choice 1")
    unlinked = tuple(_read_unlinked(row, known, taken) for row in file.rows("unlinked"))
    return LanePlan(
        rules=rules, nodes=nodes, runways=runways, lanes=tuple(lanes), unlinked=unlinked
    )


def _read_unlinked(
    row: Table, known: tuple[str, ...], taken: dict[tuple[str, str, int], str]
) -> UnlinkedPair:
    """Return a pair without a lane; refuse one that a lane links."""
    origin = row.text("origin", among=known)
    destination = row.text("destination", among=tuple(v for v in known if v != origin))
    if (origin, destination, 1) in taken:
        lane = taken[origin, destination, 1]
        raise row.refuse("destination", destination, f"a pair without a lane; {lane} links it")
    return UnlinkedPair(
        origin=VertiportId(origin), destination=VertiportId(destination), reason=row.text("reason")
    )


def _read_lane(
    name: str, table: Table, known: tuple[str, ...], points: dict[str, tuple[float, float]],
    nodes: tuple[CrossingNode, ...], layers: int,
) -> LaneSpec:  # fmt: skip
    origin = table.text("origin", among=known)
    destination = table.text("destination", among=tuple(v for v in known if v != origin))
    fixed = table.number("altitude_amsl_m") if table.has("altitude_amsl_m") else None
    return LaneSpec(
        lane_id=LaneId(name),
        origin=VertiportId(origin),
        destination=VertiportId(destination),
        layer=table.index("layer", low=0, high=layers - 1),
        via=tuple(points[point] for point in table.texts("via", among=tuple(points))),
        node_ids=table.texts("node_ids", among=tuple(node.node_id for node in nodes)),
        is_landable_everywhere=table.flag("is_landable_everywhere"),
        altitude_amsl_m=fixed,
        choice=table.index("choice", low=1, high=CHOICES_MAX) if table.has("choice") else 1,
    )
