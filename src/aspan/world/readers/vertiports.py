"""Vertiports from `vertiports.toml`: sites, and their FATOs, stands and chargers by reference."""

from collections import defaultdict

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import ChargerId, FatoId, StandId, VertiportId
from aspan.world.geodesy import Projection
from aspan.world.readers.tables import Table
from aspan.world.vertiport import Charger, Fato, Names, Stand, Vertiport

PHASES_MAX = 20
"""Most phases a network may be drawn in; a bound for typing errors."""


def read_names(table: Table) -> Names:
    """Return the names in the three languages."""
    return table.table("names").fill(Names)


def read_vertiports(file: Table, projection: Projection) -> tuple[Vertiport, ...]:
    """Return all vertiports, sorted by id, with everything that names them."""
    sites = dict(file.tables("vertiports"))
    known = tuple(sites)
    fatos: defaultdict[str, list[Fato]] = defaultdict(list)
    for name, table in file.tables("fatos"):
        site = table.text("vertiport_id", among=known)
        fatos[site].append(
            table.fill(Fato, fato_id=FatoId(name), phase=_read_phase(table, sites[site]))
        )
    stands: defaultdict[str, list[Stand]] = defaultdict(list)
    for name, table in file.tables("stands"):
        site = table.text("vertiport_id", among=known)
        phase = _read_phase(table, sites[site])
        stand = table.fill(Stand, stand_id=StandId(name), phase=phase)
        if stand.is_contingency and phase > sites[site].index("phase", low=1, high=PHASES_MAX):
            raise table.refuse("phase", phase, "its site's phase, for a contingency place")
        stands[site].append(stand)
    chargers: defaultdict[str, list[Charger]] = defaultdict(list)
    for name, table in file.tables("chargers"):
        site = table.text("vertiport_id", among=known)
        reach = tuple(str(stand.stand_id) for stand in stands[site])
        stand_ids = tuple(StandId(text) for text in table.texts("stand_ids", among=reach))
        if len(set(stand_ids)) < len(stand_ids):
            raise table.refuse("stand_ids", list(stand_ids), "each stand once")
        phase = _read_phase(table, sites[site])
        charger_id = ChargerId(name)
        chargers[site].append(
            table.fill(Charger, charger_id=charger_id, stand_ids=stand_ids, phase=phase)
        )
    return tuple(
        _read_vertiport(name, table, projection, fatos[name], stands[name], chargers[name])
        for name, table in sites.items()
    )


def _read_phase(table: Table, site: Table) -> int:
    """Return the phase from which equipment is there, that of its site where none is written."""
    first = site.index("phase", low=1, high=PHASES_MAX)
    return table.index("phase", low=first, high=PHASES_MAX) if table.has("phase") else first


def _read_vertiport(
    name: str, table: Table, projection: Projection, fatos: list[Fato], stands: list[Stand],
    chargers: list[Charger],
) -> Vertiport:  # fmt: skip
    """Return one vertiport; its own checks are told with file and path."""
    lon_deg, lat_deg = table.number("lon_deg"), table.number("lat_deg")
    x_m, y_m = projection.to_xy(lon_deg, lat_deg)
    try:
        return table.fill(
            Vertiport,
            vertiport_id=VertiportId(name),
            names=read_names(table),
            lon_deg=lon_deg,
            lat_deg=lat_deg,
            x_m=x_m,
            y_m=y_m,
            fatos=tuple(fatos),
            stands=tuple(stands),
            chargers=tuple(chargers),
            phase=table.index("phase", low=1, high=PHASES_MAX),
        )
    except InvalidInput as error:
        if error.field.startswith(("vertiport ", "charger ")):
            raise table.refuse(
                error.field.rsplit(": ", 1)[-1], error.value, error.expected
            ) from None
        raise
