"""A test card flown by the twin: from its profile to a recording, with the truth beside it.

Theory of operation: the pilot (`card_legs`, `card_path`) makes rows of motion of the segments;
`card_power` says what they draw, by `aspan.physics` with this airframe's own numbers; `card_packs`
what that does to the packs; the microphones hear the two source levels by spherical spreading. All
this is the truth (`card_truth`). Sensors read it with noise and an offset (`card_sensors`), faults
spoil what they are planted in (`card_faults`), the link loses rows. A run is a pure function of its
arguments: same seed, same bytes; and one that is recovered early begins with the bytes of the one
that is not.

Not modelled: latency of sensors and link, gain errors of instruments, humidity.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault, bend_path, spoil_link, spoil_readings
from aspan.twin.card_path import draw_path
from aspan.twin.card_place import Air, Place, Sensors
from aspan.twin.card_profile import LoadState, Segment
from aspan.twin.card_sensors import read_sensors
from aspan.twin.card_truth import tell_truth
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.telemetry import RATE_HZ_MIN

Column = NDArray[Any]


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What came over the link of one run, and what was true.

    Parameters
    ----------
    columns
        Rows in order of arrival: `at_ms` and `sequence` whole numbers, then every channel of
        `world.telemetry`, NaN where a sensor was silent.
    segments
        Rows of `columns` in which each segment was held, by label; turns at the edge of the box
        are among them. Not to be used where the link shuffled rows.
    truth
        Every row that was flown, without noise, also those that never arrived: `at_ms` by the right
        clock, and every channel.
    """

    rate_hz: float
    columns: dict[str, Column]
    segments: dict[str, slice]
    truth: dict[str, Column]


def fly_card(
    profile: Sequence[Segment],
    load: LoadState,
    aircraft: TestAircraft,
    *,
    air: Air,
    place: Place,
    sensors: Sensors = Sensors(),  # noqa: B008  frozen
    faults: Sequence[AnyFault] = (),
    seed: int,
    rate_hz: float = RATE_HZ_MIN,
    start_at_ms: int = 0,
    recover_at_s: float | None = None,
) -> Recording:
    """Fly a card once and return its recording.

    Parameters
    ----------
    rate_hz
        Rows a second, 10 or more.
    recover_at_s
        Seconds after the first row at which the card is left, the aircraft comes home and lands.
    """
    if not RATE_HZ_MIN <= rate_hz <= MS_PER_S:
        raise InvalidInput("rate_hz", rate_hz, f"{RATE_HZ_MIN:.0f} to {MS_PER_S}")
    planted = tuple(faults)
    path = draw_path(
        profile,
        kind=aircraft.kind,
        mass_kg=load.mass_kg,
        density_kg_m3=air_density_kg_m3(air.pressure_pa, air.temperature_k),
        air=air,
        boxes=place.boxes,
        rate_hz=rate_hz,
        recover_at_s=recover_at_s,
    )
    bend_path(path, planted, recover_at_s)
    truth = tell_truth(path, load, aircraft, air=air, place=place, faults=planted, seed=seed)
    readings = read_sensors(truth, sensors, seed)
    time_s = path.time_s()
    spoil_readings(readings, time_s, planted, seed)
    at_ms = start_at_ms + np.round(time_s * MS_PER_S).astype(np.int64)
    order, step_ms = spoil_link(time_s, planted, seed)
    if len(order) < path.rows or planted:
        readings = {name: column[order] for name, column in readings.items()}
    edges = {
        label: slice(*np.searchsorted(order, rows).tolist())
        for label, rows in path.segments.items()
    }
    return Recording(
        rate_hz=rate_hz,
        columns={"at_ms": at_ms[order] + step_ms, "sequence": order, **readings},
        segments=edges,
        truth={"at_ms": at_ms, **truth},
    )
