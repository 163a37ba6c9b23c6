"""What the page is told of the past and the plan: span of the log, timeline, day."""

import msgspec


class HistorySpan(msgspec.Struct, frozen=True, kw_only=True):
    """First and last instant [ms UTC] of which the log can tell."""

    first_at_ms: int
    last_at_ms: int


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a row of the timeline.

    Parameters
    ----------
    kind
        Of an aircraft's row: taxiing, flight, boarding, charging, waiting, grounded; of a stand's:
        occupied, charging, held.
    until_ms
        None while it goes on and nobody knows its end.
    is_planned
        It lies ahead, as planned now.
    passengers
        Of a sortie; None where there is none.
    detail
        A code that goes with it: why an aircraft is grounded, a sortie was diverted; empty if
        there is none.
    origin, destination
        Of a sortie.
    """

    kind: str
    from_ms: int
    until_ms: int | None
    is_planned: bool = False
    sortie_id: str | None = None
    aircraft_id: str | None = None
    vertiport_id: str | None = None
    stand_id: str | None = None
    passengers: int | None = None
    origin: str | None = None
    destination: str | None = None
    detail: str = ""


class AircraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one aircraft does, in order of time; blocks of a row do not overlap."""

    aircraft_id: str
    blocks: tuple[Block, ...]


class StandRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on one stand: charging lies within occupied, held does not overlap it."""

    vertiport_id: str
    stand_id: str
    is_contingency: bool
    blocks: tuple[Block, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of all aircraft and stands over [from, until); what lies after `now_ms` is planned."""

    from_ms: int
    until_ms: int
    now_ms: int
    aircraft: tuple[AircraftRow, ...]
    stands: tuple[StandRow, ...]


class HourCount(msgspec.Struct, frozen=True, kw_only=True):
    """Sorties that were on block in a local hour, and the people aboard."""

    hour: int
    flown: int
    passengers: int


class RouteCount(msgspec.Struct, frozen=True, kw_only=True):
    """Sorties flown between two places, and the people aboard."""

    origin: str
    destination: str
    flown: int
    passengers: int


class DaySummary(msgspec.Struct, frozen=True, kw_only=True):
    """One local date in numbers, as far as the log tells it.

    Parameters
    ----------
    flown
        Sorties on block, diverted ones included.
    empty
        Of them without passengers.
    cancelled, diverted, held, refused
        Counts by reason; a sortie nobody had booked is not counted as cancelled. `held` counts
        sorties that were held for a reason at least once; one held for two stands under both.
    held_sorties
        Sorties that were held at all.
    bookings, passengers
        Bookings confirmed; people flown.
    on_time_share
        Of the sorties planned for this date and judged so far, see `live.punctuality`: in [0, 1];
        None before the first.
    delay_p50_ms, delay_p95_ms
        Off-block after it was wanted, of flown sorties; early ones count as 0.
    revenue_tiyn
        Fares less refunds.
    """

    date: str
    flown: int
    empty: int
    cancelled: dict[str, int]
    diverted: dict[str, int]
    held: dict[str, int]
    held_sorties: int = 0
    bookings: int
    passengers: int
    refused: dict[str, int]
    no_shows: int
    on_time_share: float | None
    delay_p50_ms: int | None
    delay_p95_ms: int | None
    energy_kwh: float
    min_above_reserve_kwh: float | None
    by_hour: tuple[HourCount, ...]
    by_route: tuple[RouteCount, ...]
    revenue_tiyn: int
