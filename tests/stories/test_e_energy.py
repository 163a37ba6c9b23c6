"""Stories e: charge decides who flies, and when."""

from aspan.primitives.ids import SortieId
from stories.story import lines, play

SLOW = """
    Harbour: 1 fato, 3 stands, chargers 50 kW    Airport: 1 fato, 3 stands    block 9 min
"""


def test_e01_the_aircraft_with_the_energy_flies() -> None:
    """The aircraft that is charged first flies, though another has the lower id."""
    day = play(f"""{SLOW}
        A1 at Harbour, charge 0.30    A2 at Harbour, charge 0.60
        06:50 trip Harbour -> Airport, 2 passengers
    """)
    assert day.timeline() == lines("06:50 S1 off-block Harbour  06:59 S1 on-block Airport")
    assert day.state.sorties[SortieId("S00001")].aircraft_id == "A2"


def test_e02_a_party_waits_while_the_aircraft_charges() -> None:
    """A sortie leaves as soon as the charger has given what policy demands."""
    day = play(f"""{SLOW}
        A1 at Harbour, charge 0.30
        07:04 trip Harbour -> Airport, 2 passengers
    """)
    off = [line for line in day.timeline() if "off-block" in line]
    assert len(off) == 1
    assert "07:04" < off[0][:5] <= "07:14"
    release = day.state.sorties[SortieId("S00001")].release
    assert release is not None
    assert release.soc < 0.69


def test_e03_without_a_charger_an_empty_aircraft_serves_nobody() -> None:
    """What cannot be served is refused with its reason, and strands nobody."""
    day = play("""
        Harbour: 1 fato, 3 stands, chargers 0 kW    Airport: 1 fato, 3 stands    block 9 min
        A1 at Harbour, charge 0.30
        07:00 trip Harbour -> Airport, 2 passengers
    """)
    assert day.timeline() == lines("06:30 B1 refused: energy")


def test_e04_a_site_shares_its_power_among_the_chargers_that_feed() -> None:
    """Two chargers get half of the site's power each; one that is left gets it all."""
    day = play("""
        Harbour: 1 fato, 3 stands, site 200 kW    Airport: 1 fato, 3 stands    block 9 min
        A1 at Harbour, charge 0.30    A2 at Harbour, charge 0.50
    """, until="06:40")  # fmt: skip
    assert day.timeline("charge") == lines("""
        06:00 A1 charging from 0.30 at 194 kW
        06:00 Harbour shares: Harbour-C1 97 kW    06:00 A2 charging from 0.50 at 97 kW
        06:18 A2 charged to 0.69    06:18 Harbour shares: Harbour-C1 194 kW
        06:28 A1 charged to 0.69
    """)


def test_e05_an_aged_pack_needs_a_fuller_charge() -> None:
    """A pack of health 0.85 is charged to a higher share than a new one for the same leg."""
    text = "Harbour: 1 fato, 3 stands  Airport: 1 fato, 3 stands  block 9 min  A1 at Harbour, "
    new = play(text + "charge 0.30", until="07:00").state.aircraft
    aged = play(text + "charge 0.30, health 0.85", until="07:00").state.aircraft
    assert [a.soc for a in aged.values()] > [a.soc + 0.05 for a in new.values()]
