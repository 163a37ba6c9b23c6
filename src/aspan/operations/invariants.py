"""Invariants: what can never be, checked after every event where it touched and hourly everywhere.

A broken one is our fault, not the field's: the loop stops admitting and keeps the log.
"""

from aspan.operations import events as ev
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES
from aspan.operations.records import AircraftRecord
from aspan.operations.sales_events import BookingHeld, PartyWeighed
from aspan.operations.state import State
from aspan.physics.charging import grid_power_kw
from aspan.primitives.errors import ensure
from aspan.primitives.ids import SortieId, VertiportId

SOC_SLACK = 1e-6
POWER_SLACK_KW = 0.01


def check_touched(state: State, event: ev.Event) -> None:
    """Check what one event touched."""
    match event:
        case ev.SortieReleased():
            _check_release(state, event)
        case ev.SortieOnBlock() | ev.SortieOffBlock():
            aircraft_id = state.sorties[event.sortie_id].aircraft_id
            ensure(aircraft_id is not None, f"sortie {event.sortie_id} has no aircraft")
            if aircraft_id is not None:
                check_aircraft(state, state.aircraft[aircraft_id])
        case ev.ChargeStarted() | ev.ChargingReallocated():
            check_power(state, event.vertiport_id)
        case ev.ChargeEnded():
            check_aircraft(state, state.aircraft[event.aircraft_id])
        case ev.BookingConfirmed() | BookingHeld() | ev.BookingRebooked():
            check_seats(state, event.sortie_id)
        case PartyWeighed():
            check_seats(state, state.bookings[event.booking_id].sortie_id)
        case _:
            pass


def check_seats(state: State, sortie_id: SortieId) -> None:
    """Check that no seat and no kilogram of a sortie is sold twice."""
    sortie = state.sorties[sortie_id]
    kind = state.index.city.aircraft_type
    seats = 0
    for booking_id in sortie.bookings:
        seats += state.bookings[booking_id].party
    payload_kg_max = kind.payload_kg_max + SOC_SLACK
    if seats == sortie.seats_taken <= kind.seats and sortie.payload_kg <= payload_kg_max:
        return  # sound, as all but always: no words are made for nobody
    ensure(seats == sortie.seats_taken, f"{sortie_id}: {seats} seats booked, {sortie.seats_taken}")
    ensure(seats <= kind.seats, f"{sortie_id}: {seats} seats sold of {kind.seats}")
    ensure(
        sortie.payload_kg <= payload_kg_max,
        f"{sortie_id}: payload {sortie.payload_kg} kg exceeds {kind.payload_kg_max} kg",
    )


def check_aircraft(state: State, aircraft: AircraftRecord) -> None:
    """Check that an aircraft is in one place with a charge between empty and full."""
    name = aircraft.aircraft_id
    ensure(-SOC_SLACK <= aircraft.soc <= 1.0 + SOC_SLACK, f"{name}: soc {aircraft.soc}")
    is_flying = aircraft.sortie_id is not None
    ensure(is_flying == (aircraft.vertiport_id is None), f"{name}: in a sortie and on a stand")
    if aircraft.vertiport_id is not None and aircraft.stand_id is not None:
        occupant = state.sites[aircraft.vertiport_id].occupants.get(aircraft.stand_id)
        ensure(occupant == name, f"stand {aircraft.stand_id}: {occupant}, not {name}")


def check_power(state: State, site_id: VertiportId) -> None:
    """Check that chargers and site stay within their power."""
    feeding = state.sites[site_id].feeding
    charging = state.index.rules.charging
    dc_kw = 0.0
    for charger_id, aircraft_id in feeding.items():
        session = state.aircraft[aircraft_id].charge
        ensure(
            session is not None, f"charger {charger_id} feeds {aircraft_id}, which is not charging"
        )
        if session is not None:
            limit_kw = state.index.chargers[charger_id].power_kw
            ensure(
                session.power_kw <= limit_kw + POWER_SLACK_KW,
                f"charger {charger_id}: {session.power_kw} kW exceeds {limit_kw} kW",
            )
            dc_kw += session.power_kw
    grid_kw = grid_power_kw(charging, charging.dc_to_battery * dc_kw)
    limit_kw = state.index.sites[site_id].site_power_limit_kw
    ensure(grid_kw <= limit_kw + POWER_SLACK_KW, f"{site_id}: {grid_kw} kW exceeds {limit_kw} kW")


def _check_release(state: State, event: ev.SortieReleased) -> None:
    sortie = state.sorties[event.sortie_id]
    site = state.sites[sortie.destination]
    ensure(
        event.stand_id not in site.occupants, f"stand {event.stand_id} is promised while occupied"
    )
    pool = state.index.sites[event.alternate_id].contingency_places
    claims = state.sites[event.alternate_id].claims[sortie.destination]
    ensure(
        claims <= pool,
        f"{event.alternate_id}: {claims} claims if {sortie.destination} closes, {pool} places",
    )
    check_seats(state, event.sortie_id)


def check_all(state: State) -> None:
    """Scan the whole state."""
    for aircraft in state.aircraft.values():
        check_aircraft(state, aircraft)
        for sortie_id in aircraft.chain:
            owner = state.sorties[sortie_id].aircraft_id
            ensure(owner == aircraft.aircraft_id, f"{sortie_id}: in the chain of another aircraft")
    places = 0
    for site_id, site in state.sites.items():
        check_power(state, site_id)
        places += len(site.occupants)
        both = site.occupants.keys() & site.holds.keys()
        ensure(not both, f"{site_id}: stands {sorted(both)} are both occupied and promised")
    flying = sum(a.sortie_id is not None for a in state.aircraft.values())
    ensure(places + flying == len(state.aircraft), f"{places} on stands, {flying} flying")
    for sortie in state.live_sorties.values():
        if sortie.phase in FLYING_SORTIE_PHASES:
            ensure(sortie.release is not None, f"{sortie.sortie_id} flies unreleased")
        check_seats(state, sortie.sortie_id)
    overlaps = state.reservations.list_overlaps()
    ensure(not overlaps, f"lane cells are held twice: {overlaps}")
