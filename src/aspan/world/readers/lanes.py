"""Lanes from `lanes.toml`: rules, named points, crossing nodes, runway axes and one-way lanes."""

from aspan.primitives.ids import LaneId, VertiportId
from aspan.world.lanes import CrossingNode, LanePlan, LaneRules, LaneSpec, RunwayAxis
from aspan.world.readers.tables import Table


def read_lanes(file: Table, known: tuple[str, ...]) -> LanePlan:
    """Return the lane plan; lanes must link vertiports among `known` through named points."""
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
    lanes = tuple(
        _read_lane(name, table, known, points, nodes, len(rules.layer_heights_agl_m))
        for name, table in file.tables("lanes")
    )
    return LanePlan(rules=rules, nodes=nodes, runways=runways, lanes=lanes)


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
    )
