"""FATOs as they may be used now: half a site's for take-off, half for landing, none that is closed.

Where a closure leaves one kind with none, what is left of the other serves both.
"""

from aspan.operations.state import State
from aspan.primitives.ids import FatoId, VertiportId


def list_departure_fatos(state: State, site_id: VertiportId) -> tuple[FatoId, ...]:
    """Return the FATOs of a site that take-offs may be planned on now; empty if all are closed."""
    index = state.index
    return _list_open(state, site_id, index.departure_fatos[site_id], index.arrival_fatos[site_id])


def list_arrival_fatos(state: State, site_id: VertiportId) -> tuple[FatoId, ...]:
    """Return the FATOs of a site that landings may be planned on now; empty if all are closed."""
    index = state.index
    return _list_open(state, site_id, index.arrival_fatos[site_id], index.departure_fatos[site_id])


def _list_open(
    state: State, site_id: VertiportId, usual: tuple[FatoId, ...], other: tuple[FatoId, ...]
) -> tuple[FatoId, ...]:
    closed = state.sites[site_id].closed_fatos
    if not closed:
        return usual
    is_open = tuple(f for f in usual if f not in closed)
    return is_open or tuple(f for f in other if f not in closed)


def find_other_fato(
    state: State, site_id: VertiportId, *, fato_id: FatoId, touchdown_ms: int
) -> FatoId | None:
    """Return another open FATO that is free for a landing at this instant; None if there is none.

    A FATO that usually serves landings goes before one that usually serves take-offs.
    """
    index, site = state.index, state.sites[site_id]
    start, end = index.slot(index.arrival_use(touchdown_ms))
    for other_id in (*index.arrival_fatos[site_id], *index.departure_fatos[site_id]):
        is_usable = other_id != fato_id and other_id not in site.closed_fatos
        if is_usable and site.fatos[other_id].shift_ms(start, end) == 0:
            return other_id
    return None
