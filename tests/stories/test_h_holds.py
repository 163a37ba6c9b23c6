"""Stories h: the desk holds departures, and nobody sits in an aircraft that may not leave."""

from stories.story import lines, play

CITY = """
    Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min, turnaround 6 min
    A1 at Harbour
"""


def test_h01_nobody_boards_while_departures_are_held() -> None:
    """A party is called when departures are let go, and the sortie leaves once it is aboard."""
    day = play(f"""{CITY}
        08:00 trip Harbour -> Airport, 2 passengers
        07:50 desk holds Harbour until 08:21
    """)
    assert day.timeline("boarding") == lines("""
        07:58 S1 held: departures_held    08:00 S1 held: departures_held
        08:05 S1 held: departures_held    08:10 S1 held: departures_held
        08:15 S1 held: departures_held    08:20 S1 held: departures_held
        08:21 S1 boards                   08:23 S1 off-block Harbour
        08:32 S1 on-block Airport
    """)


def test_h02_boarding_that_has_begun_is_finished() -> None:
    """Who was called before the hold is aboard, and leaves as soon as it ends."""
    day = play(f"""{CITY}
        08:00 trip Harbour -> Airport, 2 passengers
        07:59 desk holds all until 08:10
    """)
    assert day.timeline("boarding") == lines("""
        07:58 S1 boards
        08:00 S1 held: departures_held    08:03 S1 held: departures_held
        08:08 S1 held: departures_held
        08:10 S1 off-block Harbour        08:19 S1 on-block Airport
    """)


def test_h03_a_hold_that_ends_before_boarding_delays_nobody() -> None:
    """A hold over before the party would be called leaves the day as it was planned."""
    day = play(f"""{CITY}
        08:00 trip Harbour -> Airport, 2 passengers
        07:40 desk holds Harbour until 07:57
    """)
    assert day.timeline("boarding") == lines("""
        07:58 S1 boards    08:00 S1 off-block Harbour    08:09 S1 on-block Airport
    """)


def test_h04_a_hold_that_ends_in_time_for_boarding_costs_only_the_call() -> None:
    """Let go a minute before off-block, the party is called then and given its two minutes."""
    day = play(f"""{CITY}
        08:00 trip Harbour -> Airport, 2 passengers
        07:50 desk holds Harbour until 07:59
    """)
    assert day.timeline("boarding") == lines("""
        07:58 S1 held: departures_held    07:59 S1 boards
        08:01 S1 off-block Harbour        08:10 S1 on-block Airport
    """)


def test_h05_another_site_boards_as_ever() -> None:
    """A hold at one site keeps nobody from boarding at another, nor from coming."""
    day = play(f"""{CITY}
        08:00 trip Harbour -> Airport, 2 passengers
        07:50 desk holds Airport until 08:30
    """)
    assert day.timeline("boarding") == lines("""
        07:58 S1 boards    08:00 S1 off-block Harbour    08:09 S1 on-block Airport
    """)
