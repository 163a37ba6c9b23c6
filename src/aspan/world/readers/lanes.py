"""Lanes from `lanes.toml`: rules, named points, crossing nodes, runway axes and one-way lanes.

Lanes may follow lines, rivers and motorways, drawn in GeoJSON files that `lanes.toml` names. Each
file keeps its own licence; a lane refers to a line by name and copies nothing.
"""

import json
from pathlib import Path

from aspan.primitives.errors import InvalidInput
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

LINES_MAX, LINE_POINTS_MAX = 100, 200
"""Most lines of a file and points of a line; lanes follow a line's bends, not its wiggles."""

REVERSED = " reversed"
"""Ending of a line's name in `via` by which a lane follows it from its last point to its first."""

Point = tuple[float, float]


def read_lanes(file: Table, known: tuple[str, ...], folder: Path) -> LanePlan:
    """Return the lane plan; lanes must link vertiports among `known` through points and lines.

    Of several lanes of one pair each has its own `choice`, 1 where none is written.

    Parameters
    ----------
    folder
        Of the city, where its files of lines are.
    """
    rules_table = file.table("lane_rules")
    rules = rules_table.fill(
        LaneRules, layer_heights_agl_m=rules_table.numbers("layer_heights_agl_m")
    )
    points: dict[str, tuple[Point, ...]] = {
        name: ((table.number("lon_deg"), table.number("lat_deg")),)
        for name, table in (file.tables("points") if file.has("points") else ())
    }
    for name in file.texts("line_files"):
        if Path(name).name != name:
            raise file.refuse("line_files", name, "names of files in the city's folder")
        for line, drawn in _read_lines(folder / name, f"{folder.name}/{name}").items():
            if line in points:
                raise file.refuse("line_files", name, f"lines with new names; {line} is known")
            points[line], points[line + REVERSED] = drawn, drawn[::-1]
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


def _read_lines(path: Path, label: str) -> dict[str, tuple[Point, ...]]:
    """Return the lines of a GeoJSON file by name."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(label, error.strerror, "a file of lines (lanes.toml names it)") from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(label, str(error)[:80], "a file in GeoJSON, UTF-8") from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or not 1 <= len(features) <= LINES_MAX:
        raise InvalidInput(label, type(whole).__name__, f"1 to {LINES_MAX} features of GeoJSON")
    lines: dict[str, tuple[Point, ...]] = {}
    for i, feature in enumerate(features):
        where = f"{label}: features[{i}]"
        try:
            name, kind = feature["properties"]["name"], feature["geometry"]["type"]
            drawn = tuple((float(p[0]), float(p[1])) for p in feature["geometry"]["coordinates"])
        except (KeyError, TypeError, IndexError, ValueError, OverflowError):
            raise InvalidInput(where, None, "a LineString with a name and positions") from None
        is_named = isinstance(name, str) and name != "" and name not in lines
        if kind != "LineString" or not is_named:
            raise InvalidInput(where, (kind, name), "a LineString with a name of its own")
        if not 2 <= len(drawn) <= LINE_POINTS_MAX:
            raise InvalidInput(where, len(drawn), f"2 to {LINE_POINTS_MAX} positions")
        for lon, lat in drawn:
            if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
                raise InvalidInput(where, (lon, lat), "longitudes and latitudes in degrees")
        lines[name] = drawn
    return lines


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
    name: str, table: Table, known: tuple[str, ...], points: dict[str, tuple[Point, ...]],
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
        via=tuple(
            point for name in table.texts("via", among=tuple(points)) for point in points[name]
        ),
        node_ids=table.texts("node_ids", among=tuple(node.node_id for node in nodes)),
        is_landable_everywhere=table.flag("is_landable_everywhere"),
        altitude_amsl_m=fixed,
        choice=table.index("choice", low=1, high=CHOICES_MAX) if table.has("choice") else 1,
    )
