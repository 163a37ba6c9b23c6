"""Export: a run folder, as `simulate --out` writes it, from the log of a service.

The twin is rebuilt from the log alone, so tracks are those that were flown. Wishes that asked for
no seat are not in a log: there is no table of trips, and `kpis.json` says why it counts none.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aspan.compose.kpis import Measured, make_kpis
from aspan.compose.runs import open_twin
from aspan.compose.service import check_city, read_stored
from aspan.compose.tables import fold_run, measure_impact, write_json, write_tables
from aspan.live.sqlite_log import SqliteLog
from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city

if TYPE_CHECKING:
    from aspan.operations.ports import EventLog


def export_store(store: Path, folder: Path, city_name: str | None = None) -> dict[str, Any]:
    """Write the run tables of a store's log up to its last event; return its figures.

    Parameters
    ----------
    city_name
        The city; as the store names it if None.

    Raises
    ------
    InvalidInput
        For a store that is none, is empty, or was written over other city files.
    """
    if not store.is_file() or store.stat().st_size == 0:
        raise InvalidInput("store", str(store), "the log of a service")
    log = SqliteLog(store)
    try:
        stored = read_stored(log.settings, store)
        city = load_city(city_name or stored.city, phase=stored.phase)
        check_city(stored, city, store)
        kept: EventLog = log
        run = open_twin(city, stored.run_settings(), log=kept)
        events = [event for _, event in log.read()]
        if not events:
            raise InvalidInput("store", str(store), "a log with events")
        folded = fold_run(
            events,
            end_ms=events[-1].at_ms + 1,
            reliability=run.city.reliability,
            knows_wishes=False,
        )
        impact = measure_impact(run, folded)
        write_tables(folder, run, folded, impact)
        figures = make_kpis(run, folded, log.head_sha256(), Measured(), impact)
        write_json(folder / "kpis.json", figures)
        return figures
    finally:
        log.close()
