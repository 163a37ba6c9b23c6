"""Stories w: fog holds departures and lets them go again."""

from aspan.operations.lifecycles import BookingStatus
from aspan.operations.sales_events import RideProvided
from aspan.primitives.ids import VertiportId
from stories.story import lines, play

CITY = """
    Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min, turnaround 6 min
    A1 at Harbour
"""


def test_w01_fog_at_the_destination_holds_and_refuses() -> None:
    """Who booked before the fog is driven, who asks in it refused, later all fly."""
    day = play(f"""{CITY}
        08:10 trip Harbour -> Airport, 2 passengers, asked 07:40
        08:00 fog at Airport until 10:00
        09:00 trip Harbour -> Airport, 1 passenger
        10:30 trip Harbour -> Airport, 1 passenger, asked 10:05
    """)
    assert day.timeline() == lines("""
        08:00 Airport holds departures: weather_visibility
        08:10 S1 cancelled: weather_visibility     08:10 B1 driven from Harbour
        08:30 B2 refused: weather_visibility
        10:00 Airport resumes departures
        10:30 S2 off-block Harbour                 10:39 S2 on-block Airport
    """)


def test_w02_a_sortie_waits_for_the_report_that_lets_it_go() -> None:
    """A sortie held for fog leaves a second after the report that the fog is gone."""
    day = play(f"""{CITY}
        08:50 trip Harbour -> Airport, 2 passengers, asked 07:50
        08:00 fog at Airport until 09:00
    """)
    assert day.timeline() == lines("""
        08:00 Airport holds departures: weather_visibility    08:50 S1 held: weather_visibility
        09:00 Airport resumes departures
        09:00 S1 off-block Harbour                            09:09 S1 on-block Airport
    """)


def test_w03_fog_at_the_alternate_alone_holds_for_want_of_a_safe_site() -> None:
    """Two sites must be safe beyond the destination: with one in fog nothing is released."""
    day = play(f"""{CITY}
        08:05 trip Harbour -> Airport, 2 passengers, asked 07:30
        08:00 fog at Refuge until 09:00
    """)
    told = [line for line in day.timeline() if line.startswith("08:05")]
    assert told[-1] == "08:05 S1 cancelled: no_alternate"


def test_w04_the_whole_sky_waits_and_begins_again() -> None:
    """Fog at the origin holds what leaves it; other pairs fly meanwhile."""
    day = play("""
        Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    Hills: 1 fato, 3 stands
        Meadow: 1 fato, 3 stands     block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Hills
        08:45 trip Harbour -> Airport, 1 passenger, asked 07:50
        08:20 trip Hills -> Airport, 1 passenger, asked 07:50
        08:00 fog at Harbour until 09:00
    """)
    assert day.timeline() == lines("""
        08:00 Harbour holds departures: weather_visibility
        08:20 S2 off-block Hills       08:29 S2 on-block Airport
        08:45 S1 held: weather_visibility
        09:00 Harbour resumes departures
        09:00 S1 off-block Harbour     09:09 S1 on-block Airport
    """)


def test_w05_an_aircraft_on_its_way_diverts_and_its_party_is_driven_on() -> None:
    """When fog closes the destination the sortie lands elsewhere; a taxi takes its party on."""
    day = play(f"""{CITY}
        08:57 trip Harbour -> Airport, 2 passengers
        09:00 fog at Airport until 11:00
    """, until="09:20")  # fmt: skip
    assert day.timeline() == lines("""
        08:57 S1 off-block Harbour
        09:00 S1 diverted to Refuge: weather_visibility
        09:00 Airport holds departures: weather_visibility
        09:12 S1 on-block Refuge       09:12 B1 driven from Refuge
    """)
    booking = next(iter(day.state.bookings.values()))
    rides = [e for e in day.log.events if isinstance(e, RideProvided)]
    assert booking.status is BookingStatus.REFUNDED
    assert [(e.refund_tiyn, e.vertiport_id) for e in rides] == [(booking.fare_tiyn, "Refuge")]
    assert not day.state.sites[VertiportId("Airport")].holds


def test_w06_too_near_to_turn_away_it_lands_in_what_there_is() -> None:
    """An aircraft past its arrival fix is not diverted: it lands where it was bound for."""
    day = play(f"""{CITY}
        08:52 trip Harbour -> Airport, 2 passengers
        09:00 fog at Airport until 11:00
    """, until="09:20")  # fmt: skip
    assert day.timeline() == lines("""
        08:52 S1 off-block Harbour    09:00 Airport holds departures: weather_visibility
        09:01 S1 on-block Airport
    """)
