"""Stories a: one sortie from wish to stand, and the parties that share it."""

from stories.story import lines, play

CITY = """
    Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min, turnaround 6 min
"""


def test_a01_one_party_flies() -> None:
    """A party that asks in time is off-block when it can board and on-block a block time later."""
    day = play(f"{CITY}  A1 at Harbour  08:00 trip Harbour -> Airport, 2 passengers")
    assert day.timeline() == lines("08:00 S1 off-block Harbour  08:09 S1 on-block Airport")


def test_a02_parties_that_fit_share_a_sortie() -> None:
    """A later wish joins the sortie that is there, as long as it has the seats."""
    day = play(f"""{CITY}
        A1 at Harbour    A2 at Harbour
        08:00 trip Harbour -> Airport, 2 passengers, asked 07:00
        07:55 trip Harbour -> Airport, 1 passenger, asked 07:10
        07:55 trip Harbour -> Airport, 2 passengers, asked 07:20
    """)
    assert day.timeline() == lines("""
        07:55 S2 off-block Harbour    08:00 S1 off-block Harbour
        08:04 S2 on-block Airport     08:09 S1 on-block Airport
    """)
    assert [sortie.seats_taken for sortie in day.state.sorties.values()] == [3, 2]


def test_a03_an_aircraft_comes_empty_to_where_it_is_wanted() -> None:
    """With no aircraft at the origin one positions first, at once, and is there in time."""
    day = play(f"{CITY}  A1 at Airport  08:00 trip Harbour -> Airport, 2 passengers")
    assert day.timeline() == lines("""
        07:30 S2 off-block Airport, empty    07:39 S2 on-block Harbour
        08:00 S1 off-block Harbour           08:09 S1 on-block Airport
    """)


def test_a04_a_party_waits_for_the_aircraft_that_comes_to_it() -> None:
    """Asked ten minutes before, the sortie leaves after positioning and turnaround."""
    day = play(f"""{CITY}
        A1 at Airport
        08:00 trip Harbour -> Airport, 2 passengers, asked 07:50
    """)
    assert day.timeline() == lines("""
        07:50 S2 off-block Airport, empty    07:59 S2 on-block Harbour
        08:05 S1 off-block Harbour           08:14 S1 on-block Airport
    """)


def test_a05_who_cannot_be_carried_is_told_why() -> None:
    """A party too large, too heavy or outside the hours is refused with the reason."""
    day = play(f"""{CITY}
        A1 at Harbour
        05:30 trip Harbour -> Airport, 1 passenger, asked 06:10
        08:00 trip Harbour -> Airport, 5 passengers
        18:00 trip Harbour -> Airport, 2 passengers, 400 kg
    """)
    assert day.timeline() == lines("""
        06:10 B1 refused: hours
        07:30 B2 refused: party_too_large
        17:30 B3 refused: party_too_large
    """)


def test_a06_a_sortie_does_not_wait_for_who_does_not_come() -> None:
    """With nobody aboard the sortie is cancelled; with somebody it leaves without the absent."""
    day = play(f"""{CITY}
        A1 at Harbour
        08:00 trip Harbour -> Airport, 1 passenger, absent
        09:00 trip Harbour -> Airport, 1 passenger, absent
        09:00 trip Harbour -> Airport, 1 passenger
    """)
    assert day.timeline() == lines("""
        08:00 B1 no-show    08:00 S1 cancelled: no_passengers
        09:00 B2 no-show    09:00 S2 off-block Harbour    09:09 S2 on-block Airport
    """)
