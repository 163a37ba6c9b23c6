"""Operational intents: the volumes a sortie claims, and the states it goes through.

One volume for every cell of the lane: its footprint as wide as the lateral conformance window both
ways, its band of altitude with the vertical window, from the window before it is entered to the
window after it is left. What flies inside its windows is inside its volumes. Footprints belong to
the lane and are made once; an intent adds only times.

States and what leads from one to another: ASTM F3548-21 (facts 6.1 to 6.8).
"""

from enum import Enum
from math import ceil, floor

import msgspec
import numpy as np
import shapely

from aspan.airspace.lanes import Lane, LaneNetwork
from aspan.airspace.trajectory import Trajectory
from aspan.airspace.volume4d import Ring, Volume4D
from aspan.primitives.units import seconds_to_ms


class IntentState(Enum):
    """State of an operational intent."""

    ACCEPTED = "accepted"
    ACTIVATED = "activated"
    NONCONFORMING = "nonconforming"
    CONTINGENT = "contingent"
    ENDED = "ended"


class IntentEvent(Enum):
    """What happens to an operational intent."""

    LIFTED_OFF = "lifted_off"
    REPLANNED = "replanned"
    LEFT_VOLUMES = "left_volumes"
    RETURNED = "returned"
    LOST = "lost"
    ENDED = "ended"


INTENT_LIFECYCLE: dict[IntentState, dict[IntentEvent, IntentState]] = {
    IntentState.ACCEPTED: {
        IntentEvent.REPLANNED: IntentState.ACCEPTED,
        IntentEvent.LIFTED_OFF: IntentState.ACTIVATED,
        IntentEvent.ENDED: IntentState.ENDED,
    },
    IntentState.ACTIVATED: {
        IntentEvent.REPLANNED: IntentState.ACTIVATED,
        IntentEvent.LEFT_VOLUMES: IntentState.NONCONFORMING,
        IntentEvent.LOST: IntentState.CONTINGENT,
        IntentEvent.ENDED: IntentState.ENDED,
    },
    IntentState.NONCONFORMING: {
        IntentEvent.RETURNED: IntentState.ACTIVATED,
        IntentEvent.REPLANNED: IntentState.ACTIVATED,
        IntentEvent.LOST: IntentState.CONTINGENT,
        IntentEvent.ENDED: IntentState.ENDED,
    },
    IntentState.CONTINGENT: {IntentEvent.ENDED: IntentState.ENDED},
    IntentState.ENDED: {},
}
"""Contingent may only end; a nonconforming intent that returns to its volumes is activated."""


class CellShape(msgspec.Struct, frozen=True, eq=False):
    """What the volumes of a cell have in common: footprint and band with windows."""

    footprint: shapely.Polygon
    ring_deg: Ring
    lower_amsl_m: float
    upper_amsl_m: float


class IntentVolumes:
    """Makes the volumes of intents on the lanes of a network; each lane's shapes are made once."""

    def __init__(self, network: LaneNetwork) -> None:
        self._network = network
        self._window_ms = seconds_to_ms(network.separation.conformance_s)
        self._shapes: dict[int, tuple[CellShape, ...]] = {}
        self._templates: dict[int, str] = {}

    def shapes(self, lane: Lane) -> tuple[CellShape, ...]:
        """Return footprint and band of every cell of a lane."""
        found = self._shapes.get(lane.number)
        if found is None:
            found = tuple(self._make_shapes(lane))
            self._shapes[lane.number] = found
        return found

    def list_volumes(
        self, lane: Lane, trajectory: Trajectory, lift_off_at_ms: int
    ) -> list[Volume4D]:
        """Return the volumes of an intent, one a cell, in order of flight."""
        before_ms, after_ms = lift_off_at_ms - self._window_ms, lift_off_at_ms + self._window_ms
        return [
            Volume4D(
                shape.footprint,
                shape.ring_deg,
                shape.lower_amsl_m,
                shape.upper_amsl_m,
                before_ms + enter,
                after_ms + leave,
            )
            for shape, (enter, leave) in zip(
                self.shapes(lane), trajectory.passages_ms(), strict=True
            )
        ]

    def format_json(self, lane: Lane, trajectory: Trajectory, lift_off_at_ms: int) -> str:
        """Return the volumes as JSON: footprint (ring of [lon, lat]), lower, upper, start, end.

        The same as of `list_volumes`, filled into a text that is made once a lane.
        """
        template = self._templates.get(lane.number)
        if template is None:
            template = self._make_template(lane)
            self._templates[lane.number] = template
        before_ms, after_ms = lift_off_at_ms - self._window_ms, lift_off_at_ms + self._window_ms
        offsets = trajectory.offsets_ms
        times: list[int] = []
        for cell in lane.cells:
            times.append(before_ms + offsets[cell.first])
            times.append(after_ms + offsets[cell.last])
        return template % tuple(times)

    def _make_shapes(self, lane: Lane) -> list[CellShape]:
        polygons = self._network.conflicts.footprints[lane.number]
        coordinates, owners = shapely.get_coordinates(polygons, return_index=True)
        lon, lat = self._network.projection.all_to_lonlat(coordinates[:, 0], coordinates[:, 1])
        vertical_m = self._network.separation.conformance_vertical_m
        shapes = []
        for cell, polygon in zip(lane.cells, polygons, strict=True):
            mine = np.flatnonzero(owners == cell.index)
            ring = tuple((round(float(lon[k]), 7), round(float(lat[k]), 7)) for k in mine)
            lower = floor((cell.lower_amsl_m - vertical_m) * 10.0) / 10.0
            upper = ceil((cell.upper_amsl_m + vertical_m) * 10.0) / 10.0
            shapes.append(CellShape(polygon, ring, lower, upper))
        return shapes

    def _make_template(self, lane: Lane) -> str:
        parts = []
        for shape in self.shapes(lane):
            ring = msgspec.json.encode(shape.ring_deg).decode()
            parts.append(
                f'{{"footprint":{ring},"lower":{shape.lower_amsl_m},'
                f'"upper":{shape.upper_amsl_m},"start":%d,"end":%d}}'
            )
        return "[" + ",".join(parts) + "]"
