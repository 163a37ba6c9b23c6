"""Run tables: everything a run tells, folded from its log and the twin's streams beside it.

One function a table lives in the files named by their noun; here they are put together and written.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from aspan.compose.city_json import describe_city
from aspan.compose.noise_map import NoiseMap, list_heard, map_noise
from aspan.compose.runs import Run
from aspan.compose.table import Table, write_table
from aspan.compose.table_desk import (
    make_actions,
    make_closures,
    make_defects,
    make_zone_closures,
)
from aspan.compose.table_ground import (
    list_soh,
    make_aircraft,
    make_approvals,
    make_charges,
    make_duties,
    make_stand_uses,
)
from aspan.compose.table_noise import make_noise, make_noise_hours
from aspan.compose.table_paths import make_intents, make_tracks
from aspan.compose.table_people import BookingLines, make_bookings, make_money, make_trips
from aspan.compose.table_power import make_site_power
from aspan.compose.table_sorties import SortieLines, make_fato_uses, make_releases, make_sorties
from aspan.compose.table_weather import make_forecast, make_weather
from aspan.operations import events as ev
from aspan.primitives.ids import AircraftId
from aspan.world.reliability import Reliability

NOT_IN_EVERY_RUN = frozenset({"noise", "noise_hours", "trips"})
"""Tables that a run may lack: noise without limits of it, trips of which only the log is left."""


class Folded(msgspec.Struct, frozen=True):
    """A run as its log tells it, ready for tables and figures.

    Parameters
    ----------
    end_ms
        Instant at which the run ended; what was still under way then is told as such.
    knows_wishes
        Whether the twin that flew the run is at hand: wishes that asked for no seat are in no log.
    """

    events: Sequence[ev.Event]
    end_ms: int
    sorties: SortieLines
    bookings: BookingLines
    soh: dict[AircraftId, float]
    knows_wishes: bool = True


def fold_run(
    events: Sequence[ev.Event],
    *,
    end_ms: int,
    reliability: Reliability | None,
    knows_wishes: bool = True,
) -> Folded:
    """Return what a log that ends at an instant tells of sorties, bookings and fleet.

    Parameters
    ----------
    reliability
        Of the city, by which the twin's parties are late on their ways.
    knows_wishes
        Whether the trips behind the bookings are at hand.
    """
    sorties, bookings = SortieLines(events), BookingLines(events, reliability)
    return Folded(events, end_ms, sorties, bookings, list_soh(events), knows_wishes)


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What a run does to those around it, and the tables it is measured from.

    Parameters
    ----------
    noise
        None where the city states no limits of noise.
    """

    noise: NoiseMap | None
    stand_uses: Table
    charges: Table
    charge_power: Table
    site_power: Table


def measure_impact(run: Run, folded: Folded) -> Impact:
    """Return the noise and the site power of a run; measure once, for tables and figures."""
    end_ms, sorties = folded.end_ms, folded.sorties
    span = {"start_ms": run.start_ms, "end_ms": end_ms}
    stand_uses = make_stand_uses(folded.events, sorties)
    charges, charge_power = make_charges(folded.events, run.city, folded.soh, end_ms=end_ms)
    return Impact(
        noise=map_noise(
            run.city,
            run.index.noise_ground,
            list_heard(sorties),
            from_ms=run.start_ms,
            until_ms=end_ms,
        ),
        stand_uses=stand_uses,
        charges=charges,
        charge_power=charge_power,
        site_power=make_site_power(run.city, charge_power, stand_uses, **span),
    )


def make_tables(run: Run, folded: Folded, impact: Impact | None = None) -> list[Table]:
    """Return every run table of a run that has been flown; measures the impact if not given.

    Of what is not known there is no table: an empty one would say that there was nothing.
    """
    events, end_ms, sorties, soh = folded.events, folded.end_ms, folded.sorties, folded.soh
    impact = measure_impact(run, folded) if impact is None else impact
    noise = impact.noise
    return [
        make_sorties(sorties, run.city.aircraft_type, soh),
        make_tracks(sorties, run.outside.flown, end_ms=end_ms),
        make_intents(events, run.index.network),
        make_fato_uses(sorties),
        impact.stand_uses,
        impact.charges,
        impact.charge_power,
        impact.site_power,
        *([] if noise is None else [make_noise(noise), make_noise_hours(noise)]),
        make_aircraft(events, run.city),
        make_approvals(events),
        make_duties(events, end_ms=end_ms),
        make_releases(events, sorties),
        make_actions(events),
        make_closures(events, run.index.site_ids),
        make_zone_closures(events),
        make_defects(events),
        make_bookings(folded.bookings, sorties),
        make_money(folded.bookings),
        *([make_trips(run.travellers.list_trips())] if folded.knows_wishes else []),
        make_weather(run.truth, start_ms=run.start_ms, end_ms=end_ms),
        make_forecast(events),
    ]


def write_tables(
    folder: Path, run: Run, folded: Folded, impact: Impact | None = None
) -> list[Path]:
    """Write every run table and `city.json` into a folder, made if absent; return their paths.

    They are written beside their names and take them together at the end: a full disk or an
    interruption leaves what was in the folder as it was. Tables of an older run that this one does
    not have are taken away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=folder) as inside:
        paths = [write_table(Path(inside), table) for table in make_tables(run, folded, impact)]
        paths.append(write_json(Path(inside) / "city.json", describe_city(run.city)))
        (folder / "kpis.json").unlink(missing_ok=True)  # of an older run, or written next
        for name in NOT_IN_EVERY_RUN - {path.stem for path in paths}:
            (folder / f"{name}.parquet").unlink(missing_ok=True)
        return [path.replace(folder / path.name) for path in paths]


def write_json(path: Path, document: dict[str, Any]) -> Path:
    """Write a document as JSON a person can read, and return its path."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    return path
