"""Scenes: a drawn city a moment before something is decided, for tests that then look closely."""

from aspan.operations.records import AircraftRecord, SortieRecord
from aspan.primitives.ids import AircraftId, SortieId
from stories.story import Day, instant

PAIR = """
    Harbour: 1 fato, 3 stands    Airport: 1 fato, 3 stands    block 9 min, turnaround 6 min
    A1 at Harbour
"""
ONE_SORTIE = f"{PAIR}  08:00 trip Harbour -> Airport, 2 passengers"
FIRST, A1 = SortieId("S00001"), AircraftId("A1")
AT_8 = instant("08:00")


def before_release(text: str = ONE_SORTIE, until: str = "08:00") -> Day:
    """Return a day played to the instant at which the first sortie would be released."""
    return Day(text).run(until)


def first_sortie(day: Day) -> tuple[SortieRecord, AircraftRecord]:
    """Return the first sortie of a day and the aircraft A1."""
    return day.state.sorties[FIRST], day.state.aircraft[A1]
