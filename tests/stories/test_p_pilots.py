"""Stories p: pilots rest, and are relieved."""

from stories.story import lines, play


def test_p01_a_sortie_that_would_take_the_break_is_refused() -> None:
    """After an hour of work a wish within the pilot's break is refused, one after it is flown."""
    day = play("""
        Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min, turnaround 6 min
        break 30 min in 120 min    A1 at Harbour
        07:00 trip Harbour -> Airport, 1 passenger, asked 06:40
        07:20 trip Airport -> Harbour, 1 passenger, asked 06:41
        07:40 trip Airport -> Harbour, 1 passenger, asked 06:42
    """)
    assert day.timeline() == lines("""
        06:41 B2 refused: too_late      07:00 S1 off-block Harbour    07:09 S1 on-block Airport
        07:44 S2 off-block Airport      07:53 S2 on-block Harbour
    """)


def test_p02_a_relief_takes_over_before_the_day_is_too_long() -> None:
    """A day longer than one duty has two pilots on an aircraft, one after the other."""
    day = play("""
        Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min
        A1 at Harbour
    """, until="15:00")  # fmt: skip
    assert day.timeline("pilots") == lines("""
        06:10 A1-2025-04-15-P1 takes over A1    12:10 A1-2025-04-15-P2 takes over A1
    """)


def test_p03_no_relief_where_pilots_do_not_change() -> None:
    """At a site that is no crew base nobody takes over, and the duty limit ends the flying."""
    day = play("""
        Harbour: 1 fato, 3 stands, no crew    Airport: 1 fato, 3 stands, no crew    block 9 min
        A1 at Harbour
        17:30 trip Harbour -> Airport, 1 passenger
    """, until="18:00")  # fmt: skip
    assert day.timeline("pilots") == lines("""
        06:10 A1-2025-04-15-P1 takes over A1    17:00 B1 refused: hours
    """)
