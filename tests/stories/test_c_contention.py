"""Stories c: two sorties want one stand, one FATO, one contingency place."""

from stories.story import lines, play


def test_c02_departure_waits_for_the_only_arrival_stand() -> None:
    """A sortie is off-block only when an arrival stand is free: destination first."""
    day = play("""
        Harbour: 1 fato, 4 stands    Airport: 1 fato, 1 stand    block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Harbour
        08:00 trip Harbour -> Airport, 2 passengers
        08:02 trip Harbour -> Airport, 1 passenger
    """, until="08:35")  # fmt: skip
    held = [line for line in day.timeline() if line.endswith("S2 held: no_stand")]
    assert len(held) == 7
    assert [line for line in day.timeline() if line not in held] == lines("""
        08:00 S1 off-block Harbour           08:09 S1 on-block Airport
        08:22 S3 off-block Airport, empty    08:23 S2 off-block Harbour
        08:31 S3 on-block Harbour            08:32 S2 on-block Airport
    """)


def test_c03_with_nowhere_to_go_the_second_party_is_driven() -> None:
    """A sortie that cannot land within 45 minutes is cancelled; a taxi brings its party home."""
    day = play("""
        Harbour: 1 fato, 2 stands    Airport: 1 fato, 1 stand    block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Harbour
        08:00 trip Harbour -> Airport, 2 passengers
        08:02 trip Harbour -> Airport, 1 passenger
    """)
    assert [line for line in day.timeline() if "held" not in line] == [
        *lines("08:00 S1 off-block Harbour    08:09 S1 on-block Airport"),
        *lines("08:47 S2 cancelled: no_stand    08:47 B2 driven from Harbour"),
    ]


def test_c04_one_fato_takes_movements_one_after_another() -> None:
    """Two sorties wanted at one instant leave a FATO as far apart as its slots are long."""
    day = play("""
        Harbour: 1 fato, 4 stands    Airport: 1 fato, 4 stands    block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Harbour    A3 at Airport
        08:00 trip Harbour -> Airport, 4 passengers
        08:00 trip Harbour -> Airport, 4 passengers
        08:00 trip Airport -> Harbour, 4 passengers
    """)
    offs = [s.assignment.lift_off_at_ms for s in day.state.sorties.values() if s.assignment]
    start, end = day.index.slot(day.index.departure_use(0))
    assert len(offs) == 3
    assert offs[1] - offs[0] >= end - start
    assert [line for line in day.timeline() if "S1" in line or "S2" in line] == lines("""
        08:00 S1 off-block Harbour    08:02 S2 off-block Harbour
        08:09 S1 on-block Airport     08:11 S2 on-block Airport
    """)


def test_c05_one_contingency_place_is_promised_once() -> None:
    """Of three sorties to one place only two find a site to flee to: each has one such place."""
    day = play("""
        Harbour: 2 fatos, 4 stands    Airport: 2 fatos, 4 stands    block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Harbour    A3 at Harbour
        08:00 trip Harbour -> Airport, 4 passengers
        08:00 trip Harbour -> Airport, 4 passengers
        08:00 trip Harbour -> Airport, 4 passengers
    """)
    told = [line for line in day.timeline() if "S3" in line]
    assert "contingency_full" in told[0]
    assert told[-1].endswith("S3 on-block Airport")
