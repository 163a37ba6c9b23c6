"""Reliability and emissions from `city.toml`; nothing of it need be there."""

from aspan.world.readers.tables import Table
from aspan.world.reliability import Emissions, Reliability


def read_reliability(head: Table) -> Reliability | None:
    """Return how far journeys scatter; None if the city does not say."""
    if not head.has("reliability"):
        return None
    table = head.table("reliability")
    told = Reliability(**{name: table.number(name) for name in Reliability.__struct_fields__})
    for name in (name for name in Reliability.__struct_fields__ if name.endswith("_share")):
        if not 0.0 <= getattr(told, name) <= 1.0:
            raise table.refuse(name, getattr(told, name), "a share from 0 to 1")
    return told


def read_emissions(head: Table) -> Emissions | None:
    """Return what travel emits; None if the city does not say."""
    if not head.has("emissions"):
        return None
    table = head.table("emissions")
    told = Emissions(**{name: table.number(name) for name in Emissions.__struct_fields__})
    if told.air_seats_taken < 1.0:
        raise table.refuse("air_seats_taken", told.air_seats_taken, "1 or more")
    return told
